# SPDX-License-Identifier: GPL-2.0-or-later
"""vqinject --attach physical: the same without an IOMMU."""

import driving
import test_inject
from test_inject import address, check_disk, failed

MODERN = "disable-legacy=on"
DEVICES = {
    "rng0": f"virtio-rng-pci,addr=2.0,{MODERN}",
    "blk0": f"virtio-blk-pci,addr=3.0,drive=disk0,{MODERN}",
    "blk1": f"virtio-blk-pci,addr=4.0,drive=disk1,packed=on,{MODERN}",
}
DISKS = driving.Disks(2)
HOW = "--attach physical --unprotected-dma"


def __getattr__(name):
    """GUEST, made on demand, as it has disks."""
    if name != "GUEST":
        raise AttributeError(name)
    return {
        "machine": "q35",
        "devices": [f"{device},id={name}" for name, device in DEVICES.items()],
        "options": DISKS.options(),
    }


def inject(guest, name, words):
    guest.output("echo 8 >/proc/sys/vm/nr_hugepages")
    return test_inject.inject(guest, name, words)


def test_what_is_missing(guest):
    guest.output("echo 0 >/proc/sys/vm/nr_hugepages")
    failed(guest, "rng0", f"{HOW} --in 4", "/proc/sys/vm/nr_hugepages")


def test_random_bytes(guest):
    data = inject(guest, "rng0", f"{HOW} rng read 64 --save -").stdout
    assert len(data) == 64 and len(set(data)) > 8, data


def test_disks(guest):
    for name, number, layout in ("blk0", 0, "split"), ("blk1", 1, "packed"):
        for mode in "", "--indirect", "--event-idx --depth 4 --count 20":
            words = f"{HOW} --layout {layout} {mode}"
            wanted = DISKS.path(number).read_bytes()[7 * 512:][:4096]
            data = inject(guest, name, f"{words} blk read 7 4096 --save -").stdout
            assert data == wanted * (20 if "count" in mode else 1), (words, data[:64])
            text = words.encode().ljust(512, b".")
            guest.put("/tmp/data", text)
            inject(guest, name, f"{words} blk write 100 file:/tmp/data --yes-destroy-data")
            assert DISKS.path(number).read_bytes()[100 * 512:][:512] == text, words


def test_vfio_says_what_is_missing(guest):
    failed(guest, "rng0", "--in 4", "IOMMU")


def test_it_is_to_be_said_twice(guest):
    result = test_inject.run(guest, "rng0", "--attach physical --in 4")
    assert result.code == 2 and b"--unprotected-dma" in result.stderr, result


def test_as_it_was_after_a_kill(guest):
    target = address(guest, "blk0")
    for signal, code in ("INT", 130), ("KILL", 137):
        result = guest.run(f"timeout -s {signal} 3 vqinject --bind {target} {HOW} "
                           "blk read 0 4096 --count 100000000 >/tmp/out", timeout=60)
        assert result.code == code, (signal, result)
        guest.output("for i in 1 2 3 4 5 6 7 8 9 10; do "
                     f"grep -q 0x0000000f /sys/bus/pci/devices/{target}/virtio*/status "
                     "&& exit 0; sleep 1; done; exit 1", timeout=60)
        check_disk(guest, target)
