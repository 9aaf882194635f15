# SPDX-License-Identifier: GPL-2.0-or-later
"""Behind an IOMMU: the kernel's pointers lead to rings, while addresses are the device's."""

import re
import time

import compare
from guest import Guest

PLATFORM = "iommu_platform=on,disable-legacy=on"
SLOW = {"driver": "null-co", "node-name": "slow", "size": 16777216,
        "latency-ns": 600_000_000_000}
DEVICES = {
    "blk0": f"virtio-blk-pci,drive=disk0,{PLATFORM}",
    "blk1": f"virtio-blk-pci,drive=disk1,packed=on,{PLATFORM}",
    "net0": f"virtio-net-pci,netdev=net,packed=on,{PLATFORM}",
    "net1": f"virtio-net-pci,netdev=net1,{PLATFORM}",
    "scsi0": f"virtio-scsi-pci,{PLATFORM}",
    # A device that does not offer it, which the IOMMU does not affect.
    "rng0": "virtio-rng-pci,disable-legacy=on",
}
GUEST = {
    "machine": "q35,kernel-irqchip=split",
    # A port for a device plugged in later; the IOMMU precedes the devices it serves.
    "devices": ["intel-iommu,intremap=on,device-iotlb=on", "pcie-root-port,id=port0,chassis=1"]
               + [f"{device},id={name}" for name, device in DEVICES.items()],
    "options": ["-blockdev", "null-co,node-name=disk0,size=16777216,read-zeroes=on",
                "-blockdev", "null-co,node-name=disk1,size=16777216,read-zeroes=on",
                "-netdev", "hubport,id=net,hubid=0", "-netdev", "hubport,id=net1,hubid=0"],
    "kernel_args": "intel_iommu=on ipv6.disable=1",
}
BEHIND = [name for name, device in DEVICES.items() if PLATFORM in device]


def test_addresses_are_those_of_the_iommu(guest):
    bring_up(guest)
    compare.make_traffic(guest, "vda vdb")
    devices = compare.check_agreement(guest)
    for name in BEHIND:
        assert devices[name]["addresses"] == "translated", devices[name]
        assert group_type(guest, devices[name]).startswith("DMA"), devices[name]
        assert maps(devices[name]) == {"dma"}, devices[name]
    assert devices["rng0"]["addresses"] == "physical", devices["rng0"]
    assert maps(devices["rng0"]) == {"direct"}, devices["rng0"]
    # Otherwise the test shows nothing.
    ram = 256 << 20
    addresses = [int(queue["desc"], 16) for name in BEHIND for queue in devices[name]["queues"]]
    assert any(address >= ram for address in addresses), addresses


def test_nothing_is_wrong(guest):
    bring_up(guest)
    result = guest.run("vqdump --check -v", timeout=90)
    assert result.code == 0, result
    assert not re.search(rb"^ +[EW]_", result.stdout, re.MULTILINE), result


def test_a_table_is_opened_and_payload_is_not():
    # One guest each: while the driver waits for a disk, the kernel binds no other device.
    for properties in ("", ",packed=on"):
        with Guest(**GUEST) as guest:
            check_slow_request(guest, "slow0", "port0", properties)


def check_slow_request(guest, name, port, properties):
    node = f"node-{name}"
    guest.qmp.command("blockdev-add", **{**SLOW, "node-name": node})
    # Qmp would turn the "_" in its name into "-"; QEMU would read cyls and so on from the disk.
    guest.qmp.command("human-monitor-command", command_line=
                      f"device_add virtio-blk-pci,id={name},bus={port},drive={node},"
                      f"cyls=16,heads=16,secs=63,{PLATFORM}{properties}")
    device = wait_for_request(guest, name)
    # In the queue of the submitting CPU.
    request = next(queue for queue in device["queues"] if queue["in_flight"])["in_flight"][0]
    assert device["addresses"] == "translated", device
    assert any("IOMMU translates their addresses" in note for note in device["attach_notes"]), device
    # The table's descriptor and its contents: the header, the data, the status.
    inside = [desc for desc in request["descs"] if desc.get("in_table")]
    assert [desc["len"] for desc in inside] == [16, 4096, 1], request
    assert "WRITE" not in inside[0].get("flags", []) and "WRITE" in inside[2]["flags"], request
    assert not request.get("request", "").startswith("read sector"), request
    assert not request.get("notes"), request


def wait_for_request(guest, name, seconds=60):
    deadline = time.monotonic() + seconds
    while True:
        device = compare.by_id(guest, compare.dump(guest)).get(name, {}) \
            if name in guest.qmp.virtio_paths() and is_there(guest, name) else {}
        if any(queue["num_in_flight"] for queue in device.get("queues", [])):
            return device
        assert time.monotonic() < deadline, f"{name}: no request in flight in {seconds} s"
        time.sleep(0.5)


def is_there(guest, name):
    address = guest.qmp.pci_addresses()[name]
    return guest.run(f"ls -d /sys/bus/pci/devices/{address}/virtio*").code == 0


def test_identity():
    """iommu=pt: the IOMMU affects nothing."""
    with Guest(**{**GUEST, "kernel_args": "intel_iommu=on iommu=pt ipv6.disable=1"}) as guest:
        bring_up(guest)
        compare.make_traffic(guest, "vda vdb")
        for name, device in compare.check_agreement(guest).items():
            assert device["addresses"] == "physical", (name, device)
            assert name == "rng0" or group_type(guest, device) == "identity", (name, device)
        result = guest.run("vqdump --check -v", timeout=90)
        assert result.code == 0, result


def test_bounce_buffers():
    """As in guests whose memory is encrypted: the device gets physical addresses of copies."""
    with Guest("q35", [f"virtio-blk-pci,id=blk0,drive=disk0,{PLATFORM}", "virtio-rng-pci,id=rng0"],
               options=GUEST["options"][:2], kernel_args="swiotlb=force") as guest:
        compare.make_traffic(guest, "vda")
        devices = compare.check_agreement(guest)
        assert maps(devices["blk0"]) == {"bounce"}, devices["blk0"]
        assert maps(devices["rng0"]) == {"direct"}, devices["rng0"]
        assert all(device["addresses"] == "physical" for device in devices.values()), devices


def maps(device):
    return {queue["driver_state"]["map"] for queue in device["queues"]}


def bring_up(guest):
    guest.output("for i in /sys/class/net/eth*; do ifconfig ${i##*/} up; done")


def group_type(guest, device):
    return guest.output(f"cat /sys/bus/pci/devices/{device['address']}/iommu_group/type").strip()
