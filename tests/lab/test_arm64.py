# SPDX-License-Identifier: GPL-2.0-or-later
"""The tools, built for arm64, on a stock arm64 kernel: devices on PCI and virtio-mmio.

The first run downloads what other tests do not need (some 100 MB, see arm64.py).
"""

import compare
import test_capture
import watching
from guest import Guest
from image import Kernel

GUEST = {
    "machine": "virt",
    "devices": ["virtio-blk-pci,id=blk0,drive=disk0,num-queues=2,disable-legacy=on",
                "virtio-net-pci,id=net0,netdev=net,packed=on,disable-legacy=on",
                "virtio-rng-device,id=rng0,packed=on",
                "virtio-scsi-device,id=scsi0",
                "virtio-serial-device,id=serial0"],
    "kernel_args": "ipv6.disable=1",
    "options": ["-global", "virtio-mmio.force-legacy=false",
                "-blockdev", "null-co,node-name=disk0,size=16777216,read-zeroes=on",
                "-netdev", "hubport,id=net,hubid=0"],
}


# With 16 KiB pages.
LARGE_PAGES = Kernel("linux-image-6.12.*-arm64-16k", "trixie", "arm64")


def long_arm64():
    check_kernel()


def long_arm64_with_large_pages():
    check_kernel(kernel=LARGE_PAGES)


def check_kernel(**options):
    with Guest(**GUEST, **options) as guest:
        guest.output("for i in /sys/class/net/eth*; do ifconfig ${i##*/} up; done")
        compare.make_traffic(guest, "vda")
        devices = check_agreement(guest)
        assert devices["blk0"]["queues"][0]["name"] == "req.0", devices["blk0"]
        assert devices["net0"]["queues"][0]["num_in_flight"] > 0, devices["net0"]
        check_health(guest)
        watching.check_watching(guest, devices, ("blk0",))
        check_list(guest)
        check_capture(guest)


def check_agreement(guest):
    devices = compare.check_agreement(guest, timeout=60)
    for name, device in devices.items():
        assert device["attach"] == "kernel", (name, device)
        assert device["addresses"] == "physical", (name, device)
    return devices


def check_health(guest):
    result = guest.run("vqdump --check -v", timeout=60)
    assert result.code == 0, result


def check_list(guest):
    listed = guest.output("lsvirtio -n -o TYPE,TRANSPORT").split()
    assert sorted(zip(listed[::2], listed[1::2])) == [
        ("blk", "pci-modern"), ("console", "mmio"), ("net", "pci-modern"), ("rng", "mmio"),
        ("scsi", "mmio")], listed


def check_capture(guest):
    """The capture shows the same text on this machine as in the guest."""
    guest.output("vqdump --check --capture /run/capture", timeout=60)
    capture = guest.get("/run/capture")
    for options in ("", "-vv", "--in-flight -v", "--check", "-J --raw"):
        there = guest.run(f"vqdump --read /run/capture {options}", timeout=60)
        here = test_capture.host(f"vqdump --read - {options}", capture)
        assert there.code == 0 and len(here) > 20, (options, there)
        assert here == there.stdout, (options, here, there.stdout)
