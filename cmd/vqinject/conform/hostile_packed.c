// SPDX-License-Identifier: GPL-2.0-or-later
/* Malformed packed rings. Some are known to crash a VMM. */
#include "vqinject/conform/raw.h"

#define OUT(flags, id)		{ RAW_OUT, RAW_LEN, flags, id }
#define IN(flags, id)		{ RAW_IN, RAW_LEN, RAW_WRITE | (flags), id }
#define TABLE(len, flags)	{ RAW_TABLE, len, RAW_INDIRECT | (flags), 0 }
#define INDIRECT		.needs = VIRTIO_RING_F_INDIRECT_DESC

#define CASE(id, code, sec, what, ...)					\
	{ id, sec, CONFORM_PACKED, conform_run_raw, what " (" code ")",	\
	  &(const struct conform_raw){ __VA_ARGS__ } }

/* Those that are known to crash a VMM come last. */
const struct conform_case conform_hostile_packed[] = {
	CASE("hostile-id", "W_ID", "2.8.13",
	     "an id beyond the ring",
	     .desc = { OUT(RAW_NEXT, 0), IN(0, 16) }, .num = 2),
	CASE("hostile-zero-len", "W_ZERO_LEN", "2.8.13",
	     "a zero-length buffer",
	     .desc = { { RAW_IN, 0, RAW_WRITE, 0 } }, .num = 1),
	CASE("hostile-dup-id", "E_DUP_ID", "2.8.6",
	     "the same id twice",
	     .desc = { IN(0, 3), IN(0, 3) }, .num = 2),
	CASE("hostile-torn", "E_TORN_CHAIN", "2.8.17",
	     "a list whose tail is not available",
	     .desc = { OUT(RAW_NEXT, 0), IN(0, 0) }, .num = 2, .torn = true),
	CASE("hostile-buffer-unmapped", "E_BUF_UNMAPPED", "2.8.13",
	     "a buffer outside memory",
	     .desc = { { RAW_NOWHERE, 512, RAW_WRITE, 0 } }, .num = 1),
	CASE("hostile-buffer-wrap", "E_BUF_WRAP", "2.8.13",
	     "a buffer that extends past 2^64",
	     .desc = { { RAW_END, 8192, RAW_WRITE, 0 } }, .num = 1),
	CASE("hostile-event-flags", "E_EVT_RSVD", "2.8.10",
	     "event flags 3",
	     .desc = { OUT(RAW_NEXT, 0), IN(0, 0) }, .num = 2,
	     .event_flags = 3),
	CASE("hostile-indirect-refused", "E_IND_FEATURE", "2.8.19",
	     "an indirect table without negotiation",
	     .desc = { TABLE(RAW_TABLE_LEN, 0) }, .num = 1,
	     .table = { IN(0, 0) }, .num_table = 1),
	CASE("hostile-indirect-len", "E_IND_LEN", "2.8.7",
	     "an indirect table of 17 bytes",
	     .desc = { TABLE(17, 0) }, .num = 1, INDIRECT,
	     .table = { IN(0, 0) }, .num_table = 1),
	CASE("hostile-indirect-unmapped", "E_IND_UNMAPPED", "2.8.7",
	     "an indirect table outside memory",
	     .desc = { { RAW_NOWHERE, 64, RAW_INDIRECT, 0 } }, .num = 1,
	     INDIRECT),
	CASE("hostile-nested", "E_NESTED", "2.8.19",
	     "an indirect table in an indirect table",
	     .desc = { TABLE(RAW_TABLE_LEN, 0) }, .num = 1, INDIRECT,
	     .table = { TABLE(16, 0) }, .num_table = 1),
	CASE("hostile-endless", "E_LOOP", "2.8.17",
	     "an endless list",
	     .desc = { OUT(RAW_NEXT, 0), OUT(RAW_NEXT, 0), OUT(RAW_NEXT, 0),
		       OUT(RAW_NEXT, 0), OUT(RAW_NEXT, 0), OUT(RAW_NEXT, 0),
		       OUT(RAW_NEXT, 0), OUT(RAW_NEXT, 0) }, .num = 8),
	CASE("hostile-indirect-in-list", "E_IND_MIX", "2.8.19",
	     "an indirect descriptor inside a list",
	     .desc = { OUT(RAW_NEXT, 0), TABLE(RAW_TABLE_LEN, 0) }, .num = 2,
	     INDIRECT, .table = { IN(0, 0) }, .num_table = 1),
	CASE("hostile-order", "E_ORDER", "2.8.17",
	     "a readable descriptor after a writable one",
	     .desc = { IN(RAW_NEXT, 0), OUT(0, 0) }, .num = 2),
	CASE("hostile-indirect-empty", "E_IND_LEN", "2.8.7",
	     "a zero-length indirect table",
	     .desc = { TABLE(0, 0) }, .num = 1, INDIRECT),
	{ 0 },
};
