# SPDX-License-Identifier: GPL-2.0-or-later
"""Choose the modules of a guest from an unpacked kernel package."""

import functools
import lzma
import re

import cpio
from packages import only

# Init loads these in this order, after their dependencies.
BOOT = """
    virtio_pci virtio_mmio virtio_blk virtio_net virtio_console virtio_rng virtio_balloon
    virtio_scsi sd_mod 9p 9pnet_virtio vmw_vsock_virtio_transport virtio_input
""".split()
# Available to modprobe.
ON_DEMAND = """
    virtio_gpu virtio_crypto virtiofs vfio_pci vfio_iommu_type1 vfat nls_cp437 nls_ascii
    evdev mousedev sg sr_mod loop macvtap
""".split()


def archive(tree):
    """An initramfs archive of the modules, without those that are built in or unknown."""
    root = only([*tree.glob("lib/modules/*"), *tree.glob("usr/lib/modules/*")], "lib/modules")
    paths = {_name(path.name): path for path in root.rglob("*.ko*")}
    boot = _with_dependencies(BOOT, paths)
    names = _with_dependencies(BOOT + ON_DEMAND, paths)
    folder = f"lib/modules/{root.name}"
    result = cpio.Archive()
    for name in names:
        result.add_file(f"{folder}/{name}.ko", _data(paths[name]))
    result.add_file(f"{folder}/modules.dep", _dependency_table(names, paths))
    result.add_file(f"{folder}/modules.boot", "".join(f"{name}\n" for name in boot).encode())
    return result.tobytes()


def _dependency_table(names, paths):
    """Like depmod's: each module with all its dependencies, the first to load last."""
    lines = []
    for name in names:
        needed = reversed(_with_dependencies([name], paths)[:-1])
        lines.append(f"{name}.ko:" + "".join(f" {other}.ko" for other in needed))
    return "\n".join(lines).encode() + b"\n"


def _with_dependencies(wanted, paths):
    """Modules in an order that loads dependencies first."""
    names = {}  # in the order of their insertion
    for name in wanted:
        if name in paths and name not in names:
            names.update(dict.fromkeys(_with_dependencies(_needs(paths[name]), paths)))
            names[name] = None
    return list(names)


@functools.lru_cache(maxsize=None)
def _needs(path):
    """The modules in a module's .modinfo section."""
    found = re.search(rb"\0depends=([^\0]*)\0", _data(path))
    return [_name(name) for name in found[1].decode().split(",") if name] if found else []


def _data(path):
    data = path.read_bytes()
    return lzma.decompress(data) if path.suffix == ".xz" else data


def _name(text):
    return text.partition(".")[0].replace("-", "_")
