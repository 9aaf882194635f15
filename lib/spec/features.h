/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Feature bits (virtio spec 1.4, 2.2): sets of them, their names, and which
 * of them need which others.
 */
#ifndef VI_SPEC_FEATURES_H
#define VI_SPEC_FEATURES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <virtio-inspect/virtio.h>

static inline bool vi_features_test(struct vi_features f, unsigned int bit)
{
	return bit < VIRTIO_FEATURES_BITS && (f.w[bit / 64] >> (bit % 64) & 1);
}

/* Bits past the last one are left alone. */
static inline void vi_features_set(struct vi_features *f, unsigned int bit)
{
	if (bit < VIRTIO_FEATURES_BITS)
		f->w[bit / 64] |= (uint64_t)1 << (bit % 64);
}

static inline void vi_features_clear(struct vi_features *f, unsigned int bit)
{
	if (bit < VIRTIO_FEATURES_BITS)
		f->w[bit / 64] &= ~((uint64_t)1 << (bit % 64));
}

/* The first bit from @bit on that is set; VIRTIO_FEATURES_BITS: none. */
static inline unsigned int vi_features_next(struct vi_features f,
					    unsigned int bit)
{
	while (bit < VIRTIO_FEATURES_BITS) {
		uint64_t rest = f.w[bit / 64] >> bit % 64;

		if (rest)
			return bit + __builtin_ctzll(rest);
		bit = (bit / 64 + 1) * 64;
	}
	return VIRTIO_FEATURES_BITS;
}

#define vi_features_for_each(bit, f)					\
	for ((bit) = vi_features_next(f, 0); (bit) < VIRTIO_FEATURES_BITS; \
	     (bit) = vi_features_next(f, (bit) + 1))

static inline struct vi_features vi_features_and(struct vi_features a,
						 struct vi_features b)
{
	a.w[0] &= b.w[0];
	a.w[1] &= b.w[1];
	return a;
}

static inline bool vi_features_equal(struct vi_features a, struct vi_features b)
{
	return a.w[0] == b.w[0] && a.w[1] == b.w[1];
}

static inline bool vi_features_is_zero(struct vi_features f)
{
	return !(f.w[0] | f.w[1]);
}

/*
 * Read the form that sysfs has: characters 0 and 1, lowest bit first, one
 * newline at the end or none. How many there are depends on the kernel (64,
 * 128): *@width says, as the bits past them are not zero but unknown. May be
 * NULL.
 *
 * 0; -EINVAL: other characters, or none at all; -ERANGE: a bit is set that
 * does not fit. On error nothing is written.
 */
int vi_features_parse_bits(const char *s, size_t len, struct vi_features *f,
			   unsigned int *width);

/* "0x", 32 digits, NUL. */
#define VI_FEATURES_HEX_SIZE	35

/* As one number, without leading zeros: "0x130000003", "0x0". Returns @buf. */
char *vi_features_format_hex(struct vi_features f,
			     char buf[VI_FEATURES_HEX_SIZE]);

/* The way back: 0, -EINVAL or -ERANGE as above. "0x" must be there. */
int vi_features_parse_hex(const char *s, struct vi_features *f);

/*
 * A negotiated feature without what it needs (such as spec 5.1.3.1).
 * @needs: what it needs, in words: "VIRTIO_NET_F_CTRL_VQ", "A and B",
 *         "A or B", "A and B, or A and C".
 */
struct vi_feature_gap {
	uint8_t bit;
	const char *name;
	char needs[256];
};

/*
 * Go through the gaps in @negotiated on a device of type @device. *@iter
 * begins at 0. False: there are no more, and *@gap was not written.
 */
bool vi_feature_missing_dep(uint32_t device, struct vi_features negotiated,
			    unsigned int *iter, struct vi_feature_gap *gap);

#endif
