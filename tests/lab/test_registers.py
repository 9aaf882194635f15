# SPDX-License-Identifier: GPL-2.0-or-later
"""Registers of devices in use agree with QEMU, and reading them leaves no change."""

import json
import re
import struct

from guest import Guest
from qemu_features import feature_bits, status_bits

DISK = "null-co,node-name=disk0,size=67108864,read-zeroes=on"
MODERN = "disable-legacy=on"

# By id.
DEVICES = {
    "blk0": f"virtio-blk-pci,addr=2.0,drive=disk0,num-queues=2,queue-size=64,{MODERN}",
    "net0": f"virtio-net-pci,addr=3.0,netdev=net,packed=on,mac=52:54:00:12:34:56,{MODERN}",
    "rng0": f"virtio-rng-pci,addr=4.0,{MODERN}",
    "scsi0": f"virtio-scsi-pci,addr=5.0,{MODERN}",
    # Transitional, with a modern driver.
    "balloon0": "virtio-balloon-pci,bus=pci0,addr=1.0,disable-legacy=off,disable-modern=off",
}
# Its module is not loaded.
UNBOUND = f"virtio-crypto-pci,id=crypto0,addr=7.0,cryptodev=crypto,{MODERN}"
LEGACY = "virtio-blk-pci,id=legacy0,addr=6.0,drive=disk1,disable-legacy=off,disable-modern=on"

GUEST = {
    "machine": "q35",
    "devices": ["pcie-pci-bridge,id=pci0,addr=10.0", LEGACY, UNBOUND]
               + [f"{device},id={name}" for name, device in DEVICES.items()],
    "options": ("-blockdev", DISK,
                "-blockdev", "null-co,node-name=disk1,size=1048576,read-zeroes=on",
                "-netdev", "hubport,id=net,hubid=0",
                "-object", "cryptodev-backend-builtin,id=crypto"),
}

CAP_VENDOR, CAP_PCI_CFG = 9, 5
# Legacy features, which QEMU hides from modern drivers: NOTIFY_ON_EMPTY, ANY_LAYOUT and bit 30, and
# VIRTIO_NET_F_GSO.
LEGACY_FEATURES = 1 << 24 | 1 << 27 | 1 << 30
LEGACY_NET_FEATURES = 1 << 6


def test_queues_agree_with_qemu(guest):
    for name in DEVICES:
        device = look(guest, name)
        path = guest.qmp.virtio_paths()[name]
        assert device["queues"], (name, device)
        for queue in device["queues"]:
            status = guest.qmp.virtio_queue_status(path, queue["index"])
            found = [int(queue[key], 16) for key in ("desc", "driver", "device")]
            expected = [status[key] for key in ("vring-desc", "vring-avail", "vring-used")]
            assert found == expected, (name, queue, status)
            assert queue["size"] == status["vring-num"], (name, queue, status)


def test_features_and_status_agree_with_qemu(guest):
    for name in DEVICES:
        device, status = look(guest, name), qemu_status(guest, name)
        legacy = LEGACY_FEATURES | (LEGACY_NET_FEATURES if name == "net0" else 0)
        for key, number in (("offered", feature_bits(status["host-features"]) & ~legacy),
                            ("features", feature_bits(status["guest-features"])),
                            ("status", status_bits(status["status"]))):
            assert int(device[key], 16) == number, f"{name}: {key} should be {number:#x}: {device}"


def test_configuration_space(guest):
    fields = config_of(look(guest, "blk0"))
    assert fields["capacity"] == str(67108864 // 512), fields
    assert fields["num_queues"] == "2", fields
    assert "max_secure_erase_sectors" not in fields, fields
    fields = config_of(look(guest, "net0"))
    assert fields["mac"] == "52:54:00:12:34:56", fields
    assert fields["status"] == "0x1 (link up)", fields
    assert config_of(look(guest, "balloon0"))["num_pages"] == "0"


def test_layouts(guest):
    assert {queue["layout"] for queue in look(guest, "net0")["queues"]} == {"packed"}
    assert {queue["layout"] for queue in look(guest, "blk0")["queues"]} == {"split"}


def test_ring_indices_of_an_idle_disk(guest):
    for queue in look(guest, "blk0")["queues"]:
        path = guest.qmp.virtio_paths()["blk0"]
        status = guest.qmp.virtio_queue_status(path, queue["index"])
        # An unused null-co disk has completed everything.
        assert queue["used"]["idx"] == status["used-idx"], (queue, status)
        assert queue["avail"]["idx"] == queue["used"]["idx"], queue


def test_nothing_is_left_changed(guest):
    for name in DEVICES:
        before = state_of(guest, name)
        look(guest, name)
        after = state_of(guest, name)
        assert before == after, (name, before, after)
        assert after["length"] == 0, after


def test_a_window_left_aimed_is_aimed_at_nothing(guest):
    address = guest.qmp.pci_addresses()["rng0"]
    position = window_position(guest, address)
    # At the status register: BAR 4, offset 20, one byte.
    write_config(guest, address, position + 4, "\\004")
    write_config(guest, address, position + 8, "\\024\\000\\000\\000")
    write_config(guest, address, position + 12, "\\001\\000\\000\\000")
    assert state_of(guest, "rng0")["length"] == 1
    look(guest, "rng0")
    after = state_of(guest, "rng0")
    assert (after["bar"], after["offset"], after["length"]) == (4, 20, 0), after


def test_disk_works_meanwhile(guest):
    disk = disk_of(guest, "blk0")
    guest.output(f"dd if=/dev/{disk} of=/dev/null bs=4096 iflag=direct "
                 "2>/tmp/dd.log >/dev/null & echo $! >/tmp/dd.pid")
    for _ in range(5):
        look(guest, "blk0")
    guest.output("while kill -0 $(cat /tmp/dd.pid) 2>/dev/null; do sleep 0.1; done", timeout=60)
    assert "16384+0 records in" in guest.output("cat /tmp/dd.log")
    guest.output(f"dd if=/dev/{disk} of=/dev/null bs=4096 count=16 iflag=direct")


def test_device_without_a_driver(guest):
    before = state_of(guest, "crypto0")
    device = look(guest, "crypto0")
    assert device["queues"] == [], device
    assert device["status"] == "0x1", device
    assert "CIPHER" in config_of(device)["crypto_services"], device
    assert state_of(guest, "crypto0") == before


def test_two_at_once(guest):
    address = guest.qmp.pci_addresses()["blk0"]
    command = f"vqdump --attach=registers -J {address}"
    guest.output(f"for i in 1 2 3 4; do {command} >/tmp/out.$i 2>&1 & done; wait")
    found = []
    for i in range(1, 5):
        device = json.loads(guest.output(f"cat /tmp/out.{i}"))["devices"][0]
        found.append([[queue[key] for key in ("index", "size", "desc", "driver", "device")]
                      for queue in device["queues"]])
    assert all(queues == found[0] for queues in found), found
    assert state_of(guest, "blk0")["length"] == 0


def test_legacy_device_has_no_window(guest):
    result = attach(guest, guest.qmp.pci_addresses()["legacy0"])
    assert result.code == 1, result
    assert_message(result, "a legacy device has no window", "kernel")


def test_nobody_may_not(guest):
    address = guest.qmp.pci_addresses()["rng0"]
    result = guest.run(f"su nobody -c 'vqdump --attach=registers -J {address}'")
    assert result.code == 1, result
    assert_message(result, "root")


def test_lockdown():
    with Guest("q35", [f"{DEVICES['rng0']},id=rng0"], "lockdown=integrity") as guest:
        guest.output("mount -t securityfs none /sys/kernel/security")
        before = state_of(guest, "rng0")
        result = attach(guest, guest.qmp.pci_addresses()["rng0"])
        assert result.code == 1, result
        assert_message(result, "lockdown", "kernel")
        assert state_of(guest, "rng0") == before
        # /dev/mem does not work either.
        result = guest.run("vqdump --attach=devmem")
        assert result.code == 1, result
        assert_message(result, "/dev/mem", "lockdown", "kernel")


def test_memory_of_a_stock_kernel_is_closed(guest):
    result = guest.run("vqdump --attach=devmem")
    assert result.code == 1, result
    assert_message(result, "/dev/mem", "CONFIG_STRICT_DEVMEM", "kernel")


def look(guest, name):
    """The device with this id, read through its registers."""
    result = attach(guest, guest.qmp.pci_addresses()[name])
    assert result.code == 0, result
    devices = json.loads(result.stdout)["devices"]
    assert len(devices) == 1, devices
    return devices[0]


def attach(guest, target):
    return guest.run(f"vqdump --attach=registers -J {target}")


def qemu_status(guest, name):
    return guest.qmp.virtio_status(guest.qmp.virtio_paths()[name])


def config_of(device):
    return {field["name"]: field["value"] for field in device["config"]}


def assert_message(result, *parts):
    lines = result.stderr.decode().splitlines()
    assert len(lines) == 1 and lines[0].startswith("vqdump: "), result
    for part in parts:
        assert part in lines[0], (part, lines[0])


def disk_of(guest, name):
    address = guest.qmp.pci_addresses()[name]
    return guest.output(f"ls /sys/bus/pci/devices/{address}/virtio*/block").split()[0]


def read_config(guest, address, start, size):
    """Read only these bytes of PCI configuration space, as some must not be read."""
    text = guest.output(f"dd if=/sys/bus/pci/devices/{address}/config bs=1 skip={start} "
                        f"count={size} 2>/dev/null | hexdump -v -e '1/1 \"%02x\"'")
    return bytes.fromhex(re.sub(r"\s", "", text))


def write_config(guest, address, start, octal):
    guest.output(f"printf '{octal}' >/tmp/bytes && dd if=/tmp/bytes bs=4 count=1 conv=notrunc "
                 f"of=/sys/bus/pci/devices/{address}/config oflag=seek_bytes seek={start} "
                 "2>/dev/null")


def window_position(guest, address):
    position = read_config(guest, address, 0x34, 1)[0]
    while position:
        kind, following, _, config_type = read_config(guest, address, position, 4)
        if (kind, config_type) == (CAP_VENDOR, CAP_PCI_CFG):
            return position
        position = following
    raise AssertionError(f"{address} has no PCI_CFG capability")


def state_of(guest, name):
    """State that reading registers could change."""
    address = guest.qmp.pci_addresses()[name]
    window = read_config(guest, address, window_position(guest, address), 16)
    offset, length = struct.unpack_from("<II", window, 8)
    status = qemu_status(guest, name)
    return {"bar": window[4], "offset": offset, "length": length,
            "queue_select": status["queue-sel"], "isr": status["isr"],
            "status": status_bits(status["status"])}
