# SPDX-License-Identifier: GPL-2.0-or-later
"""Devices are taken from the kernel's drivers, and always come back: refusals, release, kill -9."""

import functools
import json
import shlex
import tempfile
import time

import image
from guest import Guest

PLATFORM = "iommu_platform=on,disable-legacy=on"
DISK_SIZE = 4 << 20
GATEWAY = "10.0.2.2"

DEVICES = {
    "rng0": f"virtio-rng-pci,addr=2.0,{PLATFORM}",
    "blk0": f"virtio-blk-pci,addr=3.0,drive=disk0,{PLATFORM}",
    "net0": f"virtio-net-pci,addr=4.0,netdev=net,{PLATFORM}",
    "serial0": f"virtio-serial-pci,addr=5.0,{PLATFORM}",
    # Linux's driver refuses devices behind an IOMMU.
    "balloon0": "virtio-balloon-pci,addr=6.0,disable-legacy=on",
    # It bypasses the IOMMU.
    "rng1": "virtio-rng-pci,addr=8.0,disable-legacy=on",
    # The devices behind this bridge form one group.
    "rng2": f"virtio-rng-pci,bus=pci0,addr=1.0,{PLATFORM}",
    "rng3": f"virtio-rng-pci,bus=pci0,addr=2.0,{PLATFORM}",
}


@functools.lru_cache(maxsize=None)
def disk(_name):
    """A file of zeros."""
    folder = image.output_folder() / "lab"
    file = tempfile.NamedTemporaryFile(prefix="take-", dir=folder)
    file.truncate(DISK_SIZE)
    return file


def __getattr__(name):
    """GUEST, made on demand, as it has a disk."""
    if name != "GUEST":
        raise AttributeError(name)
    return {
        "machine": "q35,kernel-irqchip=split",
        "devices": ["intel-iommu,intremap=on", "pcie-pci-bridge,id=pci0,addr=10.0"]
                   + [f"{device},id={name}" for name, device in DEVICES.items()]
                   + ["virtconsole,bus=serial0.0,chardev=hvc"],
        "options": ["-blockdev", f"file,node-name=disk0,filename={disk('shared').name}",
                    "-netdev", "user,id=net,restrict=on", "-chardev", "null,id=hvc"],
        "kernel_args": "intel_iommu=on",
    }


# --- Devices in use ---


def test_vfio_is_not_loaded(guest):
    refused(guest, "rng0", "driver vfio-pci is not loaded; load it (modprobe vfio-pci)")
    ready(guest)


def test_mounted_disk_is_refused(guest):
    ready(guest)
    name = kname(guest, "blk0")
    guest.output(f"mkdosfs /dev/{name} && modprobe vfat && modprobe nls_cp437 && "
                 "modprobe nls_ascii")
    refused(guest, "blk0", f"{name} is unused but contains vfat", "--force-signature")
    guest.output(f"mount -t vfat /dev/{name} /mnt && echo kept >/mnt/file")
    try:
        refused(guest, "blk0", f"{name} is mounted on /mnt")
        refused(guest, "blk0", f"{name} is mounted on /mnt", options="--force-signature --force")
        assert guest.output("cat /mnt/file") == "kept\n"
    finally:
        guest.output("umount /mnt")
    # A mount in another namespace.
    guest.output(f"unshare -m sh -c 'mount -t vfat /dev/{name} /mnt && echo 1 >/run/mounted && "
                 "exec sleep 300' </dev/null >/dev/null 2>&1 & echo $! >/run/holder")
    wait(guest, "test -e /run/mounted", "it is mounted")
    refused(guest, "blk0", f"{name} is mounted on /mnt, as process")
    guest.output("kill -9 $(cat /run/holder); rm /run/mounted")
    wait(guest, "! kill -0 $(cat /run/holder) 2>/dev/null", "it is gone")
    guest.output(f"dd if=/dev/zero of=/dev/{name} bs=64k count=64 && sync")
    guest.output(f"mkswap /dev/{name} && swapon /dev/{name}")
    refused(guest, "blk0", f"{name} is in use as swap")
    guest.output(f"swapoff /dev/{name} && dd if=/dev/zero of=/dev/{name} bs=64k count=64 && sync")


def test_disk_that_is_open_is_refused(guest):
    ready(guest)
    name = kname(guest, "blk0")
    guest.output(f"sleep 300 </dev/{name} >/dev/null 2>&1 & echo $! >/run/holder")
    try:
        refused(guest, "blk0", f"{name} is open in process", "(sleep)")
    finally:
        guest.output("kill $(cat /run/holder)")


def test_interface_that_is_up_is_refused(guest):
    ready(guest)
    name = kname(guest, "net0")
    guest.output(f"ip link set {name} up")
    refused(guest, "net0", f"{name} is up; take it down first")
    guest.output(f"ip addr add 10.0.2.15/24 dev {name} && ip route add default via {GATEWAY}")
    refused(guest, "net0", f"{name} is up and has the default route")
    guest.output(f"ip link set {name} down")
    refused(guest, "net0", f"{name} has addresses")
    guest.output(f"ip addr flush dev {name}")


def test_console_is_refused(guest):
    ready(guest)
    guest.output("sleep 300 </dev/hvc0 >/dev/null 2>&1 & echo $! >/run/holder")
    try:
        refused(guest, "serial0", "/dev/hvc0 is open in process", "(sleep)")
    finally:
        guest.output("kill $(cat /run/holder)")


def test_console_of_the_kernel_is_refused():
    devices = ["intel-iommu,intremap=on", f"virtio-serial-pci,id=serial0,addr=5.0,{PLATFORM}",
               "virtconsole,bus=serial0.0,chardev=hvc"]
    with Guest("q35,kernel-irqchip=split", devices, "intel_iommu=on console=hvc0",
               ["-chardev", "null,id=hvc"]) as guest:
        ready(guest)
        refused(guest, "serial0", "hvc0 is a kernel console")


def test_others_are_refused(guest):
    ready(guest)
    refused(guest, "balloon0", "the active memory balloon", options="--force")
    refused(guest, "rng1", "bypasses the IOMMU", "--attach=physical")
    refused(guest, "rng2", "contains other devices with drivers",
            address(guest, "rng3") + " (virtio-pci)")
    result = guest.run("su nobody -c 'vqinject --bind 0000:00:02.0'")
    assert result.code == 1 and b"run as root" in result.stderr, result
    assert taken(guest) == [], taken(guest)


# --- There and back ---


def test_bind_and_release(guest):
    ready(guest)
    for name in ("rng0", "blk0", "net0", "serial0"):
        target, before = address(guest, name), state(guest, name)
        plan = guest.output(f"vqinject --bind {target} --dry-run")
        assert f"echo {target} >/sys/bus/pci/drivers/virtio-pci/unbind" in plan, plan
        assert state(guest, name) == before, name
        guest.output(f"vqinject --bind {before['name']}")
        assert driver(guest, name) == "vfio-pci"
        [found] = taken(guest)
        assert (found["address"], found["state"]) == (target, "kept"), found
        assert (found["driver"], found["original_driver"]) == ("vfio-pci", "virtio-pci"), found
        assert found["running"] is False, found
        table = guest.output("vqinject --status").splitlines()
        assert len(table) == 2 and table[1].split()[:2] == [target, before["name"]], table
        # What was left on purpose differs from what an interrupted run left.
        result = guest.run("vqinject --restore")
        assert result.code == 0 and b"on purpose" in result.stderr, result
        assert driver(guest, name) == "vfio-pci"
        result = guest.run(f"vqinject --bind {target}")
        assert result.code == 1 and b"already taken by" in result.stderr, result
        # By its former name and by its address.
        guest.output(f"vqinject --release {before['name'] if name == 'blk0' else target}")
        check_back(guest, name, before)
        result = guest.run(f"vqinject --release {target}")
        assert result.code == 32 and b"not taken" in result.stderr, result


def test_release_without_a_journal(guest):
    ready(guest)
    target, before = address(guest, "rng0"), state(guest, "rng0")
    guest.output(f"vqinject --bind {target} && rm /run/virtio-inspect/*")
    guest.output(f"vqinject --release {target}")
    check_back(guest, "rng0", before)


def test_killed_holder(guest):
    ready(guest)
    check_works(guest, "blk0")
    check_works(guest, "net0")
    for name in ("rng0", "blk0", "net0"):
        for _ in range(3):
            before = state(guest, name)
            hold(guest, name)
            guest.output("kill -9 $(cat /run/holder)")
            check_back_soon(guest, name, before)
            check_works(guest, name)


def test_killed_past_the_iommu():
    """With physical addresses, the guardian stops the device before it gives it back."""
    devices = ["virtio-rng-pci,id=rng0,addr=2.0,disable-legacy=on",
               "virtio-blk-pci,id=blk0,addr=3.0,drive=disk0,disable-legacy=on"]
    options = ["-blockdev", f"file,node-name=disk0,filename={disk('past').name}"]
    with Guest("q35", devices, options=options) as guest:
        guest.output("echo 8 >/proc/sys/vm/nr_hugepages")
        ready(guest)
        for name in ("rng0", "blk0"):
            before = state(guest, name)
            hold(guest, name, "--attach physical --unprotected-dma",
                 "test -n \"$(grep state.taken /run/virtio-inspect/*)\" && sleep 1")
            assert guest.run(f"test -e {pci(guest, name)}/driver").code, guest.get("/run/said")
            # A guardian that replaced another can stop the device, too.
            if name == "blk0":
                guest.output(f"kill -9 {guardian(guest)}")
                wait(guest, "grep -q 'another one has replaced it' /run/said", "there is one")
            guest.output("kill -9 $(cat /run/holder)")
            check_back_soon(guest, name, before)
            check_works(guest, name)


def test_interrupted_holder(guest):
    ready(guest)
    for signal in ("INT", "TERM", "HUP"):
        before = state(guest, "rng0")
        hold(guest, "rng0")
        guest.output(f"kill -{signal} $(cat /run/holder)")
        check_back_soon(guest, "rng0", before)


def test_guardian_outlives_signals(guest):
    ready(guest)
    before = state(guest, "rng0")
    hold(guest, "rng0")
    for signal in ("INT", "TERM", "HUP", "QUIT"):
        guest.output(f"kill -{signal} {guardian(guest)}")
    files = guest.output(f"ls -l /proc/{guardian(guest)}/fd")
    assert "vfio" not in files, files
    [found] = taken(guest)
    assert (found["state"], found["running"]) == ("taken", True), found
    result = guest.run("vqinject --restore")
    assert result.code == 0 and b"left alone" in result.stderr, result
    result = guest.run(f"vqinject --release {address(guest, 'rng0')}")
    assert result.code == 1 and b"in use by running process" in result.stderr, result
    result = guest.run(f"vqinject --bind {address(guest, 'rng0')}")
    assert result.code == 1, result
    guest.output("kill -9 $(cat /run/holder)")
    check_back_soon(guest, "rng0", before)


def test_guardian_that_was_killed_is_replaced(guest):
    ready(guest)
    for name in ("rng0", "net0"):
        before = state(guest, name)
        # Even if hardly anything happens.
        hold(guest, name, "--rate 1" if name == "rng0" else "")
        for times in (1, 2):
            old = guardian(guest)
            guest.output(f"kill -9 {old}")
            wait(guest, f"test $(grep -c 'another one has replaced it' /run/said) -eq {times}",
                 "the tool says so")
            assert guardian(guest) != old
        guest.output("kill -9 $(cat /run/holder)")
        check_back_soon(guest, name, before)
        check_works(guest, name)


def test_nobody_guards(guest):
    """If no process can start, vqinject says so, and gives the device back all the same."""
    ready(guest)
    guest.output("mkdir -p /run/cgroup && mount -t cgroup2 none /run/cgroup && "
                 "echo +pids >/run/cgroup/cgroup.subtree_control && mkdir /run/cgroup/few")
    before = state(guest, "rng0")
    try:
        hold(guest, "rng0")
        guest.output("echo $(cat /run/holder) >/run/cgroup/few/cgroup.procs && "
                     "echo 1 >/run/cgroup/few/pids.max")
        guest.output(f"kill -9 {guardian(guest)}")
        wait(guest, "grep -q 'cannot be replaced' /run/said", "the tool says so")
        guest.output("echo max >/run/cgroup/few/pids.max")
        wait(guest, "grep -q 'another one has replaced it' /run/said", "there is one again")
        guest.output("kill -9 $(cat /run/holder)")
        check_back_soon(guest, "rng0", before)
    finally:
        guest.output("echo max >/run/cgroup/few/pids.max")


def test_several_at_once(guest):
    """One process has it; the others learn which, and the device is given back once."""
    ready(guest)
    others = 5
    for name in ("rng0", "blk0", "net0"):
        target, before = address(guest, name), state(guest, name)
        for turn in range(2):
            called = (target, before["name"])[turn]
            guest.output("rm -f /run/several.*; for i in $(seq 0 %d); do (vqinject --bind %s %s "
                         "</dev/null >/dev/null 2>/run/several.said.$i; echo $? >/run/several.code.$i)"
                         " & done" % (others, called, HOLDS[name]))
            wait(guest, f"test $(ls /run/several.code.* | wc -l) -ge {others}", "one has it")
            wait(guest, "grep -q 'state taken' /run/virtio-inspect/*", "it is taken")
            [found] = taken(guest)
            assert (found["state"], found["running"]) == ("taken", True), found
            assert guest.output("cat /run/several.code.*").split() == ["1"] * others
            # Besides warnings about what disappeared meanwhile.
            said = guest.output("cat /run/several.said.* | grep -v ': warning: '").splitlines()
            assert len(said) == others, said
            for line in said:
                assert f": in use by running process {found['pid']} (vqinject) since 2" in line, line
            guest.output(f"kill -INT {found['pid']}")
            check_back_soon(guest, name, before)
        check_works(guest, name)


def test_taken_beside_those_that_give_back(guest):
    """Whoever comes first: nobody loses a device, and everything ends as it began."""
    ready(guest)
    for name in ("rng0", "blk0"):
        target, before = address(guest, name), state(guest, name)
        guest.output("rm -f /run/enough /run/ended; (while test ! -e /run/enough; do "
                     f"vqinject --restore; vqinject --release {target}; done; touch /run/ended) "
                     "</dev/null >/run/others.said 2>&1 &")
        run = HOLDS[name].replace("100000000", "20")
        codes = guest.output(f"for i in $(seq 10); do vqinject --bind {target} {run} "
                             ">/dev/null 2>>/run/own.said; echo $?; done", timeout=200).split()
        guest.output("touch /run/enough")
        wait(guest, "test -e /run/ended", "the others have ended")
        assert set(codes) <= {"0", "1"} and codes.count("0") > 0, codes
        check_back(guest, name, before)
        said = guest.output("cat /run/own.said /run/others.said")
        assert "cannot" not in said, said
        print(f"# {name}: {codes.count('0')} of {len(codes)} had it", flush=True)
        check_works(guest, name)


def test_restore_when_the_guardian_was_killed_too(guest):
    ready(guest)
    for name in ("rng0", "blk0", "net0"):
        before = state(guest, name)
        hold(guest, name)
        guest.output(f"kill -9 {guardian(guest)} $(cat /run/holder)")
        wait(guest, "! kill -0 $(cat /run/holder) 2>/dev/null", "it is gone")
        assert driver(guest, name) == "vfio-pci"
        [found] = taken(guest)
        assert (found["state"], found["running"]) == ("left", False), found
        result = guest.run(f"vqinject --bind {address(guest, name)}")
        assert result.code == 1 and state(guest, name) is None, result
        for _ in range(2):
            guest.output("vqinject --restore")
            check_back(guest, name, before)
            check_works(guest, name)


def test_driver_that_does_not_come_back(guest):
    ready(guest)
    target, before = address(guest, "rng0"), state(guest, "rng0")
    guest.output(f"vqinject --bind {target}")
    guest.output("rmmod virtio_rng")
    try:
        result = guest.run(f"vqinject --release {target}", timeout=60)
        assert result.code == 1, result
        said = result.stderr.decode()
        assert "but virtio driver virtio_rng does not run it" in said, said
        assert "load its module" in said, said
    finally:
        guest.output("modprobe virtio_rng")
    guest.output(f"vqinject --release {target}")
    check_back(guest, "rng0", before)
    assert taken(guest) == []


def test_hostile_journals(guest):
    ready(guest)
    target, before = address(guest, "rng0"), state(guest, "rng0")
    journal = f"/run/virtio-inspect/{target}"
    guest.output(f"vqinject --bind {target}")
    guest.output(f"head -c 100 {journal} >/run/half && cat /run/half >{journal}")
    assert [found["state"] for found in taken(guest)] == ["damaged"]
    result = guest.run("vqinject --restore")
    assert result.code == 1 and b"its journal is corrupt" in result.stderr, result
    assert driver(guest, "rng0") == "vfio-pci"
    guest.output(f"vqinject --release {target}")
    check_back(guest, "rng0", before)
    # A journal of an earlier boot, for a device that nobody has.
    guest.output(f"vqinject --bind {target}")
    guest.output(f"sed 's/^boot .*/boot 0-0/' {journal} >/run/old")
    guest.output(f"vqinject --release {target} && cp /run/old {journal}")
    assert [found["state"] for found in taken(guest)] == ["stale"]
    guest.output("vqinject --restore")
    check_back(guest, "rng0", before)


# --- Helpers ---


def ready(guest):
    guest.output("modprobe vfio-pci && modprobe vfio_iommu_type1")
    # Leftovers of an earlier test that failed.
    if guest.run("kill -9 $(cat /run/holder) 2>/dev/null").code == 0:
        time.sleep(3)
    guest.output("cd /run/virtio-inspect 2>/dev/null || exit 0; "
                 "for target in *:*; do test ! -e $target || vqinject --release $target; done")


def address(guest, name):
    return guest.qmp.pci_addresses()[name]


def devices(guest):
    """Those on the kernel's virtio bus."""
    return {device["address"]: device
            for device in json.loads(guest.output("lsvirtio -J"))["devices"] if "name" in device}


def kname(guest, name):
    return devices(guest)[address(guest, name)]["kname"]


def state(guest, name):
    """What must not change; None while the kernel does not have the device."""
    found = devices(guest).get(address(guest, name))
    return found and {key: found.get(key) for key in ("name", "driver", "status", "features")}


def pci(guest, name):
    return f"/sys/bus/pci/devices/{address(guest, name)}"


def driver(guest, name):
    return guest.output(f"basename $(readlink {pci(guest, name)}/driver)").strip()


def taken(guest):
    return json.loads(guest.output("vqinject --status -J"))["taken"]


def guardian(guest):
    # Processes may end meanwhile.
    found = guest.output("grep -lx vqinject-guard /proc/[0-9]*/comm 2>/dev/null || true")
    return found.split("/")[2]


def refused(guest, name, *parts, options=""):
    """It fails with one line, which has these parts, and leaves the device alone."""
    before = state(guest, name)
    result = guest.run(f"vqinject --bind {options} {address(guest, name)}", timeout=60)
    lines = result.stderr.decode().splitlines()
    assert result.code == 1 and len(lines) == 1, result
    for part in parts:
        assert part in lines[0], (part, lines[0])
    assert state(guest, name) == before, (name, before)
    assert taken(guest) == [], name


HOLDS = {
    "rng0": "--count 100000000 rng read 64",
    "blk0": "--count 100000000 blk read 0 512",
    "net0": "--timeout 0 --count 100000000 net receive",
}


def hold(guest, name, options="", has_it="ls -l /proc/$(cat /run/holder)/fd | "
                                         "grep -q /dev/vfio/[0-9]"):
    """A long run that holds the device; its process id is in /run/holder."""
    command = f"vqinject --bind {options} {address(guest, name)} {HOLDS[name]}"
    guest.output(f"{command} </dev/null >/dev/null 2>/run/said & echo $! >/run/holder")
    try:
        wait(guest, has_it, f"{command} has it")
    except AssertionError as error:
        error.add_note(guest.output("cat /run/said"))
        raise


def check_back(guest, name, before):
    now = state(guest, name)
    assert now == before and now["status"] == "0xf", (now, before)
    assert driver(guest, name) == "virtio-pci"
    assert guest.output(f"cat {pci(guest, name)}/driver_override") == "(null)\n"
    assert taken(guest) == []


def check_back_soon(guest, name, before):
    """Check that the device comes back by itself; the log shows a reader how soon."""
    target, started = shlex.quote(address(guest, name)), time.monotonic()
    wait(guest, f"! test -e /run/virtio-inspect/{target}", f"{name} is given back", pause=0.05)
    print(f"# {name} was back after {time.monotonic() - started:.1f} s", flush=True)
    check_back(guest, name, before)


def check_works(guest, name):
    if name == "blk0":
        data = guest.output(f"dd if=/dev/{kname(guest, name)} bs=4096 count=16 iflag=direct "
                            "2>/dev/null | tr -d '\\0' | wc -c", timeout=60)
        assert data == "0\n", data
    elif name == "net0":
        interface = kname(guest, name)
        guest.output(f"ip addr add 10.0.2.15/24 dev {interface} && ip link set {interface} up")
        try:
            wait(guest, f"ping -c 1 -W 2 {GATEWAY}", "an answer")
        finally:
            guest.output(f"ip link set {interface} down && ip addr flush dev {interface}")
    else:
        guest.output("head -c 16 /dev/hwrng >/dev/null", timeout=60)


def wait(guest, command, what, seconds=60, pause=0.2):
    """Wait until a command in the guest succeeds."""
    deadline = time.monotonic() + seconds
    while guest.run(command).code:
        if time.monotonic() > deadline:
            raise AssertionError(f"not in {seconds} s: {what}")
        time.sleep(pause)
