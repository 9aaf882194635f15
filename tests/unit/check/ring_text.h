/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Queues from text, for tests: see tests/fixtures/rings/README. */
#ifndef RING_TEXT_H
#define RING_TEXT_H

#include "ring_text_lines.h"

/* --- Assembling the queue --- */

static enum vi_mem_kind text_look(void *data, uint64_t addr, uint64_t *extent)
{
	const struct ring_text *t = data;
	uint64_t next = UINT64_MAX;
	unsigned int i;

	for (i = 0; i < t->num_memory; i++) {
		uint64_t start = t->memory[i].start, len = t->memory[i].len;

		if (addr >= start && addr - start < len) {
			*extent = len - (addr - start);
			return t->memory[i].kind;
		}
		if (start > addr && start < next)
			next = start;
	}
	*extent = next - addr;
	return VI_MEM_NOTHING;
}

/* A moving ring: each sample is one buffer ahead. */
static void text_move(struct vi_raw_queue *q, unsigned int by)
{
	struct vi_ring_parts parts = vi_ring_parts(q->packed, q->size);
	uint8_t *driver = malloc(parts.driver), *device = malloc(parts.device);

	memcpy(driver, q->driver_bytes, parts.driver);
	memcpy(device, q->device_bytes, parts.device);
	q->driver_bytes = driver;
	q->device_bytes = device;
	put(driver + 2, (driver[2] | driver[3] << 8) + by, 2);
	put(device + 2, (device[2] | device[3] << 8) + by, 2);
}

static void text_finish(struct ring_text *t)
{
	struct vi_check_queue *queue = &t->queues[0];
	unsigned int i;

	for (i = 0; i < t->num_samples; i++) {
		struct vi_check_sample *s = &t->samples[i];

		t->copies[i] = t->q;
		if (t->moving)
			text_move(&t->copies[i], i);
		assert_int_equal(vi_decode(&t->copies[i], &t->rings[i]),
				 0);
		s->q = &t->copies[i];
		s->ring = &t->rings[i];
		s->time_ns = 1 + (t->num_samples > 1 ?
				  t->span_ns * i / (t->num_samples - 1) : 0);
		s->has_interrupts = t->has_irq;
		s->interrupts = t->irq[i == t->num_samples - 1];
	}
	queue->samples = t->samples;
	queue->num_samples = t->num_samples;
	t->check.queues = t->queues;
	t->check.num_queues = 1 + t->has_other;
	if (t->num_memory) {
		t->check.memory =
			(struct vi_check_memory){.physical = !t->translated,
						 .lookup = text_look,
						 .data = t};
	}
	if (t->has_other) {
		vi_decode(&t->other, &t->other_ring);
		t->other_sample = (struct vi_check_sample) {
			.q = &t->other, .ring = &t->other_ring };
		t->queues[1] = (struct vi_check_queue) {
			.index = 1, .samples = &t->other_sample,
			.num_samples = 1 };
	}
}

static struct ring_text *ring_text_read(const char *path)
{
	struct ring_text *t = calloc(1, sizeof(*t));
	FILE *f = fopen(path, "r");
	char line[4096];

	if (!f)
		fail_msg("%s: %s", path, strerror(errno));
	t->file = path;
	t->num_samples = 1;
	while (fgets(line, sizeof(line), f)) {
		t->line++;
		text_line(t, line);
	}
	fclose(f);
	text_finish(t);
	return t;
}

static void ring_text_free(struct ring_text *t)
{
	unsigned int i;

	for (i = 0; i < t->num_samples; i++) {
		vi_decoded_free(&t->rings[i]);
		if (t->moving) {
			free(t->copies[i].driver_bytes);
			free(t->copies[i].device_bytes);
		}
	}
	vi_decoded_free(&t->other_ring);
	vi_follow_end(&t->follow);
	vi_raw_queue_free(&t->q);
	free(t);
}

#endif
