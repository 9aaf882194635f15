# SPDX-License-Identifier: GPL-2.0-or-later
"""vqdump while devices come and go, drivers are reloaded, and queues are resized.

vqdump runs repeatedly in the guest while the test changes something all the time, and asks QEMU
after each change where the queues are. vqdump may show nothing else.
"""

import base64
import gzip
import json
import time

import image
from guest import Guest
from qmp import QmpError

DISK = "null-co,node-name=disk{},size=16777216,read-zeroes=on"
GUEST = {
    "machine": "pc",  # unplugging is instant here
    "devices": ["virtio-blk-pci,id=blk0,addr=8.0,drive=disk0,disable-legacy=on",
                "virtio-net-pci,id=net0,addr=9.0,netdev=net,disable-legacy=on",
                "virtio-rng-pci,id=rng0,addr=a.0,disable-legacy=on"],
    "options": ["-blockdev", DISK.format(0), "-blockdev", DISK.format(1),
                "-netdev", "hubport,id=net,hubid=0"],
    "kernel_args": "ipv6.disable=1",
}
# Changes continue for so many outputs, or for so long.
RUNS, SECONDS = 16, 90

# $1: a name; the others: arguments of vqdump, taken in turn. Each output is four lines.
LOOP = """
name=$1; shift
while [ ! -e /tmp/runs/stop ]; do
    for what; do
        timeout -s KILL 60 vqdump $what >/tmp/runs/out.$name 2>/tmp/runs/err.$name
        code=$?
        { echo "$what"; echo $code; base64 -w 0 /tmp/runs/out.$name; echo
          base64 -w 0 /tmp/runs/err.$name; echo; } >>/tmp/runs/all.$name
    done
done
touch /tmp/runs/end.$name
"""
# Short reads and long watches, side by side.
LOOPS = {"dump": ("-J", "-J virtio1"), "check": ("--check", "-J --check")}


class Watch:
    """vqdump runs in the guest until the block ends; then each of its outputs is checked."""

    def __init__(self, guest):
        self.guest = guest
        self.addresses = set()
        self.sizes = set()
        self.runs = []

    def __enter__(self):
        self.guest.put("/tmp/loop", LOOP.encode())
        self.guest.output("rm -rf /tmp/runs; mkdir /tmp/runs")
        for name, arguments in LOOPS.items():
            words = " ".join(f"'{words}'" for words in arguments)
            self.guest.output(f"sh /tmp/loop {name} {words} </dev/null >/dev/null 2>&1 &")
        self.ask_qemu()
        return self

    def __exit__(self, kind, error, traceback):
        self.guest.output("touch /tmp/runs/stop")
        for name in LOOPS:
            wait_until(self.guest, f"test -e /tmp/runs/end.{name}", 150)
        if not kind:
            self.check()

    def rounds(self):
        """Yields once per change; QEMU is asked after each."""
        deadline = time.monotonic() + SECONDS
        while time.monotonic() < deadline:
            runs = [int(self.guest.output(f"cat /tmp/runs/all.{name} 2>/dev/null | wc -l")) // 4
                    for name in LOOPS]
            if min(runs) >= 2 and sum(runs) >= RUNS:
                return
            yield
            self.ask_qemu()

    def ask_qemu(self):
        """Ask QEMU where the queues are now."""
        for path in self.guest.qmp.virtio_paths().values():
            for index in range(8):
                try:
                    said = self.guest.qmp.virtio_queue_status(path, index)
                except QmpError:
                    break
                self.addresses.add((said["vring-desc"], said["vring-avail"], said["vring-used"]))
                self.sizes.add(said["vring-num"])

    def check(self):
        packed = self.guest.output("cat /tmp/runs/all.* | gzip -c | base64 -w 0", timeout=60)
        lines = gzip.decompress(base64.b64decode(packed)).decode().splitlines()
        for what, code, out, err in zip(*[iter(lines)] * 4):
            run = (what, int(code), base64.b64decode(out), base64.b64decode(err).decode())
            self.runs.append(run)
            self.check_run(*run)
        assert self.runs
        # Some saw a change.
        assert any(code == 0 for _, code, _, _ in self.runs), [run[:2] for run in self.runs]

    def check_run(self, what, code, out, err):
        where = (what, code, err)
        # What changes in every look may leave a check undecided.
        assert code in (0, 1, 32, 64) or (code == 8 and "--check" in what), where
        assert all(line.startswith("vqdump: ") for line in err.splitlines()), where
        # If something is wrong, vqdump says so.
        assert code in (0, 8) or err, where
        if "-J" in what and out:
            for device in json.loads(out)["devices"]:
                self.check_device(device, where)
        elif "-J" in what:
            assert code, where

    def check_device(self, device, where):
        for queue in device.get("queues", []):
            place = tuple(int(queue[key], 16) for key in ("desc", "driver", "device"))
            assert place in self.addresses, (device, place, self.addresses, where)
            assert queue["size"] in self.sizes, (queue, where)
            if queue.get("num_in_flight"):
                assert queue["num_in_flight"] <= queue["size"], (queue, where)
        for finding in device.get("findings", []):
            assert finding["severity"] == "info", (finding, device["name"], where)
        if "queues" not in device or not device["queues"]:
            assert device.get("attach_notes"), (device, where)


def test_a_device_is_unplugged_and_plugged_in(guest):
    with Watch(guest) as watch:
        for _ in watch.rounds():
            guest.qmp.command("device_add", driver="virtio-blk-pci", id="blk1", drive="disk1",
                              addr="0xb", disable_legacy="on")
            wait_until(guest, "test -e /sys/bus/pci/devices/0000:00:0b.0/virtio*/block")
            watch.ask_qemu()
            guest.qmp.command("device_del", id="blk1")
            guest.qmp.wait_event("DEVICE_DELETED", device="blk1")


def test_a_device_in_use_is_unplugged(guest):
    """What is read from it then fails."""
    with Watch(guest) as watch:
        for _ in watch.rounds():
            guest.qmp.command("device_add", driver="virtio-blk-pci", id="blk1", drive="disk1",
                              addr="0xb", disable_legacy="on", packed="on")
            wait_until(guest, "test -e /sys/bus/pci/devices/0000:00:0b.0/virtio*/block/*/dev")
            guest.output("disk=$(ls /sys/bus/pci/devices/0000:00:0b.0/virtio*/block); "
                         "for size in 4k 64k; do "
                         "while dd if=/dev/$disk of=/dev/null bs=$size iflag=direct; do :; done "
                         "</dev/null >/dev/null 2>&1 & done")
            watch.ask_qemu()
            guest.qmp.command("device_del", id="blk1")
            guest.qmp.wait_event("DEVICE_DELETED", device="blk1", timeout=120)


def test_a_driver_lets_go_and_comes_back(guest):
    names = {name: guest.output(f"basename /sys/bus/virtio/drivers/{driver}/virtio*").strip()
             for name, driver in (("blk0", "virtio_blk"), ("net0", "virtio_net"),
                                  ("rng0", "virtio_rng"))}
    with Watch(guest) as watch:
        for _ in watch.rounds():
            for name, driver in (("blk0", "virtio_blk"), ("net0", "virtio_net"),
                                 ("rng0", "virtio_rng")):
                guest.output(f"cd /sys/bus/virtio/drivers/{driver}; "
                             f"echo {names[name]} >unbind; echo {names[name]} >bind")


def test_modules_are_reloaded(guest):
    with Watch(guest) as watch:
        for _ in watch.rounds():
            guest.output("modprobe -r virtio_rng; modprobe virtio_rng")
            watch.ask_qemu()
            # All devices leave, and return.
            guest.output("modprobe -r virtio_pci; modprobe virtio_pci", timeout=60)
            wait_until(guest, "test -e /sys/bus/virtio/devices/virtio2/driver")


def test_queues_are_resized(guest):
    guest.put("/tmp/resize", image.compiled("resize.c").read_bytes())
    guest.output("chmod 755 /tmp/resize; ifconfig eth0 up")
    with Watch(guest) as watch:
        for _ in watch.rounds():
            for size in (64, 256):
                guest.output(f"/tmp/resize eth0 {size} {size}")
                watch.ask_qemu()
    assert {64, 256} <= watch.sizes, watch.sizes


def test_no_virtio_at_all():
    """Without the modules, the symbol that leads to the devices is missing, too."""
    with Guest("pc", ["virtio-rng-pci"]) as other:
        other.output("modprobe -r virtio_rng virtio_pci; "
                     "for m in $(cut -d' ' -f1 /proc/modules | grep virtio); do "
                     "modprobe -r $m 2>/dev/null; done; true")
        result = other.run("vqdump -J")
        assert result.code == 0, result
        # Only the function on the PCI bus is left.
        [device] = json.loads(result.stdout)["devices"]
        assert "name" not in device and "queues" not in device, device
        assert device["type"] == "rng", device


def wait_until(guest, command, seconds=60):
    deadline = time.monotonic() + seconds
    while guest.run(command).code:
        assert time.monotonic() < deadline, f"not so in {seconds} s: {command}"
