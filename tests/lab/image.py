# SPDX-License-Identifier: GPL-2.0-or-later
"""Build the guest of the lab from distribution packages: a kernel, and an initramfs for it.

The kernel package is unpacked once and kept under $O/lab (remove it for a newer kernel). An
initramfs may be several concatenated archives: the first has the modules; the second (init,
busybox, the tools, their libraries) is built quickly, and afresh each time.
"""

import collections
import fcntl
import functools
import os
import pathlib
import platform
import re
import shutil
import subprocess
import tempfile

import arm64
import bzimage
import cpio
import modules
import packages
from packages import Unavailable

LAB = pathlib.Path(__file__).resolve().parent
PROJECT = LAB.parent.parent
SOURCES = LAB / "programs"

Kernel = collections.namedtuple("Kernel", "pattern suite architecture",
                                defaults=(None, "amd64"))
# The newest package whose name matches, of a suite or of this machine's releases. LAB_KERNEL in the
# environment is another pattern.
KERNEL = Kernel("linux-image-6.1.*-amd64")
KERNEL_ARM64 = Kernel("linux-image-6.1.*-arm64", arm64.SUITE, "arm64")

TOOLS = ("lsvirtio", "vqdump", "vqtop", "vqinject")
# From this machine, if it has them.
PROGRAMS = ("strace", "ping")
# The tools open these on demand, so ldd does not list them.
OPENED_LIBRARIES = ("libpci.so.3", "libjansson.so.4", "libfdt.so.1", "libbpf.so.1",
                    "libncursesw.so.6", "libblkid.so.1", "libpcap.so.0.8")
OPENED_BY_ARM64 = OPENED_LIBRARIES[:4]
# Without it, terminals count as very old ones.
LOCALE = "usr/lib/locale/C.utf8"
TERMINALS = ("d/dumb", "l/linux", "s/screen", "v/vt100", "v/vt220", "x/xterm", "x/xterm-256color")
PASSWD = b"root::0:0::/:/bin/sh\nnobody::65534:65534::/:/bin/sh\n"
GROUP = b"root::0:\nnobody::65534:\n"

# kernel      boots at once, and always at the same addresses
# packed      unpacks itself first, and goes to a random place
Image = collections.namedtuple("Image", "kernel packed initramfs")


def output_folder():
    """$O of the Makefile."""
    return PROJECT / os.environ.get("O", "build")


def default_kernel():
    pattern = os.environ.get("LAB_KERNEL")
    return Kernel(pattern) if pattern else KERNEL


@functools.lru_cache(maxsize=None)
def build(wanted=None):
    """The image for this run with a kernel, built at the first call."""
    wanted = wanted or default_kernel()
    if platform.machine() != "x86_64":
        raise Unavailable(f"guests are x86-64, and the tools are built for {platform.machine()}")
    folder = output_folder() / "lab"
    folder.mkdir(parents=True, exist_ok=True)
    with open(folder / "lock", "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        kernel = _kernel(folder, wanted)
        modules_archive = (kernel / "modules.cpio").read_bytes()
        initramfs = kernel / "initramfs"
        _replace(initramfs, modules_archive + _user_space(folder, wanted.architecture))
    ready = kernel / "vmlinux"
    packed = kernel / "vmlinuz"
    return Image(ready if ready.exists() else packed, packed, initramfs)


def _kernel(folder, wanted):
    """A folder with vmlinuz, vmlinux if that could be unpacked, and modules.cpio."""
    def offers():
        return packages.apt(folder, wanted.suite, wanted.architecture)

    kept = [path.parent.name for path in folder.glob("*/modules.cpio")]
    package = packages.newest_kernel(wanted.pattern, kept, offers)
    kernel = folder / package
    kernel.mkdir(exist_ok=True)
    archive = kernel / "modules.cpio"
    made_by = max(os.stat(module.__file__).st_mtime for module in (modules, bzimage))
    if not archive.exists() or archive.stat().st_mtime < made_by:
        with tempfile.TemporaryDirectory(dir=folder) as name:
            tree = pathlib.Path(name)
            for part in packages.kernel_parts(package, offers):
                packages.unpack(offers().download(part, kernel), tree)
            found = [*tree.glob("boot/vmlinu*-*"), *tree.glob("usr/lib/modules/*/vmlinu*")]
            packed = packages.only(found, package).read_bytes()
            _replace(kernel / "vmlinuz", packed)
            unpacked = bzimage.unpacked(packed)
            if unpacked:
                _replace(kernel / "vmlinux", unpacked)
            _replace(archive, modules.archive(tree))
    return kernel


def compiled(source, *flags, architecture="amd64"):
    """The path of a program for guests, compiled from a file in SOURCES or elsewhere."""
    folder = output_folder() / "lab"
    compiler, environment = [os.environ.get("CC") or "cc"], None
    if architecture == "arm64":
        compiler, environment = arm64.compiler(folder)
    built = folder / f"{pathlib.Path(source).stem}-{architecture}"
    partial = built.with_name(f"{built.name}.{os.getpid()}")
    try:
        subprocess.run([*compiler, "-O2", "-s", "-Wall", "-Wextra", "-Werror", "-D_GNU_SOURCE",
                        SOURCES / source, "-o", partial, *flags],
                       env=environment, check=True, timeout=300)
    except FileNotFoundError:
        raise Unavailable(f"{compiler[0]} is not installed") from None
    os.replace(partial, built)
    return built


def _busybox(folder):
    program = folder / "busybox"
    if not program.exists():
        with tempfile.TemporaryDirectory(dir=folder) as name:
            tree = pathlib.Path(name)
            packages.unpack(packages.apt(folder).download("busybox-static", folder), tree)
            _replace(program, packages.only(tree.glob("**/bin/busybox"), "busybox").read_bytes())
    return program


def _user_space(folder, architecture):
    if architecture == "arm64":
        busybox, tools = arm64.busybox(folder), arm64.tools(folder)
        libraries = arm64.libraries(folder, tools, OPENED_BY_ARM64)
    else:
        busybox, tools = _busybox(folder), _tools()
        libraries = _libraries(tools)
    archive = _base(busybox)
    archive.add_file("bin/agent", compiled("agent.c", "-static", architecture=architecture)
                     .read_bytes(), executable=True)
    for tool in tools:
        archive.add_file(f"usr/bin/{tool.name}", tool.read_bytes(), executable=True)
    for place, path in libraries.items():
        archive.add_file(place, pathlib.Path(path).read_bytes(), executable=True)
    _add_terminals(archive)
    _add_locale(archive)
    return archive.tobytes()


def _base(busybox):
    archive = cpio.Archive()
    for folder in ("dev", "mnt", "proc", "run", "sys", "tmp"):
        archive.add_folder(folder)
    archive.add_file("init", (LAB / "init").read_bytes(), executable=True)
    archive.add_file("bin/busybox", busybox.read_bytes(), executable=True)
    archive.add_file("etc/passwd", PASSWD)
    archive.add_file("etc/group", GROUP)
    return archive


def _tools():
    tools = [path for path in (output_folder() / name for name in TOOLS) if path.exists()]
    return tools + [pathlib.Path(path) for path in map(shutil.which, PROGRAMS) if path]


def _libraries(tools):
    """{place: path}. All go to /lib, where the dynamic loader looks; only the loader has another
    place."""
    opened = [path for path in map(_library_path, OPENED_LIBRARIES) if path]
    # Some tools do not link with it (COV=1), but test programs do.
    opened += map(str, output_folder().glob("libvirtio-inspect.so.?"))
    found = {"lib/" + os.path.basename(path): path for path in opened}
    for path in {path for program in [*tools, *opened] for path in _shared_libraries(program)}:
        found[path if "/ld-" in path else "lib/" + os.path.basename(path)] = path
    return found


def _shared_libraries(program):
    """The libraries that a program or library links with; none for a static program."""
    listing = _listing("ldd", str(program))
    missing = re.findall(r"^\s*(\S+) => not found", listing, re.MULTILINE)
    if missing:
        raise RuntimeError(f"{program} needs {', '.join(missing)}, not found: run make first")
    return re.findall(r"(/\S+) \(0x", listing)


def _library_path(soname):
    found = re.search(rf"^\s*{re.escape(soname)} \(libc6,x86-64.*=> (\S+)",
                      _listing("/sbin/ldconfig", "-p"), re.MULTILINE)
    return found and found[1]


@functools.lru_cache(maxsize=None)
def _listing(*command):
    environment = dict(os.environ, LC_ALL="C", LD_LIBRARY_PATH=str(output_folder()))
    return subprocess.run(command, env=environment, stdout=subprocess.PIPE,
                          stderr=subprocess.DEVNULL, text=True, timeout=60).stdout


def _add_terminals(archive):
    for name in TERMINALS:
        for folder in ("/etc/terminfo", "/lib/terminfo", "/usr/share/terminfo"):
            path = pathlib.Path(folder, name)
            if path.exists():
                archive.add_file(f"lib/terminfo/{name}", path.read_bytes())


def _add_locale(archive):
    folder = pathlib.Path("/", LOCALE)
    for path in sorted(folder.rglob("*")):
        if path.is_file():
            archive.add_file(f"{LOCALE}/{path.relative_to(folder)}", path.read_bytes())


def _replace(path, data):
    """Write a file so that other processes see the old or the new one, never a part."""
    partial = path.with_name(path.name + ".partial")
    partial.write_bytes(data)
    os.replace(partial, path)
