# SPDX-License-Identifier: GPL-2.0-or-later
"""vqtop in a guest: counts agree with the load; it shows a stuck disk, and devices that come and
go.
"""

import json
import time

from guest import Guest
from image import Unavailable

MODERN = "disable-legacy=on"
GUEST = {
    "machine": "q35",
    "devices": ["pcie-root-port,id=port0,addr=8.0,chassis=1",
                f"virtio-blk-pci,id=blk0,addr=5.0,drive=disk0,num-queues=1,{MODERN}",
                f"virtio-blk-pci,id=blk1,addr=6.0,drive=disk1,num-queues=1,event_idx=off,"
                f"indirect_desc=off,{MODERN}",
                f"virtio-net-pci,id=net,addr=7.0,netdev=net,{MODERN}"],
    "options": ("-blockdev", "null-co,node-name=disk0,size=67108864,read-zeroes=on",
                "-blockdev", "null-co,node-name=disk1,size=67108864,read-zeroes=on",
                "-blockdev", "null-co,node-name=disk2,size=16777216,read-zeroes=on",
                "-netdev", "user,id=net,restrict=on"),
}
STUCK_GUEST = {
    "machine": "pc",
    "devices": [f"virtio-blk-pci,id=busy,addr=6.0,drive=disk1,num-queues=1,{MODERN}"],
    "options": ("-blockdev", "null-co,node-name=disk1,size=67108864,read-zeroes=on"),
}
FOR_EVER = 3600 * 10**9
READS = 5000
PINGS = 1000


def test_totals_are_those_of_the_load(guest):
    """Both sides count requests: vqtop, and dd, which makes one per block."""
    for name in ("blk0", "blk1"):
        disk = disk_of(guest, name)
        begin(guest)
        done = completed_by_kernel(guest, disk)
        guest.output(f"dd if=/dev/{disk} of=/dev/null bs=4096 count={READS} iflag=direct",
                     timeout=120)
        assert completed_by_kernel(guest, disk) - done == READS
        last = end(guest)[-1]
        queue = queue_of(last, disk)
        assert "lower_bound" not in queue, queue
        assert queue["submitted"] == queue["completed"] == READS, queue
        assert queue["in_flight"] == 0, queue


def test_pings_are_counted(guest):
    """A flood of pings: each is one buffer out and one back, as the interface counts."""
    if guest.run("test -x /usr/bin/ping").code:
        raise Unavailable("ping is not installed")
    guest.output("ifconfig eth0 10.0.2.15 up; sleep 2; ping -c 1 10.0.2.2", timeout=60)
    before = packets(guest)
    begin(guest)
    began = packets(guest)
    guest.output(f"/usr/bin/ping -f -n -q -c {PINGS} 10.0.2.2", timeout=120)
    ending = packets(guest)
    samples = end(guest)
    ended = packets(guest)
    queues = {queue["name"]: queue for queue in samples[-1]["queues"] if queue["type"] == "net"}
    # There are ARP and IPv6 packets now and then, also while sampling begins and ends.
    for way, name in enumerate(("output.0", "input.0")):
        least, most = ending[way] - began[way], ended[way] - before[way]
        assert PINGS <= least <= most <= PINGS + 20, (name, least, most)
        assert least <= queues[name]["completed"] <= most, (name, least, most, queues)
    assert queues["output.0"]["submitted"] == queues["output.0"]["completed"], queues


def packets(guest):
    """Sent and received, once the driver has counted all (it counts a packet sent when it frees
    the buffer).
    """
    counts = None
    while counts != (counts := [
            int(guest.output(f"cat /sys/class/net/eth0/statistics/{kind}_packets"))
            for kind in ("tx", "rx")]):
        time.sleep(0.3)
    return counts


def test_devices_come_and_go(guest):
    begin(guest)
    for _ in range(3):
        guest.qmp.command("device_add", driver="virtio-blk-pci", id="plugged", drive="disk2",
                          bus="port0", num_queues=1)
        wait(lambda: len(last_names(guest)) == 4, "it did not come", guest)
        guest.qmp.command("device_del", id="plugged")
        wait(lambda: len(last_names(guest)) == 3, "it did not go", guest)
        # A slot takes a while to become free.
        wait(lambda: "plugged" not in guest.qmp.pci_addresses(), "it is still there", guest)
    samples = end(guest)
    for sample in samples:
        for queue in sample["queues"]:
            assert queue.get("completed", 0) < 1000, queue
    assert not guest.output("cat /tmp/vqtop.err").strip()


def test_a_stuck_disk():
    with Guest(**STUCK_GUEST) as guest:
        guest.qmp.command("blockdev-add", **{
            "driver": "null-co", "node-name": "slow", "size": 16777216, "latency-ns": FOR_EVER})
        begin(guest)
        guest.qmp.command("device_add", driver="virtio-blk-pci", id="faulty", drive="slow",
                          num_queues=1, cyls=16, heads=16, secs=63)
        guest.output("sleep 8", timeout=60)
        samples = end(guest)
        stalled = [[queue for queue in sample["queues"] if queue.get("stalled")]
                   for sample in samples]
        assert stalled[-1] and stalled[-1][0]["code"] == "D_DEVICE_STUCK", samples[-1]
        assert all(len(queues) <= 1 for queues in stalled), stalled
        first = next(index for index, queues in enumerate(stalled) if queues)
        # The age of its request when vqtop first called it stalled.
        assert stalled[first][0]["oldest_ms"] <= 1500, stalled[first]


def begin(guest):
    """Start sampling in the background, ten per second, into a file."""
    guest.output("echo none >/sys/class/misc/hw_random/rng_current 2>/dev/null; "
                 "vqtop -bJ -d 0.1 >/tmp/vqtop.out 2>/tmp/vqtop.err </dev/null & "
                 "echo $! >/tmp/vqtop.pid")
    wait(lambda: int(guest.output("wc -l </tmp/vqtop.out")) > 1, "no samples", guest)


def end(guest):
    """All samples, the last from after the load."""
    lines = int(guest.output("wc -l </tmp/vqtop.out"))
    wait(lambda: int(guest.output("wc -l </tmp/vqtop.out")) > lines + 3, "no more samples", guest)
    guest.output("kill $(cat /tmp/vqtop.pid); sleep 0.5")
    return [json.loads(line) for line in guest.get("/tmp/vqtop.out").splitlines()]


def last_names(guest):
    lines = guest.output("tail -n 2 /tmp/vqtop.out").splitlines()
    return {queue["device"] for queue in json.loads(lines[0])["queues"]}


def wait(condition, what, guest, seconds=60):
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, (what, guest.output("tail -n 1 /tmp/vqtop.out; "
                                                                "cat /tmp/vqtop.err"))
        time.sleep(0.2)


def disk_of(guest, name):
    address = guest.qmp.pci_addresses()[name]
    devices = json.loads(guest.output("lsvirtio -J"))["devices"]
    return next(device["kname"] for device in devices if device["address"] == address)


def queue_of(sample, disk):
    return next(queue for queue in sample["queues"] if queue.get("kname") == disk)


def completed_by_kernel(guest, disk):
    """Reads completed: the first number of /sys/block/vdX/stat."""
    return int(guest.output(f"cat /sys/block/{disk}/stat").split()[0])
