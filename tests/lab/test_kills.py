# SPDX-License-Identifier: GPL-2.0-or-later
"""A run that holds a device is killed at any point: the device is back, works, and got no writes.

Points are observable steps of a run (see programs/strike.c), not times, so that they are spread
equally on a busy and on an idle host. The time until the device is back is by the guest's clock.
"""

import collections
import json
import os
import random
import select
import time
import tty

import driving
import image
from guest import Guest

PLATFORM = "iommu_platform=on,disable-legacy=on"
GATEWAY = "10.0.2.2"
DISKS = driving.Disks(2)
DUMP = image.output_folder() / "lab" / f"kills-{os.getpid()}.pcap"

DEVICES = {
    "blk0": f"virtio-blk-pci,addr=2.0,drive=disk0,{PLATFORM}",
    "net0": f"virtio-net-pci,addr=3.0,netdev=net,{PLATFORM}",
    "rng0": f"virtio-rng-pci,addr=4.0,{PLATFORM}",
    "scsi0": f"virtio-scsi-pci,addr=5.0,{PLATFORM}",
    "serial0": f"virtio-serial-pci,addr=6.0,{PLATFORM}",
}
# What a run does with each device, without writing, for as long as it may.
WORK = {
    "blk0": "--count 100000000 blk read 0 512",
    "net0": "--timeout 0 --count 100000000 net receive",
    "rng0": "--count 100000000 rng read 64",
    # READ(10) of the first block, and room for sense data.
    "scsi0": f"--count 100000000 -q 2 --out hex:01004000{0:022x}{0:08x}28{0:014x}01{0:046x} "
             "--in 108 --in 512",
    "serial0": "--timeout 0 --count 100000000 console read 16",
}
POINTS = ("started", "noted", "overridden", "unbound", "bound", "taken", "open", "working",
          # For a run that was asked to end.
          "asked", "closed", "restored", "released", "returned", "virtio", "driven")
SIGNALS = {"INT": 2, "KILL": 9}
SECONDS = 2


def __getattr__(name):
    """GUEST, made on demand, as it has disks."""
    if name != "GUEST":
        raise AttributeError(name)
    return {
        "machine": "q35,kernel-irqchip=split",
        "devices": ["intel-iommu,intremap=on"]
                   + [f"{device},id={name}" for name, device in DEVICES.items()]
                   + ["scsi-hd,bus=scsi0.0,drive=disk1",
                      "virtserialport,bus=serial0.0,chardev=port,nr=1"],
        "options": [*DISKS.options(), "-netdev", "user,id=net,restrict=on,ipv6=off",
                    "-object", f"filter-dump,id=dump,netdev=net,file={DUMP}",
                    "-chardev", "pty,id=port"],
        "kernel_args": "intel_iommu=on",
    }


def test_a_few(guest):
    strikes = plan(3)
    report([strike(guest, *one) for one in strikes])


def long_two_hundred():
    """40 of each type: each point with each signal, and ten more."""
    done = []
    for name in DEVICES:
        # So many take long on a busy host.
        machine = Guest(**__getattr__("GUEST"))
        machine.life_seconds = 3600
        with machine as guest:
            done += [strike(guest, *one) for one in plan(40) if one[0] == name]
    report(done)
    assert len(done) == 200, len(done)


# --- Helpers ---


Strike = collections.namedtuple("Strike", "name point signal microseconds")


def plan(each):
    """That many runs per device, spread over the points, the same each time."""
    chance = random.Random(20)
    result = []
    for place, name in enumerate(DEVICES):
        for i in range(each):
            turn = place * each + i if each < len(POINTS) else i
            result.append(Strike(name, POINTS[turn % len(POINTS)],
                                 ("KILL", "INT")[turn // len(POINTS) % 2],
                                 chance.choice((0, 0, 1000, 5000, 20000))))
    return result


def strike(guest, name, point, signal, microseconds):
    """The program's report, after checking that the device works and is unchanged."""
    ready(guest)
    before, written = state(guest, name), written_so_far(guest)
    command = (f"/tmp/strike {point} {SIGNALS[signal]} {microseconds} {address(guest, name)} "
               f"vqinject --bind {address(guest, name)} {WORK[name]}")
    result = json.loads(guest.output(command, timeout=300))
    said = guest.output("cat /run/strike.err")
    told = (name, point, signal, microseconds, result, said)
    print("#", name, point, signal, microseconds, json.dumps(result), flush=True)
    assert result["reached"] == point and result["back"] and result["ended"], told
    assert state(guest, name) == before and before["status"] == "0xf", (told, before)
    assert written_so_far(guest) == written, told
    assert json.loads(guest.output("vqinject --status -J"))["taken"] == [], told
    check_works(guest, name)
    return Strike(name, point, signal, microseconds), result


def report(done):
    times = sorted(result["back_s"] for _, result in done)
    late = [(one, result) for one, result in done if result["back_s"] > SECONDS]
    reached = collections.Counter(result["reached"] for _, result in done)
    print(f"# {len(done)} strikes; back after {times[len(times) // 2]} s (median), "
          f"{times[-1]} s at the most; {len(late)} after more than {SECONDS} s", flush=True)
    print("#", dict(reached), flush=True)


def written_so_far(guest):
    """What each device was told to write or send."""
    stats = guest.qmp.command("query-blockstats", query_nodes=False)
    disks = {one.get("qdev") or one["device"]: one["stats"]["wr_operations"] for one in stats}
    same = [DISKS.path(number).read_bytes() == original(number) for number in range(2)]
    return disks, same, DUMP.stat().st_size, read_port(guest)


def original(number):
    return b"".join(b"disk %d sector %8d\n" % (number, sector) + bytes(driving.SECTOR - 23)
                    for sector in range(driving.DISK_SIZE // driving.SECTOR))


def ready(guest):
    if guest.run("test -x /tmp/strike").code == 0:
        return
    guest.put("/tmp/strike", image.compiled("strike.c").read_bytes())
    guest.output("chmod +x /tmp/strike; modprobe -a vfio-pci vfio_iommu_type1")
    for name in DEVICES:
        check_works(guest, name)


def address(guest, name):
    return guest.qmp.pci_addresses()[name]


def state(guest, name):
    """What must not change."""
    for found in json.loads(guest.output("lsvirtio -J"))["devices"]:
        if found["address"] == address(guest, name):
            return {key: found.get(key) for key in ("name", "driver", "status", "features")}
    return None


def sysfs(guest, name):
    return f"/sys/bus/pci/devices/{address(guest, name)}"


def check_works(guest, name):
    {"blk0": check_disk, "scsi0": check_disk, "net0": check_network, "rng0": check_random,
     "serial0": check_port}[name](guest, name)


def check_disk(guest, name):
    folders = {"blk0": "virtio*/block", "scsi0": "virtio*/host*/target*/*/block"}
    # The kernel finds a SCSI disk some time after the driver binds.
    wait(guest, f"ls {sysfs(guest, name)}/{folders[name]}", "it has a disk")
    kname = guest.output(f"ls {sysfs(guest, name)}/{folders[name]}").strip()
    sectors = 64
    data = guest.run(f"dd if=/dev/{kname} bs=4096 count={sectors // 8} iflag=direct 2>/dev/null",
                     timeout=60).stdout
    number = {"blk0": 0, "scsi0": 1}[name]
    assert data == original(number)[:sectors * driving.SECTOR], (name, data[:64])


def check_network(guest, name):
    interface = guest.output(f"ls {sysfs(guest, name)}/virtio*/net").strip()
    guest.output(f"ip addr add 10.0.2.15/24 dev {interface} && ip link set {interface} up")
    try:
        wait(guest, f"ping -c 1 -W 2 {GATEWAY}", "an answer")
    finally:
        guest.output(f"ip link set {interface} down && ip addr flush dev {interface}")


def check_random(guest, _name):
    assert "virtio_rng" in guest.output("cat /sys/class/misc/hw_random/rng_current")
    guest.output("head -c 16 /dev/hwrng >/dev/null", timeout=60)


def check_port(guest, name):
    """Pass a line to the host, and one back."""
    found = guest.output(f"ls {sysfs(guest, name)}/virtio*/virtio-ports").split()
    port = next(one for one in found if one.endswith("p1"))
    command = f"exec 3<>/dev/{port}; echo to the host >&3; read -r line <&3; echo $line"
    os.write(terminal(guest), b"to the guest\n")
    assert guest.output(command) == "to the guest\n"
    assert read_port(guest) == b"to the host\n"


TERMINALS = {}


def terminal(guest):
    """The host's side of the port."""
    if guest not in TERMINALS:
        [port] = [one for one in guest.qmp.command("query-chardev") if one["label"] == "port"]
        TERMINALS[guest] = os.open(port["filename"].removeprefix("pty:"),
                                   os.O_RDWR | os.O_NOCTTY | os.O_NONBLOCK)
        tty.setraw(TERMINALS[guest])
    return TERMINALS[guest]


def read_port(guest):
    """Everything that the guest has sent since the last call."""
    data = b""
    while select.select([terminal(guest)], [], [], 0.2)[0]:
        data += os.read(terminal(guest), 4096)
    return data


def wait(guest, command, what, seconds=60, pause=0.2):
    """Wait until a command in the guest succeeds."""
    deadline = time.monotonic() + seconds
    while guest.run(command).code:
        if time.monotonic() > deadline:
            raise AssertionError(f"not in {seconds} s: {what}")
        time.sleep(pause)
