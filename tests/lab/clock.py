# SPDX-License-Identifier: GPL-2.0-or-later
"""The rate of the guests' clock.

A kernel calibrates its time stamp counter against a timer when it boots. Under emulation the timer
is late if the host is busy; the kernel then abandons the counter, and a microvm, which has no other
clock, stops. QEMU passes the host's counter through, so the kernel can be given its rate.
It also counts the ticks of its timer, and panics if too few have come in time.
"""

import ctypes
import functools
import mmap
import platform
import time

# rdtsc; shl $32, %rdx; or %rdx, %rax; ret
READ_COUNTER = bytes.fromhex("0f31 48c1e220 4809d0 c3")
MEASURE_SECONDS = 0.1


@functools.lru_cache(maxsize=None)
def kernel_args():
    """Arguments for a guest's kernel; none if its counter is not the host's."""
    if platform.machine() != "x86_64":
        return ""
    return f"tsc_early_khz={_counter_khz()} tsc=reliable no_timer_check"


def _counter_khz():
    page = mmap.mmap(-1, mmap.PAGESIZE, prot=mmap.PROT_READ | mmap.PROT_WRITE | mmap.PROT_EXEC)
    page.write(READ_COUNTER)
    address = ctypes.addressof(ctypes.c_char.from_buffer(page))
    read = ctypes.CFUNCTYPE(ctypes.c_uint64)(address)
    started, before = time.monotonic_ns(), read()
    time.sleep(MEASURE_SECONDS)
    ended, after = time.monotonic_ns(), read()
    return (after - before) * 1_000_000 // (ended - started)
