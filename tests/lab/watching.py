# SPDX-License-Identifier: GPL-2.0-or-later
"""What vqtop in a guest says of each queue, against what vqdump says, and what dd does."""

import json

import test_vqtop

READS = 1000
# A page of whatever size is a divisor: else dd has no buffer that it could read into directly.
BLOCK = 16384


def check_watching(guest, devices, disks):
    """`devices`: by id, as vqdump had them, still quiet; `disks`: ids of some of them."""
    check_queues(guest, devices)
    for name in disks:
        check_counts(guest, name, devices[name])


def check_queues(guest, devices):
    """Each queue is there, and has in flight what it has."""
    lines = guest.output("vqtop -b -n 2 -d 0.5 -J </dev/null", timeout=60).splitlines()
    assert len(lines) == 2, lines
    sample = json.loads(lines[-1])
    assert sample["attach"] == "kernel" and not sample.get("notes"), sample
    watched = {(queue["device"], queue["index"]): queue for queue in sample["queues"]}
    dumped = {(device["name"], queue["index"]): queue
              for device in devices.values() for queue in device["queues"]}
    assert watched.keys() == dumped.keys(), (watched, dumped)
    for key, queue in watched.items():
        assert queue["in_flight"] == in_flight(dumped[key]), (key, queue, dumped[key])
        assert not queue["stalled"], (key, queue)


def in_flight(queue):
    """As vqtop counts it: buffers of a split ring, descriptors of a packed one."""
    if queue["layout"] == "split":
        return queue["num_in_flight"]
    return queue["size"] - queue["driver_state"]["num_free"]


def check_counts(guest, name, device):
    """Requests that the block layer counts are those that went through the queues."""
    disk = test_vqtop.disk_of(guest, name)
    test_vqtop.begin(guest)
    done = test_vqtop.completed_by_kernel(guest, disk)
    guest.output(f"dd if=/dev/{disk} of=/dev/null bs={BLOCK} count={READS} iflag=direct",
                 timeout=120)
    done = test_vqtop.completed_by_kernel(guest, disk) - done
    assert done == READS, done
    last = test_vqtop.end(guest)[-1]
    queues = [queue for queue in last["queues"] if queue["device"] == device["name"]]
    assert len(queues) == len(device["queues"]), last
    for what in ("submitted", "completed"):
        total = sum(queue[what] for queue in queues)
        # A position that went round unseen counts for too little, and is said to.
        if any("lower_bound" in queue for queue in queues):
            assert device["queues"][0]["layout"] == "packed" and total < READS, queues
        else:
            assert total == READS, queues
    assert not any(queue["in_flight"] for queue in queues), queues
