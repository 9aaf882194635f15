# SPDX-License-Identifier: GPL-2.0-or-later
"""The lab itself: features that the other tests rely on."""

import time

from guest import CommandFailed, CommandTimeout, Guest, GuestError, QemuCrash

GUEST = {"machine": "q35", "devices": ["virtio-rng-pci,id=rng0,addr=5.0"]}


def test_exit_codes_and_streams(guest):
    result = guest.run("echo out; echo err >&2; exit 3")
    assert result == (3, b"out\n", b"err\n"), result
    result = guest.run("true")
    assert result == (0, b"", b""), result
    assert guest.run("no-such-command").code == 127
    try:
        guest.output("echo why >&2; false")
    except CommandFailed as error:
        assert "why" in str(error), error
    else:
        raise AssertionError("a failed command was not reported")


def test_binary_data(guest):
    data = bytes(range(256)) * 3 + b"\n\0\r\n"
    result = guest.run("cat; cat /run/agent/stdin >&2", stdin=data)
    assert result.stdout == data
    assert result.stderr == data


def test_files(guest):
    # Incompressible, so that it takes several requests.
    state, data = 1, bytearray()
    for _ in range(60000):
        state = state * 1103515245 + 12345 & 0x7fffffff
        data.append(state >> 16 & 0xff)
    guest.put("/tmp/a file", bytes(data))
    assert guest.get("/tmp/a file") == data
    guest.put("/tmp/empty", b"")
    assert guest.get("/tmp/empty") == b""


def test_background_command(guest):
    started = time.monotonic()
    guest.output("sleep 30 & echo $! >/tmp/sleeper")
    assert time.monotonic() - started < 20
    assert guest.run("kill $(cat /tmp/sleeper)").code == 0


def test_command_timeout(guest):
    try:
        guest.run("sleep 30", timeout=1)
    except CommandTimeout as error:
        assert "sleep 30" in str(error), error
    else:
        raise AssertionError("a command that takes too long was not reported")
    assert guest.output("echo well") == "well\n"


def test_qmp(guest):
    assert guest.qmp.command("query-status")["status"] == "running"
    assert guest.qmp.pci_addresses()["rng0"] == "0000:00:05.0"
    paths = guest.qmp.virtio_paths()
    assert paths.keys() == {"rng0"}, paths
    assert guest.qmp.virtio_status(paths["rng0"])["device-id"] == 4
    queue = guest.qmp.virtio_queue_status(paths["rng0"], 0)
    assert queue["vring-desc"] != 0 and queue["vring-num"] == 8, queue
    guest.qmp.command("stop")
    guest.qmp.wait_event("STOP")
    guest.qmp.command("cont")
    guest.qmp.wait_event("RESUME")


def test_driver_is_bound(guest):
    assert guest.output("cat /sys/bus/virtio/devices/virtio0/status") == "0x0000000f\n"
    assert guest.output("cat /sys/class/misc/hw_random/rng_current") == "virtio_rng.0\n"


def test_modprobe(guest):
    guest.output("modprobe vfio-pci && test -d /sys/bus/pci/drivers/vfio-pci")


def test_pc():
    with Guest("pc", ["virtio-rng-pci,addr=5.0"]) as guest:
        link = guest.output("readlink /sys/bus/virtio/devices/virtio0")
        assert "/0000:00:05.0/virtio0" in link, link


def test_microvm():
    with Guest("microvm", ["virtio-rng-device,id=rng0"]) as guest:
        assert guest.qmp.virtio_paths().keys() == {"rng0"}
        assert guest.output("cat /sys/bus/virtio/devices/virtio0/device") == "0x0004\n"
        driver = guest.output("readlink /sys/bus/virtio/devices/virtio0/../driver")
        assert driver.endswith("/virtio-mmio\n"), driver
        # This machine type has few clocks: the remaining one must go on.
        assert guest.output("sleep 1 && echo awake") == "awake\n"


def test_guest_that_hangs_or_dies():
    with Guest("q35") as guest:
        guest.grace_seconds = 1
        guest.qmp.command("stop")
        message = error_of(guest, "echo late", timeout=1)
        assert "no answer in 2 s: echo late" in message, message
        assert "console.log" in message, message
        # Its late answer must not pass for the next command's.
        guest.qmp.command("cont")
        guest.grace_seconds = 15
        assert guest.output("echo next") == "next\n"
        message = error_of(guest, "echo c >/proc/sysrq-trigger")
        assert "QEMU ended with exit code 0" in message, message
        assert "Kernel panic - not syncing: sysrq triggered crash" in message, message
        assert not guest.alive()


def test_qemu_that_crashes():
    with Guest("q35") as guest:
        guest.crash()
        try:
            guest.run("echo late")
        except QemuCrash as error:
            assert str(error).startswith("QEMU ended with exit code -11: echo late"), error
        else:
            raise AssertionError("it did not crash")


def test_qemu_that_does_not_start():
    guest = Guest("q35", ["no-such-device"])
    try:
        guest.start()
    except GuestError as error:
        message = str(error)
    else:
        raise AssertionError("QEMU started")
    finally:
        guest.stop()
    assert message.startswith("QEMU ended with exit code 1: start"), message
    assert "'no-such-device' is not a valid device model name" in message, message


def error_of(guest, command, **options):
    try:
        guest.run(command, **options)
    except GuestError as error:
        return str(error)
    raise AssertionError(f"the guest answered: {command}")
