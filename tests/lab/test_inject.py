# SPDX-License-Identifier: GPL-2.0-or-later
"""vqinject sends buffers to QEMU's devices through VFIO, and the host sees the effects."""

import functools
import json
import pathlib
import struct
import tempfile

import driving
import image

PLATFORM = "iommu_platform=on,disable-legacy=on"
DEVICES = {
    "rng0": f"virtio-rng-pci,addr=2.0,{PLATFORM}",
    "blk0": f"virtio-blk-pci,addr=3.0,drive=disk0,discard=on,{PLATFORM}",
    "blk1": f"virtio-blk-pci,addr=4.0,drive=disk1,packed=on,{PLATFORM}",
    "net0": f"virtio-net-pci,addr=5.0,netdev=net,{PLATFORM}",
    "serial0": f"virtio-serial-pci,addr=6.0,{PLATFORM}",
    "scsi0": f"virtio-scsi-pci,addr=7.0,{PLATFORM}",
    "p9": f"virtio-9p-pci,addr=8.0,fsdev=fs,mount_tag=shared,{PLATFORM}",
    "plug0": f"virtio-blk-pci,bus=port0,drive=disk3,{PLATFORM}",
    # It bypasses the IOMMU.
    "rng1": "virtio-rng-pci,addr=9.0,disable-legacy=on",
}
DISKS = driving.Disks(4)
GATEWAY = "10.0.2.2"
SECTOR = driving.SECTOR
FRAMES = (bytes.fromhex("ffffffffffff020000000001 08060001") + bytes(range(46)),
          bytes.fromhex("020000000002020000000001 88b5") + b"a frame of its own" + bytes(1482))


@functools.lru_cache(maxsize=None)
def folder():
    """A folder for what devices write on the host."""
    return tempfile.TemporaryDirectory(prefix="inject-", dir=image.output_folder() / "lab")


def on_host(name):
    return pathlib.Path(folder().name, name)


def __getattr__(name):
    """GUEST, made on demand, as it has files."""
    if name != "GUEST":
        raise AttributeError(name)
    return {
        "machine": "q35,kernel-irqchip=split",
        "devices": ["intel-iommu,intremap=on", "pcie-root-port,id=port0,chassis=1,addr=10.0"]
                   + [f"{device},id={name}" for name, device in DEVICES.items()]
                   + ["virtconsole,bus=serial0.0,chardev=hvc", "scsi-hd,bus=scsi0.0,drive=disk2"],
        "options": [*DISKS.options(), "-netdev", "user,id=net,restrict=on",
                    "-object", f"filter-dump,id=dump,netdev=net,file={on_host('frames')}",
                    "-chardev", f"file,id=hvc,path={on_host('console')}",
                    "-fsdev", f"local,id=fs,path={folder().name},security_model=none"],
        "kernel_args": "intel_iommu=on",
    }


# Ring layouts and ways to wait, each with every device that can.
MODES = ("", "--poll", "--indirect", "--event-idx", "--indirect --event-idx --poll")


def test_random_bytes(guest):
    seen = set()
    for mode in MODES:
        data = inject(guest, "rng0", f"rng read 64 --save - {mode}").stdout
        assert len(data) == 64 and len(set(data)) > 8, (mode, data)
        seen.add(data)
    assert len(seen) == len(MODES), "the same bytes twice"
    said = json.loads(inject(guest, "rng0", "--in 100 --count 50 --depth 8 -J").stdout)
    assert [len(buffer["data"]) for buffer in said["buffers"]] == [200] * 50, said
    assert said["status"] == "0xf" and said["buffers_per_s"] > 0, said


def test_disk_is_what_the_host_has(guest):
    for name, number, layouts in ("blk0", 0, [""]), ("blk1", 1, ["--layout split",
                                                                 "--layout packed"]):
        wanted = DISKS.path(number).read_bytes()[7 * SECTOR:][:4096]
        for layout in layouts:
            for mode in MODES:
                words = f"{layout} {mode}"
                data = inject(guest, name, f"blk read 7 4096 --save - {words}").stdout
                assert data == wanted, (name, words, data[:64])


def test_host_finds_what_was_written(guest):
    for name, number, layout in ("blk0", 0, "split"), ("blk1", 1, "packed"):
        for mode in MODES:
            text = f"{name} {layout} {mode}".encode().ljust(1024, b".")
            guest.put("/tmp/data", text)
            inject(guest, name, f"blk write 100 file:/tmp/data --yes-destroy-data "
                                f"--layout {layout} {mode}")
            found = DISKS.path(number).read_bytes()[100 * SECTOR:][:1024]
            assert found == text, (name, layout, mode)
        inject(guest, name, "blk flush")


def test_pieces_of_a_request(guest):
    """The header in two pieces, the data in three, in a script and in one batch."""
    guest.put("/tmp/script",
              b"out hex:00000000 out hex:00000000:0700000000000000 in 100 in 12 in 400 in 1 expect len:513\n"
              b"out zero:16 in 512 in 1\n")
    said = json.loads(inject(guest, "blk0", "-f /tmp/script -J").stdout)
    disk = DISKS.path(0).read_bytes()
    # A disk may complete them in any order.
    data = {buffer["line"]: buffer["data"] for buffer in said["buffers"]}
    assert data == {1: disk[7 * SECTOR:][:SECTOR].hex() + "00",
                    2: disk[:SECTOR].hex() + "00"}, said


def test_discard(guest):
    inject(guest, "blk0", "blk discard 200 4096 --yes-destroy-data")
    failed(guest, "blk0", "blk discard 2040 8192 --yes-destroy-data", "past the end of the disk")


def test_frames_arrive_byte_for_byte(guest):
    guest.put("/tmp/frames.pcap", pcap(FRAMES))
    for mode in MODES:
        before = on_host("frames").stat().st_size
        inject(guest, "net0", f"net send /tmp/frames.pcap {mode}")
        sent = frames(on_host("frames").read_bytes(), max(before, 24))
        assert [frame for frame in sent if frame in FRAMES] == list(FRAMES), (mode, sent)


def test_console(guest):
    inject(guest, "serial0", "console write text:what\\\\sis\\\\ssaid\\\\n")
    assert b"what is said\n" in on_host("console").read_bytes()


def test_scsi(guest):
    said = json.loads(inject(guest, "scsi0", "scsi inquiry 0 -J").stdout)["answer"]
    assert (said["response"], said["vendor"]) == ("OK", "QEMU"), said
    data = inject(guest, "scsi0", "scsi read 0:0 9 1024 --save -").stdout
    assert data == DISKS.path(2).read_bytes()[9 * SECTOR:][:1024], data[:64]
    failed(guest, "scsi0", "scsi inquiry 7", "BAD_TARGET")


def test_9p(guest):
    said = json.loads(inject(guest, "p9", "9p version -J").stdout)["answer"]
    assert said["version"] == "9P2000.L" and 4096 <= said["msize"] <= 8192, said


def test_what_the_device_refuses(guest):
    # This device accepts features that it does not offer, and then misreads requests.
    failed(guest, "rng0", "--features +RING_PACKED --in 4 --timeout 1",
           "kept FEATURES_OK although it does not offer VIRTIO_F_RING_PACKED")
    failed(guest, "rng0", "--layout packed --in 4", "needs VIRTIO_F_RING_PACKED")
    failed(guest, "rng0", "--in 4 -q 9", "no queue 9")
    failed(guest, "rng0", "--in 4 --queue-size 4096", "--queue-size")
    failed(guest, "rng1", "--in 4", "ACCESS_PLATFORM")
    failed(guest, "rng0", "--in 4 --no-kick --timeout 1", "not notified")
    inject(guest, "rng0", "--in 4 --no-kick --timeout 1 --expect timeout")


def test_kernel_wants_it_back(guest):
    target = address(guest, "rng0")
    path = f"/sys/bus/pci/devices/{target}/driver"
    guest.output("modprobe -a vfio-pci vfio_iommu_type1; rm -f /tmp/code")
    guest.output(f"(vqinject --bind {target} --in 4 --no-kick --timeout 50 2>/tmp/said; echo $? >/tmp/code) & "
                 f"until readlink {path} | grep -q vfio; do sleep 1; done; sleep 2; "
                 f"echo {target} >{path}/unbind; until test -s /tmp/code; do sleep 1; done", timeout=90)
    said = guest.output("cat /tmp/said")
    assert "the kernel wants the device back" in said, said
    assert guest.output("cat /tmp/code") == "1\n"
    inject(guest, "rng0", "rng read 16")


def test_reset_by_others_with_buffers_in_flight(guest):
    target = address(guest, "plug0")
    start(guest, f"--bind {target} --count 100000000 --depth 8 --timeout 2 blk read 0 4096")
    guest.output(f"echo 1 >/sys/bus/pci/devices/{target}/reset")
    code, said = finish(guest)
    assert code == 1 and "something else reset the device meanwhile" in said, (code, said)
    check_back(guest, "plug0")


def test_unplugged_with_buffers_in_flight(guest):
    target = address(guest, "plug0")
    start(guest, f"--bind {target} --count 100000000 --depth 8 blk read 0 4096")
    guest.qmp.command("device_del", id="plug0")
    code, said = finish(guest)
    assert code == 1 and "the kernel wants the device back" in said, (code, said)
    guest.qmp.wait_event("DEVICE_DELETED", device="plug0", timeout=60)
    assert guest.output("vqinject --status") == "no devices are taken\n"


def test_locked_memory(guest):
    """A user of the group without root has a limit on locked memory."""
    target = address(guest, "rng0")
    guest.output(f"modprobe -a vfio-pci vfio_iommu_type1; vqinject --bind {target}")
    group = guest.output(f"basename $(readlink /sys/bus/pci/devices/{target}/iommu_group)").strip()
    guest.output(f"chown nobody /dev/vfio/{group}")
    try:
        result = guest.run(f"su nobody -c 'ulimit -l 64; vqinject {target} --in 4'", timeout=60)
        lines = result.stderr.decode().splitlines()
        assert result.code == 1 and len(lines) == 1 and "ulimit -l" in lines[0], result
    finally:
        guest.output(f"vqinject --release {target}", timeout=60)
    check_back(guest, "rng0")


def test_as_it_was_after_a_signal(guest):
    interrupt(guest, 6)


def long_as_it_was_after_a_signal_at_any_point(guest):
    interrupt(guest, 50, both=True)


# --- Helpers ---


def address(guest, name):
    return guest.qmp.pci_addresses()[name]


def run(guest, name, words):
    if not words.startswith("--attach physical"):
        guest.output("modprobe -a vfio-pci vfio_iommu_type1")
    return guest.run(f"vqinject --bind {address(guest, name)} {words}", timeout=120)


def inject(guest, name, words):
    """A successful run, after which the kernel has the device back."""
    result = run(guest, name, words)
    assert result.code == 0, (name, words, result)
    path = f"/sys/bus/pci/devices/{address(guest, name)}"
    assert guest.output(f"cat {path}/virtio*/status") == "0x0000000f\n", (name, words)
    return result


def failed(guest, name, words, part):
    result = run(guest, name, words)
    assert result.code == 1 and part in result.stderr.decode(), (name, words, result)


def start(guest, words):
    """A run in the background, once the device is working for it."""
    guest.output("modprobe -a vfio-pci vfio_iommu_type1; rm -f /run/code; "
                 f"(sh -c 'echo $$ >/run/runs; exec vqinject {words}' >/dev/null 2>/run/said; "
                 "echo $? >/run/code) </dev/null >/dev/null 2>&1 & "
                 "until test -e /run/code || ls -l /proc/$(cat /run/runs)/fd | "
                 "grep -q /dev/vfio/[0-9]; do usleep 100000; done; sleep 1", timeout=60)


def finish(guest):
    """Its exit code and last output."""
    guest.output("until test -s /run/code; do usleep 100000; done", timeout=60)
    return int(guest.output("cat /run/code")), guest.output("cat /run/said")


def check_back(guest, name):
    path = f"/sys/bus/pci/devices/{address(guest, name)}"
    assert guest.output(f"cat {path}/virtio*/status") == "0x0000000f\n", name


# The runs to interrupt, each with a check that the device works afterwards. $path is the device.
INTERRUPTED = {
    "blk0": ("blk read 0 4096 --depth 8",
             "dd if=/dev/$(ls $path/virtio*/block) of=/dev/null bs=4096 count=1 iflag=direct"),
    "net0": ("--out zero:12 --out hex:ffffffffffff020000000002:88b5 --out zero:100 "
             "-q transmitq1 --depth 8",
             "name=$(ls $path/virtio*/net) && ip link set $name up && "
             f"ip addr add 10.0.2.15/24 dev $name && ping -c 1 -W 2 {GATEWAY} && "
             "ip addr flush dev $name && ip link set $name down"),
}
# In hundredths of a second in $now, which needs no process.
CLOCK = "read -r now _ </proc/uptime; now=${now%.*}${now#*.}; now=${now#0}"


def interrupt(guest, points, both=False):
    """SIGINT and SIGKILL, spread over a run from its start to beyond its end. The time until the
    kernel can use the device again is for readers: a guest may be slow.
    """
    guest.output("modprobe -a vfio-pci vfio_iommu_type1")
    pairs = [(name, signal) for signal in ("INT", "KILL") for name in INTERRUPTED]
    longest = {pair: 0 for pair in pairs}
    spans = {name: span(guest, name) for name in INTERRUPTED}
    for point in range(points):
        # Both signals at each point, or one; the devices alternate.
        for name, signal in pairs[point % 2::2] if both else [pairs[point % len(pairs)]]:
            when = spans[name] * (point + 1) / points
            took = interrupt_at(guest, name, signal, when)
            longest[name, signal] = max(longest[name, signal], took)
    for (name, signal), seconds in longest.items():
        print(f"# figure: {name} works again {seconds:.2f} s after SIG{signal} at the most "
              f"({points} points in {spans[name]:.1f} s)", flush=True)


def span(guest, name):
    """The duration of an undisturbed run in seconds."""
    words, _ = INTERRUPTED[name]
    started = guest.output(f"{CLOCK}; echo $now")
    inject(guest, name, f"{words} --count 2000")
    return (int(guest.output(f"{CLOCK}; echo $now")) - int(started)) / 100


def interrupt_at(guest, name, signal, when):
    """Seconds until the device works; 20 are too many for any guest."""
    words, works = INTERRUPTED[name]
    path = f"/sys/bus/pci/devices/{address(guest, name)}"
    result = guest.run(
        f"path={path}; {CLOCK}; from=$now; "
        f"timeout -s {signal} {when:.3f} vqinject --bind {address(guest, name)} {words} "
        f"--count 100000000 >/dev/null 2>/run/said; code=$?; "
        "back() { ! test -e /run/virtio-inspect/${path##*/} && "
        "grep -qx 0x0000000f $path/virtio*/status; }; "
        f"until back; do {CLOCK}; test $((now - from)) -lt 3000 || exit 1; usleep 10000; done; "
        f"{{ {works}; }} >/dev/null || exit 1; {CLOCK}; echo $((now - from)) $code", timeout=90)
    assert result.code == 0, (name, signal, when, result, guest.output("cat /run/said"))
    took, code = map(int, result.stdout.split())
    assert code == {"INT": 130, "KILL": 137}[signal], (name, signal, when, code)
    assert took / 100 - when < 20, (name, signal, when, took)
    return took / 100 - when


def check_disk(guest, target):
    kname = guest.output(f"ls /sys/bus/pci/devices/{target}/virtio*/block").strip()
    guest.output(f"dd if=/dev/{kname} of=/dev/null bs=4096 count=16 iflag=direct", timeout=60)


def pcap(contents):
    """A packet capture."""
    return (struct.pack("<IHHiIII", 0xa1b2c3d4, 2, 4, 0, 0, 65535, 1)
            + b"".join(struct.pack("<IIII", 0, 0, len(frame), len(frame)) + frame
                       for frame in contents))


def frames(data, at):
    found = []
    while at < len(data):
        length = struct.unpack_from("<I", data, at + 8)[0]
        found.append(data[at + 16:at + 16 + length])
        at += 16 + length
    return found
