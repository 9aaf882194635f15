/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The lines of a queue in text: see tests/fixtures/rings/README. */
#ifndef RING_TEXT_LINES_H
#define RING_TEXT_LINES_H

#include "feature_bit.h"
#include "ring_bytes.h"

#define TEXT_SAMPLES	16
#define TEXT_MEMORY	8
#define TEXT_WORDS	64
#define TEXT_SAYS	4

/* The contents of a file: a queue and its surroundings. */
struct ring_text {
	struct vi_raw_queue q;
	struct vi_raw_queue other; /* another queue of the device */
	bool has_other;
	struct vi_check check;
	struct vi_check_queue queues[2];
	struct vi_check_sample samples[TEXT_SAMPLES], other_sample;
	struct vi_raw_queue copies[TEXT_SAMPLES]; /* share what q points to */
	struct vi_decoded rings[TEXT_SAMPLES], other_ring;
	struct vi_follow follow;
	unsigned int num_samples;
	uint64_t span_ns;
	bool moving;
	uint64_t irq[2];
	bool has_irq;
	struct {
		uint64_t start, len;
		enum vi_mem_kind kind;
	} memory[TEXT_MEMORY];
	unsigned int num_memory;
	bool translated;
	char unjudged[512];
	char expect[512];
	char says[TEXT_SAYS][160];
	unsigned int num_says;

	char *word[TEXT_WORDS];		/* words of this line */
	unsigned int words;
	const char *file;
	unsigned int line;
};

static uint64_t text_num(struct ring_text *t, unsigned int i)
{
	char *end;
	uint64_t v;

	if (i >= t->words)
		fail_msg("%s:%u: word %u is missing", t->file, t->line, i);
	errno = 0;
	v = strtoull(t->word[i], &end, 0);
	if (*end || errno)
		fail_msg("%s:%u: %s is no number", t->file, t->line,
			 t->word[i]);
	return v;
}

/* "3/1": slot 3 with the wrap counter 1. */
static uint16_t text_pos(struct ring_text *t, unsigned int i)
{
	unsigned int slot, wrap;

	if (i >= t->words ||
	    sscanf(t->word[i], "%u/%u", &slot, &wrap) != 2)
		fail_msg("%s:%u: word %u is no position", t->file, t->line, i);
	return slot | wrap << 15;
}

/* Letters: N(EXT) W(RITE) I(NDIRECT) A(VAIL) U(SED), or a number, or "-". */
static uint16_t text_flags(struct ring_text *t, unsigned int i)
{
	const char *p = i < t->words ? t->word[i] : "-";
	uint16_t flags = 0;

	if (*p >= '0' && *p <= '9')
		return text_num(t, i);
	for (; *p && *p != '-'; p++)
		flags |= *p == 'N' ? 1 : *p == 'W' ? 2 : *p == 'I' ? 4 :
			 *p == 'A' ? 0x80 : *p == 'U' ? 0x8000 : 0;
	return flags;
}

/* --- Lines --- */

static void text_size(struct ring_text *t)
{
	struct vi_raw_queue *q = &t->q;
	struct vi_ring_parts parts;
	uint32_t room;

	q->packed = !strcmp(t->word[0], "packed");
	q->size = text_num(t, 1);
	q->have |= VI_Q_SIZE | VI_Q_INDEX | VI_Q_ADDRESSES | VI_Q_READY |
		   VI_Q_FEATURES;
	q->ready = true;
	q->desc = 0x10000;
	q->driver = 0x20000;
	q->device = 0x30000;
	/* A ring of impossible size cannot be read. */
	room = q->size && q->size <= VIRTQUEUE_MAX_SIZE ? q->size : 0;
	if (!room)
		return;
	parts = vi_ring_parts(q->packed, room);
	q->desc_bytes = calloc(1, parts.desc);
	q->driver_bytes = calloc(1, parts.driver);
	q->device_bytes = calloc(1, parts.device);
	q->tokens = calloc(room, sizeof(*q->tokens));
	q->extra = calloc(room, sizeof(*q->extra));
}

static void text_bits(struct ring_text *t, struct vi_features *f)
{
	unsigned int i;

	for (i = 1; i < t->words; i++) {
		int bit = feature_bit(t->check.type, t->word[i]);

		vi_features_set(f, bit < 0 ? (int)text_num(t, i) : bit);
	}
}

static void text_feature(struct ring_text *t)
{
	text_bits(t, &t->q.features);
	t->check.features = t->q.features;
	t->check.have |= VI_C_FEATURES;
}

/* The features are unknown. */
static void text_no_features(struct ring_text *t)
{
	t->q.have &= ~VI_Q_FEATURES;
	t->check.have &= ~(VI_C_FEATURES | VI_C_LEGACY);
}

static void text_offered(struct ring_text *t)
{
	text_bits(t, &t->check.offered);
	t->check.have |= VI_C_OFFERED;
}

static void text_at(struct ring_text *t)
{
	t->q.desc = text_num(t, 1);
	t->q.driver = text_num(t, 2);
	t->q.device = text_num(t, 3);
}

static void text_other(struct ring_text *t)
{
	t->has_other = true;
	t->other = (struct vi_raw_queue) {
		.have = VI_Q_SIZE | VI_Q_INDEX | VI_Q_ADDRESSES | VI_Q_READY |
			VI_Q_FEATURES,
		.ready = true, .index = 1, .packed = t->q.packed,
		.desc = text_num(t, 1), .driver = text_num(t, 2),
		.device = text_num(t, 3), .size = text_num(t, 4),
	};
}

/* flags idx event: heads */
static void text_avail(struct ring_text *t)
{
	unsigned int i;

	put(t->q.driver_bytes, text_num(t, 1), 2);
	put(t->q.driver_bytes + 2, text_num(t, 2), 2);
	put(t->q.driver_bytes + 4 + 2 * t->q.size, text_num(t, 3), 2);
	for (i = 4; i < t->words; i++)
		put(t->q.driver_bytes + 4 + 2 * (i - 4), text_num(t, i), 2);
}

/* flags idx event: id/len ... */
static void text_used(struct ring_text *t)
{
	unsigned int i;

	put(t->q.device_bytes, text_num(t, 1), 2);
	put(t->q.device_bytes + 2, text_num(t, 2), 2);
	put(t->q.device_bytes + 4 + 8 * t->q.size, text_num(t, 3), 2);
	for (i = 4; i < t->words; i++) {
		unsigned long id = 0, len = 0;
		char *end;

		id = strtoul(t->word[i], &end, 0);
		if (*end == '/')
			len = strtoul(end + 1, NULL, 0);
		put(t->q.device_bytes + 4 + 8 * (i - 4), id, 4);
		put(t->q.device_bytes + 8 + 8 * (i - 4), len, 4);
	}
}

/* i addr len flags next; packed: i addr len id flags */
static void text_desc(struct ring_text *t)
{
	uint8_t *at = t->q.desc_bytes + 16 * text_num(t, 1);

	if (t->q.packed)
		put_desc(at, text_num(t, 2), text_num(t, 3), text_num(t, 4),
			 text_flags(t, 5));
	else
		put_desc(at, text_num(t, 2), text_num(t, 3), text_flags(t, 4),
			 t->words > 5 ? text_num(t, 5) : 0);
}

/* addr len [bytes read] */
static void text_table(struct ring_text *t)
{
	struct vi_raw_queue *q = &t->q;
	struct vi_table *table;

	q->tables = realloc(q->tables, (q->num_tables + 1) * sizeof(*table));
	table = &q->tables[q->num_tables++];
	*table = (struct vi_table) {
		.addr = text_num(t, 1), .len = text_num(t, 2),
	};
	table->have = t->words > 3 ? text_num(t, 3) : table->len;
	table->bytes = calloc(1, table->have + 16);
}

/* i addr len flags next, in the last table; packed: i addr len id flags */
static void text_entry(struct ring_text *t)
{
	struct vi_table *table = &t->q.tables[t->q.num_tables - 1];
	uint8_t *at = table->bytes + 16 * text_num(t, 1);

	assert_true(16 * text_num(t, 1) + 16 <= table->have);
	if (t->q.packed)
		put_desc(at, text_num(t, 2), text_num(t, 3), text_num(t, 4),
			 text_flags(t, 5));
	else
		put_desc(at, text_num(t, 2), text_num(t, 3), text_flags(t, 4),
			 t->words > 5 ? text_num(t, 5) : 0);
}

/* slot/wrap flags */
static void text_event(struct ring_text *t)
{
	uint8_t *at = strcmp(t->word[0], "driver_event") ? t->q.device_bytes :
							   t->q.driver_bytes;

	put(at, text_pos(t, 1), 2);
	put(at + 2, text_num(t, 2), 2);
}

static void text_last(struct ring_text *t)
{
	t->q.last_used = t->q.packed ? text_pos(t, 1) : text_num(t, 1);
	t->q.have |= VI_Q_LAST_USED;
}

static void text_shadow(struct ring_text *t)
{
	t->q.avail_shadow = t->q.packed ? text_pos(t, 1) : text_num(t, 1);
	t->q.have |= VI_Q_AVAIL_SHADOW;
}

/* id [slots [data [started_ms]]]; without: the driver keeps tokens, and none is
 * outstanding */
static void text_token(struct ring_text *t)
{
	t->q.have |= VI_Q_TOKENS;
	if (t->words > 1)
		t->q.tokens[text_num(t, 1)] = (struct vi_token) {
			.present = true,
			.num = t->words > 2 ? text_num(t, 2) : 1,
			.data = t->words > 3 ? text_num(t, 3) : 0,
			.started_ns = t->words > 4 ? text_num(t, 4) * 1000000 :
				      0,
		};
}

/* id bytes: the start of a request in flight, in their order */
static void text_header(struct ring_text *t)
{
	struct vi_raw_queue *q = &t->q;
	struct vi_header *h;
	unsigned int byte;

	q->headers = realloc(q->headers, (q->num_headers + 1) * sizeof(*h));
	h = &q->headers[q->num_headers++];
	memset(h, 0, sizeof(*h));
	h->id = text_num(t, 1);
	while (t->words > 2 && h->len < VI_HEADER_MAX &&
	       sscanf(t->word[2] + 2 * h->len, "%2x", &byte) == 1)
		h->bytes[h->len++] = byte;
}

/* ms done: a series of looks, and what the queue completed meanwhile */
static void text_looks(struct ring_text *t)
{
	struct vi_follow *f = &t->follow;

	f->first_ns = 100000 * UINT64_C(1000000);
	f->peak = 4;
	f->ns = f->first_ns + text_num(t, 1) * 1000000;
	f->done = text_num(t, 2);
	f->size = t->q.size;
	f->of = calloc(f->size, sizeof(*f->of));
	t->queues[0].follow = f;
}

/* id since_ms seen_ms done [token]: its ages at the last look */
static void text_followed(struct ring_text *t)
{
	struct vi_follow *f = &t->follow;

	f->of[text_num(t, 1)] = (struct vi_followed) {
		.since_ns = f->ns - text_num(t, 2) * 1000000,
		.seen_ns = f->ns - text_num(t, 3) * 1000000,
		.done = f->done - text_num(t, 4),
		.token = t->words > 5 ? text_num(t, 5) : 0,
	};
}

/* next of 0, of 1, ... */
static void text_extra(struct ring_text *t)
{
	unsigned int i;

	t->q.have |= VI_Q_EXTRA;
	for (i = 1; i < t->words && i <= t->q.size; i++)
		t->q.extra[i - 1].next = text_num(t, i);
}

/* i addr len flags: the driver's record of a descriptor */
static void text_note(struct ring_text *t)
{
	struct vi_extra *e = &t->q.extra[text_num(t, 1)];

	t->q.have |= VI_Q_EXTRA;
	e->addr = text_num(t, 2);
	e->len = text_num(t, 3);
	e->flags = text_flags(t, 4);
}

static void text_memory(struct ring_text *t)
{
	t->memory[t->num_memory].start = text_num(t, 1);
	t->memory[t->num_memory].len = text_num(t, 2);
	t->memory[t->num_memory++].kind =
		strcmp(t->word[0], "ram") ? VI_MEM_IO : VI_MEM_RAM;
}

static void text_host(struct ring_text *t)
{
	t->q.host_avail = text_num(t, 1);
	t->q.have |= VI_Q_HOST_AVAIL;
	if (t->words > 2) {
		t->q.host_inuse = text_num(t, 2);
		t->q.have |= VI_Q_HOST_INUSE;
	}
}

/* n over ms [moving] */
static void text_samples(struct ring_text *t)
{
	t->num_samples = text_num(t, 1);
	t->span_ns = text_num(t, 3) * 1000000;
	t->moving = t->words > 4;
	assert_true(t->num_samples <= TEXT_SAMPLES);
}

static void text_irq(struct ring_text *t)
{
	t->has_irq = true;
	t->irq[0] = text_num(t, 1);
	t->irq[1] = text_num(t, 2);
	t->queues[0].have |= VI_CQ_VECTOR_OWN;
	t->queues[0].vector_own = t->words < 4;
	if (t->words > 3 && !strcmp(t->word[3], "masked")) {
		t->queues[0].have |= VI_CQ_MASKED;
		t->queues[0].masked = true;
		t->queues[0].vector_own = true;
	}
}

/* As in the device type's file. */
static const struct vi_queue_kind *text_kind(struct ring_text *t,
					     const char *name)
{
	const struct vi_device_type *type;
	const struct vi_queue_kind *kind;
	size_t i;

	for (i = 0; (type = vi_device_type_at(i)); i++)
		for (kind = type->queues; kind && kind->name; kind++)
			if (type->driver.id_table->device == t->check.type &&
			    (!strcmp(kind->name, name) ||
			     (kind->linux_name &&
			      !strcmp(kind->linux_name, name))))
				return kind;
	fail_msg("%s:%u: the device has no queue %s", t->file, t->line, name);
	return NULL;
}

static void text_role(struct ring_text *t)
{
	t->queues[0].have |= VI_CQ_ROLE;
	t->queues[0].role = !strcmp(t->word[1], "parked") ? VI_QUEUE_PARKED :
			    !strcmp(t->word[1], "may-wait") ?
			    VI_QUEUE_MAY_WAIT : VI_QUEUE_REQUEST;
	if (t->words > 2)
		t->queues[0].kind = text_kind(t, t->word[2]);
}

static void text_expect(struct ring_text *t)
{
	unsigned int i;

	for (i = 1; i < t->words; i++) {
		strcat(t->expect, t->word[i]);
		strcat(t->expect, " ");
	}
}

/* All of them, with single spaces between. */
static void text_says(struct ring_text *t)
{
	unsigned int i;

	assert_true(t->num_says < TEXT_SAYS);
	for (i = 1; i < t->words; i++) {
		strcat(t->says[t->num_says], i > 1 ? " " : "");
		strcat(t->says[t->num_says], t->word[i]);
	}
	t->num_says++;
}

static void text_unjudged(struct ring_text *t)
{
	unsigned int i;

	for (i = 1; i < t->words; i++) {
		strcat(t->unjudged, t->word[i]);
		strcat(t->unjudged, " ");
	}
}

/* Lines that set one number. */
#define TEXT_NUMBERS(X)							\
	X("flags_shadow", q.flags_shadow, q.have, VI_Q_FLAGS_SHADOW)	\
	X("num_free", q.num_free, q.have, VI_Q_NUM_FREE)		\
	X("free_head", q.free_head, q.have, VI_Q_FREE_HEAD)		\
	X("num_added", q.num_added, q.have, VI_Q_NUM_ADDED)		\
	X("broken", q.broken, q.have, VI_Q_BROKEN)			\
	X("reset", q.reset, q.have, VI_Q_RESET)				\
	X("ready", q.ready, q.have, VI_Q_READY)				\
	X("triggered", q.event_triggered, q.have, VI_Q_EVENT_TRIGGERED)	\
	X("callback", q.callback, q.have, VI_Q_CALLBACK)		\
	X("vector", q.vector, q.have, VI_Q_VECTOR)			\
	X("avail_again", q.avail_again, q.have, VI_Q_AVAIL_AGAIN)	\
	X("swap", q.swap, q.have, 0)					\
	X("torn", q.torn, q.have, 0)					\
	X("gone", q.gone, q.have, 0)					\
	X("order_unknown", q.order_unknown, q.have, 0)			\
	X("live", check.live, check.have, 0)				\
	X("type", check.type, check.have, VI_C_TYPE)			\
	X("status", check.status, check.have, VI_C_STATUS)		\
	X("status_ns", check.status_ns, check.have, 0)			\
	X("legacy", check.legacy, check.have, VI_C_LEGACY)		\
	X("bound", check.bound, check.have, VI_C_BOUND)			\
	X("msix", check.msix, check.have, VI_C_MSIX)			\
	X("vectors", check.vectors, check.have, VI_C_VECTORS)		\
	X("link", check.link_up, check.have, VI_C_LINK)			\
	X("in_use", check.in_use, check.have, VI_C_IN_USE)		\
	X("index", queues[0].index, check.have, 0)			\
	X("align", check.queue_align, check.have, VI_C_ALIGN)		\
	X("translated", translated, check.have, 0)			\
	X("reg_size", queues[0].reg_size, queues[0].have, VI_CQ_REG_SIZE)

static bool text_number(struct ring_text *t)
{
#define X(name, member, bits, bit)					\
	if (!strcmp(t->word[0], name)) {				\
		t->member = text_num(t, 1);				\
		t->bits |= bit;						\
		return true;						\
	}
	TEXT_NUMBERS(X)
#undef X
	return false;
}

static const struct {
	const char *name;
	void (*fn)(struct ring_text *t);
} text_lines[] = {
	{ "split", text_size }, { "packed", text_size },
	{ "feature", text_feature }, { "offered", text_offered },
	{ "no_features", text_no_features },
	{ "at", text_at },
	{ "other", text_other }, { "avail", text_avail },
	{ "used", text_used }, { "desc", text_desc },
	{ "table", text_table }, { "entry", text_entry },
	{ "driver_event", text_event }, { "device_event", text_event },
	{ "last", text_last }, { "shadow", text_shadow },
	{ "token", text_token }, { "extra", text_extra },
	{ "note", text_note },
	{ "header", text_header },
	{ "looks", text_looks }, { "followed", text_followed },
	{ "ram", text_memory }, { "io", text_memory },
	{ "host", text_host }, { "samples", text_samples },
	{ "irq", text_irq }, { "role", text_role },
	{ "expect:", text_expect }, { "unjudged:", text_unjudged }, { "says:", text_says },
};

static void text_line(struct ring_text *t, char *line)
{
	char *save, *word;
	size_t i;

	line[strcspn(line, "#\n")] = '\0';
	t->words = 0;
	for (word = strtok_r(line, " \t", &save); word && t->words < TEXT_WORDS;
	     word = strtok_r(NULL, " \t", &save))
		t->word[t->words++] = word;
	if (!t->words || text_number(t))
		return;
	for (i = 0; i < sizeof(text_lines) / sizeof(text_lines[0]); i++)
		if (!strcmp(t->word[0], text_lines[i].name)) {
			text_lines[i].fn(t);
			return;
		}
	fail_msg("%s:%u: what is %s?", t->file, t->line, t->word[0]);
}

#endif
