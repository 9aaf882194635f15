# SPDX-License-Identifier: GPL-2.0-or-later
"""The library understands the structures of every kernel.

Each kernel is a download, so all but the default one are for make lab-full.
"""

import compare
import watching
from guest import Guest
from image import Kernel

DEVICES = {
    "blk0": "virtio-blk-pci,drive=disk0,num-queues=2,disable-legacy=on",
    "blk1": "virtio-blk-pci,drive=disk1,packed=on,queue-size=64,disable-legacy=on",
    "net0": "virtio-net-pci,netdev=net,packed=on,disable-legacy=on",
    "net1": "virtio-net-pci,netdev=net1,disable-legacy=on",
    "rng0": "virtio-rng-pci,disable-legacy=on",
    "scsi0": "virtio-scsi-pci,disable-legacy=on",
}
GUEST = {
    "devices": [f"{device},id={name}" for name, device in DEVICES.items()],
    "kernel_args": "ipv6.disable=1",
    "options": ["-blockdev", "null-co,node-name=disk0,size=16777216,read-zeroes=on",
                "-blockdev", "null-co,node-name=disk1,size=16777216,read-zeroes=on",
                "-netdev", "hubport,id=net,hubid=0", "-netdev", "hubport,id=net1,hubid=0"],
}

# By the name of its test: the oldest kernel with BTF for modules that a Debian release has, and the
# newest.
KERNELS = {
    "6_1_cloud": Kernel("linux-image-6.1.*-cloud-amd64", "bookworm"),
    # From here on, virtio and virtio_pci are built in.
    "6_12": Kernel("linux-image-6.12.*-amd64", "trixie"),
    "6_18_cloud": Kernel("linux-image-6.18.*-cloud-amd64", "trixie-backports"),
    # From here on, vring_virtqueue.packed_ring is one of four layouts.
    "7_cloud": Kernel("linux-image-[7-9].*-cloud-amd64", "trixie-backports"),
}
# Virtio is modular, and modules have no BTF.
WITHOUT_MODULE_BTF = Kernel("linux-image-5.10.*-cloud-amd64", "bullseye")


def check_kernel(guest):
    guest.output("for i in /sys/class/net/eth*; do ifconfig ${i##*/} up; done")
    compare.make_traffic(guest, "vda vdb")
    devices = compare.check_agreement(guest, timeout=60)
    for name, device in devices.items():
        assert device["attach"] == "kernel", device
        assert device["addresses"] == "physical", device
        check_vectors(name, device)
    assert devices["blk0"]["queues"][0]["name"] == "req.0", devices["blk0"]
    assert devices["net0"]["queues"][0]["num_in_flight"] > 0, devices["net0"]
    result = guest.run("vqdump --check -v", timeout=60)
    assert result.code == 0, result
    assert b"D_NO_VECTOR" not in result.stdout, result
    watching.check_watching(guest, devices, ("blk0", "blk1"))


def check_vectors(name, device):
    """Each queue with a callback has a vector of its own."""
    vectors = [queue["vector"] for queue in device["queues"]
               if queue["driver_state"]["callback"]]
    assert 0xffff not in vectors, (name, device)
    assert len(set(vectors)) == len(vectors), (name, device)


def test_default_kernel(guest):
    check_kernel(guest)


def test_vectors_are_what_qemu_has(guest):
    """Through registers, which QEMU answers."""
    by_registers = compare.by_id(guest, compare.dump(guest, "--attach=registers"))
    for name, device in compare.by_id(guest, compare.dump(guest)).items():
        theirs = {queue["index"]: queue["vector"] for queue in by_registers[name]["queues"]}
        for queue in device["queues"]:
            assert queue["vector"] == theirs[queue["index"]], (name, queue, theirs)


def test_without_symbols_of_variables(guest):
    """As in a kernel without KALLSYMS_ALL, such as Debian's for arm64."""
    with_them = [queues_of(device) for device in compare.dump(guest)]
    guest.output("grep -vw -e virtio_bus -e bus_kset /proc/kallsyms >/run/kallsyms; "
                 "mount --bind /run/kallsyms /proc/kallsyms", timeout=60)
    try:
        assert [queues_of(device) for device in compare.dump(guest)] == with_them
    finally:
        guest.output("umount /proc/kallsyms")


def queues_of(device):
    assert device["attach"] == "kernel", device
    return device["name"], [(queue["index"], queue["desc"]) for queue in device["queues"]]


def test_without_msix():
    """Interrupts without vectors are not a fault."""
    with Guest("q35", ["virtio-blk-pci,drive=disk,vectors=0,disable-legacy=on",
                       "virtio-rng-pci,vectors=0"],
               options=["-blockdev", "null-co,node-name=disk,size=16777216,read-zeroes=on"]) as guest:
        for device in compare.dump(guest):
            assert {queue["vector"] for queue in device["queues"]} == {0xffff}, device
        result = guest.run("vqdump --check", timeout=60)
        assert result.code == 0, result
        assert b"D_NO_VECTOR" not in result.stdout, result


def make_test(kernel):
    def test():
        with Guest(kernel=kernel, **GUEST) as guest:
            check_kernel(guest)
    return test


def long_5_10_without_module_btf():
    with Guest(kernel=WITHOUT_MODULE_BTF, **GUEST) as guest:
        result = guest.run("vqdump")
        assert result.code == 1, result
        assert b"BTF has no vring_virtqueue" in result.stderr, result
        assert b"kernels before 5.11" in result.stderr, result
        assert b"registers" in result.stderr, result
        # The method that it suggests works.
        for device in compare.dump(guest, "--attach=registers"):
            assert device["queues"], device


for name, wanted in KERNELS.items():
    globals()[f"long_{name}"] = make_test(wanted)
