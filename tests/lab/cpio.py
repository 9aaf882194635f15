# SPDX-License-Identifier: GPL-2.0-or-later
"""Write initramfs archives: the cpio "newc" format, without root and without files on disk."""

import stat


class Archive:
    """An archive in memory; adding a file adds the folders above it."""

    def __init__(self):
        self._members = {}

    def add_file(self, path, data, executable=False):
        self._add(path, stat.S_IFREG | (0o755 if executable else 0o644), data)

    def add_folder(self, path):
        if path and path not in self._members:
            self._add(path, stat.S_IFDIR | 0o755, b"")

    def tobytes(self):
        out = bytearray()
        for inode, (path, (mode, data)) in enumerate(self._members.items(), 1):
            _append(out, inode, path, mode, data)
        _append(out, 0, "TRAILER!!!", 0, b"")
        return bytes(out)

    def _add(self, path, mode, data):
        path = path.lstrip("/")
        self.add_folder(path.rpartition("/")[0])
        self._members[path] = (mode, data)


def _append(out, inode, path, mode, data):
    name = path.encode() + b"\0"
    links = 2 if stat.S_ISDIR(mode) else 1
    # inode, mode, uid, gid, links, mtime, size, device, device of a node, name size, checksum
    fields = (inode, mode, 0, 0, links, 0, len(data), 0, 0, 0, 0, len(name), 0)
    out += b"070701" + b"".join(b"%08X" % field for field in fields) + name
    _pad(out)
    out += data
    _pad(out)


def _pad(out):
    # Headers and data are aligned to 4 bytes, also if archives are concatenated.
    out += bytes(-len(out) % 4)
