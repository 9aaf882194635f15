# SPDX-License-Identifier: GPL-2.0-or-later
"""Compare what vqdump in a guest and QEMU say about each queue."""

import json
import time

import qemu_features

ADDRESSES = (("desc", "vring-desc"), ("driver", "vring-avail"), ("device", "vring-used"))

# Types whose name in QEMU is not "virtio-" and the specification's name.
NAMES = {"virtio-serial": "console"}


def dump(guest, arguments="", **options):
    """The devices in vqdump -J."""
    return json.loads(guest.output(f"vqdump -J {arguments}", **options))["devices"]


def by_id(guest, devices):
    """{id of a -device: its entry in `devices`}, by PCI address, or by type if only one device has
    that type."""
    addresses = guest.qmp.pci_addresses()
    by_address = {device.get("address"): device for device in devices}
    by_type = {device["type"]: device for device in devices}
    types = {entry["path"].split("/")[3]: NAMES.get(entry["name"], entry["name"][len("virtio-"):])
             for entry in guest.qmp.command("x-query-virtio")}
    return {name: by_address[addresses[name]] if name in addresses else by_type[types[name]]
            for name in guest.qmp.virtio_paths()}


def make_quiet(guest):
    """Stop the kernel from reading a virtio-rng all the time."""
    guest.output("echo none >/sys/class/misc/hw_random/rng_current 2>/dev/null || true; sync")


def make_traffic(guest, disks="vda", blocks=300):
    """Move indices past the size of a ring, and then stop."""
    guest.output(f"for disk in {disks}; do "
                 f"dd if=/dev/$disk of=/dev/null bs=4096 count={blocks} 2>/dev/null; done; "
                 "dd if=/dev/hwrng of=/dev/null bs=16 count=4 2>/dev/null || true", timeout=90)


def check_agreement(guest, seconds=30, layouts=True, **options):
    """Check that queue addresses and indices agree with QEMU's. Returns the devices by their ids.

    If something moves between the two reads, both are repeated. `layouts`: ask QEMU for these, too,
    at which 11.1 crashes.
    """
    deadline = time.monotonic() + seconds
    make_quiet(guest)
    before = None
    while True:
        devices = by_id(guest, dump(guest, **options))
        try:
            compare(guest, devices, layouts)
            return devices
        except AssertionError:
            still = positions(devices) == before
            if still or time.monotonic() > deadline:
                raise
        before = positions(devices)


def positions(devices):
    return [(name, queue["index"], queue["driver_state"]["last_used_idx"],
             queue["num_in_flight"])
            for name, device in devices.items() for queue in device.get("queues", [])]


def compare(guest, devices, layouts):
    assert devices, "QEMU has no virtio devices"
    for name, device in devices.items():
        path = guest.qmp.virtio_paths()[name]
        assert device.get("queues"), (name, device)
        for queue in device["queues"]:
            said = guest.qmp.virtio_queue_status(path, queue["index"])
            check_place(name, queue, said)
            check_indices(name, queue, said)
        if layouts:
            check_layouts(name, device, guest.qmp.virtio_status(path))


def check_layouts(name, device, status):
    packed = qemu_features.feature_bits(status["guest-features"]) & 1 << 34
    for queue in device["queues"]:
        assert queue["layout"] == ("packed" if packed else "split"), (name, queue)


def check_place(name, queue, said):
    where = (name, queue, said)
    assert queue["size"] == said["vring-num"], where
    for key, theirs in ADDRESSES:
        assert int(queue[key], 16) == said[theirs], (key, where)


def check_indices(name, queue, said):
    """Check the indices of a queue in which nothing moves."""
    where = (name, queue, said)
    if queue["layout"] == "split":
        used, available = queue["used"]["idx"], queue["avail"]["idx"]
    else:
        used, available = queue["next_used"], queue["next_avail"]
    assert used == said["used-idx"], where
    # The device reads no further than it needs to.
    assert said["inuse"] <= queue["num_in_flight"], where
    state = queue["driver_state"]
    if not queue["num_in_flight"]:
        assert available == said["last-avail-idx"], where
        assert state["num_free"] == queue["size"], where
    assert state["tokens"] == queue["num_in_flight"] + queue["num_unreaped"], where
