# SPDX-License-Identifier: GPL-2.0-or-later
"""lsvirtio in a guest shows each device as QEMU does."""

import contextlib
import json
import re
import time

from guest import Guest
from qemu_features import feature_bits, status_bits

OPTIONS = (
    "-blockdev", "null-co,node-name=disk0,size=1048576,read-zeroes=on",
    "-blockdev", "null-co,node-name=disk1,size=1048576,read-zeroes=on",
    "-netdev", "hubport,id=net,hubid=0",
    "-fsdev", "synth,id=files",
    "-object", "cryptodev-backend-builtin,id=crypto",
)

# A PCI device's vendor, and QEMU's VendorID register of an MMIO device.
VIRTIO_VENDOR, QEMU_VENDOR = 0x1af4, 0x554d4551

MODERN = "disable-legacy=on"
TRANSITIONAL = "disable-legacy=off,disable-modern=off"
LEGACY = "disable-legacy=off,disable-modern=on"

# By id: the device and its expected driver.
DEVICES = {
    "blk0": (f"virtio-blk-pci,addr=2.0,drive=disk0,num-queues=2,{MODERN}", "virtio_blk"),
    "blk1": (f"virtio-blk-pci,addr=3.0,drive=disk1,{LEGACY}", "virtio_blk"),
    "net0": (f"virtio-net-pci,addr=4.0,netdev=net,packed=on,{MODERN}", "virtio_net"),
    "rng0": (f"virtio-rng-pci,addr=5.0,iommu_platform=on,{MODERN}", "virtio_rng"),
    "serial0": ("virtio-serial-pci,addr=6.0", "virtio_console"),
    "balloon0": (f"virtio-balloon-pci,bus=pci0,addr=1.0,{TRANSITIONAL}", "virtio_balloon"),
    "scsi0": (f"virtio-scsi-pci,addr=7.0,packed=on,{MODERN}", "virtio_scsi"),
    "files0": ("virtio-9p-pci,addr=8.0,fsdev=files,mount_tag=files", "9pnet_virtio"),
    "keyboard0": ("virtio-keyboard-pci,addr=9.0", "virtio_input"),
    # Its module is not loaded.
    "crypto0": (f"virtio-crypto-pci,addr=a.0,cryptodev=crypto,{MODERN}", None),
}

GUEST = {
    "machine": "q35",
    "devices": ["pcie-pci-bridge,id=pci0,addr=10.0", "pcie-root-port,id=port0,addr=11.0,slot=1"]
               + [f"{device},id={name}" for name, (device, _) in DEVICES.items()],
    "options": OPTIONS,
}


def test_finds_every_device(guest):
    found = sorted(device["address"] for device in list_devices(guest))
    assert found == sorted(device_addresses(guest).values()), found


def test_names_and_drivers(guest):
    listed = by_id(guest)
    for name, (_, driver) in DEVICES.items():
        device = listed[name]
        assert device.get("driver") == driver, device
        assert device["name"] == f"virtio{device['index']}", device
        address = guest.output(f"readlink /sys/bus/virtio/devices/{device['name']}").split("/")[-2]
        assert device["address"] == address, (address, device)


def test_ids_status_and_features(guest):
    listed = by_id(guest)
    for name in DEVICES:
        assert_same(listed[name], status_of(guest, name))


def test_unprivileged_user_sees_the_same(guest):
    keys = ("name", "device_id", "address", "driver", "status", "features")
    seen = [[[device.get(key) for key in keys] for device in devices]
            for devices in (list_devices(guest), list_devices(guest, user="nobody"))]
    assert seen[0] == seen[1], seen


def test_feature_names(guest):
    listed = by_id(guest)
    for name, feature in (("net0", "RING_PACKED"), ("rng0", "ACCESS_PLATFORM"),
                          ("balloon0", "VERSION_1"), ("scsi0", "HOTPLUG")):
        assert any(feature in known for known in listed[name]["feature_names"]), listed[name]
    for name in ("blk1", "crypto0"):
        assert not any("VERSION_1" in known for known in listed[name]["feature_names"]), name


def test_transports(guest):
    listed = by_id(guest)
    assert listed["blk0"]["transport"] == "pci-modern", listed["blk0"]
    assert listed["blk1"]["transport"] == "pci-legacy", listed["blk1"]


def test_block_device(guest):
    device = by_id(guest)["blk0"]
    assert device["type"] == "blk", device
    assert device["num_queues"] == 2, device
    link = guest.output(f"readlink /sys/block/{device['kname']}")
    assert f"/{device['address']}/{device['name']}/" in link, link


def test_targets_and_exit_codes(guest):
    devices = list_devices(guest, "0000:00:02.0")
    assert [device["address"] for device in devices] == ["0000:00:02.0"], devices
    name = devices[0]["name"]
    assert [device["name"] for device in list_devices(guest, name)] == [name]
    for arguments, code in (("", 0), (name, 0), ("virtio99", 32), (f"{name} virtio99", 64),
                            ("--no-such-option", 2)):
        result = guest.run(f"lsvirtio {arguments}")
        assert result.code == code, (arguments, result)


def test_monitor_sees_hot_plug(guest):
    with monitor(guest):
        guest.qmp.command("device_add", driver="virtio-rng-pci", id="hot0", bus="port0")
        events = wait_events(guest, "add", "bind")
        device = by_id(guest)["hot0"]
        assert {event["device"] for event in events} == {device["name"]}, events
        assert_same(device, status_of(guest, "hot0"))

        # The kernel must not be reading from it.
        guest.output("echo none >/sys/class/misc/hw_random/rng_current")
        guest.qmp.command("device_del", id="hot0")
        guest.qmp.wait_event("DEVICE_DELETED", timeout=60, device="hot0")
        events = wait_events(guest, "add", "bind", "unbind", "remove")
        assert {event["device"] for event in events} == {device["name"]}, events
        assert device["name"] not in [left["name"] for left in list_devices(guest)]


def test_mmio():
    options = [*OPTIONS[:2], "-global", "virtio-mmio.force-legacy=off"]
    devices = ["virtio-blk-device,id=blk0,drive=disk0", "virtio-rng-device,id=rng0"]
    with Guest("microvm", devices, options=options) as guest:
        listed = {device["device_id"]: device for device in list_devices(guest)}
        assert listed.keys() == {2, 4}, listed
        for number, name in ((2, "blk0"), (4, "rng0")):
            assert listed[number]["transport"] == "mmio", listed
            assert_same(listed[number], status_of(guest, name), vendor=QEMU_VENDOR)


def list_devices(guest, arguments="", user="root"):
    return json.loads(guest.output(f"su {user} -c 'lsvirtio -J {arguments}'"))["devices"]


def device_addresses(guest):
    """{id: PCI address} of the virtio devices, from QEMU."""
    addresses = guest.qmp.pci_addresses()
    return {name: addresses[name] for name in guest.qmp.virtio_paths()}


def by_id(guest):
    """lsvirtio's devices, by their ids in QEMU."""
    listed = {device["address"]: device for device in list_devices(guest)}
    return {name: listed[address] for name, address in device_addresses(guest).items()}


def status_of(guest, name):
    return guest.qmp.virtio_status(guest.qmp.virtio_paths()[name])


def assert_same(device, status, vendor=VIRTIO_VENDOR):
    """Check a row of lsvirtio against an answer to x-query-virtio-status."""
    assert device["device_id"] == status["device-id"], (device, status)
    for key, number in (("vendor", vendor), ("status", status_bits(status["status"])),
                        ("features", feature_bits(status["guest-features"]))):
        assert re.fullmatch("0x[0-9a-f]+", device[key]), (key, device)
        assert int(device[key], 16) == number, f"{key} should be {number:#x}: {device}"


@contextlib.contextmanager
def monitor(guest):
    """Run lsvirtio --monitor in the guest until it listens."""
    guest.output("lsvirtio --monitor -J >/tmp/events 2>/tmp/errors & echo $! >/tmp/monitor")
    try:
        # The second column is the protocol, 15 for uevents; the fourth, the groups joined.
        wait(guest, "awk '$2 == 15 && $4 !~ /^0+$/ { found = 1 } END { exit !found }' "
                    "/proc/net/netlink", "lsvirtio --monitor listens")
        yield
        assert guest.output("cat /tmp/errors") == ""
    finally:
        guest.run("kill $(cat /tmp/monitor)")


def wait_events(guest, *kinds):
    """Wait for one event of each kind, and return the events so far."""
    commands = [f"grep -q '\"{kind}\"' /tmp/events" for kind in kinds]
    wait(guest, " && ".join(commands), f"events {', '.join(kinds)}")
    events = [json.loads(line) for line in guest.output("cat /tmp/events").splitlines()]
    assert {event["event"] for event in events} >= set(kinds), events
    return events


def wait(guest, command, what, seconds=30):
    """Wait until a command in the guest succeeds."""
    deadline = time.monotonic() + seconds
    while guest.run(command).code:
        if time.monotonic() > deadline:
            raise AssertionError(f"not in {seconds} s: {what}; in /tmp/errors: "
                                 + guest.run("cat /tmp/errors").stdout.decode())
        time.sleep(0.2)
