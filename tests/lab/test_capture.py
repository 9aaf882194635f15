# SPDX-License-Identifier: GPL-2.0-or-later
"""A capture of an idle guest shows the same on the host, without the guest."""

import difflib
import json
import re
import subprocess
import tempfile
import time

import image

GUEST = {
    "machine": "q35",
    "devices": ["virtio-blk-pci,drive=disk0,num-queues=2",
                "virtio-blk-pci,drive=disk1,packed=on,indirect_desc=off",
                "virtio-net-pci,netdev=net",
                "virtio-scsi-pci,id=scsi0", "scsi-hd,drive=disk2,bus=scsi0.0",
                "virtio-serial-pci,max_ports=2", "virtio-balloon-pci"],
    "options": [word for index in range(3) for word in
                ("-blockdev", f"null-co,node-name=disk{index},size=16777216,read-zeroes=on")]
               + ["-netdev", "user,id=net,restrict=on"],
}

# Values that are new at every moment, or depend on luck, like the number of reads of a ring.
MOMENTS = ("time", "passes", "age_ms")
VIEWS = ("", "-v", "-vv", "--in-flight", "--in-flight -v", "-q 0 -v", "vda", "-d net -v")


def test_a_copy_is_the_same(guest):
    rest(guest)
    for options in ("", "--check", "--buffers", "--sample=0.1"):
        capture = take(guest, options)
        # Buffer contents are shared only on request.
        again = "--buffers" if options == "--buffers" else ""
        assert host(f"vqdump --read - --capture - {again}", capture) == capture, options


def test_json_is_the_same(guest):
    rest(guest)
    capture = take(guest)
    for options in ("-J", "-J --raw", "-J -q 0", "-J vda"):
        live = json.loads(guest.output(f"vqdump {options}"))
        told = json.loads(host(f"vqdump --read - {options}", capture))
        assert_same(timeless(live), timeless(told), options)


def test_text_is_the_same(guest):
    rest(guest)
    capture = take(guest)
    for options in VIEWS:
        live = guest.output(f"vqdump {options}")
        told = host(f"vqdump --read - {options}", capture).decode()
        assert len(live) > 20, (options, live)
        assert_same(timeless_lines(live), timeless_lines(told), options)


def test_the_check_is_the_same(guest):
    rest(guest)
    capture = take(guest, "--check")
    for options in ("--check", "--check -v"):
        live = guest.output(f"vqdump {options}", timeout=60)
        told = host(f"vqdump --read - {options}", capture).decode()
        assert_same(timeless_lines(live), timeless_lines(told), options)
    live = json.loads(guest.output("vqdump --check -J", timeout=60))
    told = json.loads(host("vqdump --read - --check -J", capture))
    assert_same(timeless(live), timeless(told), "--check -J")


def test_the_list_is_the_same(guest):
    rest(guest)
    capture = take(guest)
    for options in ("", "-t", "-o NAME,STATUS,QUEUES,FEATURES"):
        live = guest.output(f"lsvirtio {options}")
        told = host(f"lsvirtio --read - {options}", capture).decode()
        assert_same(live.splitlines(), told.splitlines(), f"lsvirtio {options}")
    # With details, a capture shows more.
    live = json.loads(guest.output("lsvirtio -J"))["devices"]
    told = json.loads(host("lsvirtio --read - -J", capture))["devices"]
    assert_same(live, [{key: theirs[key] for key in ours if key in theirs}
                       for ours, theirs in zip(live, told)], "lsvirtio -J")


def rest(guest):
    """Put something into every ring, then let everything come to rest."""
    guest.output("ifconfig eth0 10.0.2.15 up; ping -c 2 10.0.2.2 >/dev/null; "
                 "for disk in vda vdb sda; do dd if=/dev/$disk of=/dev/null bs=4096 count=200 "
                 "iflag=direct 2>/dev/null; done; ifconfig eth0 down; sync")
    before, deadline = None, time.monotonic() + 60
    while True:
        now = timeless(json.loads(guest.output("vqdump -J --raw")))
        if now == before:
            return
        assert time.monotonic() < deadline, list(differences(before, now))[:10]
        before = now
        time.sleep(1)


def take(guest, options=""):
    guest.output(f"rm -f /tmp/capture; vqdump {options} --capture /tmp/capture", timeout=60)
    return guest.get("/tmp/capture")


def host(command, stdin):
    """The output of one of this build's tools on this machine."""
    tool, *arguments = command.split()
    with tempfile.TemporaryDirectory() as folder:
        done = subprocess.run([image.output_folder() / tool, *arguments], input=stdin, cwd=folder,
                              env={"LC_ALL": "C"}, capture_output=True, timeout=60)
    assert not done.returncode, (command, done)
    return done.stdout


def timeless(value):
    if isinstance(value, dict):
        return {key: timeless(inner) for key, inner in value.items() if key not in MOMENTS}
    if isinstance(value, list):
        return [timeless(inner) for inner in value]
    return value


def timeless_lines(text):
    if text.startswith("capture of "):
        text = text.partition("\n\n")[2]
    # Line breaks may differ.
    text = re.sub(r"time \d[-0-9:.T]*Z\s+passes \d+", "", text)
    return text.splitlines()


def assert_same(live, told, what):
    assert live == told, "\n".join([f"{what}:", *differences(live, told)][:40])


def differences(live, told, path=""):
    """The lines that differ, each with its place."""
    if isinstance(live, dict) and isinstance(told, dict):
        for key in {**live, **told}:
            yield from differences(live.get(key), told.get(key), f"{path}.{key}")
    elif isinstance(live, list) and isinstance(told, list) and len(live) == len(told):
        for index, pair in enumerate(zip(live, told)):
            yield from differences(*pair, f"{path}[{index}]")
    elif isinstance(live, list) and isinstance(told, list):
        yield from difflib.unified_diff(list(map(str, live)), list(map(str, told)),
                                        f"{path} live", "of the capture", lineterm="")
    elif live != told:
        yield f"{path}: {live!r} in the guest, {told!r} of the capture"
