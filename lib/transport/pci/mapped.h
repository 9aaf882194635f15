/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Registers in a mapped BAR, little-endian: one access of the given width,
 * ordered after earlier writes to memory.
 */
#ifndef VI_TRANSPORT_PCI_MAPPED_H
#define VI_TRANSPORT_PCI_MAPPED_H

#include "ring/endian.h"

/* Make writes to memory visible before the device is notified. */
static inline void vi_mapped_barrier(void)
{
#if defined(__aarch64__)
	__asm__ __volatile__("dsb st" ::: "memory");
#elif defined(__x86_64__) || defined(__i386__)
	__atomic_signal_fence(__ATOMIC_SEQ_CST);
#else
	__atomic_thread_fence(__ATOMIC_SEQ_CST);
#endif
}

static inline uint32_t vi_mapped_read(const void *at, unsigned int width)
{
	uint32_t value;

	if (width == 1)
		value = *(const volatile uint8_t *)at;
	else if (width == 2)
		value = vi_le16(*(const volatile uint16_t *)at);
	else
		value = vi_le32(*(const volatile uint32_t *)at);
	/* Later loads see what the device wrote before it answered. */
	__atomic_thread_fence(__ATOMIC_ACQUIRE);
	return value;
}

static inline void vi_mapped_write(void *at, unsigned int width,
				   uint32_t value)
{
	vi_mapped_barrier();
	if (width == 1)
		*(volatile uint8_t *)at = (uint8_t)value;
	else if (width == 2)
		*(volatile uint16_t *)at = vi_le16((uint16_t)value);
	else
		*(volatile uint32_t *)at = vi_le32(value);
}

#endif
