/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Descriptors in rows of cases, to be written into a ring by hand. */
#ifndef CMD_VQINJECT_CONFORM_RAW_H
#define CMD_VQINJECT_CONFORM_RAW_H

#include "vqinject/conform/conform.h"

/* Where a descriptor points. */
enum raw_place {
	RAW_OUT,		/* the harmless request */
	RAW_IN,			/* its answer */
	RAW_TABLE,		/* the case's indirect table */
	RAW_NOWHERE,		/* an address without memory */
	RAW_END,		/* the last page: longer buffers wrap */
};

/* The length of the harmless request or of its answer. */
#define RAW_LEN		0xfffffff0u
/* The length of the indirect table, 16 bytes per row. */
#define RAW_TABLE_LEN	0xfffffff1u

#define RAW_NEXT	1
#define RAW_WRITE	2
#define RAW_INDIRECT	4

/* @next: split rings; in packed rings, the id. */
struct raw_desc {
	enum raw_place place;
	uint32_t len;
	uint16_t flags;
	uint16_t next;
};

#define RAW_MAX		8

/*
 * @needs:   a feature bit to negotiate; 0: none.
 * @valid:   the specification allows it, so the device must answer.
 * @desc:    @num descriptors, from slot 0 on.
 * @table:   the indirect table.
 * @avail:   @num_avail available heads (split).
 * @jump:    added to the available index (split).
 * @torn:    only the head of the list is available (packed).
 * @event_flags: the driver's event flags (packed).
 */
struct conform_raw {
	unsigned int needs;
	bool valid;
	struct raw_desc desc[RAW_MAX];
	unsigned int num;
	struct raw_desc table[RAW_MAX];
	unsigned int num_table;
	uint16_t avail[RAW_MAX];
	unsigned int num_avail;
	uint16_t jump;
	bool torn;
	uint16_t event_flags;
};

/* To write rows of malformed rings: descriptors, and a case. */
#define OUT(flags, next)	{ RAW_OUT, RAW_LEN, flags, next }
#define IN(flags, next)		{ RAW_IN, RAW_LEN, RAW_WRITE | (flags), next }
#define TABLE(len, flags)	{ RAW_TABLE, len, RAW_INDIRECT | (flags), 0 }
#define INDIRECT		.needs = VIRTIO_RING_F_INDIRECT_DESC

#define HOSTILE(layout, id, code, sec, what, ...)			\
	{ id, sec, layout, conform_run_raw, what " (" code ")",		\
	  &(const struct conform_raw){ __VA_ARGS__ } }

#endif
