# SPDX-License-Identifier: GPL-2.0-or-later
"""Hosts that do not answer, in queues whose requests may wait: vqdump --check tells the difference.

A request that waits by nature is no fault; one that does not is, and is named.
"""

import contextlib
import json
import os
import pathlib
import re
import signal
import socket
import tempfile
import threading

import image
from guest import Guest
from test_faults import wait_for
from test_inject import address
from test_recipes import served


def test_a_file_server_that_is_stopped():
    with served() as (folder, options), Guest(
            "q35", ["vhost-user-fs-pci,id=fs0,addr=2.0,chardev=fs,tag=shared"],
            options=options) as guest:
        pathlib.Path(folder, "file").write_text("of the host\n")
        guest.output("modprobe virtiofs; mount -t virtiofs shared /mnt && cat /mnt/file")
        target = address(guest, "fs0")
        with stopped("virtiofsd"):
            guest.output("ls /mnt/other >/dev/null 2>&1 &")
            checked = guest.run(f"vqdump --check {target}", timeout=90)
            watched = guest.run(f"vqtop -b -n 6 -d 1 {target}", timeout=90)
        text = words(checked)
        assert checked.code == 4, checked
        assert re.search("error D_(DEVICE_STUCK|LOST_KICK)", text), text
        if "D_DEVICE_STUCK" in text:
            assert re.search("FUSE|LOOKUP|GETATTR", text), text
        assert b"STALLED" in watched.stdout, watched
        wait_for(lambda: guest.run(f"vqdump --check {target}", timeout=90).code == 0,
                 "not healthy again")
        guest.output("umount /mnt")


def test_a_port_that_the_host_does_not_read():
    with unread_port() as (path, options), Guest(
            "q35", ["virtio-serial-pci,id=serial0,addr=2.0,max_ports=2,vectors=8",
                    "virtserialport,bus=serial0.0,chardev=port,nr=1,name=org.example.unread"],
            options=options) as guest, socket.socket(socket.AF_UNIX) as reader:
        reader.connect(str(path))
        target = address(guest, "serial0")
        wait_for(lambda: guest.run("test -c /dev/vport*p1").code == 0, "no port")
        port = guest.output("basename /dev/vport*p1").strip()
        guest.output(f"{{ exec 3<>/dev/{port}; echo one line >&3; : >/tmp/written; "
                     "until test -e /tmp/go; do usleep 100000; done; "
                     "exec cat /dev/zero >&3; } </dev/null >/dev/null 2>&1 & "
                     "until test -e /tmp/written; do usleep 100000; done", timeout=60)
        is_healthy(guest, target)
        # Until it blocks.
        guest.output("touch /tmp/go")
        wait_for(lambda: is_full(guest, target), "the ring does not fill")
        checked = guest.run(f"vqdump --check {target}", timeout=90)
        text = words(checked)
        assert checked.code == 4, checked
        assert "warning D_RING_FULL" in text and "error D_DEVICE_STUCK" in text, text
        assert "D_LOST_KICK" not in text, text
        assert text.count(f"the host side of port 1 ({port}, org.example.unread) "
                          "takes no output") == 2, text
        watched = guest.run(f"vqtop -b -n 4 -d 1 {target}", timeout=90)
        assert b"STALLED" in watched.stdout, watched
        # Read at last, it moves on.
        with drained(reader):
            wait_for(lambda: guest.run(f"vqdump --check {target}", timeout=90).code == 0,
                     "not healthy again")
            guest.output("killall cat")
            # A ring full of completions is left: a writer may wait for their interrupt.
            is_healthy(guest, target, codes=(0, 8))


def is_healthy(guest, target, codes=(0,)):
    """The driver takes completions of a port when it writes next, and so some may be left."""
    checked = guest.run(f"vqdump --check {target}", timeout=90)
    assert checked.code in codes, checked
    watched = guest.run(f"vqtop -b -n 4 -d 1 {target}", timeout=90)
    assert b"STALLED" not in watched.stdout, watched


@contextlib.contextmanager
def unread_port():
    """Where the host side of a port is, and QEMU's options for it."""
    with tempfile.TemporaryDirectory(prefix="port-", dir=image.output_folder() / "lab") as root:
        path = pathlib.Path(root, "socket")
        yield path, ["-chardev", f"socket,id=port,path={path},server=on,wait=off"]


def is_full(guest, target):
    queues = json.loads(guest.output(f"vqdump -J {target}", timeout=60))["devices"][0]["queues"]
    return any(queue["role"] == "may-wait" and queue["driver_state"]["num_free"] == 0
               for queue in queues)


@contextlib.contextmanager
def drained(reader):
    """All that comes is read."""
    def read():
        with contextlib.suppress(OSError):
            while reader.recv(1 << 20):
                pass

    worker = threading.Thread(target=read)
    worker.start()
    try:
        yield
    finally:
        reader.shutdown(socket.SHUT_RDWR)
        worker.join()


def words(result):
    return " ".join(result.stdout.decode().split())


@contextlib.contextmanager
def stopped(program):
    """This process' children that run the program do not run."""
    processes = [process for process in children(os.getpid())
                 if pathlib.Path(f"/proc/{process}/comm").read_text().strip() == program]
    assert processes, f"no {program} runs"
    for process in processes:
        os.kill(process, signal.SIGSTOP)
    try:
        yield
    finally:
        for process in processes:
            os.kill(process, signal.SIGCONT)


def children(process):
    """Of all its threads, with their own children."""
    own = [child for task in pathlib.Path(f"/proc/{process}/task").iterdir()
           for child in (task / "children").read_text().split()]
    return [each for child in map(int, own) for each in (child, *children(child))]
