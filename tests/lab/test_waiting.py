# SPDX-License-Identifier: GPL-2.0-or-later
"""Hosts that do not answer, in queues whose requests may wait: vqdump --check tells the difference.

A request that waits by nature is no fault; one that does not is, and is named.
"""

import contextlib
import os
import pathlib
import re
import signal

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
