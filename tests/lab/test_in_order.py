# SPDX-License-Identifier: GPL-2.0-or-later
"""Devices with in_order=on, split and packed, under load are healthy.

That takes a kernel that negotiates it (Linux 7.0) and a QEMU that offers it (10.0): both are the
newest of a Debian release, and downloads (some 180 MB).
"""

import json

import busy
import compare
import test_load
from guest import Guest
from image import Kernel

KERNEL = Kernel("linux-image-[7-9].*-cloud-amd64", "trixie-backports")
IN_ORDER = 1 << 35

ORDERED = "disable-legacy=on,in_order=on"
DEVICES = {
    "blk0": f"virtio-blk-pci,drive=disk0,num-queues=2,{ORDERED}",
    "blk1": f"virtio-blk-pci,drive=disk1,packed=on,queue-size=64,{ORDERED}",
    "blk2": f"virtio-blk-pci,drive=disk2,indirect_desc=off,event_idx=off,{ORDERED}",
    "blk3": f"virtio-blk-pci,drive=disk3,packed=on,indirect_desc=off,event_idx=off,{ORDERED}",
    "net0": f"virtio-net-pci,netdev=net0,{ORDERED}",
    "net1": f"virtio-net-pci,netdev=net1,packed=on,{ORDERED}",
    "rng0": f"virtio-rng-pci,{ORDERED}",
    "rng1": f"virtio-rng-pci,packed=on,{ORDERED}",
    "serial0": f"virtio-serial-pci,{ORDERED}",
    "serial1": f"virtio-serial-pci,packed=on,{ORDERED}",
}
PLAIN = ("virtconsole,bus=serial0.0,chardev=sink0", "virtconsole,bus=serial1.0,chardev=sink1")
GUEST = {
    "kernel": KERNEL,
    "newest_qemu": True,
    "devices": [*busy.with_ids(DEVICES), *PLAIN],
    "options": [word for index in range(4) for word in
                ("-blockdev", f"null-co,node-name=disk{index},size=16777216,read-zeroes=on")]
               + ["-netdev", "user,id=net0,net=10.0.2.0/24,restrict=on",
                  "-netdev", "user,id=net1,net=10.0.3.0/24,restrict=on",
                  "-chardev", "null,id=sink0", "-chardev", "null,id=sink1"],
}
JOBS = [test_load.READ_DISK.format(disk) for disk in ("vda", "vdb", "vdc", "vdd")]
JOBS += ["cat /dev/zero >/dev/hvc0", "cat /dev/zero >/dev/hvc1",
         "ping -A -q -s 1400 10.0.2.2", "ping -A -q -s 5000 10.0.3.2",
         # One after the other: the kernel uses one at a time.
         "cd /sys/class/misc/hw_random; while :; do for rng in $(cat rng_available); do "
         "echo $rng >rng_current; dd if=/dev/hwrng of=/dev/null bs=64 count=20; done; done"]


def long_in_order_devices_are_healthy():
    with Guest(**GUEST) as guest:
        with test_load.load(guest, JOBS):
            for _ in range(10):
                busy.assert_no_findings(busy.check(guest), len(DEVICES))
            watch(guest)
        check_order(compare.check_agreement(guest, timeout=60, layouts=False))


def watch(guest):
    """Nothing stands still, and requests have ages."""
    lines = guest.output("vqtop -b -n 10 -d 1 -J </dev/null", timeout=120).splitlines()
    rows = [queue for line in lines for queue in json.loads(line)["queues"]]
    assert not [row for row in rows if row["stalled"]], rows
    for layout in ("split", "packed"):
        assert [row for row in rows if row["layout"] == layout and "oldest_ms" in row], rows


def check_order(devices):
    for name in DEVICES:
        assert int(devices[name]["features"], 16) & IN_ORDER, (name, devices[name])
        for queue in devices[name]["queues"]:
            state = queue["driver_state"]
            # At rest, no batch is half done.
            assert state["in_batch"] is False and state["map"] == "direct", (name, queue)
            assert ("next_head" in state) == (queue["layout"] == "split"), (name, queue)
        assert devices[name]["config_off"] is False, (name, devices[name])
