/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Access to memory that the other side reads or writes concurrently, in terms
 * of the C11 memory model. The code loads each shared field once, then checks
 * and uses the copy.
 */
#ifndef VI_RING_ORDER_H
#define VI_RING_ORDER_H

#define vi_load(p)		__atomic_load_n(p, __ATOMIC_RELAXED)
#define vi_store(p, v)		__atomic_store_n(p, v, __ATOMIC_RELAXED)
#define vi_load_acquire(p)	__atomic_load_n(p, __ATOMIC_ACQUIRE)
#define vi_store_release(p, v)	__atomic_store_n(p, v, __ATOMIC_RELEASE)

/*
 * Order stores before later loads: a published buffer must be visible before
 * this side reads whether the other wants a notification; otherwise both sides
 * may sleep (spec 1.4, 2.7.13.4.1 and 2.8.21.2).
 */
#define vi_full_barrier()	__atomic_thread_fence(__ATOMIC_SEQ_CST)

#endif
