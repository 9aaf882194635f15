# SPDX-License-Identifier: GPL-2.0-or-later
"""Many kinds of devices under constant load are healthy, and vqdump --check finds no fault."""

import contextlib
import json
import threading
import time

from guest import Guest

MODERN = "disable-legacy=on"
TRANSITIONAL = "disable-legacy=off,disable-modern=off"
LEGACY = "disable-legacy=off,disable-modern=on"

DISKS = 8
DEVICES = {
    "blk0": f"virtio-blk-pci,addr=2.0,drive=disk0,num-queues=2,{MODERN}",
    "blk1": f"virtio-blk-pci,addr=3.0,drive=disk1,indirect_desc=off,event_idx=off,{MODERN}",
    "blk2": f"virtio-blk-pci,addr=4.0,drive=disk2,packed=on,queue-size=64,{MODERN}",
    "blk3": f"virtio-blk-pci,addr=5.0,drive=disk3,packed=on,indirect_desc=off,event_idx=off,"
            f"{MODERN}",
    "blk4": f"virtio-blk-pci,addr=6.0,drive=disk4,indirect_desc=off,{TRANSITIONAL}",
    "blk5": f"virtio-blk-pci,addr=7.0,drive=disk5,{LEGACY}",
    "net0": f"virtio-net-pci,addr=8.0,netdev=net0,{MODERN}",
    "net1": f"virtio-net-pci,addr=9.0,netdev=net1,packed=on,{MODERN}",
    "rng0": f"virtio-rng-pci,addr=a.0,packed=on,{MODERN}",
    "serial0": f"virtio-serial-pci,addr=b.0,max_ports=2,{MODERN}",
    "scsi0": f"virtio-scsi-pci,addr=c.0,num_queues=2,{MODERN}",
    "scsi1": f"virtio-scsi-pci,addr=d.0,packed=on,{MODERN}",
    "balloon0": f"virtio-balloon-pci,addr=e.0,guest-stats-polling-interval=1,{TRANSITIONAL}",
}
PLAIN = ("virtconsole,bus=serial0.0,chardev=sink", "scsi-hd,drive=disk6,bus=scsi0.0",
         "scsi-hd,drive=disk7,bus=scsi1.0")

GUEST = {
    "machine": "q35",
    "devices": [f"{device},id={name}" for name, device in DEVICES.items()] + list(PLAIN),
    "options": [word for index in range(DISKS) for word in
                ("-blockdev", f"null-co,node-name=disk{index},size=16777216,read-zeroes=on")]
               + ["-netdev", "user,id=net0,net=10.0.2.0/24,restrict=on",
                  "-netdev", "user,id=net1,net=10.0.3.0/24,restrict=on",
                  "-chardev", "null,id=sink"],
}
MEGABYTE = 1 << 20

# Each starts as written, and ends as a process group.
READ_DISK = ("while :; do dd if=/dev/{0} of=/dev/null bs=64k iflag=direct; "
             "dd if=/dev/{0} of=/dev/null bs=4096 count=500 iflag=direct; done")
JOBS = [READ_DISK.format(disk) for disk in ("vda", "vdb", "vdc", "vdd", "vde", "vdf",
                                            "sda", "sdb")]
JOBS += ["while :; do dd if=/dev/zero of=/dev/vda bs=64k count=100 oflag=direct; done",
         "cat /dev/hwrng", "cat /dev/zero >/dev/hvc0",
         "ping -A -q -s 1400 10.0.2.2", "ping -A -q 10.0.2.2", "ping -A -q -s 5000 10.0.3.2"]


def test_a_busy_guest_is_healthy(guest):
    is_healthy(guest, seconds=20)


def test_a_guest_at_rest_is_healthy(guest):
    """Also with what the load left in some queues."""
    guest.output("echo none >/sys/class/misc/hw_random/rng_current")
    for _ in range(3):
        assert_no_findings(check(guest))


def long_a_guest_stays_healthy_for_ten_minutes():
    guest = Guest(**GUEST)
    with guest:
        is_healthy(guest, seconds=600)


def is_healthy(guest, seconds):
    checks = 0
    with load(guest), ballooning(guest):
        before = positions(guest)
        deadline = time.monotonic() + seconds
        while checks < 2 or time.monotonic() < deadline:
            assert_no_findings(check(guest))
            checks += 1
        after = positions(guest)
    idle = [name for name in before if before[name] == after[name]]
    assert not idle, ("no load on", idle)
    print(f"# figure: {checks} checks of {len(DEVICES)} busy devices in {seconds} s")


@contextlib.contextmanager
def load(guest):
    guest.output("ip link set eth0 up; ip addr replace 10.0.2.15/24 dev eth0; "
                 "ip link set eth1 up; ip addr replace 10.0.3.15/24 dev eth1; "
                 "rng=$(grep -o 'virtio_rng[^ ]*' /sys/class/misc/hw_random/rng_available); "
                 "echo $rng >/sys/class/misc/hw_random/rng_current; : >/tmp/jobs")
    for job in JOBS:
        guest.put("/tmp/job", job.encode())
        guest.output("setsid sh /tmp/job >/dev/null 2>&1 & echo $! >>/tmp/jobs; sleep 0.2")
    try:
        yield
    finally:
        if guest.alive():
            guest.output("for job in $(cat /tmp/jobs); do kill -9 -$job; done", timeout=60)


@contextlib.contextmanager
def ballooning(guest):
    """Inflate and deflate the balloon; nobody else may talk to QEMU meanwhile."""
    done = threading.Event()

    def balloon():
        size = 0
        while not done.wait(0.3):
            size = (size + 8) % 64
            guest.qmp.command("balloon", value=(256 - size) * MEGABYTE)

    worker = threading.Thread(target=balloon)
    worker.start()
    try:
        yield
    finally:
        done.set()
        worker.join()


def check(guest):
    result = guest.run("vqdump --check -J", timeout=120)
    assert result.code in (0, 4), result
    return json.loads(result.stdout)["devices"]


def assert_no_findings(devices):
    assert len(devices) == len(DEVICES), [device["name"] for device in devices]
    for device in devices:
        assert device["queues"], device
        bad = [finding for finding in device["findings"] if finding["severity"] != "info"]
        queues = [queue for queue in device["queues"]
                  if queue["index"] in [finding.get("queue") for finding in bad]]
        assert not bad, (device["name"], device["type"], device["feature_names"], bad, queues)


def positions(guest):
    """Each device's queue positions: those that change are under load."""
    return {device["name"]: [(queue["driver_state"]["last_used_idx"],
                              queue["driver_state"].get("last_used_wrap"))
                             for queue in device["queues"]]
            for device in json.loads(guest.output("vqdump -J", timeout=60))["devices"]}
