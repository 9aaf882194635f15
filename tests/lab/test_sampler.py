# SPDX-License-Identifier: GPL-2.0-or-later
"""The sampler on real queues: counts agree with the load, stalled queues are found, and devices
that come and go are noticed."""

import contextlib
import functools
import json
import time

import image
from guest import Guest

MODERN = "disable-legacy=on"
GUEST = {
    "machine": "pc",  # unplugging is instant here
    "devices": [f"virtio-blk-pci,id=split,addr=5.0,drive=disk0,num-queues=1,{MODERN}",
                f"virtio-blk-pci,id=packed,addr=6.0,drive=disk1,num-queues=1,packed=on,{MODERN}",
                f"virtio-net-pci,id=net,addr=7.0,netdev=net,{MODERN}"],
    # The first needs 2 ms per request.
    "options": ("-blockdev", "null-co,node-name=disk0,size=67108864,read-zeroes=on,"
                             "latency-ns=2000000",
                "-blockdev", "null-co,node-name=disk1,size=67108864,read-zeroes=on",
                "-netdev", "user,id=net,restrict=on"),
    "kernel_args": "ipv6.disable=1",
}
INTERVAL = 0.1
FOR_EVER = 3600 * 10**9
PROGRAM = "/tmp/sample"


@functools.lru_cache(maxsize=None)
def program():
    """The program, compiled like any other: with the public headers and the library."""
    return image.compiled("sample.c", f"-I{image.PROJECT}/include", f"-L{image.output_folder()}",
                          "-lvirtio-inspect").read_bytes()


@contextlib.contextmanager
def sampling(guest):
    """Returns a function that returns all samples so far, the last newer than the call."""
    guest.put(PROGRAM, program())
    guest.output(f"chmod +x {PROGRAM}; setsid {PROGRAM} {INTERVAL} >/tmp/samples 2>/tmp/errors "
                 "</dev/null & echo $! >/tmp/sampler")

    def samples():
        have = int(guest.output("wc -l </tmp/samples"))
        deadline = time.monotonic() + 60
        while int(guest.output("wc -l </tmp/samples")) < have + 2:
            assert time.monotonic() < deadline, guest.output("cat /tmp/errors")
            time.sleep(0.2)
        return [json.loads(line) for line in
                guest.output("cat /tmp/samples", timeout=60).split("\n")[:-1]]

    try:
        samples()
        yield samples
    finally:
        if guest.alive():
            guest.output("kill $(cat /tmp/sampler)")
            assert not guest.output("cat /tmp/errors"), guest.output("cat /tmp/errors")


def queues_of(sample, address):
    return [queue for queue in sample["queues"] if queue["address"] == f"0000:00:{address}"]


def requests_of(guest, disk):
    """By the block layer: reads, writes, discards, flushes."""
    words = guest.output(f"cat /sys/block/{disk}/stat").split()
    return sum(int(words[at]) for at in (0, 4, 11, 15) if at < len(words))


def test_counts_are_those_of_the_load(guest):
    with sampling(guest) as samples:
        for disk, address, count, unit in (("vda", "05.0", 1000, "buffers"),
                                           ("vdb", "06.0", 3000, "descriptors")):
            before, = queues_of(samples()[-1], address)
            had = requests_of(guest, disk)
            guest.output(f"dd if=/dev/{disk} of=/dev/null bs=4096 count={count} iflag=direct",
                         timeout=120)
            did = requests_of(guest, disk) - had
            after, = queues_of(samples()[-1], address)
            assert did >= count, did
            assert after["unit"] == unit, after
            # Every request uses an indirect table, and so one descriptor. The position of a packed
            # ring wraps after 512 of them: on a slow machine the sampler may come too late, and
            # says so.
            bound = disk == "vdb" and after.get("lower_bound", False)
            assert bound or "lower_bound" not in after, after
            for what in ("submitted", "completed"):
                counted = after[what] - before[what]
                assert counted == did or bound and 0 < counted < did, (what, did, before, after)
            assert after["in_flight"] == 0 and not after["stalled"], after
            assert after["interrupts"] > 0 and not after["irq_shared"], after
            if disk == "vda":
                assert_means(guest, samples, disk, address)


def assert_means(guest, samples, disk, address):
    """Descriptors per request are known only if some were seen in flight: few on a busy host."""
    for _ in range(8):
        means = [queue for sample in samples() for queue in queues_of(sample, address)
                 if "latency_us" in queue and "completions_per_interrupt" in queue]
        if means:
            break
        guest.output(f"dd if=/dev/{disk} of=/dev/null bs=4096 count=1000 iflag=direct", timeout=120)
    busy = max(means, key=lambda queue: queue["completed_per_s"])
    assert busy["latency_us"] > 1000, busy
    assert busy["completions_per_interrupt"] > 0, busy


def test_lengths_are_those_of_the_load():
    """A read of 4096 bytes has 16 of header, the data, and 1 of status; all are alike."""
    with Guest(**GUEST) as guest, sampling(guest) as samples:
        guest.qmp.command("blockdev-add", **{
            "driver": "null-co", "node-name": "slow", "size": 16777216, "latency-ns": 20 * 10**6})
        guest.qmp.command("device_add", driver="virtio-blk-pci", id="slow", drive="slow",
                          addr="8.0", num_queues=1, packed="on", cyls=16, heads=16, secs=63)
        wait_for(samples, lambda sample: queues_of(sample, "08.0"))
        for disk, address, count, layout in (("vda", "05.0", 2000, "split"),
                                             ("vdc", "08.0", 300, "packed")):
            assert "request_bytes" not in queues_of(samples()[-1], "06.0")[0], samples()[-1]
            had = len(samples())
            # Only requests in flight at a sample are seen: few are on a busy machine.
            for _ in range(8):
                guest.output(f"dd if=/dev/{disk} of=/dev/null bs=4096 count={count} iflag=direct",
                             timeout=120)
                during = [queues_of(sample, address)[0] for sample in samples()[had:]]
                seen = [queue for queue in during if "request_bytes" in queue]
                if len(seen) > 10:
                    break
            assert len(seen) > 10 and seen[0]["layout"] == layout, during[::10]
            for queue in seen:
                assert queue["request_bytes"] == 4096 + 17, queue
                wanted = queue["submitted_per_s"] * (4096 + 17)
                assert abs(queue["bytes_per_s"] - wanted) <= 0.001 * wanted + 5, queue
            assert max(queue["bytes_per_s"] for queue in seen) > 0, seen
            print(f"# figure: {layout}: lengths in {len(seen)} of {len(during)} samples")


def test_receive_buffers_do_not_stall(guest):
    with sampling(guest) as samples:
        guest.output("ip link set eth0 up; sleep 3")
        last = samples()[-1]
        receive = queues_of(last, "07.0")[0]
        assert receive["role"] == "parked" and receive["in_flight"] > 0, receive
        assert not any(queue["stalled"] for queue in last["queues"]), last
        assert last["sample"]["stalled"] == 0, last


def test_a_stuck_disk_that_comes_and_goes():
    with Guest(**GUEST) as guest, sampling(guest) as samples:
        assert not queues_of(samples()[-1], "08.0")
        took = []
        # The machine may be busy at that very moment.
        for slot, disk in ((8, "vdc"), (9, "vdd"), (10, "vde")):
            took.append(stuck_disk(guest, samples, slot, disk))
            if took[-1] <= 1.25:
                break
        assert took[-1] <= 1.25, took
        print(f"# figure: stalled {took[-1]:.1f} s after the first sample that has the request")


def stuck_disk(guest, samples, slot, disk):
    """Plug in such a disk and read from it; returns the time until it counts as stalled."""
    def queue_of(sample):
        return next(iter(queues_of(sample, f"{slot:02x}.0")), None)

    plug(guest, slot)
    wait_for(samples, queue_of)
    guest.output(f"dd if=/dev/{disk} of=/dev/null bs=4096 count=1 iflag=direct >/dev/null 2>&1 &")
    wait_for(samples, lambda sample: queue_of(sample)["stalled"])
    began, found = [next(at for at, sample in enumerate(samples())
                         if queue_of(sample) and queue_of(sample)[what])
                    for what in ("in_flight", "stalled")]
    queue = queue_of(samples()[-1])
    assert queue["code"] == "D_DEVICE_STUCK" and queue["reason"], queue
    assert queue["oldest_ms"] >= 500, queue
    others = [q for q in samples()[-1]["queues"] if int(q["address"][8:10], 16) < 8]
    assert len(others) >= 4 and not any(q["stalled"] for q in others), others
    return (found - began) * INTERVAL


def test_replug_shifts_no_numbers():
    with Guest(**GUEST) as guest, sampling(guest) as samples:
        before = {queue["address"]: queue["generation"] for queue in samples()[-1]["queues"]}
        guest.output("dd if=/dev/vda of=/dev/null bs=4096 count=100 iflag=direct")
        split, = queues_of(samples()[-1], "05.0")
        packed, = queues_of(samples()[-1], "06.0")
        guest.qmp.command("device_del", id="packed")
        wait_for(samples, lambda sample: not queues_of(sample, "06.0"))
        same, = queues_of(samples()[-1], "05.0")
        assert same["submitted"] == split["submitted"], (split, same)
        guest.qmp.command("device_add", **{
            "driver": "virtio-blk-pci", "id": "packed2", "drive": "disk1", "num-queues": 1,
            "addr": "6.0", "disable-legacy": "on"})
        wait_for(samples, lambda sample: queues_of(sample, "06.0"))
        again, = queues_of(samples()[-1], "06.0")
        assert again["generation"] != packed["generation"], (packed, again)
        assert again["layout"] == "split", again
        same, = queues_of(samples()[-1], "05.0")
        assert same["submitted"] == split["submitted"], (split, same)
        assert same["generation"] == before[same["address"]], (before, same)
        # The driver is unbound from a device and bound again.
        name = same["device"]
        for file in ("unbind", "bind"):
            guest.output(f"echo {name} >/sys/bus/virtio/drivers/virtio_blk/{file}")
        changed = wait_for(samples, lambda sample: queues_of(sample, "05.0") and
                           queues_of(sample, "05.0")[0]["generation"] != same["generation"])
        assert queues_of(changed, "06.0")[0]["generation"] == again["generation"], changed


def plug(guest, slot=8):
    name = f"slow{slot}"
    guest.qmp.command("blockdev-add", **{
        "driver": "null-co", "node-name": name, "size": 16777216, "latency-ns": FOR_EVER})
    # A given geometry keeps QEMU from reading the disk for one, and waiting.
    guest.qmp.command("device_add", driver="virtio-blk-pci", id=name, drive=name, addr=f"{slot:x}.0",
                      num_queues=1, cyls=16, heads=16, secs=63)


def wait_for(samples, wanted):
    deadline = time.monotonic() + 60
    while True:
        last = samples()[-1]
        if wanted(last):
            return last
        assert time.monotonic() < deadline, last
