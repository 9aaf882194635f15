# SPDX-License-Identifier: GPL-2.0-or-later
"""A program drives QEMU's devices by physical addresses, without an IOMMU."""

import driving
from driving import check_reads, check_writes, drive, refused
from guest import Guest

MODERN = "disable-legacy=on"
DEVICES = {
    "rng0": f"virtio-rng-pci,addr=2.0,{MODERN}",
    "blk0": f"virtio-blk-pci,addr=3.0,drive=disk0,{MODERN}",
    "blk1": f"virtio-blk-pci,addr=4.0,drive=disk1,packed=on,{MODERN}",
    "blk2": "virtio-blk-pci,addr=5.0,drive=disk2,disable-legacy=off",
}
HUGE = "/proc/sys/vm/nr_hugepages"
DISKS = driving.Disks(3)


def __getattr__(name):
    """GUEST, made on demand, as it has disks."""
    if name != "GUEST":
        raise AttributeError(name)
    return {
        "machine": "q35",
        "devices": [f"{device},id={name}" for name, device in DEVICES.items()],
        "options": DISKS.options(),
    }


def test_what_is_missing(guest):
    plain = guest.qmp.pci_addresses()["rng0"]
    refused(guest, f"{plain} rng 16", "not behind an IOMMU", "intel_iommu=on", f"physical:{plain}")
    refused(guest, f"physical:{plain} rng 16", "bound to driver virtio-pci", "unbind")
    target = take(guest, "rng0")
    guest.output(f"echo 0 >{HUGE}")
    refused(guest, f"{target} rng 16", "huge pages", HUGE)
    refused(guest, f"{target} rng 16", "run as root", user=" ")


def test_random_bytes(guest):
    target = take(guest, "rng0")
    data, said = drive(guest, f"{target} rng 64")
    assert len(data) == 64 and len(set(data)) > 8, data
    assert said["interrupts"] == "0", said


def test_disks(guest):
    for name, number, packed in ("blk0", 0, "0"), ("blk1", 1, "1"):
        target = take(guest, name)
        for words in "", "direct", "split size=8", "split direct":
            said = check_reads(guest, target, DISKS.path(number), words)
            assert said["packed"] == (packed if "split" not in words else "0"), said
        check_writes(guest, target, DISKS.path(number))
        check_writes(guest, f"{target},pool=2M", DISKS.path(number), "direct")


def test_transitional_disk_both_ways(guest):
    target = take(guest, "blk2")
    for option in "", ",legacy":
        check_reads(guest, f"{target}{option}", DISKS.path(2))
        check_writes(guest, f"{target}{option}", DISKS.path(2), "direct")


def test_device_that_writes_too_far_shows(guest):
    target = take(guest, "rng0")
    driving.install(guest)
    result = guest.run(f"{driving.PROGRAM} {target} rng 64 overrun", timeout=60)
    assert result.code == 0 and len(result.stdout) == 128, result
    assert b"the device wrote outside its buffers" in result.stderr, result
    result = guest.run(f"{driving.PROGRAM} {target} rng 64", timeout=60)
    assert b"warning" not in result.stderr, result


def test_many_times_and_given_back(guest):
    for name in DEVICES:
        target = take(guest, name)
        drive(guest, f"{target} times {50 if name == 'blk0' else 5}")
        driving.check_given_back(guest, guest.qmp.pci_addresses()[name])
    kname = guest.output("ls /sys/bus/pci/devices/"
                         f"{guest.qmp.pci_addresses()['blk0']}/virtio*/block").strip()
    guest.output(f"dd if=/dev/{kname} of=/dev/null bs=4096 count=16 iflag=direct")


def test_lockdown():
    with Guest("q35", [f"{DEVICES['rng0']},id=rng0"], "lockdown=integrity") as guest:
        refused(guest, f"{take(guest, 'rng0')} rng 16", "lockdown", "VFIO")


def take(guest, name):
    """Unbind a device; returns its target."""
    found = guest.qmp.pci_addresses()[name]
    driving.unbind(guest, found)
    guest.output(f"echo 8 >{HUGE}")
    return f"physical:{found}"
