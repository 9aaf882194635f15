/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The table of rules, and their functions, by file. */
#ifndef VI_CHECK_RULES_RULES_H
#define VI_CHECK_RULES_RULES_H

#include "check/judge/judge.h"

/* By position in the table; NULL: past the end. */
const struct vi_rule *vi_rule_at(size_t i);
const struct vi_rule *vi_rule_find(const char *code);

/* layout.c */
void vi_judge_qsize(struct vi_judge *j);
void vi_judge_align(struct vi_judge *j);
void vi_judge_wrap(struct vi_judge *j);
void vi_judge_overlap(struct vi_judge *j);
void vi_judge_table_overlap(struct vi_judge *j);
void vi_judge_layout(struct vi_judge *j);
/* memory.c */
void vi_judge_unmapped(struct vi_judge *j);
void vi_judge_buf_unmapped(struct vi_judge *j);
void vi_judge_buf_split(struct vi_judge *j);
void vi_judge_ind_unmapped(struct vi_judge *j);
void vi_judge_ring_not_ram(struct vi_judge *j);
void vi_judge_not_ram(struct vi_judge *j);
void vi_judge_firmware(struct vi_judge *j);
void vi_judge_buf_in_ring(struct vi_judge *j);
/* index.c */
void vi_judge_used_ahead(struct vi_judge *j);
void vi_judge_inflight(struct vi_judge *j);
void vi_judge_avail_jump(struct vi_judge *j);
void vi_judge_avail_decr(struct vi_judge *j);
void vi_judge_head(struct vi_judge *j);
void vi_judge_dup_head(struct vi_judge *j);
void vi_judge_index_lost(struct vi_judge *j);
/* shared.c */
void vi_judge_shared_desc(struct vi_judge *j);
/* chain.c */
void vi_judge_walk(struct vi_judge *j);
void vi_judge_order(struct vi_judge *j);
void vi_judge_zero_len(struct vi_judge *j);
void vi_judge_total(struct vi_judge *j);
void vi_judge_buf_wrap(struct vi_judge *j);
void vi_judge_flags(struct vi_judge *j);
void vi_judge_short(struct vi_judge *j);
void vi_judge_inorder_next(struct vi_judge *j);
void vi_judge_inorder_ind(struct vi_judge *j);
/* used.c */
void vi_judge_used_id(struct vi_judge *j);
void vi_judge_used_not_head(struct vi_judge *j);
void vi_judge_dup_used(struct vi_judge *j);
void vi_judge_used_len(struct vi_judge *j);
void vi_judge_used_len_legacy(struct vi_judge *j);
void vi_judge_inorder_used(struct vi_judge *j);
/* used_packed.c: the same for packed rings */
void vi_used_len_packed(struct vi_judge *j);
void vi_inorder_used_packed(struct vi_judge *j);
/* event.c */
void vi_judge_evt_flags(struct vi_judge *j);
void vi_judge_evt_stale(struct vi_judge *j);
void vi_judge_evt_rsvd(struct vi_judge *j);
void vi_judge_evt_feature(struct vi_judge *j);
void vi_judge_evt_off(struct vi_judge *j);
/* packed.c */
void vi_judge_wrap_bits(struct vi_judge *j);
void vi_judge_packed_id(struct vi_judge *j);
void vi_judge_restamp(struct vi_judge *j);
void vi_judge_used_pos(struct vi_judge *j);
void vi_judge_stale_avail(struct vi_judge *j);
void vi_judge_dup_id(struct vi_judge *j);
void vi_judge_torn_chain(struct vi_judge *j);
/* driver.c */
void vi_judge_shadow(struct vi_judge *j);
void vi_judge_free_leak(struct vi_judge *j);
/* snapshot.c */
void vi_judge_torn(struct vi_judge *j);
void vi_judge_gone(struct vi_judge *j);
void vi_judge_zero_page(struct vi_judge *j);
/* stuck.c */
void vi_judge_device_stuck(struct vi_judge *j);
void vi_judge_lost_kick(struct vi_judge *j);
void vi_judge_ring_full(struct vi_judge *j);
void vi_judge_rx_starved(struct vi_judge *j);
/* lost_request.c */
void vi_judge_request_lost(struct vi_judge *j);
/* Was the request in flight for too long, while too many others completed? */
bool vi_is_lost(const struct vi_follow *f, const struct vi_followed *r);
/* May a request turn out to be lost, if it is followed for up to @limit ns? */
bool vi_may_be_losing(const struct vi_check_queue *queue, uint64_t limit);
/* irq.c */
void vi_judge_lost_irq(struct vi_judge *j);
void vi_judge_callbacks_off(struct vi_judge *j);
void vi_judge_event_stuck(struct vi_judge *j);
void vi_judge_no_vector(struct vi_judge *j);
/* device.c */
/* Is a driver in the middle of negotiation, for all that was seen? */
bool vi_may_be_starting(const struct vi_check *in);
void vi_judge_driver_broken(struct vi_judge *j);
void vi_judge_needs_reset(struct vi_judge *j);
void vi_judge_failed(struct vi_judge *j);
void vi_judge_negotiation(struct vi_judge *j);
void vi_judge_offer(struct vi_judge *j);
void vi_judge_size_mismatch(struct vi_judge *j);
void vi_judge_inuse_leak(struct vi_judge *j);

#endif
