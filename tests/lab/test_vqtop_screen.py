# SPDX-License-Identifier: GPL-2.0-or-later
"""vqtop's screen in a guest: a serial port is its terminal, and tmux shows it like to a user."""

import contextlib
import re
import time

import test_sampler
from guest import Guest
from terminal import Terminal

MODERN = "disable-legacy=on"
DEVICES = [f"virtio-blk-pci,id=disk,addr=5.0,drive=disk0,num-queues=1,{MODERN}",
           f"virtio-blk-pci,id=plugged,addr=6.0,drive=disk1,num-queues=1,{MODERN}",
           f"virtio-net-pci,id=net,addr=7.0,netdev=net,{MODERN}"]
OPTIONS = ("-blockdev", "null-co,node-name=disk0,size=67108864,read-zeroes=on",
           "-blockdev", "null-co,node-name=disk1,size=67108864,read-zeroes=on",
           "-netdev", "user,id=net,restrict=on")
TOTALS = "vqtop -d 0.5 -o STATE,SUBMITTED,COMPLETED"
READS = 2000
PINGS = 300


@contextlib.contextmanager
def booted():
    # On this machine type, unplugging is instant.
    with Terminal() as terminal, \
            Guest(machine="pc", devices=DEVICES, options=(*terminal.options, *OPTIONS),
                  kernel_args="ipv6.disable=1") as guest:
        terminal.connect(guest)
        yield guest, terminal


def test_shows_the_queues_and_counts_the_load():
    with booted() as (guest, terminal):
        guest.output("ifconfig eth0 10.0.2.15 up; sleep 2; ping -c 1 10.0.2.2", timeout=60)
        sent = packets(guest)
        terminal.enter(TOTALS)
        shown = terminal.wait("net eth0")
        listed = guest.output("lsvirtio -n -o NAME,TYPE,KNAME,ADDRESS").splitlines()
        for line in listed:
            assert re.search(rf"^\S.{' '.join(line.split())}$", shown, re.MULTILINE), (line, shown)
        assert row(shown, "vda", "0 req.0")[0] == "idle", shown
        assert [row(shown, "eth0", name)[0] for name in
                ("0 input.0", "1 output.0", "2 control")], shown
        guest.output(f"dd if=/dev/vda of=/dev/null bs=4096 count={READS} iflag=direct",
                     timeout=120)
        terminal.wait_until(lambda s: row(s, "vda", "0 req.0")[1:] == [str(READS)] * 2,
                            f"{READS} reads")
        guest.output(f"ping -c {PINGS} -A 10.0.2.2 >/dev/null", timeout=120)
        assert packets(guest) - sent >= PINGS
        terminal.wait_until(lambda s: row(s, "eth0", "1 output.0")[1:]
                            == [str(packets(guest) - sent)] * 2, "as many packets as were sent")
        # Nothing else has moved.
        assert row(terminal.shown(), "vdb", "0 req.0") == ["idle", "0", "0"], terminal.shown()


def test_a_device_goes_and_comes_while_it_is_selected():
    with booted() as (guest, terminal):
        terminal.enter(TOTALS)
        terminal.wait("blk vdb")
        guest.output("dd if=/dev/vdb of=/dev/null bs=4096 count=500 iflag=direct", timeout=60)
        terminal.wait_until(lambda s: row(s, "vdb", "0 req.0")[2:] == ["500"], "500 reads")
        terminal.type("Down", "Down")
        terminal.wait_until(lambda s: selected(s) == ("vdb", "0 req.0"), "it is selected")
        unplug(guest)
        shown = terminal.wait("^virtio1 disappeared")
        assert selected(shown)[0] in ("vda", "eth0"), shown
        plug(guest)
        shown = terminal.wait("^virtio1 is back")
        assert selected(shown) == ("vdb", "0 req.0"), shown
        # The kernel looks for a partition table, but did not read that 500 times.
        assert int(row(shown, "vdb", "0 req.0")[2]) < 100, shown

        terminal.type("Enter")
        terminal.wait(r"^virtio1 +blk +vdb +0000:00:06\.0 +queue 0")
        unplug(guest)
        shown = terminal.wait("^virtio1 is gone; now selected:")
        assert selected(shown)[0] in ("vda", "eth0"), shown
        plug(guest)
        terminal.wait(r"^virtio1 +blk +vdb +0000:00:06\.0 +queue 0")

        # The driver is unbound, and bound again.
        control(guest, "unbind")
        terminal.wait("^virtio1 no longer has this queue; now selected:")
        control(guest, "bind")
        terminal.wait(r"^virtio1 +blk +vdb +0000:00:06\.0 +queue 0")
        terminal.type("Enter")
        for _ in range(3):
            control(guest, "unbind")
            control(guest, "bind")
        shown = terminal.wait_until(lambda s: selected(s) == ("vdb", "0 req.0"), "it is back")
        assert guest.run("pidof vqtop").code == 0


def test_a_stuck_disk_a_check_and_a_capture():
    with booted() as (guest, terminal):
        terminal.enter("vqtop")
        terminal.wait("blk vda")
        terminal.type("c")
        terminal.wait(r"^virtio0 \(vda\): checked, no faults found")
        test_sampler.plug(guest)
        terminal.wait("^vqtop  1 STALLED")
        shown = terminal.wait("D_DEVICE_STUCK: the device has requests and does not complete them")
        # Its mark, with the reason in the line below.
        mark = re.search(r"^! 0 req\.0 +STALLED.*\n +\S+ D_DEVICE_STUCK: ", shown, re.MULTILINE)
        assert mark, shown
        assert len(re.findall("^!", shown, re.MULTILINE)) == 1, shown
        terminal.type("End")
        terminal.type("c")
        terminal.wait(r"^virtio3 \(\w+\): D_DEVICE_STUCK: the device has not completed 1 request")
        terminal.type("w")
        name = re.search("^saved: (\\S+)", terminal.wait("^saved: "), re.MULTILINE)[1]
        read = guest.run(f"cd /tmp; vqdump --read {name}", timeout=60)
        assert read.code == 0, read
        assert b"D_DEVICE_STUCK" in guest.run(f"cd /tmp; vqdump --check --read {name}").stdout
        terminal.type("Enter")
        terminal.wait(r"^requests in flight: 1\n.*read sector 0")


def test_the_terminal_is_restored():
    with booted() as (guest, terminal):
        terminal.enter("stty -a >before")
        for end in ("q", "SEGV", "TERM", "C-c"):
            terminal.enter(f"vqtop; echo ended {end} $?; stty -a >after")
            terminal.wait("^▾ virtio0 blk vda|^- virtio0 blk vda")
            assert terminal.state("#{alternate_on} #{cursor_flag}") == "1 0"
            if end.isupper():
                guest.output(f"kill -{end} $(pidof vqtop)")
            else:
                terminal.type(end)
            code = {"q": 0, "C-c": 0, "TERM": 0, "SEGV": 139}[end]
            terminal.wait(f"^ended {end} {code}$")
            assert terminal.state("#{alternate_on} #{cursor_flag} #{mouse_any_flag}") == "0 1 0"
            wait_for_file(guest, "/tmp/after")
            before, after = guest.get("/tmp/before"), guest.get("/tmp/after")
            assert before == after, (end, before, after)
            guest.output("rm /tmp/after")


def row(shown, kname, queue):
    """The cells of a queue's line; none if it is absent."""
    device = None
    for line in shown.splitlines():
        device = kname_of(line) or device
        if device == kname and line[2:].startswith(queue + " "):
            return line[2 + len(queue):].split()
    return []


def selected(shown):
    """The device and queue under the cursor."""
    device = None
    for line in shown.splitlines():
        device = kname_of(line) or device
        if line[1:2] == ">":
            return device, " ".join(line[2:].split()[:2])
    return None, None


def kname_of(line):
    """From a device's line, such as "▾ virtio0 blk vda 0000:00:05.0"."""
    found = re.match(r"[▾-][ >]\S+ \S+ (\S+) 0000:", line)
    return found and found[1]


def packets(guest):
    return int(guest.output("cat /sys/class/net/eth0/statistics/tx_packets"))


def unplug(guest):
    guest.qmp.command("device_del", id="plugged")
    guest.qmp.wait_event("DEVICE_DELETED", device="plugged", timeout=60)


def plug(guest):
    guest.qmp.command("device_add", **{"driver": "virtio-blk-pci", "id": "plugged",
                                       "drive": "disk1", "num-queues": 1, "addr": "6.0",
                                       "disable-legacy": "on", "cyls": 16, "heads": 16,
                                       "secs": 63})


def control(guest, what):
    guest.output(f"echo virtio1 >/sys/bus/virtio/drivers/virtio_blk/{what}", timeout=60)


def wait_for_file(guest, path, seconds=60):
    deadline = time.monotonic() + seconds
    while guest.run(f"test -s {path}").code:
        assert time.monotonic() < deadline, path
        time.sleep(0.2)
