/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Descriptors as a case's row has them, written into a ring by hand. */
#ifndef CMD_VQINJECT_CONFORM_RAW_H
#define CMD_VQINJECT_CONFORM_RAW_H

#include "vqinject/conform/conform.h"

/* Where a descriptor points to. */
enum raw_place {
	RAW_OUT,		/* the harmless request's question */
	RAW_IN,			/* room for its answer */
	RAW_TABLE,		/* the case's indirect table */
	RAW_NOWHERE,		/* an address where no machine has memory */
	RAW_END,		/* the last page that there can be: it wraps */
};

/* A length: that of the harmless request's question or answer. */
#define RAW_LEN		0xfffffff0u
/* An indirect table's: 16 for each of its rows. */
#define RAW_TABLE_LEN	0xfffffff1u

#define RAW_NEXT	1
#define RAW_WRITE	2
#define RAW_INDIRECT	4

/* @next: of a split ring; in a packed one, the id. */
struct raw_desc {
	enum raw_place place;
	uint32_t len;
	uint16_t flags;
	uint16_t next;
};

#define RAW_MAX		8

/*
 * @needs:   a feature bit that is negotiated, from 1 on; 0: none.
 * @valid:   the specification allows it: the device must answer.
 * @desc:    from slot 0 on, @num of them.
 * @table:   the indirect table.
 * @avail:   heads made available, @num_avail of them (split).
 * @jump:    added to the available index besides (split).
 * @torn:    of a packed list, all but the head are left unavailable.
 * @event_flags: the driver's event flags of a packed ring.
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

#endif
