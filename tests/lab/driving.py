# SPDX-License-Identifier: GPL-2.0-or-later
"""The program that drives devices in a guest, and its disks."""

import functools
import os
import pathlib
import re
import subprocess
import tempfile

import image

PROGRAM = "/tmp/drive"
SECTOR = 512
DISK_SIZE = 1 << 20


@functools.lru_cache(maxsize=None)
def program(source="drive.c"):
    """The program, compiled like any other: against what "make install" installed."""
    folder = image.output_folder()
    with tempfile.TemporaryDirectory(prefix="installed-", dir=folder / "lab") as root:
        subprocess.run(["make", "--no-print-directory", f"O={folder}", f"PREFIX={root}", "install"],
                       cwd=image.PROJECT, check=True, timeout=300, stdout=subprocess.DEVNULL)
        flags = subprocess.run(["pkg-config", "--cflags", "--libs", "virtio-inspect"], check=True,
                               env={**os.environ, "PKG_CONFIG_PATH": f"{root}/lib/pkgconfig"},
                               stdout=subprocess.PIPE, text=True, timeout=60).stdout.split()
        assert f"-I{root}/include" in flags, flags
        return image.compiled(source, *flags, "-pthread").read_bytes()


def install(guest):
    if guest.run(f"test -x {PROGRAM}").code:
        guest.put(PROGRAM, program())
        guest.output(f"chmod +x {PROGRAM}")


class Disks:
    """Files for disks "disk0" and so on, in which all sectors differ."""

    def __init__(self, count):
        self._count = count
        self._folder = None

    def path(self, number):
        return pathlib.Path(self._folder.name, f"disk{number}")

    def options(self):
        """Create the files; returns QEMU's options for them."""
        self._folder = tempfile.TemporaryDirectory(prefix="disks-",
                                                   dir=image.output_folder() / "lab")
        for number in range(self._count):
            self.path(number).write_bytes(b"".join(
                b"disk %d sector %8d\n" % (number, sector) + bytes(SECTOR - 23)
                for sector in range(DISK_SIZE // SECTOR)))
        return [word for number in range(self._count)
                for word in ("-blockdev",
                             f"file,node-name=disk{number},filename={self.path(number)}")]


def drive(guest, arguments, **options):
    """The result of a successful run, and its output."""
    install(guest)
    result = guest.run(f"{PROGRAM} {arguments}", timeout=120, **options)
    assert result.code == 0, (arguments, result)
    said = result.stderr.decode()
    return result.stdout, dict(re.findall(r"(\w+)=(\d+)", said.splitlines()[-1] if said else ""))


def refused(guest, arguments, *parts, user=""):
    """Run it; it must fail with one line, which has these parts."""
    install(guest)
    command = f"{PROGRAM} {arguments}"
    result = guest.run(f"su nobody -c '{user}{command}'" if user else command, timeout=120)
    lines = result.stderr.decode().splitlines()
    assert result.code == 1 and len(lines) == 1, (arguments, result)
    for part in parts:
        assert part in lines[0], (part, lines[0])


def check_reads(guest, target, path, words=""):
    data, said = drive(guest, f"{target} read 7 4096 {words}")
    with open(path, "rb") as file:
        file.seek(7 * SECTOR)
        assert data == file.read(4096), (target, words, data[:64])
    return said


def check_writes(guest, target, path, words=""):
    text = f"{target} {words}".encode().ljust(1024, b".")
    drive(guest, f"{target} write 100 1024 {words}", stdin=text)
    with open(path, "rb") as file:
        file.seek(100 * SECTOR)
        assert file.read(1024) == text, (target, words)


def unbind(guest, address):
    guest.output(f"cd /sys/bus/pci/devices/{address}; test ! -e driver || "
                 f"echo {address} >driver/unbind", timeout=60)


def bind(guest, address, driver):
    """Bind a device by hand: to vfio-pci, or with "" to the kernel's own driver."""
    unbind(guest, address)
    guest.output("modprobe -a vfio-pci vfio_iommu_type1; "
                 f"echo '{driver}' >/sys/bus/pci/devices/{address}/driver_override; "
                 f"echo {address} >/sys/bus/pci/drivers_probe")


def check_given_back(guest, address):
    bind(guest, address, "")
    assert guest.output(f"cat /sys/bus/pci/devices/{address}/virtio*/status") == "0x0000000f\n"
