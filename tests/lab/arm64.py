# SPDX-License-Identifier: GPL-2.0-or-later
"""What arm64 guests need and this machine lacks: QEMU, the tools and their libraries.

A compiler, a sysroot and QEMU are unpacked from packages into $O/lab/arm64, and the tools are built
there. Nothing is installed, and this machine's own apt knows nothing of it.
"""

import os
import pathlib
import re
import shutil
import subprocess

import packages

SUITE = "bookworm"
TRIPLET = "aarch64-linux-gnu"
QEMU = "qemu-system-aarch64"
COMPILER = f"{TRIPLET}-gcc"
TOOLS = ("lsvirtio", "vqdump", "vqtop")

# Packages of this machine's architecture, for what QEMU and the compiler lack.
COMPILER_PACKAGES = (f"gcc-12-{TRIPLET}", f"cpp-12-{TRIPLET}", f"binutils-{TRIPLET}",
                     "libgcc-12-dev-arm64-cross")
QEMU_PACKAGES = ("qemu-system-arm",)
SYSROOT_PACKAGES = """
    libc6-dev libc6 linux-libc-dev libgcc-12-dev libgcc-s1 libsmartcols-dev libsmartcols1
    libpci-dev libpci3 libfdt-dev libfdt1 libjansson-dev libjansson4 libbpf-dev libbpf1
    libncurses-dev libncursesw6 libtinfo6 zlib1g libudev1 libcap2 libelf1 libblkid1
    libpcap0.8-dev
""".split()


def qemu(lab):
    """The first words of QEMU's command line."""
    installed = shutil.which(QEMU)
    if installed:
        return [installed]
    tools = _unpacked(lab, "qemu", QEMU_PACKAGES)
    # By default it looks for its data only next to itself.
    return [str(tools / "usr/bin" / QEMU), "-L", "/usr/share/qemu", "-L", "/usr/lib/ipxe/qemu"]


def busybox(lab):
    tree = _unpacked(lab, "busybox", ("busybox-static",), "arm64")
    return packages.only(tree.glob("**/bin/busybox"), "busybox")


def tools(lab):
    """The paths of the tools, built from the current sources."""
    folder = (lab / "arm64" / "build").absolute()
    sysroot = _sysroot(lab)
    search = (f"{sysroot}/usr/lib/{TRIPLET}/pkgconfig", f"{sysroot}/usr/share/pkgconfig")
    command, environment = compiler(lab)
    # Options of the make that runs the tests are not for this one.
    for name in ("MAKEFLAGS", "MFLAGS", "MAKELEVEL", "MAKEOVERRIDES", "CFLAGS", "LDFLAGS", "SAN",
                 "TSAN", "O", "CC"):
        environment.pop(name, None)
    environment.update(PKG_CONFIG_LIBDIR=":".join(search), PKG_CONFIG_SYSROOT_DIR=str(sysroot))
    folder.mkdir(parents=True, exist_ok=True)
    make = ["make", "-C", str(pathlib.Path(__file__).resolve().parent.parent.parent), "-j2",
            f"O={folder}", f"CC={' '.join(command)}",
            *(str(folder / tool) for tool in TOOLS)]
    result = subprocess.run(make, env=environment, stdin=subprocess.DEVNULL,
                            capture_output=True, text=True, timeout=1800)
    if result.returncode:
        raise RuntimeError(f"{' '.join(make)}:\n{result.stderr[-4000:]}")
    return [folder / tool for tool in TOOLS]


def libraries(lab, programs, opened):
    """{place in the guest: path} of every library that programs link with or open."""
    found = {}
    wanted = [*opened]
    for program in programs:
        wanted += _needed(program)
    while wanted:
        name = wanted.pop()
        place = f"lib/{name}"
        if place not in found:
            found[place] = _library(lab, name)
            wanted += _needed(found[place])
    return found


def _library(lab, name):
    folders = (lab / "arm64/build", *(_sysroot(lab) / folder for folder in
                                      (f"lib/{TRIPLET}", f"usr/lib/{TRIPLET}", "lib")))
    for folder in folders:
        if (folder / name).exists():
            return folder / name
    raise RuntimeError(f"none of the packages in arm64.py has {name}")


def _needed(path):
    listing = subprocess.run(["readelf", "-d", str(path)], check=True, capture_output=True,
                             text=True, timeout=60, env=dict(os.environ, LC_ALL="C")).stdout
    return re.findall(r"\(NEEDED\).*\[(.*)\]", listing)


def compiler(lab):
    """The first words of the compiler's command line, and its environment."""
    environment = dict(os.environ)
    program = shutil.which(COMPILER)
    if not program:
        tree = _unpacked(lab, "compiler", COMPILER_PACKAGES)
        own = packages.only(tree.glob("usr/lib/*/libbfd-*arm64.so"), "libbfd").parent
        environment["LD_LIBRARY_PATH"] = str(own)
        program = str(tree / f"usr/bin/{COMPILER}-12")
    return [program, f"--sysroot={_sysroot(lab)}"], environment


def _sysroot(lab):
    return _unpacked(lab, "sysroot", SYSROOT_PACKAGES, "arm64")


def _unpacked(lab, name, wanted, architecture=None):
    """A folder with the contents of packages, of this machine's or another architecture."""
    folder = (lab / "arm64" / name).absolute()
    if folder.exists():
        return folder
    kept = lab / "arm64" / "packages"
    kept.mkdir(parents=True, exist_ok=True)
    apt = packages.apt(lab, SUITE, architecture) if architecture else packages.apt(lab)
    partial = folder.with_name(name + ".partial")
    shutil.rmtree(partial, ignore_errors=True)
    for package in wanted:
        packages.unpack(apt.download(package, kept), partial)
    _keep_links_inside(partial)
    partial.rename(folder)
    return folder


def _keep_links_inside(tree):
    """Absolute links would lead to files of this machine."""
    for path in tree.rglob("*"):
        if path.is_symlink() and os.readlink(path).startswith("/"):
            target = tree / os.readlink(path)[1:]
            path.unlink()
            path.symlink_to(os.path.relpath(target, path.parent))
