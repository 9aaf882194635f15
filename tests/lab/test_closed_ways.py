# SPDX-License-Identifier: GPL-2.0-or-later
"""If an access method fails, vqdump says which, why, and what else works; it shows nothing unread.
"""

import json

from guest import Guest

GUEST = {
    "devices": ["virtio-blk-pci,drive=disk,disable-legacy=on", "virtio-rng-pci"],
    "options": ["-blockdev", "null-co,node-name=disk,size=16777216,read-zeroes=on"],
}
NAMES = ["virtio0", "virtio1"]


def test_hidden_symbols(guest):
    guest.output("echo 2 >/proc/sys/kernel/kptr_restrict")
    try:
        check_closed(guest, "kptr_restrict", "registers")
        check_registers(guest)
    finally:
        guest.output("echo 0 >/proc/sys/kernel/kptr_restrict")
    check_open(guest)


def test_no_btf(guest):
    guest.output("mkdir -p /tmp/empty; mount --bind /tmp/empty /sys/kernel/btf")
    try:
        check_closed(guest, "CONFIG_DEBUG_INFO_BTF", "registers")
        check_registers(guest)
    finally:
        guest.output("umount /sys/kernel/btf")
    check_open(guest)


def test_only_the_kernel_has_btf(guest):
    """As if modules were built separately."""
    guest.output("mkdir -p /tmp/btf; mount -t tmpfs tmpfs /tmp/btf; "
                 "touch /tmp/btf/vmlinux; mount --bind /sys/kernel/btf/vmlinux /tmp/btf/vmlinux; "
                 "mount --rbind /tmp/btf /sys/kernel/btf")
    try:
        check_closed(guest, "BTF has no vring_virtqueue", "registers")
    finally:
        guest.output("umount /sys/kernel/btf/vmlinux /sys/kernel/btf /tmp/btf/vmlinux /tmp/btf")
    check_open(guest)


def test_btf_of_something_else(guest):
    guest.output("head -c 100000 /dev/urandom >/tmp/noise; "
                 "mount --bind /tmp/noise /sys/kernel/btf/vmlinux")
    try:
        check_closed(guest, "cannot parse /sys/kernel/btf/vmlinux", "registers")
    finally:
        guest.output("umount /sys/kernel/btf/vmlinux")


def test_kcore_hidden(guest):
    """As in a container, which mounts an empty file over it."""
    guest.output("mount --bind /dev/null /proc/kcore")
    try:
        check_closed(guest, "/proc/kcore is empty", "registers")
        # These methods cannot read the ring's memory either.
        for device in check_registers(guest):
            for queue in device["queues"]:
                assert queue["memory_error"], queue
                assert not {"avail", "used", "num_in_flight"} & queue.keys(), queue
    finally:
        guest.output("umount /proc/kcore")
    check_open(guest)


def test_kcore_missing(guest):
    hidden = "mkdir -p /tmp/p; mount -t proc -o subset=pid p /tmp/p; mount --move /tmp/p /proc; "
    check_closed(guest, "/proc/kcore not found", "registers", f"unshare -m sh -c '{hidden} %s'")
    check_open(guest)


def test_not_root(guest):
    result = check_closed(guest, "/proc/kcore: permission denied", None, "su nobody -c '%s'")
    assert b"registers" not in result.stderr, result


def test_lockdown_confidentiality():
    with Guest(**GUEST, kernel_args="lockdown=confidentiality") as guest:
        mount_security(guest, "confidentiality")
        result = check_closed(guest, "lockdown", None)
        assert b"no other method is available" in result.stderr, result
        result = guest.run("vqdump --attach=registers virtio0")
        assert result.code == 1 and b"lockdown" in result.stderr, result


def test_lockdown_integrity():
    with Guest(**GUEST, kernel_args="lockdown=integrity") as guest:
        mount_security(guest, "integrity")
        check_open(guest)
        result = guest.run("vqdump --attach=registers virtio0")
        assert result.code == 1, result
        assert b"lockdown" in result.stderr, result
        assert b"alternatives: --attach kernel" in result.stderr, result


def check_closed(guest, why, other, command="%s"):
    """One line names the reason and the method that works instead."""
    result = guest.run(command % "vqdump")
    assert result.code == 1, result
    stderr = result.stderr.decode()
    assert len(stderr.splitlines()) == 1 and stderr.startswith("vqdump: "), result
    assert why in stderr, result
    if other:
        assert f"alternatives: --attach {other}" in stderr, result
    for name in NAMES:
        assert f"{name} " in result.stdout.decode(), result
    assert b"in flight" not in result.stdout, result

    as_json = guest.run(command % "vqdump -J")
    assert as_json.code == 1, as_json
    for device in json.loads(as_json.stdout)["devices"]:
        assert device["driver"] and device["features"], device
        assert any(why in note for note in device["attach_notes"]), device
        assert not {"queues", "attach", "findings"} & device.keys(), device

    check = guest.run(command % "vqdump --check")
    assert check.code == 1, check
    assert check.stdout.decode().count("not checked") == len(NAMES), check
    assert b"healthy" not in check.stdout, check
    return result


def check_registers(guest):
    """The devices as their registers show them."""
    devices = json.loads(guest.output("vqdump -J --attach=registers"))["devices"]
    assert all(device["queues"] and device["attach"] == "registers" for device in devices), devices
    return devices


def check_open(guest):
    devices = json.loads(guest.output("vqdump -J"))["devices"]
    assert [device["attach"] for device in devices] == ["kernel"] * len(NAMES), devices
    assert all(device["queues"] for device in devices), devices
    result = guest.run("vqdump --check")
    assert result.code == 0 and result.stdout.count(b"healthy") == len(NAMES), result


def mount_security(guest, mode):
    guest.output("mount -t securityfs securityfs /sys/kernel/security")
    assert f"[{mode}]" in guest.output("cat /sys/kernel/security/lockdown")
