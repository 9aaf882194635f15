// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * All that is checked: one row a code. Invariants begin with E_ (error), W_
 * (warning) or I_ (information), diagnoses with D_.
 */
#include <string.h>

#include "check/rules/judge.h"

#define W(what)		(UINT32_C(1) << VI_WALK_##what)
#define BOTH		(VI_SPLIT | VI_PACKED)

#define TELL_DRIVER							\
	"report it to the driver's maintainers, with a capture"
#define TELL_NAMED							\
	"report it to the maintainers of the side that it names, with a capture"
#define TELL_DEVICE							\
	"report it to whoever makes the device (VMM, vhost, card), with a capture"

static const struct vi_rule rules[] = {
	{
		.code = "E_QSIZE",
		.severity = VI_ERROR, .scope = VI_SCOPE_LAYOUT,
		.layouts = BOTH, .judge = vi_judge_qsize,
		.title = "queue size is not allowed",
		.text = "A queue has 1 to 32768 entries; a split one a power "
			"of two of them.",
		.advice = TELL_DRIVER,
		.section = "2.7, 2.8",
	},
	{
		.code = "E_ALIGN",
		.severity = VI_ERROR, .scope = VI_SCOPE_LAYOUT,
		.layouts = BOTH, .judge = vi_judge_align,
		.title = "a part of the ring is not aligned",
		.text = "Devices may refuse such a ring, or silently never "
			"complete anything.",
		.advice = TELL_DRIVER,
		.section = "2.7, 2.8.10.1",
	},
	{
		.code = "E_UNMAPPED",
		.severity = VI_ERROR, .scope = VI_SCOPE_LAYOUT,
		.layouts = BOTH, .judge = vi_judge_unmapped,
		.title = "a part of the ring is not in memory",
		.text = "The device cannot reach the ring.",
		.advice = TELL_DRIVER,
		.section = "2.7",
	},
	{
		.code = "E_WRAP",
		.severity = VI_ERROR, .scope = VI_SCOPE_LAYOUT,
		.layouts = BOTH, .judge = vi_judge_wrap,
		.title = "a part of the ring goes past the end of the address "
			"space",
		.text = "Its address and size add up to more than 64 bits.",
		.advice = TELL_DRIVER,
	},
	{
		.code = "W_OVERLAP",
		.severity = VI_WARNING, .scope = VI_SCOPE_LAYOUT,
		.layouts = BOTH, .judge = vi_judge_overlap,
		.also = vi_judge_table_overlap,
		.title = "parts of rings or tables lie over each other",
		.text = "Two things that are written independently share "
			"memory.",
		.advice = TELL_DRIVER,
	},
	{
		.code = "E_LAYOUT",
		.severity = VI_ERROR, .scope = VI_SCOPE_LAYOUT,
		.layouts = VI_SPLIT, .judge = vi_judge_layout,
		.title = "a legacy ring is not laid out as the device computes"
			" it",
		.text = "A legacy device is given one page number and "
			"computes the rest from the queue's alignment.",
		.advice = TELL_DRIVER,
		.section = "2.7.2",
	},
	{
		.code = "I_FIRMWARE_RING",
		.severity = VI_INFO, .scope = VI_SCOPE_LAYOUT,
		.layouts = BOTH, .judge = vi_judge_firmware,
		.title = "a ring was left behind",
		.text = "Firmware sets devices up before the kernel does, and"
			" does not always clean up.",
	},
	{
		.code = "E_USED_AHEAD",
		.severity = VI_ERROR, .scope = VI_SCOPE_SAMPLE,
		.layouts = VI_SPLIT, .judge = vi_judge_used_ahead,
		.title = "more was completed than was made available",
		.text = "The used index is ahead of the available index.",
		.advice = TELL_DEVICE,
		.section = "2.7.8",
	},
	{
		.code = "E_INFLIGHT",
		.severity = VI_ERROR, .scope = VI_SCOPE_SAMPLE,
		.layouts = BOTH, .judge = vi_judge_inflight,
		.title = "more is in flight than the queue holds",
		.text = "The indices lie further apart than the queue is "
			"large.",
		.advice = TELL_DRIVER,
		.section = "2.7.6, 2.8.19",
	},
	{
		.code = "E_AVAIL_JUMP",
		.severity = VI_ERROR, .scope = VI_SCOPE_SAMPLE,
		.layouts = VI_SPLIT, .judge = vi_judge_avail_jump,
		.title = "the available index jumped",
		.text = "It is further ahead of the device than the queue is "
			"large; devices answer with NEEDS_RESET. Judged only "
			"where the device's own position is known: of "
			"simulated devices, which tell it.",
		.advice = TELL_DRIVER,
		.section = "2.7.6",
	},
	{
		.code = "E_AVAIL_DECR",
		.severity = VI_ERROR, .scope = VI_SCOPE_SERIES,
		.layouts = VI_SPLIT, .judge = vi_judge_avail_decr,
		.title = "the available index went backwards",
		.text = "Buffers that were made available cannot be taken "
			"back.",
		.advice = TELL_DRIVER,
		.section = "2.7.13.3.1",
	},
	{
		.code = "E_HEAD",
		.severity = VI_ERROR, .scope = VI_SCOPE_SAMPLE,
		.layouts = VI_SPLIT, .judge = vi_judge_head,
		.title = "an available entry names no descriptor",
		.text = "The head of a chain is outside of the descriptor "
			"table.",
		.advice = TELL_DRIVER,
		.section = "2.7.6",
	},
	{
		.code = "E_DUP_HEAD",
		.severity = VI_ERROR, .scope = VI_SCOPE_SAMPLE,
		.layouts = VI_SPLIT, .judge = vi_judge_dup_head,
		.title = "a chain was made available twice",
		.text = "It was offered again while it was in flight; the "
			"device may complete it every time.",
		.advice = TELL_DRIVER,
		.section = "2.7.13",
	},
	{
		.code = "E_SHARED_DESC",
		.severity = VI_ERROR, .scope = VI_SCOPE_SAMPLE,
		.layouts = VI_SPLIT, .judge = vi_judge_shared_desc,
		.title = "two chains in flight share a descriptor",
		.text = "A descriptor, in the ring or in an indirect table, "
			"belongs to one chain at a time.",
		.advice = TELL_DRIVER,
		.section = "2.7.5",
	},
	{
		.code = "E_NEXT",
		.severity = VI_ERROR, .scope = VI_SCOPE_SAMPLE,
		.layouts = VI_SPLIT, .judge = vi_judge_walk,
		.walks = W(NEXT),
		.title = "a chain leaves the descriptor table",
		.text = "The next field names no descriptor.",
		.advice = TELL_DRIVER,
		.section = "2.7.5",
	},
	{
		.code = "E_LOOP",
		.severity = VI_ERROR, .scope = VI_SCOPE_SAMPLE,
		.layouts = BOTH, .judge = vi_judge_walk,
		.walks = W(LOOP),
		.packed_walks = W(LOOP),
		.title = "a chain comes back to itself",
		.text = "It never ends.",
		.advice = TELL_DRIVER,
		.section = "2.7.5.1, 2.8.6",
	},
	{
		.code = "W_ZERO_LEN",
		.severity = VI_WARNING, .scope = VI_SCOPE_SAMPLE,
		.layouts = BOTH, .judge = vi_judge_zero_len,
		.title = "a buffer of length 0",
		.text = "Some devices stall for good on it.",
		.advice = TELL_DRIVER,
		.section = "2.7.5",
	},
	{
		.code = "E_ORDER",
		.severity = VI_ERROR, .scope = VI_SCOPE_SAMPLE,
		.layouts = BOTH, .judge = vi_judge_order,
		.title = "a readable buffer after a writable one",
		.text = "What the device reads comes before what it writes.",
		.advice = TELL_DRIVER,
		.section = "2.7.4.2, 2.8.17",
	},
	{
		.code = "E_TOTAL",
		.severity = VI_ERROR, .scope = VI_SCOPE_SAMPLE,
		.layouts = BOTH, .judge = vi_judge_total,
		.title = "a chain is longer than 2^32 bytes",
		.text = "The sum of a chain's lengths is limited.",
		.advice = TELL_DRIVER,
		.section = "2.7.5.2",
	},
	{
		.code = "E_BUF_WRAP",
		.severity = VI_ERROR, .scope = VI_SCOPE_SAMPLE,
		.layouts = BOTH, .judge = vi_judge_buf_wrap,
		.title = "a buffer goes past the end of the address space",
		.text = "Its address and length add up to more than 64 bits.",
		.advice = TELL_DRIVER,
	},
	{
		.code = "E_BUF_UNMAPPED",
		.severity = VI_ERROR, .scope = VI_SCOPE_SAMPLE,
		.layouts = BOTH, .judge = vi_judge_buf_unmapped,
		.title = "a buffer is not in memory",
		.text = "The device cannot reach it.",
		.advice = TELL_DRIVER,
	},
	{
		.code = "E_BUF_SPLIT",
		.severity = VI_ERROR, .scope = VI_SCOPE_SAMPLE,
		.layouts = BOTH, .judge = vi_judge_buf_split,
		.title = "a buffer spans a hole in memory",
		.text = "It begins and ends in memory, with nothing in "
			"between.",
		.advice = TELL_DRIVER,
	},
	{
		.code = "I_NOT_RAM",
		.severity = VI_INFO, .scope = VI_SCOPE_LAYOUT,
		.layouts = BOTH, .judge = vi_judge_ring_not_ram,
		.also = vi_judge_not_ram,
		.title = "a ring, a table or a buffer is in memory that is not"
			" RAM",
		.text = "It may be persistent memory, or that of a graphics "
			"card or another device.",
	},
	{
		.code = "W_BUF_IN_RING",
		.severity = VI_WARNING, .scope = VI_SCOPE_SAMPLE,
		.layouts = BOTH, .judge = vi_judge_buf_in_ring,
		.title = "a buffer lies over a ring in use",
		.text = "What is written to it changes the ring.",
		.advice = TELL_DRIVER,
	},
	{
		.code = "W_FLAGS",
		.severity = VI_WARNING, .scope = VI_SCOPE_SAMPLE,
		.layouts = BOTH, .judge = vi_judge_flags,
		.title = "reserved flags are set in a descriptor",
		.text = "A device may take them for something that it knows.",
		.advice = TELL_DRIVER,
		.section = "2.7.5, 2.8.5",
	},
	{
		.code = "W_SHORT",
		.severity = VI_WARNING, .scope = VI_SCOPE_SAMPLE,
		.layouts = BOTH, .judge = vi_judge_short,
		.title = "a request is shorter than its header",
		.text = "The device cannot tell what is asked of it.",
		.advice = TELL_DRIVER,
		.section = "5",
	},
	{
		.code = "E_IND_FEATURE",
		.severity = VI_ERROR, .scope = VI_SCOPE_SAMPLE,
		.layouts = BOTH, .judge = vi_judge_walk,
		.walks = W(IND_FEATURE),
		.packed_walks = W(IND_FEATURE),
		.title = "an indirect table without the feature",
		.text = "VIRTIO_F_INDIRECT_DESC was not negotiated.",
		.advice = TELL_DRIVER,
		.section = "2.7.5.3.1",
	},
	{
		.code = "E_IND_NEXT",
		.severity = VI_ERROR, .scope = VI_SCOPE_SAMPLE,
		.layouts = VI_SPLIT, .judge = vi_judge_walk,
		.walks = W(IND_NEXT),
		.title = "INDIRECT together with NEXT",
		.text = "A chain ends with its table.",
		.advice = TELL_DRIVER,
		.section = "2.7.5.3.1",
	},
	{
		.code = "I_INTEROP",
		.severity = VI_INFO, .scope = VI_SCOPE_SAMPLE,
		.layouts = VI_SPLIT, .judge = vi_judge_walk,
		.walks = W(IND_LATE),
		.title = "an indirect table after direct descriptors",
		.text = "The specification allows it; devices that look for "
			"INDIRECT at the head alone take the table for data.",
		.section = "2.7.5.3",
	},
	{
		.code = "E_IND_LEN",
		.severity = VI_ERROR, .scope = VI_SCOPE_SAMPLE,
		.layouts = BOTH, .judge = vi_judge_walk,
		.walks = W(IND_LEN),
		.packed_walks = W(IND_LEN),
		.title = "the length of an indirect table is wrong",
		.text = "It is a multiple of 16, and not 0.",
		.advice = TELL_DRIVER,
		.section = "2.7.5.3.2, 2.8.7",
	},
	{
		.code = "E_IND_HUGE",
		.severity = VI_ERROR, .scope = VI_SCOPE_SAMPLE,
		.layouts = BOTH, .judge = vi_judge_walk,
		.walks = W(IND_HUGE),
		.packed_walks = W(IND_HUGE),
		.title = "an indirect table is too large",
		.text = "No entry past 65536 can be named.",
		.advice = TELL_DRIVER,
		.section = "2.7.5.3",
	},
	{
		.code = "W_IND_LONG",
		.severity = VI_WARNING, .scope = VI_SCOPE_SAMPLE,
		.layouts = BOTH, .judge = vi_judge_walk,
		.walks = W(IND_LONG),
		.packed_walks = W(IND_LONG),
		.title = "a chain in a table is longer than the queue",
		.text = "Many devices accept it; the specification does not.",
		.advice = TELL_DRIVER,
		.section = "2.7.5.3.1, 2.8.19",
	},
	{
		.code = "E_IND_UNMAPPED",
		.severity = VI_ERROR, .scope = VI_SCOPE_SAMPLE,
		.layouts = BOTH, .judge = vi_judge_ind_unmapped,
		.title = "an indirect table is not in memory",
		.text = "The device cannot reach all of it.",
		.advice = TELL_DRIVER,
	},
	{
		.code = "E_IND_NEXT_RANGE",
		.severity = VI_ERROR, .scope = VI_SCOPE_SAMPLE,
		.layouts = VI_SPLIT, .judge = vi_judge_walk,
		.walks = W(IND_RANGE),
		.title = "a chain leaves its indirect table",
		.text = "The next field names no entry of it.",
		.advice = TELL_DRIVER,
		.section = "2.7.5.3.1",
	},
	{
		.code = "E_NESTED",
		.severity = VI_ERROR, .scope = VI_SCOPE_SAMPLE,
		.layouts = BOTH, .judge = vi_judge_walk,
		.walks = W(NESTED),
		.packed_walks = W(NESTED),
		.title = "an indirect table within an indirect table",
		.text = "Devices stall on it, or refuse it.",
		.advice = TELL_DRIVER,
		.section = "2.7.5.3.1, 2.8.19",
	},
	{
		.code = "W_DIVERGE",
		.severity = VI_WARNING, .scope = VI_SCOPE_SAMPLE,
		.layouts = VI_SPLIT, .judge = vi_judge_walk,
		.walks = W(IND_DIVERGE),
		.title = "a table is not in order",
		.text = "Some devices read tables one entry after the other, "
			"some follow next: they see different requests.",
		.advice = TELL_DRIVER,
		.section = "2.7.5.3",
	},
	{
		.code = "E_USED_ID",
		.severity = VI_ERROR, .scope = VI_SCOPE_SAMPLE,
		.layouts = VI_SPLIT, .judge = vi_judge_used_id,
		.title = "the device completed a buffer that cannot exist",
		.text = "A used entry names no descriptor.",
		.advice = TELL_DEVICE,
		.section = "2.7.8",
	},
	{
		.code = "E_USED_NOT_HEAD",
		.severity = VI_ERROR, .scope = VI_SCOPE_SAMPLE,
		.layouts = BOTH, .judge = vi_judge_used_not_head,
		.title = "the device completed what is not outstanding",
		.text = "A used entry names a buffer that the driver has not "
			"given.",
		.advice = TELL_DEVICE,
		.section = "2.7.8.2, 2.8.22",
	},
	{
		.code = "E_DUP_USED",
		.severity = VI_ERROR, .scope = VI_SCOPE_SAMPLE,
		.layouts = BOTH, .judge = vi_judge_dup_used,
		.title = "the device completed a buffer twice",
		.text = "Two used entries that the driver has not seen name "
			"the same one.",
		.advice = TELL_DEVICE,
		.section = "2.7.8.2",
	},
	{
		.code = "E_USED_LEN",
		.severity = VI_ERROR, .scope = VI_SCOPE_SAMPLE,
		.layouts = BOTH, .judge = vi_judge_used_len,
		.title = "the device claims to have written more than there "
			"was room for",
		.text = "It wrote past the buffer, or counts wrongly.",
		.advice = TELL_DEVICE,
		.section = "2.7.8.2, 2.8.22",
	},
	{
		.code = "I_USED_LEN",
		.severity = VI_INFO, .scope = VI_SCOPE_SAMPLE,
		.layouts = VI_SPLIT, .judge = vi_judge_used_len_legacy,
		.title = "a legacy device claims to have written more than "
			"there was room for",
		.text = "Legacy drivers do not look at it.",
		.section = "2.7.8.3",
	},
	{
		.code = "W_EVT_FLAGS",
		.severity = VI_WARNING, .scope = VI_SCOPE_SAMPLE,
		.layouts = BOTH, .judge = vi_judge_evt_flags,
		.title = "reserved bits in the flags of a ring",
		.text = "Only what is defined may be set; with event indices "
			"in a split ring, nothing.",
		.advice = TELL_NAMED,
		.section = "2.7.7, 2.8.10",
	},
	{
		.code = "I_EVT_STALE",
		.severity = VI_INFO, .scope = VI_SCOPE_SAMPLE,
		.layouts = BOTH, .judge = vi_judge_evt_stale,
		.title = "the driver's event index is out of place",
		.text = "It lies outside of what the driver has yet to see: "
			"it may miss an interrupt, or get too many.",
		.section = "2.7.7",
	},
	{
		.code = "E_INORDER_NEXT",
		.severity = VI_ERROR, .scope = VI_SCOPE_SAMPLE,
		.layouts = VI_SPLIT, .judge = vi_judge_inorder_next,
		.title = "in order, a chain does not go on at the next "
			"descriptor",
		.text = "The driver takes descriptors one after the other.",
		.advice = TELL_DRIVER,
		.section = "2.7.5.1",
	},
	{
		.code = "E_INORDER_IND",
		.severity = VI_ERROR, .scope = VI_SCOPE_SAMPLE,
		.layouts = VI_SPLIT, .judge = vi_judge_inorder_ind,
		.title = "in order, a table is not in order",
		.text = "Its entries follow one another.",
		.advice = TELL_DRIVER,
		.section = "2.7.5.3.1",
	},
	{
		.code = "E_INORDER_USED",
		.severity = VI_ERROR, .scope = VI_SCOPE_SAMPLE,
		.layouts = BOTH, .judge = vi_judge_inorder_used,
		.title = "the device completed out of order",
		.text = "It negotiated VIRTIO_F_IN_ORDER.",
		.advice = TELL_DEVICE,
		.section = "2.7.9, 2.8.9",
	},
	{
		.code = "E_WRAP_BITS",
		.severity = VI_ERROR, .scope = VI_SCOPE_SAMPLE,
		.layouts = VI_PACKED, .judge = vi_judge_wrap_bits,
		.title = "a slot has the bits of another lap",
		.text = "AVAIL and USED do not go with the wrap counter.",
		.advice = TELL_DRIVER,
		.section = "2.8.1",
	},
	{
		.code = "W_ID",
		.severity = VI_WARNING, .scope = VI_SCOPE_SAMPLE,
		.layouts = VI_PACKED, .judge = vi_judge_packed_id,
		.title = "a buffer id is as large as the queue or larger",
		.text = "The device returns it as it is; drivers that use it "
			"as an index do not expect it.",
		.advice = TELL_DRIVER,
		.section = "2.8.5",
	},
	{
		.code = "E_IND_MIX",
		.severity = VI_ERROR, .scope = VI_SCOPE_SAMPLE,
		.layouts = VI_PACKED, .judge = vi_judge_walk,
		.packed_walks = W(IND_NEXT) | W(IND_MIX),
		.title = "an indirect descriptor in a list",
		.text = "Devices hang on it.",
		.advice = TELL_DRIVER,
		.section = "2.8.19",
	},
	{
		.code = "E_RESTAMP",
		.severity = VI_ERROR, .scope = VI_SCOPE_SAMPLE,
		.layouts = VI_PACKED, .judge = vi_judge_restamp,
		.title = "a slot was written again too early",
		.text = "The device is not done with what was in it.",
		.advice = TELL_DRIVER,
		.section = "2.8.6",
	},
	{
		.code = "E_USED_POS",
		.severity = VI_ERROR, .scope = VI_SCOPE_SAMPLE,
		.layouts = VI_PACKED, .judge = vi_judge_used_pos,
		.title = "a used entry where none may be",
		.text = "The device skips as many slots as the buffer has.",
		.advice = TELL_DEVICE,
		.section = "2.8.6",
	},
	{
		.code = "W_STALE_AVAIL",
		.severity = VI_WARNING, .scope = VI_SCOPE_SAMPLE,
		.layouts = VI_PACKED, .judge = vi_judge_stale_avail,
		.title = "a slot looks available and is not",
		.text = "The device will take what is in it when it comes "
			"there.",
		.advice = TELL_DRIVER,
		.section = "2.8.6",
	},
	{
		.code = "E_EVT_RSVD",
		.severity = VI_ERROR, .scope = VI_SCOPE_SAMPLE,
		.layouts = VI_PACKED, .judge = vi_judge_evt_rsvd,
		.title = "reserved event flags",
		.text = "Both bits are set; that value is reserved.",
		.advice = TELL_NAMED,
		.section = "2.8.10",
	},
	{
		.code = "E_EVT_FEATURE",
		.severity = VI_ERROR, .scope = VI_SCOPE_SAMPLE,
		.layouts = VI_PACKED, .judge = vi_judge_evt_feature,
		.title = "event flags that were not negotiated",
		.text = "To wait for one descriptor takes VIRTIO_F_EVENT_IDX.",
		.advice = TELL_NAMED,
		.section = "2.8.10",
	},
	{
		.code = "E_EVT_OFF",
		.severity = VI_ERROR, .scope = VI_SCOPE_SAMPLE,
		.layouts = VI_PACKED, .judge = vi_judge_evt_off,
		.title = "an event offset outside of the ring",
		.text = "There is no descriptor at that place.",
		.advice = TELL_NAMED,
		.section = "2.8.10",
	},
	{
		.code = "E_TORN_CHAIN",
		.severity = VI_ERROR, .scope = VI_SCOPE_SAMPLE,
		.layouts = VI_PACKED, .judge = vi_judge_torn_chain,
		.title = "a list is not all available",
		.text = "The head is made available after the rest.",
		.advice = TELL_DRIVER,
		.section = "2.8.6",
	},
	{
		.code = "E_DUP_ID",
		.severity = VI_ERROR, .scope = VI_SCOPE_SAMPLE,
		.layouts = VI_PACKED, .judge = vi_judge_dup_id,
		.title = "two buffers in flight have the same id",
		.text = "The device's answer cannot be told apart.",
		.advice = TELL_DRIVER,
		.section = "2.8.5",
	},
	{
		.code = "E_SHADOW",
		.severity = VI_ERROR, .scope = VI_SCOPE_SAMPLE,
		.layouts = BOTH, .judge = vi_judge_shadow,
		.title = "the driver's memory is not what the driver wrote",
		.text = "Somebody else wrote to the driver's part of the "
			"ring.",
		.advice = "look for what else writes there: the device, or a "
			"use of freed memory",
	},
	{
		.code = "E_FREE_LEAK",
		.severity = VI_ERROR, .scope = VI_SCOPE_SAMPLE,
		.layouts = BOTH, .judge = vi_judge_free_leak,
		.title = "the driver lost count of its descriptors",
		.text = "What is free and what is outstanding do not add up.",
		.advice = TELL_DRIVER,
	},
	{
		.code = "I_TORN",
		.severity = VI_INFO, .scope = VI_SCOPE_READ,
		.layouts = BOTH, .judge = vi_judge_torn,
		.title = "the queue moved while it was read",
		.text = "No consistent look at it was had.",
		.advice = "read it again, or when it is less busy",
	},
	{
		.code = "I_ZERO_PAGE",
		.severity = VI_INFO, .scope = VI_SCOPE_READ,
		.layouts = BOTH, .judge = vi_judge_zero_page,
		.title = "a page was read as zeros",
		.text = "The way in fills pages that it cannot read with "
			"zeros.",
		.advice = "read memory in another way (--attach=devmem)",
	},
	{
		.code = "I_GONE",
		.severity = VI_INFO, .scope = VI_SCOPE_READ,
		.layouts = BOTH, .judge = vi_judge_gone,
		.title = "the queue went away while it was read",
		.text = "It was freed, moved or resized.",
		.advice = "read it again",
	},
	{
		.code = "D_DEVICE_STUCK",
		.severity = VI_ERROR, .scope = VI_SCOPE_SERIES,
		.layouts = BOTH, .judge = vi_judge_device_stuck,
		.counts = true,
		.title = "the device has requests and does not finish them",
		.text = "No index has moved, and the same requests are in "
			"flight. A lost kick cannot always be told from "
			"this. On queues where requests may wait by design, "
			"this is a remark with their age.",
		.advice = "ask the host what the device waits for (its storage,"
			" its network, vhost's thread)",
	},
	{
		.code = "D_LOST_KICK",
		.severity = VI_ERROR, .scope = VI_SCOPE_SERIES,
		.layouts = BOTH, .judge = vi_judge_lost_kick,
		.counts = true,
		.title = "the device sleeps on work that it was not told of",
		.text = "It asked to be told of a buffer that has been there "
			"for long, or the driver never kicked.",
		.advice = "kick the queue from the host's side, or reset the "
			"device; look for a lost notification (ioeventfd, "
			"vhost)",
		.section = "2.7.10",
	},
	{
		.code = "D_LOST_IRQ",
		.severity = VI_ERROR, .scope = VI_SCOPE_SERIES,
		.layouts = BOTH, .judge = vi_judge_lost_irq,
		.counts = true,
		.title = "completions that no interrupt announced",
		.text = "The driver waits for an interrupt that the device "
			"owes it.",
		.advice = "look at the vector's mask and affinity, and at how "
			"the host delivers interrupts (irqfd)",
		.section = "2.7.7",
	},
	{
		.code = "D_CALLBACKS_OFF",
		.severity = VI_WARNING, .scope = VI_SCOPE_SERIES,
		.layouts = BOTH, .judge = vi_judge_callbacks_off,
		.counts = true,
		.title = "the driver left its callbacks off",
		.text = "Completions wait, and the driver does not look and "
			"asked not to be told.",
		.advice = TELL_DRIVER,
		.section = "2.7.7",
	},
	{
		.code = "D_EVENT_STUCK",
		.severity = VI_WARNING, .scope = VI_SCOPE_SERIES,
		.layouts = BOTH, .judge = vi_judge_event_stuck,
		.counts = true,
		.title = "the driver's event index was not published again",
		.text = "It asks for an interrupt at an index that will not "
			"come.",
		.advice = TELL_DRIVER,
		.section = "2.7.7",
	},
	{
		.code = "D_INDEX_LOST",
		.severity = VI_ERROR, .scope = VI_SCOPE_SERIES,
		.layouts = VI_SPLIT, .judge = vi_judge_index_lost,
		.title = "indices were lost",
		.text = "Over a migration, a resume or a restart of the "
			"backend, one side lost its place in the ring.",
		.advice = "reset the device; look at how its state was saved "
			"and restored",
	},
	{
		.code = "D_DRIVER_BROKEN",
		.severity = VI_ERROR, .scope = VI_SCOPE_SERIES,
		.layouts = BOTH, .judge = vi_judge_driver_broken,
		.title = "the driver gave the queue up",
		.text = "The device answered with something that cannot be; "
			"the kernel's log says what.",
		.advice = "look in the kernel's log; reset or unplug the device",
	},
	{
		.code = "D_NEEDS_RESET",
		.severity = VI_ERROR, .scope = VI_SCOPE_DEVICE,
		.layouts = BOTH, .judge = vi_judge_needs_reset,
		.title = "the device needs a reset",
		.text = "It met an error that it cannot recover from.",
		.advice = "look in the host's log for why; reset the device",
		.section = "2.1.1",
	},
	{
		.code = "D_FAILED",
		.severity = VI_ERROR, .scope = VI_SCOPE_DEVICE,
		.layouts = BOTH, .judge = vi_judge_failed,
		.title = "the driver gave the device up",
		.text = "It wrote FAILED to the status.",
		.advice = "look in the kernel's log",
		.section = "2.1",
	},
	{
		.code = "D_NEGOTIATION",
		.severity = VI_WARNING, .scope = VI_SCOPE_DEVICE,
		.layouts = BOTH, .judge = vi_judge_negotiation,
		.title = "negotiation is not complete, or not sound",
		.text = "It stopped half-way, or a feature was taken without "
			"one that it needs. What the device offered takes its"
			" registers to know.",
		.advice = "look in the kernel's log; compare with what the "
			"device offers",
		.section = "2.2, 3.1.1",
	},
	{
		.code = "D_NO_VECTOR",
		.severity = VI_WARNING, .scope = VI_SCOPE_SERIES,
		.layouts = BOTH, .judge = vi_judge_no_vector,
		.title = "a queue without an interrupt",
		.text = "The driver waits for interrupts of the queue, and "
			"none is connected.",
		.advice = TELL_DRIVER,
		.section = "4.1.5.1.2",
	},
	{
		.code = "D_SIZE_MISMATCH",
		.severity = VI_ERROR, .scope = VI_SCOPE_SERIES,
		.layouts = BOTH, .judge = vi_judge_size_mismatch,
		.title = "driver and device differ about the queue's size",
		.text = "What the registers say is not the ring that the "
			"driver uses.",
		.advice = TELL_DRIVER,
		.section = "4.1.4.3",
	},
	{
		.code = "D_RING_FULL",
		.severity = VI_WARNING, .scope = VI_SCOPE_SERIES,
		.layouts = BOTH, .judge = vi_judge_ring_full,
		.counts = true,
		.title = "the queue is full and does not move",
		.text = "There is no room for another request like the last.",
		.advice = "look at what is in flight (vqdump --in-flight), and at why "
			"the oldest is not done",
	},
	{
		.code = "D_RX_STARVED",
		.severity = VI_WARNING, .scope = VI_SCOPE_SERIES,
		.layouts = BOTH, .judge = vi_judge_rx_starved,
		.counts = true,
		.title = "a receive queue has no buffers",
		.text = "What arrives is dropped.",
		.advice = "look for failed allocations in the kernel's log",
	},
	{
		.code = "D_INUSE_LEAK",
		.severity = VI_ERROR, .scope = VI_SCOPE_SERIES,
		.layouts = VI_SPLIT, .judge = vi_judge_inuse_leak,
		.title = "the host lost count of buffers",
		.text = "What it has in use is not what it took and did not "
			"return. This takes the host's own count, which no "
			"way in from inside the guest can give.",
		.advice = TELL_DEVICE,
	},
};

const struct vi_rule *vi_rule_at(size_t i)
{
	return i < ARRAY_SIZE(rules) ? &rules[i] : NULL;
}

const struct vi_rule *vi_rule_find(const char *code)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(rules); i++)
		if (!strcmp(rules[i].code, code))
			return &rules[i];
	return NULL;
}
