# SPDX-License-Identifier: GPL-2.0-or-later
"""Registers of virtio-mmio devices, read through /dev/mem, agree with QEMU; if the kernel denies
access, the tools say so."""

import json

from guest import Guest
from qemu_features import feature_bits, status_bits

OPTIONS = ("-global", "virtio-mmio.force-legacy=off",
           "-blockdev", "null-co,node-name=disk0,size=67108864,read-zeroes=on",
           "-netdev", "hubport,id=net,hubid=0")
DEVICES = ["virtio-blk-device,id=blk0,drive=disk0,num-queues=2,queue-size=64",
           "virtio-net-device,id=net0,netdev=net,mac=52:54:00:12:34:56",
           "virtio-rng-device,id=rng0"]
IDS = {"blk": "blk0", "net": "net0", "rng": "rng0"}

GUEST = {"machine": "microvm", "devices": DEVICES, "options": OPTIONS,
         "kernel_args": "iomem=relaxed"}

VERSION, QEMU_VENDOR = 2, 0x554d4551
# As with PCI, QEMU hides legacy features from modern drivers.
LEGACY_FEATURES = {"blk0": 1 << 24 | 1 << 27 | 1 << 7, "net0": 1 << 24 | 1 << 27 | 1 << 6,
                   "rng0": 1 << 24 | 1 << 27}


def test_devmem_reads_what_needs_no_write(guest):
    for name, address in addresses(guest).items():
        device, status = look(guest, "devmem", address), qemu_status(guest, name)
        registers = device["registers"]
        assert device["attach"] == "devmem", device
        assert registers["version"] == VERSION, device
        assert registers["device_id"] == status["device-id"] == device["device_id"], device
        assert int(registers["vendor_id"], 16) == QEMU_VENDOR, device
        assert int(registers["status"], 16) == status_bits(status["status"]), device
        # Registers that need a selection were not read.
        assert registers["queues"] == device["queues"] == [], device
        assert "offered" not in device and "accepted" not in registers, device
        assert any("--attach=registers" in note for note in device["attach_notes"]), device


def test_configuration_space(guest):
    for way in "devmem", "registers":
        fields = config_of(look(guest, way, addresses(guest)["blk0"]))
        assert fields["capacity"] == str(67108864 // 512), fields
        assert fields["num_queues"] == "2", fields
        fields = config_of(look(guest, way, addresses(guest)["net0"]))
        assert fields["mac"] == "52:54:00:12:34:56", fields


def test_registers_select_features_and_queues(guest):
    for name, address in addresses(guest).items():
        device, status = look(guest, "registers", address), qemu_status(guest, name)
        expected = feature_bits(status["host-features"]) & ~(LEGACY_FEATURES[name] | 1 << 30)
        assert int(device["offered"], 16) & ~LEGACY_FEATURES[name] == expected, (device, status)
        queues = {queue["index"]: queue for queue in device["registers"]["queues"]}
        for queue in kernel_queues(guest, address):
            registers = queues[queue["index"]]
            assert registers["enabled"], (registers, queue)
            assert registers["max_size"] == queue["max_size"], (registers, queue)
            assert "size" not in registers and "vector" not in registers, registers
        in_use = [index for index, queue in queues.items() if queue["enabled"]]
        assert [queue["index"] for queue in device["queues"]] == in_use, device
        assert device["registers"]["disagreements"] == [], device


def test_nothing_is_left_changed(guest):
    guest.output("echo none >/sys/class/misc/hw_random/rng_current")
    for name, address in addresses(guest).items():
        before = qemu_status(guest, name)
        for way in "devmem", "registers":
            look(guest, way, address)
            after = qemu_status(guest, name)
            # Interrupts stay unacknowledged, and selections are as after a reset.
            for key in "isr", "status", "guest-features", "broken", "started":
                assert before[key] == after[key], (way, key, before, after)
        assert after["queue-sel"] == 0, after


def test_devices_work_meanwhile(guest):
    guest.output("dd if=/dev/vda of=/dev/null bs=4096 iflag=direct 2>/tmp/dd.log & "
                 "echo $! >/tmp/dd.pid")
    for _ in range(3):
        look(guest, "registers", addresses(guest)["blk0"])
    guest.output("while kill -0 $(cat /tmp/dd.pid) 2>/dev/null; do sleep 0.1; done", timeout=90)
    assert "16384+0 records in" in guest.output("cat /tmp/dd.log")


def test_all_devices_and_the_view(guest):
    text = guest.output("vqdump --attach=devmem")
    for address in addresses(guest).values():
        assert address in text, text
    assert "capacity 131072" in text and "mac 52:54:00:12:34:56" in text, text
    assert "no queue is known to be set up" not in text, text


def test_capture(guest):
    guest.output("rm -f /tmp/one /tmp/two; vqdump --attach=registers --capture /tmp/one; "
                 "vqdump --read /tmp/one --capture /tmp/two; cmp /tmp/one /tmp/two")
    live = guest.output("vqdump --attach=registers -v")
    read = guest.output("vqdump --read /tmp/one -v")
    for word in "capacity 131072", "max_size", "registers and the kernel's structures agree":
        assert word in live and word in read, (word, live, read)


def test_where_there_is_no_device(guest):
    result = guest.run("vqdump --attach=devmem mmio:0x1000")
    assert result.code == 32, result


def test_a_kernel_that_keeps_registers_for_itself():
    with Guest("microvm", DEVICES[2:], options=OPTIONS[:2]) as guest:
        for way in "devmem", "registers":
            result = guest.run(f"vqdump --attach={way}")
            assert result.code == 1, result
            lines = result.stderr.decode().splitlines()
            assert len(lines) == 1 and lines[0].startswith("vqdump: "), result
            for part in "/dev/mem", "CONFIG_IO_STRICT_DEVMEM", "iomem=relaxed", "--attach=kernel":
                assert part in lines[0], result
        # The method that works shows the rings.
        assert "via kernel" in guest.output("vqdump"), guest


def addresses(guest):
    """The address of each device, by its id in QEMU."""
    listed = json.loads(guest.output("lsvirtio -J"))["devices"]
    return {IDS[device["type"]]: device["address"] for device in listed}


def look(guest, way, address):
    devices = json.loads(guest.output(f"vqdump --attach={way} -J {address}"))["devices"]
    assert len(devices) == 1, devices
    return devices[0]


def kernel_queues(guest, address):
    return look(guest, "kernel", address)["queues"]


def config_of(device):
    return {field["name"]: field["value"] for field in device["config"]}


def qemu_status(guest, name):
    return guest.qmp.virtio_status(guest.qmp.virtio_paths()[name])
