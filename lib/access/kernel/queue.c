// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * Read a kernel queue: struct vring_virtqueue, the ring, the driver's state per
 * buffer, and indirect tables.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "access/kernel/kernel.h"
#include "core/clock.h"
#include "spec/features.h"
#include "view/decode.h"
#include "view/raw_mem.h"

/* Maximum attempts to read a queue that changes meanwhile. */
#define MAX_PASSES	8
/* A copy of a struct vring_virtqueue. */
struct vring_copy {
	uint8_t bytes[VI_BTF_MAX_STRUCT];
	size_t len;
};

static uint64_t get(const struct vi_kernel *k, const struct vring_copy *v,
		    enum vi_kmember m)
{
	return vi_k_get(&k->layout, v->bytes, v->len, m);
}

static int read_vring(struct vi_kernel *k, uint64_t vq, struct vring_copy *v)
{
	v->len = k->layout.size[VI_K_VRING_VIRTQUEUE];
	if (!v->len || v->len > sizeof(v->bytes))
		return -ENOTSUP;
	return vi_kernel_read(k, vq - k->layout.member[VI_K_VR_VQ].offset,
			      v->bytes, v->len);
}

/* A member of its embedded struct virtqueue. */
static uint64_t get_vq(const struct vi_kernel *k, const struct vring_copy *v,
		       enum vi_kmember m)
{
	size_t at = k->layout.member[VI_K_VR_VQ].offset;

	if (at > v->len)
		return 0;
	return vi_k_get(&k->layout, v->bytes + at, v->len - at, m);
}

/* Read the driver's name of the queue. */
static void read_name(struct vi_kernel *k, uint64_t addr,
		      struct vi_raw_queue *q)
{
	vi_k_string(k, addr, q->name, sizeof(q->name));
	if (*q->name)
		q->have |= VI_Q_NAME;
}

/* 0 or 1; -ENOTSUP: unknown kind of ring. */
static int is_packed(const struct vi_kernel *k, const struct vring_copy *v)
{
	const struct vi_klayout *l = &k->layout;
	size_t i;

	if (vi_k_has(l, VI_K_VR_PACKED))
		return !!get(k, v, VI_K_VR_PACKED);
	for (i = 0; i < VI_K_RINGS; i++)
		if (l->has_ring[i] && get(k, v, VI_K_VR_LAYOUT) == l->ring[i])
			return i == VI_K_PACKED || i == VI_K_PACKED_IN_ORDER;
	return -ENOTSUP;
}

/* An id that no buffer has marks the end of the batch. */
static void set_in_order(struct vi_kernel *k, const struct vring_copy *v,
			 struct vi_raw_queue *q)
{
	if (!vi_features_test(q->features, VIRTIO_F_IN_ORDER))
		return;
	if (vi_k_has(&k->layout, VI_K_VR_BATCH_ID) &&
	    vi_k_has(&k->layout, VI_K_VR_BATCH_LEN)) {
		q->batch_last = get(k, v, VI_K_VR_BATCH_ID);
		q->batch_len = get(k, v, VI_K_VR_BATCH_LEN);
		q->in_batch = q->batch_last != UINT32_MAX;
		q->have |= VI_Q_BATCH;
	}
	if (vi_k_has(&k->layout, VI_K_VR_NEXT_HEAD) && !q->packed) {
		q->next_head = get(k, v, VI_K_VR_NEXT_HEAD) &
			       (get(k, v, VI_K_S_NUM) - 1);
		q->have |= VI_Q_NEXT_HEAD;
	}
}

static void set_common(struct vi_kernel *k, const struct vring_copy *v,
		       struct vi_raw_queue *q)
{
	q->index = get_vq(k, v, VI_K_VQ_INDEX);
	q->num_free = get_vq(k, v, VI_K_VQ_NUM_FREE);
	q->callback = get_vq(k, v, VI_K_VQ_CALLBACK);
	q->broken = get(k, v, VI_K_VR_BROKEN);
	q->free_head = get(k, v, VI_K_VR_FREE_HEAD);
	q->num_added = get(k, v, VI_K_VR_NUM_ADDED);
	q->last_used = get(k, v, VI_K_VR_LAST_USED);
	q->have |= VI_Q_INDEX | VI_Q_NUM_FREE | VI_Q_CALLBACK | VI_Q_BROKEN |
		   VI_Q_FREE_HEAD | VI_Q_NUM_ADDED | VI_Q_LAST_USED;
	if (vi_k_has(&k->layout, VI_K_VR_EVENT_TRIGGERED)) {
		q->event_triggered = get(k, v, VI_K_VR_EVENT_TRIGGERED);
		q->have |= VI_Q_EVENT_TRIGGERED;
	}
	set_in_order(k, v, q);
	if (vi_k_has(&k->layout, VI_K_VQ_NUM_MAX)) {
		q->max_size = get_vq(k, v, VI_K_VQ_NUM_MAX);
		q->have |= VI_Q_MAX_SIZE;
	}
	if (vi_k_has(&k->layout, VI_K_VQ_RESET)) {
		q->reset = get_vq(k, v, VI_K_VQ_RESET);
		q->have |= VI_Q_RESET;
	}
}

static void set_split(struct vi_kernel *k, const struct vring_copy *v,
		      struct vi_raw_queue *q)
{
	q->size = get(k, v, VI_K_S_NUM);
	q->desc_va = get(k, v, VI_K_S_DESC);
	q->driver_va = get(k, v, VI_K_S_AVAIL);
	q->device_va = get(k, v, VI_K_S_USED);
	q->desc = get(k, v, VI_K_S_DMA);
	/* One allocation: the parts have the same device distances. */
	q->driver = q->desc + (q->driver_va - q->desc_va);
	q->device = q->desc + (q->device_va - q->desc_va);
	q->avail_shadow = get(k, v, VI_K_S_IDX_SHADOW);
	q->flags_shadow = get(k, v, VI_K_S_FLAGS_SHADOW);
}

static void set_packed(struct vi_kernel *k, const struct vring_copy *v,
		       struct vi_raw_queue *q)
{
	q->size = get(k, v, VI_K_P_NUM);
	q->desc_va = get(k, v, VI_K_P_DESC);
	q->driver_va = get(k, v, VI_K_P_DRIVER);
	q->device_va = get(k, v, VI_K_P_DEVICE);
	q->desc = get(k, v, VI_K_P_DMA);
	q->driver = get(k, v, VI_K_P_DRIVER_DMA);
	q->device = get(k, v, VI_K_P_DEVICE_DMA);
	q->avail_shadow = get(k, v, VI_K_P_NEXT_AVAIL) |
			  (get(k, v, VI_K_P_AVAIL_WRAP) ? VI_WRAP : 0);
	q->flags_shadow = get(k, v, VI_K_P_FLAGS_SHADOW);
	if (vi_k_has(&k->layout, VI_K_P_USED_WRAP))
		q->last_used |= get(k, v, VI_K_P_USED_WRAP) ? VI_WRAP : 0;
}

/* Decode the kernel's structure; -ENOENT if it has no ring. */
static int set_state(struct vi_kernel *k, const struct vring_copy *v,
		     struct vi_raw_queue *q)
{
	int packed = is_packed(k, v);

	if (packed < 0)
		return packed;
	q->packed = packed;
	/* A legacy ring has the kernel's byte order (spec 2.7.3). */
	q->swap = VI_BIG_ENDIAN && !packed &&
		  vi_features_test(q->features, VIRTIO_F_VERSION_1);
	set_common(k, v, q);
	if (q->packed)
		set_packed(k, v, q);
	else
		set_split(k, v, q);
	if (!q->size || q->size > VIRTQUEUE_MAX_SIZE || !q->desc_va)
		return -ENOENT;
	q->have |= VI_Q_SIZE | VI_Q_ADDRESSES | VI_Q_RING_VA | VI_Q_READY |
		   VI_Q_AVAIL_SHADOW | VI_Q_FLAGS_SHADOW;
	q->ready = !(q->have & VI_Q_RESET && q->reset);
	return 0;
}

static int read_part(struct vi_kernel *k, uint64_t va, size_t len,
		     uint8_t **bytes, struct vi_raw_queue *q)
{
	int err;

	*bytes = malloc(len);
	if (!*bytes)
		return -ENOMEM;
	err = vi_mem_read(&k->kcore.virt, va, *bytes, len, &q->memory_fault);
	if (err) {
		free(*bytes);
		*bytes = NULL;
		q->memory_err = err;
	}
	return err == -ENOMEM ? err : 0;
}

/*
 * L was read before; read the device's part next, and the driver's last, so
 * that L ≤ U ≤ A holds in the copy whatever both sides do meanwhile.
 */
static int read_ring(struct vi_kernel *k, struct vi_raw_queue *q)
{
	struct vi_ring_parts parts = vi_ring_parts(q->packed, q->size);
	int err;

	err = read_part(k, q->device_va, parts.device, &q->device_bytes, q);
	if (!err)
		err = read_part(k, q->driver_va, parts.driver,
				&q->driver_bytes, q);
	if (!err)
		err = read_part(k, q->desc_va, parts.desc, &q->desc_bytes, q);
	return err;
}

/*
 * Read a kernel array with one entry per descriptor, and make room for @count
 * entries of @own bytes. Both are NULL if it cannot be read. 0 or -ENOMEM.
 */
static int read_array(struct vi_kernel *k, uint64_t va, enum vi_kstruct type,
		      uint32_t count, uint8_t **bytes, size_t own, void *entries)
{
	size_t len = (size_t)k->layout.size[type] * count;
	void *made;
	int err;

	*bytes = NULL;
	if (!va || !len)
		return 0;
	*bytes = malloc(len);
	made = calloc(count, own);
	err = *bytes && made ? vi_kernel_read(k, va, *bytes, len) : -ENOMEM;
	if (err) {
		free(*bytes);
		free(made);
		*bytes = NULL;
		return err == -ENOMEM ? err : 0;
	}
	memcpy(entries, &made, sizeof(made));
	return 0;
}

static int read_tokens(struct vi_kernel *k, uint64_t va,
		       struct vi_raw_queue *q)
{
	enum vi_kstruct type = q->packed ? VI_K_PACKED_STATE :
					   VI_K_SPLIT_STATE;
	size_t each = k->layout.size[type], i;
	uint8_t *bytes;
	int err = read_array(k, va, type, q->size, &bytes, sizeof(*q->tokens),
			     &q->tokens);

	for (i = 0; q->tokens && i < q->size; i++) {
		const uint8_t *at = bytes + i * each;
		struct vi_token *t = &q->tokens[i];

		if (!q->packed) {
			t->data = vi_k_get(&k->layout, at, each, VI_K_SS_DATA);
			t->present = t->data;
			t->indirect = vi_k_get(&k->layout, at, each,
					       VI_K_SS_INDIR);
			continue;
		}
		t->data = vi_k_get(&k->layout, at, each, VI_K_PS_DATA);
		t->present = t->data;
		t->indirect = vi_k_get(&k->layout, at, each, VI_K_PS_INDIR);
		t->num = vi_k_get(&k->layout, at, each, VI_K_PS_NUM);
		t->last = vi_k_get(&k->layout, at, each, VI_K_PS_LAST);
	}
	free(bytes);
	if (q->tokens)
		q->have |= VI_Q_TOKENS;
	return err;
}

static int read_extra(struct vi_kernel *k, uint64_t va, struct vi_raw_queue *q)
{
	size_t each = k->layout.size[VI_K_DESC_EXTRA], i;
	uint8_t *bytes;
	int err = read_array(k, va, VI_K_DESC_EXTRA, q->size, &bytes,
			     sizeof(*q->extra), &q->extra);

	for (i = 0; q->extra && i < q->size; i++) {
		const uint8_t *at = bytes + i * each;

		q->extra[i] = (struct vi_extra) {
			.addr = vi_k_get(&k->layout, at, each, VI_K_EX_ADDR),
			.len = vi_k_get(&k->layout, at, each, VI_K_EX_LEN),
			.flags = vi_k_get(&k->layout, at, each, VI_K_EX_FLAGS),
			.next = vi_k_get(&k->layout, at, each, VI_K_EX_NEXT),
		};
	}
	free(bytes);
	if (q->extra)
		q->have |= VI_Q_EXTRA;
	return err;
}

/* Reads tables of buffers that are or may be in flight. */
struct table_reading {
	struct vi_kernel *k;
	bool translated;	/* an IOMMU translates device addresses */
};

/* If the kernel keeps its own pointer to a table, use that. */
static bool points(void *data, const struct vi_raw_queue *q, uint32_t i,
		   struct vi_table *t)
{
	const struct table_reading *r = data;
	uint32_t id = q->packed ? vi_packed_desc(q, i).id : i;

	if (!vi_points_to_table(q, i, t) || id >= q->size)
		return false;
	if (q->tokens) {
		if (!q->tokens[id].present)
			return false;
		t->va = q->tokens[id].indirect;
	}
	return t->va || !r->translated;
}

static int read_table(void *data, const struct vi_table *t, void *buf,
		      size_t len)
{
	struct table_reading *r = data;

	return t->va ? vi_kernel_read(r->k, t->va, buf, len) :
		       vi_mem_read(&r->k->kcore.phys, t->addr, buf, len, NULL);
}

static int read_tables(struct vi_kernel *k, struct vi_raw_queue *q)
{
	struct table_reading r = {
		.k = k,
		.translated = virtio_has_feature(
			&(struct virtio_device) { .features = q->features },
			VIRTIO_F_ACCESS_PLATFORM),
	};

	return vi_raw_queue_read_tables(q, &(struct vi_table_source) {
		.points = points, .read = read_table, .data = &r });
}

static bool is_info_of(struct vi_kernel *k, uint64_t info, uint64_t vq)
{
	uint64_t of;

	return info && !vi_k_read(k, info, VI_K_INFO_VQ, &of) && of == vq;
}

/* Read pci_vqs[index]->msix_vector, provided that it belongs to @vq. The admin
 * queue's index lies beyond that array. */
static void read_vector(struct vi_kernel *k, const struct vi_kdevice *dev,
			uint64_t vq, struct vi_raw_queue *q)
{
	uint64_t info = dev->pci_avq, vector;

	if (!is_info_of(k, info, vq) &&
	    (!dev->pci_vqs ||
	     vi_kernel_read(k, dev->pci_vqs + q->index * sizeof(info), &info,
			    sizeof(info)) ||
	     !is_info_of(k, info, vq)))
		return;
	if (vi_k_read(k, info, VI_K_INFO_VECTOR, &vector))
		return;
	q->vector = vector;
	q->have |= VI_Q_VECTOR;
}

int vi_kernel_shape(struct vi_kernel *k, const struct vi_kdevice *dev,
		    uint64_t addr, struct vi_raw_queue *q, uint64_t *tokens)
{
	struct vring_copy v;
	int err = read_vring(k, addr, &v);

	memset(q, 0, sizeof(*q));
	q->features = dev->features;
	q->have = VI_Q_FEATURES;
	if (!err)
		err = set_state(k, &v, q);
	if (err)
		return err;
	read_name(k, get_vq(k, &v, VI_K_VQ_NAME), q);
	read_vector(k, dev, addr, q);
	*tokens = get(k, &v, q->packed ? VI_K_P_STATE : VI_K_S_STATE);
	return 0;
}

int vi_kernel_state(struct vi_kernel *k, uint64_t addr, struct vi_raw_queue *q)
{
	struct vring_copy v;
	int err = read_vring(k, addr, &v);

	return err ? err : set_state(k, &v, q);
}

static int read_pass(struct vi_kernel *k, const struct vi_kdevice *dev,
		     uint64_t addr, const struct vring_copy *v,
		     struct vi_raw_queue *q)
{
	int err;

	memset(q, 0, sizeof(*q));
	q->features = dev->features;
	q->have = VI_Q_FEATURES;
	q->time_ns = vi_real_ns();
	err = set_state(k, v, q);
	if (err)
		return err;
	read_name(k, get_vq(k, v, VI_K_VQ_NAME), q);
	read_vector(k, dev, addr, q);
	vi_kernel_map(k, dev, v->bytes, v->len, q);
	err = read_ring(k, q);
	if (!err)
		err = read_tokens(k, get(k, v, q->packed ? VI_K_P_STATE :
						   VI_K_S_STATE), q);
	if (!err)
		err = read_extra(k, get(k, v, q->packed ? VI_K_P_EXTRA :
						  VI_K_S_EXTRA), q);
	if (!err)
		vi_kernel_started(k, dev, q);
	return err ? err : read_tables(k, q);
}

/* Unchanged during the read? Split: both indices; packed: the descriptors. */
static bool ring_still(struct vi_kernel *k, struct vi_raw_queue *q)
{
	struct vi_ring_parts parts = vi_ring_parts(q->packed, q->size);
	uint16_t was, idx;
	uint8_t *again;
	bool same;

	if (!q->desc_bytes || !q->driver_bytes || !q->device_bytes)
		return true;
	if (!q->packed) {
		memcpy(&was, q->driver_bytes + 2, 2);
		if (vi_kernel_read(k, q->driver_va + 2, &idx, 2))
			return false;
		q->avail_again = vi_q16(q, idx);
		q->have |= VI_Q_AVAIL_AGAIN;
		same = idx == was;
		memcpy(&was, q->device_bytes + 2, 2);
		return same &&
		       !vi_kernel_read(k, q->device_va + 2, &idx, 2) &&
		       idx == was;
	}
	again = malloc(parts.desc);
	same = again && !vi_kernel_read(k, q->desc_va, again, parts.desc) &&
	       !memcmp(again, q->desc_bytes, parts.desc);
	free(again);
	return same;
}

/* Are the ring's location and the driver's positions unchanged? */
static bool state_still(struct vi_kernel *k, const struct vring_copy *a,
			const struct vring_copy *b, struct vi_raw_queue *q)
{
	struct vi_raw_queue now_q = { .features = q->features };

	set_state(k, b, &now_q);
	if (now_q.size != q->size || now_q.desc_va != q->desc_va)
		q->gone = true;
	return a->len == b->len && now_q.last_used == q->last_used &&
	       now_q.avail_shadow == q->avail_shadow &&
	       now_q.in_batch == q->in_batch &&
	       now_q.num_free == q->num_free;
}

int vi_kernel_queue_in(struct vi_kernel *k, const struct vi_kdevice *dev,
		       uint64_t addr, unsigned int passes,
		       struct vi_raw_queue *q)
{
	struct vring_copy before, after;
	unsigned int pass;
	int err;

	for (pass = 1;; pass++) {
		err = read_vring(k, addr, &before);
		if (!err)
			err = read_pass(k, dev, addr, &before, q);
		if (err) {
			vi_raw_queue_free(q);
			return err;
		}
		q->passes = pass;
		if (read_vring(k, addr, &after)) {
			q->gone = true;
			return 0;
		}
		if (state_still(k, &before, &after, q) && ring_still(k, q))
			return 0;
		if (pass == passes)
			break;
		vi_raw_queue_free(q);
	}
	q->torn = !q->gone;
	return 0;
}

int vi_kernel_queue(struct vi_kernel *k, const struct vi_kdevice *dev,
		    uint64_t addr, struct vi_raw_queue *q)
{
	return vi_kernel_queue_in(k, dev, addr, MAX_PASSES, q);
}
