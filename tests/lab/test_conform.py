# SPDX-License-Identifier: GPL-2.0-or-later
"""vqinject --conform and --hostile: QEMU's devices against the specification and broken rings."""

import collections
import contextlib
import json
import pathlib
import time

import driving
from guest import Guest, GuestError

PLATFORM = "iommu_platform=on,disable-legacy=on"
# All of them accept packed rings, so that each case runs with both layouts.
DEVICES = {
    "rng": f"virtio-rng-pci,addr=2.0,packed=on,{PLATFORM}",
    "blk": f"virtio-blk-pci,addr=3.0,drive=disk0,packed=on,{PLATFORM}",
    "net": f"virtio-net-pci,addr=4.0,netdev=net,packed=on,{PLATFORM}",
    "console": f"virtio-serial-pci,addr=5.0,packed=on,{PLATFORM}",
    "split": f"virtio-blk-pci,addr=6.0,drive=disk1,packed=off,{PLATFORM}",
}
GATEWAY = "10.0.2.2"

# Where QEMU 7.2 deviates from the specification.
FAULTS = {
    # It keeps FEATURES_OK with bits that it never offered (2.2.2, and the note in 4.1.4.3.1).
    "features-not-offered": DEVICES,
    # It honours INDIRECT only at the head of a chain (2.7.5.3.2).
    "direct-then-indirect": ("blk", "split"),
}
REJECTED = {"features-inconsistent": ("net",)}
NO_ANSWER = ("used-length",)
TWO_PARTS = ("chain-backwards", "indirect-write-flag", "direct-then-indirect")

DISKS = driving.Disks(2)


def __getattr__(name):
    """GUEST, made on demand, as it has disks."""
    if name != "GUEST":
        raise AttributeError(name)
    return {
        "machine": "q35,kernel-irqchip=split",
        "devices": ["intel-iommu,intremap=on"]
                   + [f"{device},id={name}" for name, device in DEVICES.items()]
                   + ["virtconsole,bus=console.0,chardev=hvc"],
        "options": [*DISKS.options(), "-netdev", "user,id=net,restrict=on",
                    "-chardev", "null,id=hvc"],
        "kernel_args": "intel_iommu=on",
    }


def test_tables(guest):
    for name in DEVICES:
        cases = conform(guest, name)
        verdicts = collections.defaultdict(set)
        for case in cases:
            verdicts[case["verdict"]].add(case["case"])
            assert case["section"] and case["title"], case
        assert "WEDGED" not in verdicts, (name, cases)
        assert verdicts["FAIL"] == applying(FAULTS, name), (name, faults(cases))
        assert verdicts["REJECT"] == applying(REJECTED, name), (name, cases)
        assert verdicts["SKIP"] == skipped(name), (name, verdicts["SKIP"], skipped(name))
        layouts = collections.Counter(case.get("layout") for case in cases)
        assert layouts["split"] > 20 and layouts[None] > 10, layouts
        assert (layouts["packed"] > 20) == (name != "split"), layouts
        works(guest, name)


def test_table_as_text(guest):
    result = run(guest, "blk", "--conform=f")
    lines = result.stdout.decode().splitlines()
    assert result.code == 4 and lines[0].split() == ["VERDICT", "SECTION", "RINGS", "CASE"], result
    assert any(line.split()[:4] == ["PASS", "2.7.13", "packed", "full-queue:"]
               for line in lines), lines
    assert "1 failed" in lines[-1] and "0 wedged" in lines[-1], lines
    result = run(guest, "blk", "--conform=request")
    assert result.code == 0 and result.stdout.endswith(
        b"2 passed, 0 failed, 0 rejected, 0 wedged, 0 skipped\n"), result
    result = run(guest, "blk", "--conform=no-such-case")
    assert result.code == 2 and b'no case named "no-such-case"' in result.stderr, result
    works(guest, "blk")


def test_end_by_a_signal(guest):
    for signal, code in ("INT", 130), ("HUP", 129):
        result = guest.run(f"timeout -s {signal} 1 vqinject --bind {address(guest, 'blk')} "
                           "--conform", timeout=60)
        assert result.code == code, (signal, result)
        works(guest, "blk")


def test_hostile_wants_to_be_said_twice(guest):
    result = run(guest, "blk", "--hostile")
    assert result.code == 2 and b"--i-own-this-vmm" in result.stderr, result
    works(guest, "blk")


def test_survivors(guest):
    """All broken split rings; and, with a queue of 8, some cases of both layouts."""
    for name, which in ("split", "hostile"), ("rng", "hostile-n"):
        result = run(guest, name, f"--hostile={which} --i-own-this-vmm -J")
        said = json.loads(result.stdout)
        assert result.code == 0 and said["rejected"] == len(said["cases"]), (name, result)
        assert len(said["cases"]) > (20 if name == "split" else 2), said
        for case in said["cases"]:
            assert case["verdict"] == "REJECT" and case["detail"], (name, case)
        works(guest, name)


def test_casualty_that_aborts():
    """Packed rings: QEMU survives all but an indirect descriptor of length 0."""
    with throw_away() as guest:
        survived, last = dies(guest, "console", "hostile")
        assert last == ["packed", "hostile-indirect-empty"], (survived, last)
        assert len([case for case in survived if case[1] == "packed"]) > 10, survived
        assert {case[0] for case in survived} == {"REJECT"}, survived
        end(guest)
        assert not guest.alive() and b"Assertion" in qemu_log(guest), qemu_log(guest)


def test_casualty_that_hangs():
    """A packed list with a readable descriptor after a writable one."""
    with throw_away() as guest:
        survived, last = dies(guest, "blk", "hostile-order")
        assert last == ["packed", "hostile-order"], (survived, last)
        assert survived == [("REJECT", "split", "hostile-order:")], survived
        assert guest.alive() and not answers(guest)


def long_other_casualties():
    """Found with this tool; other versions of QEMU may survive them."""
    for name, case, last, hangs in (("net", "hostile-short", "split", False),
                                    ("blk", "hostile-zero-len", "packed", True),
                                    ("rng", "hostile-buffer-wrap", "packed", True),
                                    ("rng", "hostile-indirect-empty", "packed", False)):
        with throw_away() as guest:
            survived, found = dies(guest, name, case)
            assert found == [last, case], (name, survived, found)
            if not hangs:
                end(guest)
            assert guest.alive() == hangs and not (hangs and answers(guest)), (name, case)


# --- Helpers ---


def address(guest, name):
    return guest.qmp.pci_addresses()[name]


def run(guest, name, words):
    guest.output("modprobe -a vfio-pci vfio_iommu_type1")
    return guest.run(f"vqinject --bind {address(guest, name)} {words}", timeout=120)


def conform(guest, name):
    started = time.monotonic()
    result = run(guest, name, "--conform -J")
    said = json.loads(result.stdout)
    assert result.code == 4 and not result.stderr, (name, result)
    assert said["type"] == ("blk" if name == "split" else name), said
    counts = {key: said[key] for key in ("passed", "failed", "rejected", "wedged", "skipped")}
    assert sum(counts.values()) == len(said["cases"]), counts
    print(f"# {name}: {counts} in {time.monotonic() - started:.1f} s", flush=True)
    return said["cases"]


def faults(cases):
    return [case for case in cases if case["verdict"] == "FAIL"]


def applying(rows, name):
    return {case for case, names in rows.items() if name in names}


def skipped(name):
    """Cases that the device does not offer, or has no requests for."""
    found = {"in-order"}
    if name != "net":
        found.add("features-inconsistent")
    if name in ("net", "console"):
        found.update(NO_ANSWER)
    if name not in ("blk", "split"):
        found.update(TWO_PARTS)
    return found


def works(guest, name):
    """The kernel has the device back, and it works."""
    path = f"/sys/bus/pci/devices/{address(guest, name)}"
    assert guest.output(f"cat {path}/virtio*/status") == "0x0000000f\n", name
    if name in ("blk", "split"):
        kname = guest.output(f"ls {path}/virtio*/block").strip()
        guest.output(f"dd if=/dev/{kname} of=/dev/null bs=4096 count=16 iflag=direct", timeout=60)
    elif name == "rng":
        guest.output("head -c 16 /dev/hwrng >/dev/null", timeout=60)
    elif name == "net":
        kname = guest.output(f"ls {path}/virtio*/net").strip()
        guest.output(f"ip addr add 10.0.2.15/24 dev {kname} && ip link set {kname} up")
        try:
            guest.output(f"for i in 1 2 3 4 5; do ping -c 1 -W 2 {GATEWAY} && exit 0; done; exit 1",
                         timeout=60)
        finally:
            guest.output(f"ip link set {kname} down && ip addr flush dev {kname}")


@contextlib.contextmanager
def throw_away():
    """A separate guest, which may die."""
    guest = Guest(**__getattr__("GUEST"))
    # A device that does not answer soon never will.
    guest.grace_seconds = 2
    with guest:
        yield guest


def dies(guest, name, case):
    """The cases that it survived, as (verdict, layout, case), and the fatal layout and case."""
    target = address(guest, name)
    guest.output("modprobe -a vfio-pci vfio_iommu_type1")
    try:
        result = guest.run(f"vqinject --bind {target} --hostile={case} --i-own-this-vmm "
                           ">/dev/console 2>&1", timeout=5)
    except GuestError:
        return table(guest)
    raise AssertionError(f"it survived {case}: {result} {table(guest)}")


def table(guest):
    """From the console: the lines of verdicts, and the last case begun."""
    survived, last = [], None
    for line in (guest.folder / "console.log").read_text(errors="replace").splitlines():
        words = line.split()
        if len(words) >= 4 and words[0] == "...":
            last = words[2:4]
        elif len(words) >= 4 and words[0].isupper() and words[2] in ("split", "packed"):
            survived.append((words[0], words[2], words[3]))
    return survived, last


def answers(guest):
    """Is QEMU's main loop alive?"""
    try:
        guest.qmp.command("query-status", timeout=3)
    except (TimeoutError, OSError):
        return False
    return True


def end(guest):
    """Wait for QEMU, which must be exiting."""
    deadline = time.monotonic() + 20
    while guest.alive() and time.monotonic() < deadline:
        time.sleep(0.1)


def qemu_log(guest):
    return pathlib.Path(guest.folder, "qemu.log").read_bytes()
