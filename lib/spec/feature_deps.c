// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * Which feature bits need which others (virtio spec 1.4: net 5.1.3.1, gpu
 * 5.7.3, crypto 5.9.3.1, can 5.20.3.1).
 */
#include <stdio.h>
#include <string.h>

#include <virtio-inspect/inspect.h>

#include "core/compiler.h"
#include "core/sorted.h"
#include "spec/features.h"

enum { NET = 1, GPU = 16, CRYPTO = 20, CAN = 36 };

/*
 * Bits of the types that have such rules; the names are in features.c. A
 * prefix of their own keeps them apart from the system's macros.
 */
enum net_bit {
	N_CSUM = 0, N_GUEST_CSUM = 1, N_GUEST_TSO4 = 7, N_GUEST_TSO6 = 8,
	N_GUEST_ECN = 9, N_GUEST_UFO = 10, N_HOST_TSO4 = 11, N_HOST_TSO6 = 12,
	N_HOST_ECN = 13, N_HOST_UFO = 14, N_CTRL_VQ = 17, N_CTRL_RX = 18,
	N_CTRL_VLAN = 19, N_GUEST_ANNOUNCE = 21, N_MQ = 22,
	N_CTRL_MAC_ADDR = 23, N_HASH_TUNNEL = 51, N_VQ_NOTF_COAL = 52,
	N_NOTF_COAL = 53, N_GUEST_USO4 = 54, N_GUEST_USO6 = 55, N_HOST_USO = 56,
	N_HASH_REPORT = 57, N_RSS = 60, N_RSC_EXT = 61, N_RSS_CONTEXT = 64,
	N_GUEST_TUNNEL = 65, N_GUEST_TUNNEL_CSUM = 66, N_HOST_TUNNEL = 67,
	N_HOST_TUNNEL_CSUM = 68,
};

enum gpu_bit { G_VIRGL = 0, G_BLOB = 3, G_CONTEXT = 4, G_BLOB_ALIGN = 5 };

enum crypto_bit {
	C_REVISION_1 = 0, C_CIPHER = 1, C_HASH = 2, C_MAC = 3, C_AEAD = 4,
	C_AKCIPHER = 5,
};

enum can_bit { CAN_CLASSIC = 0, CAN_RTR = 2 };

/*
 * @bit needs all of one of the sets in @any; an empty set is none.
 */
struct dep {
	uint8_t device;
	uint8_t bit;
	struct vi_features any[2];
};

#define LOW(b)		((b) < 64 ? UINT64_C(1) << ((b) % 64) : 0)
#define HIGH(b)		((b) < 64 ? 0 : UINT64_C(1) << ((b) % 64))
#define ALL1(a)		{ { LOW(a), HIGH(a) } }
#define ALL2(a, b)	{ { LOW(a) | LOW(b), HIGH(a) | HIGH(b) } }
#define ALL3(a, b, c)							\
	{ { LOW(a) | LOW(b) | LOW(c), HIGH(a) | HIGH(b) | HIGH(c) } }
#define ALL4(a, b, c, d)						\
	{ { LOW(a) | LOW(b) | LOW(c) | LOW(d),				\
	    HIGH(a) | HIGH(b) | HIGH(c) | HIGH(d) } }

/* Sorted by device, then bit. */
static const struct dep deps[] = {
	{ NET, N_GUEST_TSO4, { ALL1(N_GUEST_CSUM) } },
	{ NET, N_GUEST_TSO6, { ALL1(N_GUEST_CSUM) } },
	{ NET, N_GUEST_ECN, { ALL1(N_GUEST_TSO4), ALL1(N_GUEST_TSO6) } },
	{ NET, N_GUEST_UFO, { ALL1(N_GUEST_CSUM) } },
	{ NET, N_HOST_TSO4, { ALL1(N_CSUM) } },
	{ NET, N_HOST_TSO6, { ALL1(N_CSUM) } },
	{ NET, N_HOST_ECN, { ALL1(N_HOST_TSO4), ALL1(N_HOST_TSO6) } },
	{ NET, N_HOST_UFO, { ALL1(N_CSUM) } },
	{ NET, N_CTRL_RX, { ALL1(N_CTRL_VQ) } },
	{ NET, N_CTRL_VLAN, { ALL1(N_CTRL_VQ) } },
	{ NET, N_GUEST_ANNOUNCE, { ALL1(N_CTRL_VQ) } },
	{ NET, N_MQ, { ALL1(N_CTRL_VQ) } },
	{ NET, N_CTRL_MAC_ADDR, { ALL1(N_CTRL_VQ) } },
	{ NET, N_HASH_TUNNEL,
	  { ALL2(N_CTRL_VQ, N_RSS), ALL2(N_CTRL_VQ, N_HASH_REPORT) } },
	{ NET, N_VQ_NOTF_COAL, { ALL1(N_CTRL_VQ) } },
	{ NET, N_NOTF_COAL, { ALL1(N_CTRL_VQ) } },
	{ NET, N_GUEST_USO4, { ALL1(N_GUEST_CSUM) } },
	{ NET, N_GUEST_USO6, { ALL1(N_GUEST_CSUM) } },
	{ NET, N_HOST_USO, { ALL1(N_CSUM) } },
	{ NET, N_RSS, { ALL1(N_CTRL_VQ) } },
	{ NET, N_RSC_EXT, { ALL1(N_HOST_TSO4), ALL1(N_HOST_TSO6) } },
	{ NET, N_RSS_CONTEXT, { ALL2(N_CTRL_VQ, N_RSS) } },
	{ NET, N_GUEST_TUNNEL,
	  { ALL4(N_GUEST_TSO4, N_GUEST_TSO6, N_GUEST_USO4, N_GUEST_USO6) } },
	{ NET, N_GUEST_TUNNEL_CSUM, { ALL1(N_GUEST_TUNNEL) } },
	{ NET, N_HOST_TUNNEL, { ALL3(N_HOST_TSO4, N_HOST_TSO6, N_HOST_USO) } },
	{ NET, N_HOST_TUNNEL_CSUM, { ALL1(N_HOST_TUNNEL) } },
	{ GPU, G_CONTEXT, { ALL1(G_VIRGL) } },
	{ GPU, G_BLOB_ALIGN, { ALL1(G_BLOB) } },
	{ CRYPTO, C_CIPHER, { ALL1(C_REVISION_1) } },
	{ CRYPTO, C_HASH, { ALL1(C_REVISION_1) } },
	{ CRYPTO, C_MAC, { ALL1(C_REVISION_1) } },
	{ CRYPTO, C_AEAD, { ALL1(C_REVISION_1) } },
	{ CRYPTO, C_AKCIPHER, { ALL1(C_REVISION_1) } },
	{ CAN, CAN_RTR, { ALL1(CAN_CLASSIC) } },
};

static bool satisfied(const struct dep *dep, struct vi_features have)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(dep->any); i++) {
		struct vi_features need = dep->any[i];

		if (!vi_features_is_zero(need) &&
		    vi_features_equal(vi_features_and(have, need), need))
			return true;
	}
	return false;
}

static void append(char *buf, size_t size, const char *text)
{
	size_t used = strlen(buf);

	snprintf(buf + used, size - used, "%s", text);
}

static bool is_single(struct vi_features f)
{
	return __builtin_popcountll(f.w[0]) + __builtin_popcountll(f.w[1]) == 1;
}

/* "A or B"; "A and B, or A and C". */
static void describe(const struct dep *dep, char *buf, size_t size)
{
	const char *otherwise = is_single(dep->any[0]) ? " or " : ", or ";
	unsigned int i, bit;

	buf[0] = '\0';
	for (i = 0; i < ARRAY_SIZE(dep->any); i++) {
		const char *glue = i ? otherwise : "";

		vi_features_for_each(bit, dep->any[i]) {
			append(buf, size, glue);
			append(buf, size, vi_feature_name(dep->device, bit));
			glue = " and ";
		}
	}
}

bool vi_feature_missing_dep(uint32_t device, struct vi_features negotiated,
			    unsigned int *iter, struct vi_feature_gap *gap)
{
	unsigned int i;

	vi_bisect(i, ARRAY_SIZE(deps), deps[i].device < device);
	if (i < *iter)
		i = *iter;
	for (; i < ARRAY_SIZE(deps) && deps[i].device == device; i++) {
		if (!vi_features_test(negotiated, deps[i].bit) ||
		    satisfied(&deps[i], negotiated))
			continue;
		gap->bit = deps[i].bit;
		gap->name = vi_feature_name(device, deps[i].bit);
		describe(&deps[i], gap->needs, sizeof(gap->needs));
		*iter = i + 1;
		return true;
	}
	return false;
}
