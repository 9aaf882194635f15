/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The rules: invariants of one consistent snapshot of a queue, and diagnoses
 * that need several, or more than rings.
 *
 * Rules use only what was read. A rule that lacks what it needs is listed as
 * not judged, with the reason.
 */
#ifndef VI_CHECK_JUDGE_RULE_H
#define VI_CHECK_JUDGE_RULE_H

#include <virtio-inspect/inspect.h>

#include "devtype/device_type.h"
#include "inspect/findings.h"
#include "view/decode.h"
#include "view/follow.h"

/* What a rule is about, which decides when it is judged. */
enum vi_scope {
	VI_SCOPE_LAYOUT,	/* places of a queue's parts */
	VI_SCOPE_READ,		/* how a queue was read */
	VI_SCOPE_SAMPLE,	/* each usable sample of a ring */
	VI_SCOPE_SERIES,	/* all samples of a queue together */
	VI_SCOPE_DEVICE,
};

/* Bits of vi_rule.layouts. */
enum {
	VI_SPLIT = 1,
	VI_PACKED = 2,
};

struct vi_judge;

#define VI_MAX_ALIKE	6

/*
 * One row per code.
 *
 * @also:    also judges each usable sample, for a rule about layouts.
 * @by_index: trusts the indices: not judged if one of them is impossible, as
 *           what follows from a fault is not another fault.
 * @counts:  add the kernel's counters for the device to the evidence.
 * @text:    what the finding means.
 * @alike:   of a diagnosis: what else looks the same from inside the guest.
 * @advice:  what to try next.
 * @section: section of the virtio specification 1.4, or NULL.
 * @walks, @packed_walks: bits of enum vi_walk: a chain with one of these
 *           anomalies is a finding.
 */
struct vi_rule {
	const char *code;
	enum vi_severity severity;
	enum vi_scope scope;
	unsigned int layouts;
	void (*judge)(struct vi_judge *j);
	void (*also)(struct vi_judge *j);
	uint32_t walks, packed_walks;
	bool by_index;
	bool counts;
	const char *title;
	const char *text;
	const char *alike[VI_MAX_ALIKE + 1];
	const char *advice;
	const char *section;
};

/* --- Input --- */

/* Bits of vi_check.have. */
enum {
	VI_C_TYPE	= 1 << 0,
	VI_C_STATUS	= 1 << 1,
	VI_C_FEATURES	= 1 << 2,	/* negotiated */
	VI_C_LEGACY	= 1 << 3,
	VI_C_BOUND	= 1 << 4,
	VI_C_MSIX	= 1 << 5,
	VI_C_VECTORS	= 1 << 6,
	VI_C_LINK	= 1 << 7,
	VI_C_ALIGN	= 1 << 8,
	VI_C_IN_USE	= 1 << 9,
	VI_C_OFFERED	= 1 << 10,
};

/* What is at an address that the device uses. */
enum vi_mem_kind {
	VI_MEM_UNKNOWN,
	VI_MEM_RAM,
	VI_MEM_IO,		/* memory that is not RAM: DAX, P2P, a GPU's */
	VI_MEM_NOTHING,
};

/*
 * @physical: addresses in rings are physical.
 * @lookup:   the kind of memory at @addr; *@extent: for how many bytes from
 *            there, at least 1. NULL: unknown.
 */
struct vi_check_memory {
	bool physical;
	enum vi_mem_kind (*lookup)(void *data, uint64_t addr, uint64_t *extent);
	void *data;
};

struct vi_flight;

/*
 * A queue as it was at one moment.
 * @flights: ring->in_flight, to describe the requests; may be NULL.
 */
struct vi_check_sample {
	const struct vi_raw_queue *q;
	const struct vi_decoded *ring;
	struct vi_flight *flights;
	uint64_t time_ns;		/* monotonic clock */
	bool has_interrupts;
	uint64_t interrupts;		/* count of the queue's vector */
};

/* Bits of vi_check_queue.have. */
enum {
	VI_CQ_VECTOR_OWN	= 1 << 0,
	VI_CQ_MASKED		= 1 << 1,
	VI_CQ_REG_SIZE		= 1 << 2,
	VI_CQ_ROLE		= 1 << 3,
	VI_CQ_DRIVER_SIZE	= 1 << 4,
	VI_CQ_IRQ		= 1 << 5,
};

/*
 * @name: the driver's for it, or that of the specification; NULL: unknown.
 * @kind: its description by the device type, or NULL.
 * @follow: its requests, as looks until the last sample followed them, or
 *          NULL.
 * @taker: who on the host takes its buffers, if that is known: "port 1".
 * @vector_own: its interrupt announces this queue alone.
 */
struct vi_check_queue {
	uint16_t index;
	const char *name;
	uint32_t have;
	enum vi_queue_role role;
	const struct vi_queue_kind *kind;
	char taker[128];
	const struct vi_follow *follow;
	const struct vi_check_sample *samples;	/* the oldest first */
	size_t num_samples;
	bool vector_own, masked;
	uint32_t irq;			/* the kernel's number */
	uint32_t reg_size;		/* in the device's registers */
	uint32_t driver_size;		/* if samples have reg_size */
};

/*
 * @live:     read from a ring in use: a fault must show in every usable sample,
 *            and in two at least.
 * @local:    the device is this machine's: its registers can be read.
 * @status_ns: for how long it has been seen to be @status.
 * @link_up:  the network interface is up.
 * @in_use:   how many queues its driver uses; it may have set up more.
 * @vectors:  size of the MSI-X table.
 * @queue_align: of a legacy device, in bytes.
 * @offered:  what the device offers, where known.
 * @watch_ns: how long to watch a request that stays; 0: 3 s.
 */
struct vi_check {
	bool live, local;
	uint32_t have;
	uint32_t type;
	uint32_t status;
	uint64_t status_ns;
	struct vi_features features, offered;
	bool legacy, bound, msix, link_up;
	uint32_t vectors, queue_align, in_use;
	struct vi_check_memory memory;
	uint64_t watch_ns;
	const struct vi_check_queue *queues;
	size_t num_queues;
};

/* A position in a ring as text: an index, or SLOT/WRAP. */
#define VI_PLACE_SIZE	16
const char *vi_place(bool packed, uint16_t pos, char buf[VI_PLACE_SIZE]);

#endif
