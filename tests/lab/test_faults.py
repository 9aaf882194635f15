# SPDX-License-Identifier: GPL-2.0-or-later
"""Real faults of QEMU and of the guest's hardware: vqdump --check names them, and only them.

The devices without the fault are busy all the time.
"""

import contextlib
import json
import re
import struct
import time

from guest import Guest

MODERN = "disable-legacy=on"
DEVICES = {
    "faulty": f"virtio-blk-pci,addr=5.0,drive=disk0,num-queues=1,{MODERN}",
    "busy": f"virtio-blk-pci,addr=6.0,drive=disk1,num-queues=1,{MODERN}",
    "net": f"virtio-net-pci,addr=7.0,netdev=net,{MODERN}",
}
GUEST = {
    "machine": "q35",
    "devices": [f"{device},id={name}" for name, device in DEVICES.items()],
    # Otherwise the kernel denies access to registers of devices with drivers.
    "kernel_args": "iomem=relaxed",
    "options": ("-blockdev", "null-co,node-name=disk0,size=67108864,read-zeroes=on",
                "-blockdev", "null-co,node-name=disk1,size=67108864,read-zeroes=on",
                "-netdev", "user,id=net,restrict=on"),
}

# The stuck disk is plugged in later.
STUCK_GUEST = {
    "machine": "pc",
    "devices": [f"{DEVICES[name]},id={name}" for name in ("busy", "net")],
    "options": ("-blockdev", "null-co,node-name=disk1,size=67108864,read-zeroes=on",
                "-netdev", "user,id=net,restrict=on"),
}
FOR_EVER = 3600 * 10**9

CAP_MSIX = 0x11
MASK_FUNCTION = 0x40  # upper byte of its control word


def test_a_stuck_disk_beside_a_busy_one():
    with Guest(**STUCK_GUEST) as guest:
        use_network(guest)
        guest.qmp.command("blockdev-add", **{
            "driver": "null-co", "node-name": "slow", "size": 16777216, "latency-ns": FOR_EVER})
        # A given geometry keeps QEMU from reading the disk for one, and waiting.
        guest.qmp.command("device_add", driver="virtio-blk-pci", id="faulty", drive="slow",
                          num_queues=1, cyls=16, heads=16, secs=63)
        with load(guest, "busy"):
            wait_for_request(guest, "faulty")
            code, devices = check(guest)
            text = guest.run("vqdump --check", timeout=90)
        assert code == text.code == 4, (code, text)
        finding = only_finding(devices, "faulty")
        assert (finding["code"], finding["severity"]) == ("D_DEVICE_STUCK", "error"), finding
        evidence = finding["evidence"]
        assert evidence["age_ms"] >= 3000, finding
        assert evidence["in_flight"] >= 1, finding
        answer = devices["faulty"]["answers"][0]
        # Only the device knows whether it saw a request, if the ring does not show it.
        assert answer["completed"] == "no", answer
        for name in ("busy", "net"):
            assert not serious(devices[name]), devices[name]
            line = line_of(text, devices[name])
            assert ": healthy (" in line, line
        assert "D_DEVICE_STUCK" in text.stdout.decode(), text


def test_a_masked_vector(guest):
    """Masked in its table, in a BAR of the device: interrupts wait there until it is unmasked."""
    lost_interrupt(guest, mask_vector, unmask_vector)


def test_a_masked_function(guest):
    """Masked by a bit in configuration space, which can be read."""
    finding = lost_interrupt(guest, mask_function, unmask_function)
    assert finding["evidence"].get("masked") is True, finding
    assert "masked" in finding["message"], finding


def lost_interrupt(guest, mask, unmask):
    """The finding, after checking everything, and that all is well again without the fault."""
    use_network(guest)
    with load(guest, "busy"):
        code, devices = check(guest)
        assert code == 0 and not any(map(serious, devices.values())), devices
        mask(guest, "faulty")
        try:
            read_one_block(guest, "faulty")
            wait_for_completion(guest, "faulty")
            before = interrupts(guest, "faulty")
            code, devices = check(guest)
            text = guest.run("vqdump --check", timeout=90)
            assert interrupts(guest, "faulty") == before
            assert "S" not in guest.output("cat /tmp/one.end"), "the request was not stuck"
        finally:
            unmask(guest, "faulty")
        assert code == text.code == 4, (code, text)
        finding = only_finding(devices, "faulty")
        assert (finding["code"], finding["severity"]) == ("D_LOST_IRQ", "error"), finding
        evidence = finding["evidence"]
        queue = devices["faulty"]["queues"][0]
        assert evidence["unseen"] == queue["num_unreaped"] and queue["num_unreaped"], finding
        assert evidence["irq_count"] == queue["irq_count"] == before, (finding, before)
        assert evidence["irq"] == queue["irq"], (finding, queue)
        if "vector" in queue:
            assert evidence["vector"] == queue["vector"] == 1, finding
        answer = devices["faulty"]["answers"][0]
        assert [answer[key] for key in ("seen", "completed", "reaped")] == ["yes", "yes", "no"]
        for name in ("busy", "net"):
            assert not serious(devices[name]), devices[name]
            assert ": healthy (" in line_of(text, devices[name]), text
        wait_until(guest, "grep -q S /tmp/one.end", "the request is not done")
        code, devices = check(guest)
        assert code == 0 and not any(map(serious, devices.values())), devices
    return finding


def mask_vector(guest, name, mask=1):
    """Mask the vector of its queue: 1, because 0 is for configuration changes."""
    address = guest.qmp.pci_addresses()[name]
    position = msix_position(guest, address)
    place = struct.unpack("<I", read_config(guest, address, position + 4, 4))[0]
    bars = guest.output(f"cat /sys/bus/pci/devices/{address}/resource").splitlines()
    table = int(bars[place & 7].split()[0], 16) + (place & ~7)
    guest.output(f"devmem {table + 1 * 16 + 12:#x} 32 {mask}")


def unmask_vector(guest, name):
    mask_vector(guest, name, mask=0)


def mask_function(guest, name, mask=MASK_FUNCTION):
    address = guest.qmp.pci_addresses()[name]
    at = msix_position(guest, address) + 3
    octets = read_config(guest, address, at, 1)[0] & ~MASK_FUNCTION | mask
    guest.output(f"printf '\\{octets:03o}' >/tmp/byte && "
                 f"dd if=/tmp/byte of=/sys/bus/pci/devices/{address}/config bs=1 count=1 "
                 f"seek={at} conv=notrunc 2>/dev/null")
    assert read_config(guest, address, at, 1)[0] == octets


def unmask_function(guest, name):
    mask_function(guest, name, mask=0)


def msix_position(guest, address):
    position = read_config(guest, address, 0x34, 1)[0]
    while position:
        kind, following = read_config(guest, address, position, 2)
        if kind == CAP_MSIX:
            return position
        position = following
    raise AssertionError(f"{address} has no MSI-X capability")


def read_config(guest, address, start, size):
    text = guest.output(f"dd if=/sys/bus/pci/devices/{address}/config bs=1 skip={start} "
                        f"count={size} 2>/dev/null | hexdump -v -e '1/1 \"%02x\"'")
    return bytes.fromhex(re.sub(r"\s", "", text))


def read_one_block(guest, name):
    """In the background, as the read may never finish."""
    disk = disk_of(guest, name)
    guest.output("rm -f /tmp/one.end; touch /tmp/one.end; "
                 f"{{ dd if=/dev/{disk} of=/dev/null bs=4096 count=1 iflag=direct 2>/dev/null; "
                 "echo S >/tmp/one.end; } >/dev/null 2>&1 &")


@contextlib.contextmanager
def load(guest, name):
    """Read the disk and ping the network's gateway all the time."""
    disk = disk_of(guest, name)
    guest.output(f"while :; do dd if=/dev/{disk} of=/dev/null bs=4096 iflag=direct; done "
                 ">/dev/null 2>&1 & echo $! >/tmp/load.pids\n"
                 "ping -A -q 10.0.2.2 >/dev/null 2>&1 & echo $! >>/tmp/load.pids")
    try:
        yield
        used = counts(guest, name)
        time.sleep(0.5)
        assert counts(guest, name) != used, "the busy disk is not busy"
    finally:
        if guest.alive():
            guest.output("kill $(cat /tmp/load.pids)")


def use_network(guest):
    guest.output("ifconfig eth0 10.0.2.15 up")


def counts(guest, name):
    return guest.output(f"cat /sys/block/{disk_of(guest, name)}/stat")


def disk_of(guest, name):
    address = guest.qmp.pci_addresses()[name]
    return guest.output(f"ls /sys/bus/pci/devices/{address}/virtio*/block").split()[0]


def interrupts(guest, name):
    """The count of the first queue's interrupt on all processors."""
    address = guest.qmp.pci_addresses()[name]
    device = guest.output(f"ls /sys/bus/pci/devices/{address} | grep virtio").strip()
    line = guest.output(f"grep -w {device}-req.0 /proc/interrupts")
    return sum(int(word) for word in line.split()[1:3])


def check(guest):
    """The exit code, and the devices by id."""
    result = guest.run("vqdump --check -J", timeout=90)
    by_address = {device["address"]: device for device in json.loads(result.stdout)["devices"]}
    addresses = guest.qmp.pci_addresses()
    return result.code, {name: by_address[addresses[name]] for name in DEVICES}


def serious(device):
    return [finding for finding in device["findings"] if finding["severity"] != "info"]


def only_finding(devices, name):
    findings = serious(devices[name])
    assert len(findings) == 1 and findings[0]["queue"] == 0, findings
    return findings[0]


def line_of(result, device):
    return next(line for line in result.stdout.decode().splitlines()
                if line.startswith(device["name"] + " "))


def queue_of(guest, name):
    """The first queue; None if there is none yet."""
    address = guest.qmp.pci_addresses().get(name)
    result = guest.run("vqdump -J")
    for device in json.loads(result.stdout or b'{"devices":[]}')["devices"]:
        if device.get("address") == address and device.get("queues"):
            return device["queues"][0]
    return None


def wait_for_request(guest, name):
    wait_for(lambda: (queue_of(guest, name) or {}).get("num_in_flight"), "no request in flight")


def wait_for_completion(guest, name):
    wait_for(lambda: queue_of(guest, name)["num_unreaped"], "no completion that is not seen")


def wait_until(guest, command, message):
    wait_for(lambda: guest.run(command).code == 0, message)


def wait_for(condition, message, seconds=60):
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, f"{message} in {seconds} s"
        time.sleep(0.2)
