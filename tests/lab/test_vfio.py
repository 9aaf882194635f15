# SPDX-License-Identifier: GPL-2.0-or-later
"""A program drives QEMU's devices through VFIO, behind an IOMMU."""

import driving
import image
from driving import check_reads, check_writes, drive, refused

PLATFORM = "iommu_platform=on,disable-legacy=on"
DEVICES = {
    "rng0": f"virtio-rng-pci,addr=2.0,{PLATFORM}",
    "blk0": f"virtio-blk-pci,addr=3.0,drive=disk0,{PLATFORM}",
    "blk1": f"virtio-blk-pci,addr=4.0,drive=disk1,packed=on,{PLATFORM}",
    "net0": f"virtio-net-pci,addr=5.0,netdev=net,{PLATFORM}",
    "serial0": f"virtio-serial-pci,addr=6.0,{PLATFORM}",
    "pin0": f"virtio-blk-pci,addr=7.0,drive=disk2,vectors=0,{PLATFORM}",
    # It bypasses the IOMMU.
    "rng1": "virtio-rng-pci,addr=8.0,disable-legacy=on",
    # The kernel keeps it.
    "rng2": f"virtio-rng-pci,addr=9.0,{PLATFORM}",
    # The devices behind this bridge form one group.
    "rng3": f"virtio-rng-pci,bus=pci0,addr=1.0,{PLATFORM}",
    "rng4": f"virtio-rng-pci,bus=pci0,addr=2.0,{PLATFORM}",
}
DISKS = driving.Disks(3)


def __getattr__(name):
    """GUEST, made on demand, as it has disks."""
    if name != "GUEST":
        raise AttributeError(name)
    return {
        "machine": "q35,kernel-irqchip=split",
        "devices": ["intel-iommu,intremap=on", "pcie-pci-bridge,id=pci0,addr=10.0"]
                   + [f"{device},id={name}" for name, device in DEVICES.items()],
        "options": [*DISKS.options(), "-netdev", "hubport,id=net,hubid=0"],
        "kernel_args": "intel_iommu=on",
    }


def test_what_the_kernel_has(guest):
    refused(guest, f"{address(guest, 'rng2')} rng 16", "bound to virtio-pci",
            "vqinject --bind 0000:00:09.0")
    refused(guest, "0000:00:1e.7 rng 16", "no such PCI device")


def test_random_bytes(guest):
    target = take(guest, "rng0")
    data, said = drive(guest, f"{target} rng 64")
    assert len(data) == 64 and len(set(data)) > 8, data
    assert int(said["interrupts"]) >= 1, said
    again, said = drive(guest, f"{target},poll rng 64")
    assert again != data and said["interrupts"] == "0", (again, said)


def test_example_drives_hardware(guest):
    guest.put("/tmp/driver", driving.program(image.PROJECT / "examples/driver.c"))
    guest.output("chmod +x /tmp/driver")
    words = guest.output(f"/tmp/driver {take(guest, 'rng0')}").split()
    assert len(words) == 32 and len(set(words)) > 8, words
    for name, reason in (("blk0", "no driver that is registered takes it; it is of type 2 (blk)"),
                         ("rng1", "does not offer VIRTIO_F_ACCESS_PLATFORM")):
        result = guest.run(f"/tmp/driver {take(guest, name)}")
        assert result.code == 1 and reason in result.stderr.decode(), result


def test_disk_is_what_the_host_has(guest):
    for name, number, packed in ("blk0", 0, "0"), ("blk1", 1, "1"):
        target = take(guest, name)
        said = check_reads(guest, target, DISKS.path(number))
        assert (said["packed"], said["indirect"]) == (packed, "1"), said
        assert int(said["interrupts"]) >= 1, said
        said = check_reads(guest, target, DISKS.path(number), "split direct size=16")
        assert (said["packed"], said["indirect"], said["size"]) == ("0", "0", "16"), said
        said = check_reads(guest, f"{target},poll,pool=1M", DISKS.path(number), "direct")
        assert (said["packed"], said["interrupts"]) == (packed, "0"), said


def test_host_finds_what_was_written(guest):
    for name, number in ("blk0", 0), ("blk1", 1):
        target = take(guest, name)
        check_writes(guest, target, DISKS.path(number))
        check_writes(guest, target, DISKS.path(number), "direct")
        check_writes(guest, f"{target},poll", DISKS.path(number), "split")


def test_same_program_drives_a_simulated_disk(guest):
    guest.put("/tmp/disk", DISKS.path(0).read_bytes())
    check_reads(guest, "sim:blk,file=/tmp/disk", DISKS.path(0))
    check_reads(guest, "sim:blk,file=/tmp/disk,packed", DISKS.path(0), "direct")


def test_without_vectors_by_the_pin(guest):
    target = take(guest, "pin0")
    for _ in range(3):
        said = check_reads(guest, target, DISKS.path(2))
        assert int(said["interrupts"]) >= 1, said
    driving.check_given_back(guest, target)


def test_device_past_the_iommu_is_refused(guest):
    target = take(guest, "rng1")
    refused(guest, f"{target} rng 16", "does not offer VIRTIO_F_ACCESS_PLATFORM",
            f"physical:{target}")
    refused(guest, f"{take(guest, 'rng0')} rng 16 without-platform", "bypass the IOMMU")
    driving.check_given_back(guest, target)


def test_physical_addresses_are_refused_behind_the_iommu(guest):
    target = address(guest, "serial0")
    refused(guest, f"physical:{target} times 1", "bound to driver")
    driving.unbind(guest, target)
    refused(guest, f"physical:{target} times 1", "an IOMMU translates")
    driving.check_given_back(guest, target)


def test_bad_requests(guest):
    target = take(guest, "rng0")
    refused(guest, f"{target} rng 16 size=512", "Numerical result out of range")
    refused(guest, f"{target},legacy rng 16", "no legacy interface")
    refused(guest, f"{target},pool=2G rng 16", "pool=2G")


def test_privilege_and_limits(guest):
    target = take(guest, "rng0")
    link = guest.output(f"readlink /sys/bus/pci/devices/{target}/iommu_group")
    group = link.split("/")[-1].strip()
    refused(guest, f"{target} rng 16", f"/dev/vfio/{group}: Permission denied", user=" ")
    guest.output(f"chown nobody /dev/vfio/{group}")
    refused(guest, f"{target} rng 16", "the limit is 64 KiB", "ulimit -l", user="ulimit -l 64; ")
    guest.output(f"chown root /dev/vfio/{group}")


def test_group_that_is_not_viable(guest):
    target = take(guest, "rng3")
    refused(guest, f"{target} rng 16", "IOMMU group", f"{address(guest, 'rng4')} (virtio-pci)")
    take(guest, "rng4")
    data, _ = drive(guest, f"{target} rng 16")
    assert len(data) == 16, data


def test_kernel_wants_it_back(guest):
    target = take(guest, "rng0")
    driving.install(guest)
    guest.output(f"{driving.PROGRAM} {target} hold 60 2>/tmp/hold & sleep 3; "
                 f"echo {target} >/sys/bus/pci/devices/{target}/driver/unbind; wait", timeout=100)
    assert "presence=1" in guest.output("cat /tmp/hold")
    driving.check_given_back(guest, target)


def test_many_times_and_given_back(guest):
    for name in ("blk0", "blk1", "net0", "serial0"):
        target = take(guest, name)
        drive(guest, f"{target} times {50 if name == 'blk0' else 5}")
        driving.check_given_back(guest, target)
    kname = guest.output(f"ls /sys/bus/pci/devices/{address(guest, 'blk0')}/virtio*/block").strip()
    guest.output(f"dd if=/dev/{kname} of=/dev/null bs=4096 count=16 iflag=direct")


def test_killed_and_given_back(guest):
    target = take(guest, "blk0")
    driving.install(guest)
    guest.output(f"{driving.PROGRAM} {target} hold 60 & sleep 3; kill -9 $!; wait", timeout=60)
    check_reads(guest, target, DISKS.path(0))
    driving.check_given_back(guest, target)


def address(guest, name):
    return guest.qmp.pci_addresses()[name]


def take(guest, name):
    """Bind a device to vfio-pci; returns its address."""
    found = address(guest, name)
    driver = guest.run(f"readlink /sys/bus/pci/devices/{found}/driver").stdout
    if not driver.endswith(b"/vfio-pci\n"):
        driving.bind(guest, found, "vfio-pci")
    return found
