# SPDX-License-Identifier: GPL-2.0-or-later
"""No device in use is taken, under any name, from any namespace."""

import functools
import re
import tempfile

import image

PROGRAM = "/usr/bin/hold"
PLATFORM = "iommu_platform=on,disable-legacy=on"
DEVICES = {
    "rng0": f"virtio-rng-pci,addr=2.0,{PLATFORM}",
    "blk0": f"virtio-blk-pci,addr=3.0,drive=disk0,{PLATFORM}",
    "net0": f"virtio-net-pci,addr=4.0,netdev=net,{PLATFORM}",
    "serial0": f"virtio-serial-pci,addr=5.0,{PLATFORM}",
    "scsi0": f"virtio-scsi-pci,addr=6.0,{PLATFORM}",
    "gpu0": f"virtio-gpu-pci,addr=7.0,{PLATFORM}",
    "input0": f"virtio-mouse-pci,addr=8.0,{PLATFORM}",
    "p9": f"virtio-9p-pci,addr=9.0,fsdev=fs,mount_tag=shared,{PLATFORM}",
}
BEHIND = ["virtconsole,bus=serial0.0,chardev=hvc", "virtserialport,bus=serial0.0,chardev=port",
          "scsi-hd,bus=scsi0.0,drive=disk1", "scsi-cd,bus=scsi0.0"]


@functools.lru_cache(maxsize=None)
def disk(number):
    """A file of zeros."""
    file = tempfile.NamedTemporaryFile(prefix=f"use{number}-", dir=image.output_folder() / "lab")
    file.truncate(4 << 20)
    return file


@functools.lru_cache(maxsize=None)
def folder():
    return tempfile.TemporaryDirectory(prefix="use-", dir=image.output_folder() / "lab")


def __getattr__(name):
    """GUEST, made on demand, as it has disks."""
    if name != "GUEST":
        raise AttributeError(name)
    return {
        "machine": "q35,kernel-irqchip=split",
        "devices": ["intel-iommu,intremap=on"]
                   + [f"{device},id={name}" for name, device in DEVICES.items()] + BEHIND,
        "options": [word for number in range(2)
                    for word in ("-blockdev",
                                 f"file,node-name=disk{number},filename={disk(number).name}")]
                   + ["-netdev", "user,id=net,restrict=on", "-chardev", "null,id=hvc",
                      "-chardev", "null,id=port",
                      "-fsdev", f"local,id=fs,path={folder().name},security_model=none"],
        "kernel_args": "intel_iommu=on",
    }


# --- Through its nodes, under another name ---


def test_what_is_free_is_taken(guest):
    """Otherwise the tests below show nothing. The text console is on the display."""
    ready(guest)
    for name in DEVICES:
        if name == "gpu0":
            refused(guest, name, "the console is drawn on its frame buffer")
        else:
            guest.output(f"vqinject --bind --dry-run {address(guest, name)}")


def test_nodes_by_another_name(guest):
    """Each node of each device, opened under another name, and from other namespaces."""
    ready(guest)
    seen = set()
    free_display(guest)
    for name in DEVICES:
        for node, number, kind in nodes(guest, name):
            for way in ("", CONTAINER):
                with_node = f"{way} {PROGRAM} open /srv/other".strip()
                with Holder(guest, with_node, number, kind) as holder:
                    # A console's port has a node that does not open.
                    if holder.said.endswith("No such device or address\n"):
                        continue
                    holder.check()
                    refused(guest, name, f"/dev/{node} is open in process", "(hold)",
                            ", as /srv/other")
                    seen.add(re.sub(r"\d+", "#", node))
        guest.output(f"vqinject --bind --dry-run {address(guest, name)}")
    wanted = {"vda", "sda", "sg#", "bsg/#:#:#:#", "sr#", "hvc#", "vport#p#", "hwrng", "dri/card#",
              "dri/renderD#", "fb#", "input/event#", "input/mouse#", "input/mice"}
    assert {re.sub("vd.", "vda", name) for name in seen} >= wanted, seen


def test_other_ways_to_use_a_node(guest):
    ready(guest)
    node, number, kind = nodes(guest, "blk0")[0]
    for way, said in (("open", "is open in process"), ("map", "is mapped into process"),
                      ("thread", "is open in process"), ("last", "is open in process"),
                      ("sent", "is open in the kernel, or through a descriptor that no process shows")):
        with Holder(guest, f"{PROGRAM} {way} /srv/other", number, kind) as holder:
            holder.check()
            refused(guest, "blk0", node, said)
    with Holder(guest, f"{PROGRAM} path /srv/other", number, kind) as holder:
        holder.check()
        guest.output(f"vqinject --bind --dry-run {address(guest, 'blk0')}")
    terminal = [row for row in nodes(guest, "serial0") if row[0] == "hvc0"]
    assert terminal
    with Holder(guest, f"{PROGRAM} tty /srv/other", *terminal[0][1:]) as holder:
        holder.check()
        refused(guest, "serial0", "/dev/hvc0 is the terminal of process", "(hold)")


def test_program_keeps_its_disk(guest):
    """What it writes after the attempt reaches the disk, which keeps its name."""
    ready(guest)
    node, number, kind = nodes(guest, "blk0")[0]
    with Holder(guest, f"{PROGRAM} open /srv/other", number, kind) as holder:
        holder.check()
        for options in ("", "--force-signature", "--force --force-signature"):
            result = guest.run(f"vqinject --bind {options} {address(guest, 'blk0')} "
                               "blk read 0 512", timeout=60)
            assert result.code == 1 and b"is open in process" in result.stderr, result
        guest.output("echo >/run/go")
        guest.output("while ! grep -q . /run/wrote; do usleep 100000; done", timeout=60)
        assert guest.output("cat /run/wrote") == "ready\nwritten\n"
    assert guest.output(f"dd if=/dev/{node} bs=1 count=4 2>/dev/null") == "hhhh"
    guest.output(f"dd if=/dev/zero of=/dev/{node} bs=4096 count=1 2>/dev/null && sync")


# --- Disks, through what is on top of them ---


def test_disk_is_claimed(guest):
    ready(guest)
    node, number, _ = nodes(guest, "blk0")[0]
    guest.output(f"mkdir -p /srv && mknod /srv/other b {number} && modprobe loop && "
                 "modprobe vfat && modprobe nls_cp437 && modprobe nls_ascii")
    guest.output("losetup /dev/loop0 /srv/other")
    refused(guest, "blk0", f"{node} is held by loop0")
    guest.output("losetup -d /dev/loop0 && mkswap /srv/other && swapon /srv/other")
    refused(guest, "blk0", f"{node} is in use")
    guest.output("swapoff /srv/other && mkdosfs /srv/other && mount -t vfat /srv/other /mnt")
    refused(guest, "blk0", f"{node} is mounted on /mnt")
    # Unmounted, with one of its files still open.
    guest.output("echo 1 >/mnt/file; sleep 1000 </mnt/file >/dev/null 2>&1 & "
                 "echo $! >/run/holder; sleep 1; umount -l /mnt")
    refused(guest, "blk0", f"{node} is in use: the kernel has claimed it", options="--force")
    guest.output("kill -9 $(cat /run/holder); rm /srv/other")
    guest.output("sync; dd if=/dev/zero of=/dev/" + node + " bs=64k count=64 2>/dev/null; sync")


def test_mounts_behind_many_namespaces(guest):
    """The disk is mounted in the last of them."""
    ready(guest)
    node = nodes(guest, "blk0")[0][0]
    guest.output("for m in vfat nls_cp437 nls_ascii; do modprobe $m; done; rm -f /run/pids; "
                 f"mkdosfs /dev/{node}")
    guest.output("i=0; while [ $i -lt 300 ]; do unshare -m sleep 1000 </dev/null >/dev/null 2>&1 & "
                 "echo $! >>/run/pids; i=$((i + 1)); done; usleep 500000", timeout=120)
    guest.output(f"unshare -m sh -c 'mount -t vfat /dev/{node} /mnt && echo >/run/mounted && "
                 "exec sleep 1000' </dev/null >/dev/null 2>&1 & echo $! >>/run/pids; "
                 "while ! test -e /run/mounted; do usleep 100000; done", timeout=60)
    try:
        refused(guest, "blk0", f"{node} is mounted on /mnt, as process", options="--force")
    finally:
        guest.output("kill -9 $(cat /run/pids); rm -f /run/mounted /run/pids", timeout=60)
    guest.output(f"dd if=/dev/zero of=/dev/{node} bs=64k count=64 2>/dev/null; sync")


def test_disk_is_held_while_it_is_taken(guest):
    """From the last check until its driver is unbound, nobody else can claim it."""
    ready(guest)
    node, target = nodes(guest, "blk0")[0][0], address(guest, "blk0")
    if guest.run("command -v strace").code:
        raise image.Unavailable("strace is not installed")
    guest.output(f"strace -f --seccomp-bpf -o /run/trace -e trace=openat,open,write,close "
                 f"vqinject --bind {target}", timeout=120)
    guest.output(f"vqinject --release {target}", timeout=60)
    lines = guest.get("/run/trace").decode(errors="replace").splitlines()
    unbind = next(i for i, line in enumerate(lines) if "/unbind" in line)
    claims = [(i, re.match(rf'(\d+) +open.*"/dev/{node}", .*O_EXCL.* = (\d+)', line))
              for i, line in enumerate(lines[:unbind])]
    at, claim = [(i, found) for i, found in claims if found][-1]
    process, number = claim.groups()
    closed = [line for line in lines[at:unbind]
              if re.match(rf"{process} +close\({number}\)", line)]
    assert not closed, closed


def test_shared_folder_that_no_list_has(guest):
    ready(guest)
    guest.output("mount -t 9p -o trans=virtio shared /mnt && echo 1 >/mnt/file")
    refused(guest, "p9", "shared is mounted on /mnt")
    guest.output("sleep 1000 </mnt/file >/dev/null 2>&1 & echo $! >/run/holder; sleep 1; "
                 "umount -l /mnt")
    refused(guest, "p9", "9pnet_virtio has 1 file systems, of which only 0 are visibly mounted")
    guest.output("kill -9 $(cat /run/holder)")
    until(guest, f"vqinject --bind --dry-run {address(guest, 'p9')}")


def test_interface_with_another_on_top(guest):
    ready(guest)
    interface = guest.output(f"ls /sys/bus/pci/devices/{address(guest, 'net0')}/virtio*/net").strip()
    guest.output(f"modprobe macvtap; ip link add link {interface} name tap7 type macvtap")
    refused(guest, "net0", f"{interface} is part of tap7")
    guest.output("ip link delete tap7")


# --- What cannot be determined ---


def test_from_inside_a_container(guest):
    ready(guest)
    target = address(guest, "rng0")
    inside = "unshare -p -m -f --mount-proc"
    result = guest.run(f"{inside} vqinject --bind --dry-run {target}", timeout=60)
    assert result.code == 1 and b"only the processes of this container" in result.stderr, result
    guest.output(f"{inside} vqinject --bind --dry-run --force {target}", timeout=60)
    # In its namespace, with every process visible.
    guest.output(f"unshare -p -f vqinject --bind --dry-run {target}", timeout=60)
    result = guest.run(f"su nobody -c 'vqinject --bind --dry-run {target}'", timeout=60)
    assert result.code == 1 and b"run as root" in result.stderr, result
    guest.output("mount -o remount,hidepid=2 /proc")
    try:
        result = guest.run(f"su nobody -c 'vqinject --bind --dry-run {target}'", timeout=60)
        assert result.code == 1 and b"with all of /proc visible" in result.stderr, result
        guest.output(f"vqinject --bind --dry-run {target}", timeout=60)
    finally:
        guest.output("mount -o remount,hidepid=0 /proc")


def test_node_that_is_missing(guest):
    """Without the node, the kernel cannot tell whether it has claimed the disk."""
    ready(guest)
    node = nodes(guest, "blk0")[0][0]
    guest.output(f"mv /dev/{node} /dev/away")
    try:
        refused(guest, "blk0", f"cannot determine whether the kernel has claimed {node}")
    finally:
        guest.output(f"mv /dev/away /dev/{node}")


# --- Helpers ---


CONTAINER = "unshare -m -p -f sh -c 'mount -t tmpfs none /dev; exec \"$@\"' sh"


class Holder:
    """The program in the guest while it uses the node /srv/other with this number."""

    def __init__(self, guest, command, number, kind):
        self._guest = guest
        self._command = command
        self.said = None
        guest.output(f"mkdir -p /srv; rm -f /srv/other; mknod /srv/other {kind} {number}")

    def __enter__(self):
        guest = self._guest
        guest.output("rm -f /run/go /run/wrote; mkfifo /run/go; exec 4<>/run/go; "
                     f"{self._command} <&4 >/run/wrote 2>&1 & echo $! >/run/holder; "
                     "i=0; while ! grep -q . /run/wrote && [ $i -lt 600 ]; do usleep 50000; "
                     "i=$((i + 1)); done", timeout=60)
        self.said = guest.output("cat /run/wrote")
        return self

    def check(self):
        assert self.said == "ready\n", (self._command, self.said)

    def __exit__(self, kind, error, traceback):
        # Not only unshare, but also the program below it.
        self._guest.output("kill -9 $(cat /run/holder) $(grep -lx hold /proc/[0-9]*/comm "
                           "2>/dev/null | cut -d/ -f3) 2>/dev/null; "
                           "while grep -qx hold /proc/[0-9]*/comm 2>/dev/null; do usleep 50000; "
                           "done; rm -f /srv/other", timeout=60)


@functools.lru_cache(maxsize=None)
def program():
    return image.compiled("hold.c", "-pthread").read_bytes()


def ready(guest):
    if guest.run(f"test -x {PROGRAM}").code:
        guest.put(PROGRAM, program())
        guest.output(f"chmod +x {PROGRAM}")
        guest.output("for m in vfio-pci vfio_iommu_type1 evdev mousedev sg virtio_gpu sr_mod; do "
                     "modprobe $m; done; true", timeout=60)
    # Now and then it feeds the kernel's own pool, and nobody has its node open.
    guest.output("cd /run/virtio-inspect 2>/dev/null || exit 0; "
                 "for target in *:*; do test ! -e $target || vqinject --release $target; done")


def free_display(guest):
    guest.output("for c in /sys/class/vtconsole/*; do "
                 "grep -q 'frame buffer' $c/name && echo 0 >$c/bind; done; true")


def address(guest, name):
    return guest.qmp.pci_addresses()[name]


def nodes(guest, name):
    """(name below /dev, "MAJOR MINOR", kind for mknod) of each node that the kernel shows."""
    top = f"/sys/bus/pci/devices/{address(guest, name)}/"
    found = guest.output(f"find {top} -name dev -type f").split()
    also = {"rng0": ["/sys/class/misc/hw_random/dev"], "serial0": ["/sys/class/tty/hvc0/dev"],
            "input0": ["/sys/class/input/mice/dev"]}.get(name, [])
    rows = []
    for path in sorted(found) + also:
        at = path[:-len("/dev")]
        text = guest.output(f"cat {path}; grep DEVNAME= {at}/uevent; readlink {at}/subsystem")
        number, node, subsystem = text.split()
        rows.append((node.partition("=")[2], number.replace(":", " "),
                     "b" if subsystem.endswith("/block") else "c"))
    return rows


def state(guest, name):
    return guest.output(f"cd /sys/bus/pci/devices/{address(guest, name)}; readlink driver; "
                        "cat driver_override virtio*/status; ls -d virtio*/block/* 2>/dev/null; "
                        "true")


def refused(guest, name, *parts, options=""):
    """It fails with one line, which has these parts, and leaves the device alone."""
    before = state(guest, name)
    result = guest.run(f"vqinject --bind {options} {address(guest, name)}", timeout=60)
    lines = result.stderr.decode().splitlines()
    assert result.code == 1 and len(lines) == 1, result
    for part in parts:
        assert part in lines[0], (part, lines[0])
    assert state(guest, name) == before, (name, before)


def until(guest, command):
    guest.output(f"i=0; until {command} >/dev/null 2>&1; do i=$((i + 1)); "
                 "test $i -lt 100 || exit 1; usleep 100000; done", timeout=60)
