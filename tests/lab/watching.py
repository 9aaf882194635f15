# SPDX-License-Identifier: GPL-2.0-or-later
"""Compare vqtop's view of each queue with vqdump's, and with what dd does."""

import json

import test_vqtop

READS = 1000
# A divisor of every page size; otherwise dd's buffer is not fit for direct reads.
BLOCK = 16384


def check_watching(guest, devices, disks):
    """`devices`: by id, from vqdump while still idle; `disks`: ids of some of them."""
    check_queues(guest, devices)
    for name in disks:
        check_counts(guest, name, devices[name])


def check_queues(guest, devices):
    """Each queue is present with the right number in flight."""
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
    """The number as vqtop counts: buffers of a split ring, descriptors of a packed one."""
    if queue["layout"] == "split":
        return queue["num_in_flight"]
    return queue["size"] - queue["driver_state"]["num_free"]


def check_counts(guest, name, device):
    """Check that vqtop counts as many requests as the block layer."""
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
        # A position that wraps unseen counts for too little, and vqtop reports that.
        if any("lower_bound" in queue for queue in queues):
            assert device["queues"][0]["layout"] == "packed" and total < READS, queues
        else:
            assert total == READS, queues
    assert not any(queue["in_flight"] for queue in queues), queues
