# SPDX-License-Identifier: GPL-2.0-or-later
"""What healthy guests go through: queues that are not used, drivers that leave completions lying,
a sleep. Nothing is said.
"""

import contextlib
import json

import busy
import compare
import image
from guest import Guest
from test_faults import wait_for
from test_load import GUEST as BUSY_GUEST
from test_vqtop import begin, end

# A kernel that was not started by its firmware does not wake up.
GUEST = {**BUSY_GUEST, "kaslr": True}
# Now and then something for each device, so that most requests end before the next come.
LIGHT_LOAD = """
while :; do
    for disk in {disks}; do
        dd if=/dev/$disk of=/dev/null bs=4096 count=16 iflag=direct
    done
    ping -c 2 -i 0.2 10.0.2.2; ping -c 2 -i 0.2 10.0.3.2
    head -c 64 /dev/hwrng; head -c 5000 /dev/zero >/dev/hvc0
done
""".format(disks=" ".join(busy.DISKS))

PAIRS = 4
# Interfaces of a private namespace, with an end that answers.
NAMESPACE = ["unshare", "--net", "sh", "-c",
             "for i in 0 1; do ip tuntap add mode tap multi_queue name tap$i && "
             "ip addr add 10.0.$((i + 2)).2/24 dev tap$i && ip link set tap$i up || exit; done; "
             'exec "$@"', "sh"]
MULTIQUEUE_GUEST = {
    "machine": "q35",
    "devices": [f"virtio-net-pci,id=net0,netdev=tap,mq=on,vectors={2 * PAIRS + 2},{busy.MODERN}",
                f"virtio-net-pci,id=net1,netdev=tap1,mq=on,vectors={2 * PAIRS + 2},packed=on,"
                f"{busy.MODERN}"],
    "options": ["-netdev", f"tap,id=tap,ifname=tap0,queues={PAIRS},script=no,downscript=no",
                "-netdev", f"tap,id=tap1,ifname=tap1,queues={PAIRS},script=no,downscript=no"],
    "before": NAMESPACE,
}


def test_completions_that_are_not_taken(guest):
    """Without NAPI for them, the driver takes those of packets sent when it sends the next."""
    try:
        guest.output("modprobe -r virtio_net; modprobe virtio_net napi_tx=0", timeout=60)
        guest.output(f"{busy.USE_NETWORKS}; ping -c 3 -i 0.2 10.0.2.2; ping -c 3 -i 0.2 10.0.3.2",
                     timeout=60)
        left = [queue for device in compare.dump(guest) if device["type"] == "net"
                for queue in device["queues"] if queue["num_unreaped"]]
        assert left, "the driver took all"
        nothing_is_said(guest)
    finally:
        guest.output("modprobe -r virtio_net; modprobe virtio_net", timeout=60)


def test_the_guest_sleeps(guest):
    """And wakes up, under load."""
    begin(guest)
    with light_load(guest):
        nothing_is_said(guest)
        guest.output("{ sleep 1; echo mem >/sys/power/state; echo $? >/tmp/slept; } "
                     "</dev/null >/dev/null 2>&1 &")
        guest.qmp.wait_event("SUSPEND", timeout=60)
        guest.qmp.command("system_wakeup")
        guest.qmp.wait_event("WAKEUP", timeout=60)
        # Its serial ports lose what comes before.
        wait_for(lambda: "PM: suspend exit" in guest.logs(), "it does not wake up")
        wait_for(lambda: guest.output("cat /tmp/slept 2>/dev/null || true") == "0\n",
                 "it did not go to sleep")
        before = busy.positions(guest)
        nothing_is_said(guest)
        assert busy.positions(guest) != before, "nothing moves"
    not_stalled(end(guest))


def test_queues_that_an_interface_does_not_use():
    with Guest(**MULTIQUEUE_GUEST) as guest:
        guest.put("/tmp/resize", image.compiled("resize.c").read_bytes())
        guest.output(f"chmod 755 /tmp/resize; {busy.USE_NETWORKS}; ping -c 1 10.0.2.2 && "
                     "ping -c 1 10.0.3.2", timeout=60)
        guest.output("for to in 10.0.2.2 10.0.3.2; do "
                     "ping -A -q -s 1400 $to </dev/null >/dev/null 2>&1 & done")
        begin(guest)
        names = queue_names(guest, "kernel")
        assert all(len(queues) == 2 * PAIRS + 1 for queues in names), names
        # As many as there are processors, at first.
        for pairs in (2, 4, 1, 3):
            guest.output(f"/tmp/resize eth0 {pairs} && /tmp/resize eth1 {pairs}")
            nothing_is_said(guest)
            assert queue_names(guest, "kernel") == names
            assert queue_names(guest, "registers") == names
        not_stalled(end(guest))


def nothing_is_said(guest):
    for device in busy.check(guest):
        assert device["queues"] and not busy.serious(device), (device["name"], busy.serious(device))


def not_stalled(samples):
    assert samples
    for sample in samples:
        stalled = [queue for queue in sample["queues"] if queue.get("stalled")]
        assert not stalled, (sample["time"], stalled)


def queue_names(guest, way):
    devices = compare.by_id(guest, compare.dump(guest, f"--attach={way}", timeout=60))
    return [[(queue["index"], queue["spec_name"], queue["role"]) for queue in device["queues"]]
            for device in devices.values()]


@contextlib.contextmanager
def light_load(guest):
    guest.put("/tmp/light", LIGHT_LOAD.encode())
    guest.output(f"{busy.USE_NETWORKS}; {busy.USE_RNG}; "
                 "setsid sh /tmp/light </dev/null >/dev/null 2>&1 & echo $! >/tmp/light.pid")
    try:
        yield
    finally:
        if guest.alive():
            guest.output("kill -9 -$(cat /tmp/light.pid)")
