# SPDX-License-Identifier: GPL-2.0-or-later
"""The newest QEMU that a Debian release has, for devices that this machine's cannot be.

It is unpacked with all that it needs into $O/lab/newest and run from there, by its own dynamic
loader: its C library may be newer than this machine's. Nothing is installed.
"""

import shutil

import packages

SUITE = "trixie-backports"
PACKAGE = "qemu-system-x86"
QEMU = "usr/bin/qemu-system-x86_64"
LIBRARIES = "usr/lib/x86_64-linux-gnu"
LOADER = f"{LIBRARIES}/ld-linux-x86-64.so.2"
DATA = ("usr/share/qemu", "usr/share/seabios", "usr/lib/ipxe/qemu")


def qemu(lab):
    """The first words of QEMU's command line."""
    tree = _unpacked(lab.absolute())
    words = ["env", f"QEMU_MODULE_DIR={tree / LIBRARIES}/qemu",
             str(tree / LOADER), "--library-path", str(tree / LIBRARIES), str(tree / QEMU)]
    for folder in DATA:
        words += ["-L", str(tree / folder)]
    return words


def _unpacked(lab):
    folder = lab / "newest"
    if folder.exists():
        return folder
    partial = folder.with_name("newest.partial")
    shutil.rmtree(partial, ignore_errors=True)
    for path in packages.apt(lab, SUITE).download_all(PACKAGE):
        packages.unpack(path, partial)
    partial.rename(folder)
    return folder
