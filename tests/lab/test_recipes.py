# SPDX-License-Identifier: GPL-2.0-or-later
"""Recipes with a second source for the answer: QEMU's monitor, and a file server."""

import contextlib
import pathlib
import shutil
import subprocess
import tempfile
import time

import image
from guest import Guest
from test_inject import address

HOW = "--attach physical --unprotected-dma"
# QEMU's own server, in the matching version.
VIRTIOFSD = "/usr/lib/qemu/virtiofsd"
TOTAL = 123456789012


def test_statistics_of_a_balloon():
    with Guest("q35", ["virtio-balloon-pci,id=balloon0,addr=2.0,disable-legacy=on"]) as guest:
        guest.output("echo 8 >/proc/sys/vm/nr_hugepages")
        words = f"--bind {address(guest, 'balloon0')} {HOW} balloon stats {TOTAL}"
        result = guest.run(f"vqinject {words}")
        assert result.code == 1 and b"unload virtio_balloon first" in result.stderr, result
        guest.output("rmmod virtio_balloon")
        path = "/machine/peripheral/balloon0"
        guest.qmp.command("qom-set", path=path, property="guest-stats-polling-interval", value=1)
        # The device keeps them until the host requests new ones.
        result = guest.run(f"vqinject {words} --timeout 20", timeout=60)
        assert result.code == 0, result
        stats = guest.qmp.command("qom-get", path=path, property="guest-stats")
        assert stats["stats"]["stat-total-memory"] == TOTAL, stats
        guest.output("modprobe virtio_balloon")


def test_files_of_a_server():
    with served() as (folder, options), Guest(
            "q35", ["vhost-user-fs-pci,id=fs0,addr=2.0,chardev=fs,tag=shared"],
            options=options) as guest:
        guest.output("echo 8 >/proc/sys/vm/nr_hugepages; modprobe virtiofs")
        target = address(guest, "fs0")
        pathlib.Path(folder, "file").write_text("of the host\n")
        check_mounted(guest, target)
        said = guest.output(f"vqinject --bind {target} {HOW} fs init", timeout=60)
        assert "7." in said, said
        check_mounted(guest, target)


def check_mounted(guest, target):
    """The kernel's driver has it: it works, is healthy, and may not be taken."""
    guest.output("mount -t virtiofs shared /mnt")
    assert guest.output("cat /mnt/file") == "of the host\n"
    by_registers = guest.output(f"vqdump -v --attach=registers {target}")
    assert "shared" in by_registers, by_registers
    checked = guest.run(f"vqdump --check {target}", timeout=60)
    assert checked.code == 0, checked
    result = guest.run(f"vqinject --bind {target} {HOW} fs init")
    assert result.code == 1 and b"mounted" in result.stderr, result
    guest.output("umount /mnt")


@contextlib.contextmanager
def served(seconds=300):
    """A folder on the host, and QEMU's options to get it from a server that lives so long."""
    if not shutil.which(VIRTIOFSD):
        raise image.Unavailable(f"{VIRTIOFSD} is not installed")
    with tempfile.TemporaryDirectory(prefix="fs-", dir=image.output_folder() / "lab") as root:
        folder, socket = pathlib.Path(root, "files"), pathlib.Path(root, "socket")
        folder.mkdir()
        with open(pathlib.Path(root, "log"), "wb") as log:
            server = subprocess.Popen(
                ["timeout", str(seconds), VIRTIOFSD, f"--socket-path={socket}", "-o",
                 f"source={folder}", "-o", "sandbox=chroot"], stdout=log, stderr=log)
        try:
            deadline = time.monotonic() + 30
            while not socket.exists():
                assert server.poll() is None and time.monotonic() < deadline, \
                    pathlib.Path(root, "log").read_text()
                time.sleep(0.05)
            yield folder, [
                "-object", "memory-backend-memfd,id=shared,size=256M,share=on",
                "-numa", "node,memdev=shared", "-chardev", f"socket,id=fs,path={socket}"]
        finally:
            server.terminate()
            server.wait()
