# SPDX-License-Identifier: GPL-2.0-or-later
"""vqdump in a guest shows each queue as QEMU does."""

import json
import time

from guest import Guest
from qmp import QmpError

OPTIONS = [
    "-blockdev", "null-co,node-name=disk0,size=16777216,read-zeroes=on",
    "-blockdev", "null-co,node-name=disk1,size=16777216,read-zeroes=on",
    "-blockdev", "null-co,node-name=disk2,size=16777216,read-zeroes=on",
    "-blockdev", "null-co,node-name=disk3,size=16777216,read-zeroes=on",
    "-netdev", "hubport,id=net,hubid=0",
    "-netdev", "hubport,id=net1,hubid=0",
]

MODERN = "disable-legacy=on"
TRANSITIONAL = "disable-legacy=off,disable-modern=off"
LEGACY = "disable-legacy=off,disable-modern=on"

DEVICES = {
    "blk0": f"virtio-blk-pci,addr=2.0,drive=disk0,num-queues=2,{MODERN}",
    "blk1": f"virtio-blk-pci,addr=3.0,drive=disk1,indirect_desc=off,{LEGACY}",
    "blk2": f"virtio-blk-pci,addr=4.0,drive=disk2,event_idx=off,{MODERN}",
    "blk3": f"virtio-blk-pci,addr=5.0,drive=disk3,packed=on,queue-size=64,{MODERN}",
    "net0": f"virtio-net-pci,addr=6.0,netdev=net,packed=on,{MODERN}",
    "net1": f"virtio-net-pci,addr=7.0,netdev=net1,{MODERN}",
    "rng0": f"virtio-rng-pci,addr=8.0,{MODERN}",
    "serial0": "virtio-serial-pci,addr=9.0",
    "scsi0": f"virtio-scsi-pci,addr=a.0,packed=on,event_idx=off,{MODERN}",
    "balloon0": f"virtio-balloon-pci,bus=pci0,addr=1.0,{TRANSITIONAL}",
}

GUEST = {
    "machine": "q35",
    "devices": ["pcie-pci-bridge,id=pci0,addr=10.0"]
               + [f"{device},id={name}" for name, device in DEVICES.items()],
    "options": OPTIONS,
    # Addresses differ in each boot.
    "kaslr": True,
}


def test_addresses_and_sizes(guest):
    for name, queue, said in queues_and_status(guest):
        where = (name, queue["index"], queue, said)
        assert queue["size"] == said["vring-num"], where
        assert queue["layout"] == ("packed" if is_packed(guest, name) else "split"), where
        for key, theirs in (("desc", "vring-desc"), ("driver", "vring-avail"),
                            ("device", "vring-used")):
            assert int(queue[key], 16) == said[theirs], (key, where)


def test_registers_say_what_the_kernel_says(guest):
    guest.output("echo none >/sys/class/misc/hw_random/rng_current")
    kernel = dump_by_id(guest)
    names = " ".join(kernel[name]["name"] for name in ("blk0", "blk2", "blk3", "net0"))
    registers = dump_by_id(guest, f"--attach=registers {names}")
    assert len(registers) == 4, registers
    for name, device in registers.items():
        assert device["attach"] == "registers", device
        theirs = {queue["index"]: queue for queue in kernel[name]["queues"]}
        for queue in device["queues"]:
            for key in ("size", "layout", "desc", "driver", "device", "avail", "used"):
                assert queue.get(key) == theirs[queue["index"]].get(key), (key, queue, theirs)


def test_every_queue_is_there(guest):
    for name, device in dump_by_id(guest).items():
        path = guest.qmp.virtio_paths()[name]
        known = [index for index in range(100) if is_set_up(guest, path, index)]
        assert [queue["index"] for queue in device["queues"]] == known, (name, known, device)


def test_indices_once_traffic_has_stopped(guest):
    make_traffic(guest)
    for name, queue, said in queues_and_status(guest):
        where = (name, queue["index"], queue, said)
        if queue["layout"] == "split":
            used, available = queue["used"]["idx"], queue["avail"]["idx"]
        else:
            used, available = queue["next_used"], queue["next_avail"]
        assert used == said["used-idx"], where
        # The device reads no further than it needs to.
        assert said["inuse"] <= queue["num_in_flight"], where
        if not queue["num_in_flight"]:
            assert available == said["last-avail-idx"], where
            assert queue["driver_state"]["num_free"] == queue["size"], where
        assert queue["driver_state"]["tokens"] == queue["num_in_flight"] + queue["num_unreaped"], where


def test_traffic_is_seen(guest):
    before = dump_by_id(guest)
    make_traffic(guest)
    after = dump_by_id(guest)
    for name in ("blk0", "blk1", "blk2"):
        moved = [queue["used"]["idx"] - earlier["used"]["idx"]
                 for earlier, queue in zip(before[name]["queues"], after[name]["queues"])]
        assert any(moved), (name, before[name], after[name])


def test_names_interrupts_and_driver_state(guest):
    devices = dump_by_id(guest)
    names = {name: [queue["name"] for queue in device["queues"]]
             for name, device in devices.items()}
    assert names["blk0"] == ["req.0", "req.1"], names
    assert names["net1"] == ["input.0", "output.0", "control"], names
    queue = devices["blk0"]["queues"][0]
    assert queue["spec_name"] == "requestq1", queue
    assert queue["irq_name"] == f"{devices['blk0']['name']}-req.0", queue
    assert queue["driver_state"]["broken"] is False, queue
    assert devices["blk0"]["attach"] == "kernel", devices["blk0"]
    assert devices["blk0"]["addresses"] == "physical", devices["blk0"]


def test_receive_buffers_are_in_flight(guest):
    for name in ("net0", "net1"):
        guest.output(f"ifconfig {dump_by_id(guest)[name]['kname']} up")
        queue = dump_by_id(guest)[name]["queues"][0]
        assert queue["role"] == "parked", queue
        assert queue["num_in_flight"] == len(queue["in_flight"]) > 0, queue
        assert all(buffer["in_len"] for buffer in queue["in_flight"]), queue


def test_capture_shows_what_the_guest_showed(guest):
    guest.output("rm -f /tmp/capture; vqdump --capture /tmp/capture")
    first = guest.output("vqdump --read /tmp/capture -J --raw")
    guest.output("rm -f /tmp/again; vqdump --read /tmp/capture --capture /tmp/again")
    guest.output("cmp /tmp/capture /tmp/again")
    names = " ".join(device["name"] for device in json.loads(first)["devices"][:1])
    guest.output(f"rm -f /tmp/third /tmp/fourth; "
                 f"vqdump --attach=registers --capture /tmp/third {names}; "
                 "vqdump --read /tmp/third --capture /tmp/fourth; cmp /tmp/third /tmp/fourth")
    assert json.loads(first)["devices"], first
    text = guest.get("/tmp/capture").decode("ascii")
    assert json.loads(text)["host"]["kernel"] == guest.release, text[:500]


def checks(guest, address):
    """A check of the guest, and that of a capture made right after it."""
    live = guest.output(f"vqdump --check -v --sample=0.2 {address}")
    guest.output("rm -f /tmp/checked; "
                 f"vqdump --check --sample=0.2 --capture /tmp/checked {address}")
    return live, guest.output("vqdump --read /tmp/checked --check -v")


def test_a_check_of_a_capture_is_that_of_the_guest(guest):
    make_traffic(guest)
    for name in "blk0", "blk1", "blk3", "rng0", "balloon0":
        address = guest.qmp.pci_addresses()[name]
        # The device may be used between the two.
        for _ in range(5):
            live, read = checks(guest, address)
            if live == read:
                break
        assert live == read, f"{live}\n--- by the capture:\n{read}"
    guest.output("rm -f /tmp/looked; vqdump --capture /tmp/looked")
    capture = json.loads(guest.get("/tmp/looked").decode("ascii"))
    ram = [area for area in capture["host"]["memory"] if area["name"] == "System RAM"]
    assert sum(int(area["end"], 16) - int(area["start"], 16) for area in ram) > 200 << 20, ram
    for device in capture["devices"]:
        assert device["looks"] == 1, device
        assert (device["link"] if device["type"] == "net" else None) == device.get("link"), device
        # QEMU's balloon lacks it.
        assert device["msix"]["enabled"] == (device["type"] != "balloon"), device
        assert device["msix"]["enabled"] == ("vectors" in device["msix"]), device
    # The second read lacks facts to judge by; it has addresses and vectors.
    for device in capture["devices"]:
        for key in "findings", "answers", "unjudged", "looks":
            device.pop(key, None)
    guest.put("/tmp/unjudged", json.dumps(capture).encode())
    # One look leaves open whether what is in flight moves.
    result = guest.run("vqdump --read /tmp/unjudged --check -J")
    assert result.code in (0, 8), result
    again = json.loads(result.stdout)
    for device in again["devices"]:
        assert device["type"] == "net" or device["findings"] == [], device
        for code in "E_UNMAPPED", "E_BUF_UNMAPPED", "I_NOT_RAM", "D_NO_VECTOR":
            assert not any(line.startswith(code) for line in device["unjudged"]), device


def test_registers_and_the_kernel_agree(guest):
    for name in "blk0", "net1":
        address = guest.qmp.pci_addresses()[name]
        device = json.loads(guest.output(f"vqdump --attach=registers -J {address}"))["devices"][0]
        assert device["registers"]["disagreements"] == [], device
        text = guest.output(f"vqdump --attach=registers -v {address}")
        assert "registers and the kernel's structures agree" in text, text
        assert "offered" in text and "queue 0" in text, text
        # Registers do not tell which completions the driver has taken.
        result = guest.run(f"vqdump --attach=registers --check -J {address}", timeout=60)
        assert result.code in (0, 8), result
        unjudged = json.loads(result.stdout)["devices"][0]["unjudged"]
        assert not any("D_SIZE_MISMATCH" in line for line in unjudged), unjudged


def test_without_privilege_it_says_why(guest):
    result = guest.run("su nobody -c 'vqdump -J'")
    assert b"root" in result.stderr, result


def test_a_request_that_is_never_answered():
    with Guest("pc", ["virtio-rng-pci"]) as guest:
        guest.qmp.command("blockdev-add", **{
            "driver": "null-co", "node-name": "slow", "size": 16777216,
            "latency-ns": 600_000_000_000})
        guest.qmp.command("device_add", driver="virtio-blk-pci", id="slow", drive="slow",
                          cyls=16, heads=16, secs=63)
        queue = wait_for_flight(guest)
        request = queue["in_flight"][0]
        assert request["request"].startswith("read sector 0"), queue
        assert queue["num_unreaped"] == 0, queue
        time.sleep(1)
        result = guest.run("vqdump --check", timeout=60)
        assert b"D_DEVICE_STUCK" in result.stdout, result


def wait_for_flight(guest, seconds=30):
    """Wait for a request in flight on the disk; returns its queue."""
    deadline = time.monotonic() + seconds
    while True:
        for device in json.loads(guest.run("vqdump -J").stdout or b'{"devices":[]}')["devices"]:
            for queue in device.get("queues", []):
                if device["type"] == "blk" and queue["num_in_flight"]:
                    return queue
        assert time.monotonic() < deadline, f"no request in flight in {seconds} s"
        time.sleep(0.5)


def make_traffic(guest):
    """Traffic on every kind of device that can have some, which then stops."""
    guest.output("for disk in vda vdb vdc vdd; do "
                 "dd if=/dev/$disk of=/dev/null bs=4096 count=300 2>/dev/null; done")
    guest.output("dd if=/dev/hwrng of=/dev/null bs=16 count=4 2>/dev/null || true")
    guest.output("echo none >/sys/class/misc/hw_random/rng_current; sync")


def dump_by_id(guest, arguments=""):
    """vqdump's devices, by their ids in QEMU."""
    devices = json.loads(guest.output(f"vqdump -J {arguments}"))["devices"]
    by_address = {device["address"]: device for device in devices}
    addresses = guest.qmp.pci_addresses()
    return {name: by_address[addresses[name]] for name in DEVICES
            if addresses[name] in by_address}


def queues_and_status(guest):
    """Every queue: the device's id, vqdump's queue, QEMU's status; read until QEMU says the same
    before and after. The last request of the rng may still be in flight."""
    guest.output("echo none >/sys/class/misc/hw_random/rng_current")
    paths = guest.qmp.virtio_paths()
    before = None
    for _ in range(20):
        devices = dump_by_id(guest)
        said = {(name, queue["index"]): guest.qmp.virtio_queue_status(paths[name], queue["index"])
                for name, device in devices.items() for queue in device["queues"]}
        if said == before:
            break
        before = said
    for name, device in devices.items():
        assert device["queues"], device
        for queue in device["queues"]:
            yield name, queue, said[name, queue["index"]]


def is_packed(guest, name):
    return "packed=on" in DEVICES[name]


def is_set_up(guest, path, index):
    """Does QEMU have an address for the queue?"""
    try:
        return bool(guest.qmp.virtio_queue_status(path, index)["vring-desc"])
    except QmpError:  # no such queue
        return False
