# SPDX-License-Identifier: GPL-2.0-or-later
"""One read that QEMU holds while others flow: vqdump names it, and blame nothing else.

blkdebug suspends the next read that reaches it.
"""

import json

MODERN = "disable-legacy=on"
DISKS = {"split": "packed=off", "packed": "packed=on", "busy": "packed=off"}
GUEST = {
    "machine": "q35",
    "devices": [f"virtio-blk-pci,addr={5 + i}.0,drive={name},num-queues=1,{layout},id={name},{MODERN}"
                for i, (name, layout) in enumerate(DISKS.items())],
    "options": [word for name in DISKS for word in (
        "-blockdev", f"null-co,node-name={name}-null,size=67108864,read-zeroes=on",
        "-blockdev", f"blkdebug,node-name={name}-debug,image={name}-null",
        "-blockdev", f"raw,node-name={name},file={name}-debug")],
}


def test_a_lost_read_is_named(guest):
    for name in DISKS:
        load(guest, name)
    code, devices = check(guest)
    assert code == 0, devices
    for name in ("split", "packed"):
        hold_one(guest, name)
    code, devices = check(guest)
    assert code == 4, devices
    lost(devices["split"], "(read sector ")
    # Nothing in a packed ring remembers what a buffer was once others passed it.
    lost(devices["packed"], "(")
    assert not serious(devices["busy"]), devices["busy"]
    for name in ("split", "packed"):
        release(guest, name)
    code, devices = check(guest)
    assert code == 0, devices


def lost(device, request):
    findings = serious(device)
    assert len(findings) == 1, findings
    assert (findings[0]["code"], findings[0]["severity"]) == ("D_REQUEST_LOST", "error"), findings
    evidence = findings[0]["evidence"]
    assert evidence["age_ms"] >= 3000, findings
    assert evidence["completed_meanwhile"] > 10, findings
    assert request in findings[0]["message"], findings


def serious(device):
    return [finding for finding in device["findings"] if finding["severity"] != "info"]


def load(guest, name):
    """Three readers, so that two go on when one waits."""
    disk = disk_of(guest, name)
    for _ in range(3):
        guest.output(f"(while :; do dd if=/dev/{disk} of=/dev/null bs=4096 iflag=direct; done) "
                     ">/dev/null 2>&1 &")


def hold_one(guest, name):
    command(guest, name, "break read_aio held")


def release(guest, name):
    command(guest, name, "resume held")


def command(guest, name, words):
    text = guest.qmp.command("human-monitor-command",
                             **{"command-line": f"qemu-io {name} \"{words}\""})
    assert "rror" not in (text or ""), text


def disk_of(guest, name):
    address = guest.qmp.pci_addresses()[name]
    return guest.output(f"ls /sys/bus/pci/devices/{address}/virtio*/block").split()[0]


def check(guest):
    """The exit code, and the devices by id."""
    result = guest.run("vqdump --check -J", timeout=120)
    by_address = {device["address"]: device for device in json.loads(result.stdout)["devices"]}
    addresses = guest.qmp.pci_addresses()
    return result.code, {name: by_address[addresses[name]] for name in DISKS}
