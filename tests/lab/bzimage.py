# SPDX-License-Identifier: GPL-2.0-or-later
"""Unpack the kernel in an x86 boot image. Under emulation, half of a boot would go into that."""

import lzma
import shutil
import struct
import subprocess
import zlib

ELF = b"\x7fELF"
# Offsets in the header (the kernel's Documentation/arch/x86/boot.rst).
SETUP_SECTORS = 0x1f1
MAGIC = 0x202
PAYLOAD = 0x248
SECTOR = 512


def unpacked(image):
    """The kernel as an ELF file, or None: packed in a way that cannot be unpacked here."""
    if image[MAGIC:MAGIC + 4] != b"HdrS":
        return None
    offset, size = struct.unpack_from("<II", image, PAYLOAD)
    start = (image[SETUP_SECTORS] + 1) * SECTOR + offset
    payload = image[start:start + size]
    for magic, unpack in FORMATS.items():
        if payload.startswith(magic):
            kernel = unpack(payload)
            return kernel if kernel and kernel.startswith(ELF) else None
    return None


# Its size follows each payload, so what comes after the end is not looked at.

def _xz(payload):
    return lzma.LZMADecompressor().decompress(payload)


def _gzip(payload):
    return zlib.decompressobj(wbits=31).decompress(payload)


def _zstd(payload):
    if not shutil.which("zstd"):
        return None
    return subprocess.run(["zstd", "-dqc"], input=payload[:-4], stdout=subprocess.PIPE,
                          stderr=subprocess.DEVNULL, timeout=60, check=False).stdout


FORMATS = {b"\xfd7zXZ\0": _xz, b"\x1f\x8b": _gzip, b"\x28\xb5\x2f\xfd": _zstd}
