// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * BTF of a kernel and of a module, searched for every name that the library
 * needs. The input: the length of the kernel's BTF, that BTF, and the module's.
 * libbpf parses both first, with its own checks.
 */
#include "access/kernel/layout.h"
#include "fuzz.h"

/* Words like "\x01\0\0\x04" start a type: vlen and kind. */
const char *const fuzz_words[] = {
	"\x9f\xeb\x01", "vring_virtqueue", "virtqueue", "virtio_device",
	"vq_layout", "VQ_LAYOUT_PACKED", "packed_ring", "subsys_private",
	"device_private", "kobject", "\x01\x00\x00\x04", "\x01\x00\x00\x05",
	"\x01\x00\x00\x06", "\xff\xff\xff\xff", "\xff\xff\xff\x84", NULL
};

static void snap(struct vi_ctx *ctx, struct vi_btf *btf)
{
	static const char *const paths[] = { "next", "a.b.c", "", ".", "vq." };
	struct vi_klayout layout;
	struct vi_member member;
	uint32_t value;
	size_t i;

	for (i = 0; i < sizeof(paths) / sizeof(paths[0]); i++)
		vi_btf_member(btf, "list_head", paths[i], &member);
	vi_btf_size(btf, "virtqueue");
	vi_btf_enum(btf, "vq_layout", "VQ_LAYOUT_SPLIT", &value);
	if (vi_klayout_read(ctx, btf, &layout) && !*vi_error(ctx))
		abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct vi_ctx *ctx = fuzz_ctx();
	struct vi_btf *btf = NULL;
	size_t len = fuzz_take(&data, &size, 4);

	len = len < size ? len : size;
	fuzz_put("/sys/kernel/btf/vmlinux", data, len);
	fuzz_put("/sys/kernel/btf/virtio_ring", data + len, size - len);
	if (!vi_btf_open(ctx, &btf))
		snap(ctx, btf);
	else if (!*vi_error(ctx))
		abort();
	vi_btf_close(btf);
	vi_ctx_free(ctx);
	return 0;
}

/* --- Seeds: structures of 64-bit kernels, with other offsets --- */

/* "NAME SIZE MEMBER:TYPE@BYTE ...": TYPE is one of these, or an integer's
 * size. */
static const char *const base[] = {
	"list_head 16 next:8@0 prev:8@8",
	"kobject 32 entry:list_head@0 name:8@16",
	"kset 64 list:list_head@0 kobj:kobject@16",
	"klist 16 k_list:list_head@0",
	"klist_node 32 n_node:list_head@0",
	"bus_type 8 p:8@0",
	"subsys_private 96 subsys:kset@0 klist_devices:klist@64 bus:8@80",
	"device 64 kobj:kobject@0 parent:8@40",
	"device_private 64 knode_bus:klist_node@0 device:8@32",
	NULL
};

static const char *const module[] = {
	"virtio_device_id 8 device:4@0 vendor:4@4",
	"virtio_device 128 index:4@0 dev:device@8 id:virtio_device_id@72 features:8@80 vqs:list_head@88",
	"virtqueue 64 list:list_head@0 callback:8@16 name:8@24 index:4@32 num_free:4@36",
	"vring 32 num:4@0 desc:8@8 avail:8@16 used:8@24",
	"vring_split 64 vring:vring@0 avail_flags_shadow:2@32 avail_idx_shadow:2@34 desc_state:8@40 desc_extra:8@48 queue_dma_addr:8@56",
	"vring_p 32 num:4@0 desc:8@8 driver:8@16 device:8@24",
	"vring_packed 80 vring:vring_p@0 avail_wrap_counter:1@32 next_avail_idx:2@34 event_flags_shadow:2@36 desc_state:8@40 desc_extra:8@48 ring_dma_addr:8@56 driver_event_dma_addr:8@64 device_event_dma_addr:8@72",
	"both 80 split:vring_split@0 packed:vring_packed@0",
	"vring_virtqueue 160 vq:virtqueue@0 packed_ring:1@64 broken:1@65 free_head:4@68 num_added:4@72 last_used_idx:2@76 :both@80",
	"vring_desc_state_split 16 data:8@0 indir_desc:8@8",
	"vring_desc_state_packed 24 data:8@0 indir_desc:8@8 num:2@16 last:2@18",
	"vring_desc_extra 16 addr:8@0 len:4@8 flags:2@12 next:2@14",
	NULL
};

#define KIND_INT	1
#define KIND_STRUCT	4
#define KIND_ENUM	6
#define HEADER		24

struct writer {
	uint8_t types[16 << 10], *at;
	char strings[8 << 10];
	size_t len;			/* strings */
	uint32_t strings_before;	/* strings of its base */
	uint32_t id;			/* the next type's */
	char known[64][32];		/* names of types, by id */
};

static uint32_t add_string(struct writer *w, const char *s, size_t len)
{
	size_t at = w->len;

	if (!len)
		return 0;
	memcpy(w->strings + at, s, len);
	w->strings[at + len] = '\0';
	w->len += len + 1;
	return w->strings_before + at;
}

static void add_type(struct writer *w, uint32_t name, uint32_t kind,
		     uint32_t vlen, uint32_t size)
{
	w->at = fuzz_le(w->at, name, 4);
	w->at = fuzz_le(w->at, kind << 24 | vlen, 4);
	w->at = fuzz_le(w->at, size, 4);
	w->id++;
}

static void add_integers(struct writer *w)
{
	unsigned int size;

	for (size = 1; size <= 8; size *= 2) {
		snprintf(w->known[w->id], sizeof(w->known[0]), "%u", size);
		add_type(w, add_string(w, "u", 1), KIND_INT, 0, size);
		w->at = fuzz_le(w->at, 8 * size, 4);
	}
}

static uint32_t id_of(const struct writer *w, const char *name, size_t len)
{
	uint32_t id;

	for (id = 1; id < w->id; id++)
		if (strlen(w->known[id]) == len &&
		    !memcmp(w->known[id], name, len))
			return id;
	abort();
}

static void add_struct(struct writer *w, const char *text)
{
	size_t len = strcspn(text, " ");
	uint32_t size = strtoul(text + len, NULL, 10);
	uint8_t *head = w->at;
	uint32_t name, type, members = 0;

	snprintf(w->known[w->id], sizeof(w->known[0]), "%.*s", (int)len, text);
	add_type(w, add_string(w, text, len), KIND_STRUCT, 0, size);
	text = strchr(text + len + 1, ' ');
	for (; text; text = strchr(text, ' '), members++) {
		len = strcspn(++text, ":");
		name = add_string(w, text, len);
		text += len + 1;
		len = strcspn(text, "@");
		type = id_of(w, text, len);
		w->at = fuzz_le(w->at, name, 4);
		w->at = fuzz_le(w->at, type, 4);
		w->at = fuzz_le(w->at, 8 * strtoul(text + len + 1, NULL, 10),
				4);
	}
	fuzz_le(head + 4, KIND_STRUCT << 24 | members, 4);
}

static void add_layouts(struct writer *w)
{
	static const char *const names[] = {
		"VQ_LAYOUT_SPLIT", "VQ_LAYOUT_PACKED",
	};
	unsigned int i;

	add_type(w, add_string(w, "vq_layout", 9), KIND_ENUM, 2, 4);
	for (i = 0; i < 2; i++) {
		w->at = fuzz_le(w->at, add_string(w, names[i],
						  strlen(names[i])), 4);
		w->at = fuzz_le(w->at, i, 4);
	}
}

/* Returns its length; later types build upon this. */
static size_t finish(struct writer *w, uint8_t *buf)
{
	size_t types = w->at - w->types, len = w->len;
	uint8_t *at = buf;

	at = fuzz_le(at, 0xeb9f, 2);
	at = fuzz_le(at, 1, 2);			/* version, flags */
	at = fuzz_le(at, HEADER, 4);
	at = fuzz_le(at, 0, 4);
	at = fuzz_le(at, types, 4);
	at = fuzz_le(at, types, 4);
	at = fuzz_le(at, len, 4);
	memcpy(at, w->types, types);
	memcpy(at + types, w->strings, len);
	w->at = w->types;
	w->strings_before += len;
	w->strings[0] = '\0';
	/* Only the base begins with an empty string. */
	w->len = 0;
	return HEADER + types + len;
}

size_t fuzz_seed(unsigned int i, uint8_t *buf)
{
	static struct writer w;
	size_t len, total = 4, n;

	if (i > 1)
		return 0;
	memset(&w, 0, sizeof(w));
	w.at = w.types;
	w.len = 1;
	w.id = 1;
	add_integers(&w);
	for (n = 0; base[n]; n++)
		add_struct(&w, base[n]);
	if (i) {
		/* Everything built in, in newer layouts. */
		add_layouts(&w);
		for (n = 0; module[n]; n++)
			add_struct(&w, module[n]);
	}
	len = finish(&w, buf + total);
	fuzz_le(buf, len, 4);
	total += len;
	if (i)
		return total;
	for (n = 0; module[n]; n++)
		add_struct(&w, module[n]);
	return total + finish(&w, buf + total);
}
