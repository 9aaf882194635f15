// SPDX-License-Identifier: GPL-2.0-or-later
/* Valid rings that this library's driver never makes. */
#include "vqinject/conform/raw.h"

/* The device-readable part direct, the rest in an indirect table. */
static const struct conform_raw direct_then_indirect = {
	.needs = VIRTIO_RING_F_INDIRECT_DESC, .valid = true,
	.desc = { { RAW_OUT, RAW_LEN, RAW_NEXT, 1 },
		  { RAW_TABLE, RAW_TABLE_LEN, RAW_INDIRECT, 0 } },
	.num = 2,
	.table = { { RAW_IN, RAW_LEN, RAW_WRITE, 0 } }, .num_table = 1,
	.avail = { 0 }, .num_avail = 1,
};

static const struct conform_raw indirect_write = {
	.needs = VIRTIO_RING_F_INDIRECT_DESC, .valid = true,
	.desc = { { RAW_TABLE, RAW_TABLE_LEN, RAW_INDIRECT | RAW_WRITE, 0 } },
	.num = 1,
	.table = { { RAW_OUT, RAW_LEN, RAW_NEXT, 1 },
		   { RAW_IN, RAW_LEN, RAW_WRITE, 0 } }, .num_table = 2,
	.avail = { 0 }, .num_avail = 1,
};

static const struct conform_raw indirect_write_packed = {
	.needs = VIRTIO_RING_F_INDIRECT_DESC, .valid = true,
	.desc = { { RAW_TABLE, RAW_TABLE_LEN, RAW_INDIRECT | RAW_WRITE, 3 } },
	.num = 1,
	.table = { { RAW_OUT, RAW_LEN, 0, 0 },
		   { RAW_IN, RAW_LEN, RAW_WRITE, 0 } }, .num_table = 2,
};

/* A chain that runs backwards, with a bogus `next` where NEXT is not set. */
static const struct conform_raw backwards = {
	.valid = true,
	.desc = { { RAW_IN, RAW_LEN, RAW_WRITE, 0xffff },
		  { RAW_OUT, RAW_LEN, RAW_NEXT, 0 } },
	.num = 2, .avail = { 1 }, .num_avail = 1,
};

static bool two_sided(const struct conform *c)
{
	return c->request->in && c->request->out;
}

static enum conform_verdict run_two_sided(struct conform *c)
{
	if (!two_sided(c))
		return conform_say(c, CONFORM_SKIP,
				   "needs requests of two parts");
	return conform_run_raw(c);
}

const struct conform_case conform_raw_cases[] = {
	{ "chain-backwards", "2.7.5", CONFORM_SPLIT, run_two_sided,
	  "a chain that traverses the table backwards", &backwards },
	{ "indirect-write-flag", "2.7.5.3.2", CONFORM_SPLIT, run_two_sided,
	  "WRITE on an indirect descriptor is ignored", &indirect_write },
	{ "indirect-write-flag", "2.8.7", CONFORM_PACKED, run_two_sided,
	  "WRITE on an indirect descriptor is ignored",
	  &indirect_write_packed },
	{ "direct-then-indirect", "2.7.5.3.2", CONFORM_SPLIT, run_two_sided,
	  "a chain that ends in an indirect descriptor", &direct_then_indirect },
	{ 0 },
};
