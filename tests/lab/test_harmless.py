# SPDX-License-Identifier: GPL-2.0-or-later
"""The tools never write to a guest's devices: their system calls show it."""

import re

from image import Unavailable

GUEST = {
    "machine": "q35",
    "devices": ["virtio-blk-pci,drive=disk0,num-queues=2,id=blk0", "virtio-scsi-pci,id=scsi0",
                "scsi-hd,drive=disk1,bus=scsi0.0", "virtio-net-pci,netdev=net,id=net0,packed=on",
                "virtio-rng-pci,id=rng0", "virtio-balloon-pci,id=balloon0"],
    "options": ("-blockdev", "null-co,node-name=disk0,size=16777216,read-zeroes=on",
                "-blockdev", "null-co,node-name=disk1,size=16777216,read-zeroes=on",
                "-netdev", "hubport,id=net,hubid=0"),
}

TRACE, CAPTURE = "/tmp/trace", "/tmp/capture"

# Calls that cannot change anything outside of the process; all others are checked one by one.
HARMLESS = set("""
    access arch_prctl brk clock_gettime clock_nanosleep close execve exit exit_group faccessat
    faccessat2 fadvise64 fcntl fstat futex getdents64 getegid geteuid getgid getpid getrandom
    gettid gettimeofday getuid lseek madvise mprotect mremap munmap nanosleep newfstatat pread64
    prlimit64 read readlink readlinkat restart_syscall rseq rt_sigaction rt_sigprocmask
    sched_getaffinity sched_yield set_robust_list set_tid_address sigaltstack statx sysinfo time
    uname
""".split())
TERMINAL_QUERIES = ("TCGETS", "TIOCGWINSZ")
FORMS = ("vqdump", "vqdump -v", "vqdump -vv", "vqdump -J --raw", "vqdump --in-flight",
         "vqdump --check", "vqdump --check -J", "vqdump --sample=0.2",
         "vqdump --capture -", "vqdump --check --buffers --capture -", "vqdump vda",
         "lsvirtio", "lsvirtio -v", "lsvirtio -J", "lsvirtio --all")


def test_no_form_of_output_writes_to_anything(guest):
    need_strace(guest)
    guest.output("dd if=/dev/vda of=/dev/null bs=4096 count=100 iflag=direct 2>/dev/null")
    for form in FORMS:
        calls = trace(guest, form)
        bad = [call for call in calls if not is_harmless(call)]
        assert calls[0].startswith("execve(") and len(calls) > 20, (form, calls[:10])
        assert not bad, (form, bad[:10])


def test_a_busy_guest_is_not_written_to_either(guest):
    need_strace(guest)
    guest.output("while :; do dd if=/dev/vda of=/dev/null bs=4096 iflag=direct 2>/dev/null; done "
                 ">/dev/null 2>&1 & echo $! >/tmp/busy.pid")
    try:
        for form in ("vqdump -vv", "vqdump --check"):
            bad = [call for call in trace(guest, form) if not is_harmless(call)]
            assert not bad, (form, bad[:10])
    finally:
        guest.output("kill $(cat /tmp/busy.pid)")


def test_only_the_capture_is_written(guest):
    need_strace(guest)
    guest.output(f"rm -f {CAPTURE}")
    calls = trace(guest, f"vqdump --capture {CAPTURE}")
    opened = [call for call in calls if call.startswith("open") and f'"{CAPTURE}"' in call]
    assert len(opened) == 1, opened
    for flag in ("O_WRONLY", "O_CREAT", "O_EXCL", "O_NOFOLLOW", "0600"):
        assert flag in opened[0], opened
    place = re.search(r"= (\d+)", opened[0])[1]
    bad = [call for call in calls[calls.index(opened[0]) + 1:]
           if not is_harmless(call) and not call.startswith(f"write({place}, ")]
    assert not bad, bad[:10]
    assert guest.output(f"stat -c %a {CAPTURE}") == "600\n"


def test_what_sends_requests_is_not_read(guest):
    """Reading some attributes makes the driver query its device, and wait."""
    need_strace(guest)
    for form in ("vqdump -vv", "vqdump --check", "lsvirtio -J", "vqdump --capture -"):
        bad = [call for call in trace(guest, form)
               if re.search(r'/(serial|cache_type|id|inquiry|vpd_pg\w+)", O|"/dev/(vd|sd|hwrng)',
                            call)]
        assert not bad, (form, bad)


def test_devices_are_as_before(guest):
    """QEMU's view: select registers, interrupts and indices that nothing else changes."""
    guest.output("echo none >/sys/class/misc/hw_random/rng_current; sync")
    before = everything(guest)
    for form in FORMS:
        guest.output(f"{form} >/dev/null", timeout=60)
    after = everything(guest)
    changed = [(key, before[key], after.get(key)) for key in before
               if before[key] != after.get(key)]
    assert not changed, changed


def need_strace(guest):
    if guest.run("command -v strace").code:
        raise Unavailable("strace is not installed")


def trace(guest, command):
    """The system calls of a command that must succeed, one per line, without the harmless ones.

    The kernel filters those, as stopping at each takes minutes in an emulated guest.
    """
    unseen = ",".join(sorted(HARMLESS - {"execve"}))
    guest.output(f"rm -f {TRACE}; strace -f --seccomp-bpf -e 'trace=!{unseen}' -o {TRACE} {command} "
                 ">/dev/null 2>/tmp/err || { cat /tmp/err >&2; false; }", timeout=120)
    lines = guest.get(TRACE).decode(errors="replace").splitlines()
    # Each line begins with the process, of which there is one.
    return [line.partition(" ")[2].lstrip() for line in lines
            if not re.match(r"\d+ +(\+\+\+|---) ", line)]


def is_harmless(call):
    name = re.match(r"\w*", call)[0]
    if name in ("open", "openat"):
        return "O_RDONLY" in call and not re.search(r"O_(RDWR|WRONLY|CREAT|TRUNC|APPEND)", call)
    if name in ("write", "writev"):
        return re.match(r"\w+\([12],", call) is not None
    if name == "mmap":
        return not ("MAP_SHARED" in call and "PROT_WRITE" in call)
    if name == "ioctl":
        return any(query in call for query in TERMINAL_QUERIES)
    return name in HARMLESS


def everything(guest):
    found = {}
    for name, path in sorted(guest.qmp.virtio_paths().items()):
        status = guest.qmp.virtio_status(path)
        found[name] = [status[key] for key in ("status", "isr", "queue-sel", "guest-features")]
        for index in range(status["num-vqs"]):
            queue = guest.qmp.virtio_queue_status(path, index)
            # A request of the kernel to the rng may still be in flight.
            if queue["vring-desc"] and not name.startswith("rng"):
                found[name, index] = queue
    return found
