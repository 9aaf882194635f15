# SPDX-License-Identifier: GPL-2.0-or-later
"""Many kinds of devices under constant load are healthy, and vqdump --check finds no fault."""

import contextlib
import threading
import time

import busy
from guest import Guest

GUEST = {
    "machine": "q35",
    "devices": [*busy.with_ids(busy.DEVICES), *busy.BEHIND],
    "options": busy.OPTIONS,
}
MEGABYTE = 1 << 20
PATIENCE = 180

# Each starts as written, and ends as a process group.
READ_DISK = ("while :; do dd if=/dev/{0} of=/dev/null bs=64k iflag=direct; "
             "dd if=/dev/{0} of=/dev/null bs=4096 count=500 iflag=direct; done")
JOBS = [READ_DISK.format(disk) for disk in busy.DISKS]
JOBS += ["while :; do dd if=/dev/zero of=/dev/vda bs=64k count=100 oflag=direct; done",
         "cat /dev/hwrng", "cat /dev/zero >/dev/hvc0",
         "ping -A -q -s 1400 10.0.2.2", "ping -A -q 10.0.2.2", "ping -A -q -s 5000 10.0.3.2"]
USE_FILES = ("cd {0}; while :; do dd if=/dev/zero of=file bs=64k count=20; ls -l; "
             "dd if=file of=/dev/null bs=4096; rm file; done")
USE_PORT = "exec 3<>/dev/$(ls /dev | grep 'vport.*p1'); cat <&3 & exec cat /dev/zero >&3"
SHARED_JOBS = [USE_FILES.format("/mnt/fs"), USE_FILES.format("/mnt/9p"), USE_PORT]


def test_a_busy_guest_is_healthy(guest):
    is_healthy(guest, JOBS, seconds=20)


def test_a_guest_at_rest_is_healthy(guest):
    """Also with what the load left in some queues."""
    guest.output("echo none >/sys/class/misc/hw_random/rng_current")
    for _ in range(3):
        busy.assert_no_findings(busy.check(guest), len(busy.DEVICES))


def long_a_guest_stays_healthy_for_ten_minutes():
    """With a file server, a folder and a port of the host as well."""
    with busy.shared(seconds=1200) as host, Guest(
            "q35", [*GUEST["devices"], *host.devices],
            options=[*GUEST["options"], *host.options]) as guest, busy.echo(host.port):
        guest.output(busy.USE_SHARED, timeout=60)
        is_healthy(guest, JOBS + SHARED_JOBS, seconds=600, count=len(busy.DEVICES | busy.SHARED))


def is_healthy(guest, jobs, seconds, count=len(busy.DEVICES)):
    checks = 0
    with load(guest, jobs), ballooning(guest):
        before = busy.positions(guest)
        deadline = time.monotonic() + seconds
        idle = list(before)
        # On a busy host, a program of the guest may take longer to begin.
        while checks < 2 or time.monotonic() < deadline + (PATIENCE if idle else 0):
            busy.assert_no_findings(busy.check(guest), count)
            checks += 1
            after = busy.positions(guest)
            idle = [name for name in before if before[name] == after[name]]
    assert not idle, ("no load on", idle)
    print(f"# figure: {checks} checks of {count} busy devices in {seconds} s")


@contextlib.contextmanager
def load(guest, jobs):
    guest.output(f"{busy.USE_NETWORKS}; {busy.USE_RNG}; : >/tmp/jobs")
    for job in jobs:
        guest.put("/tmp/job", job.encode())
        guest.output("setsid sh /tmp/job >/dev/null 2>&1 & echo $! >>/tmp/jobs; sleep 0.2")
    try:
        yield
    finally:
        if guest.alive():
            guest.output("for job in $(cat /tmp/jobs); do kill -9 -$job; done", timeout=60)


@contextlib.contextmanager
def ballooning(guest):
    """Inflate and deflate the balloon; nobody else may talk to QEMU meanwhile."""
    done = threading.Event()

    def balloon():
        size = 0
        while not done.wait(0.3):
            size = (size + 8) % 64
            guest.qmp.command("balloon", value=(256 - size) * MEGABYTE)

    worker = threading.Thread(target=balloon)
    worker.start()
    try:
        yield
    finally:
        done.set()
        worker.join()
