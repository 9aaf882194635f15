# SPDX-License-Identifier: GPL-2.0-or-later
"""One healthy guest, busy for hours: no tool says that anything is wrong, dies, or grows."""

import contextlib
import json
import re
import time
import traceback

import busy
from guest import CommandFailed, CommandTimeout, Guest, QemuCrash

# A guest has no use for more, and translated code would fill many times as much.
ACCEL = "tcg,tb-size=64"
MEGABYTE = 1 << 20
MORE_DEVICES = {
    "gpu0": f"virtio-gpu-pci,addr=11.0,{busy.MODERN}",
    "input0": f"virtio-keyboard-pci,addr=12.0,{busy.MODERN}",
    "input1": f"virtio-tablet-pci,addr=13.0,packed=on,{busy.MODERN}",
}
# Its device side is a server that knows only split rings.
ONLY_SPLIT = ("fs0",)
WORKERS = "disks=" + repr(" ".join(busy.DISKS)) + r"""
# $1: a number, other in each guest
random=$1
pick() {
    random=$(((random * 1103515245 + 12345) & 0x7fffffff))
    picked=$(((random >> 8) % $1))
}
disk() {
    pick 3
    case $picked in
    0) dd if=/dev/$1 of=/dev/null bs=4096 count=$2 iflag=direct ;;
    1) dd if=/dev/$1 of=/dev/null bs=64k count=$2 iflag=direct ;;
    2) dd if=/dev/zero of=/dev/$1 bs=4096 count=$2 oflag=direct ;;
    esac
}
files() {
    dd if=/dev/zero of=$1/file bs=4096 count=$2
    ls -l $1
    dd if=$1/file of=/dev/null bs=4096
    rm $1/file
}
# $1: requests for each device
burst() (
    for name in $disks; do
        disk $name $1 &
        pick 2
    done
    ping -A -q -c $1 10.0.2.2 &
    ping -A -q -c $1 -s 3000 10.0.3.2 &
    head -c $((8 * $1)) /dev/hwrng &
    head -c $((100 * $1)) /dev/zero >/dev/hvc0 &
    head -c $((1000 * $1)) /dev/zero >&3 &
    echo "burst of $1" >/dev/tty1 &
    files /mnt/fs $1 &
    files /mnt/9p $1 &
    wait
)
# $1: bursts, $2: of so many requests, $3: seconds between them
bursts() {
    left=$1
    while [ $left -gt 0 ]; do
        pick 2
        burst $2
        sleep $3
        left=$((left - 1))
    done
}
exec 3<>/dev/$(ls /dev | grep 'vport.*p1')
cat <&3 &
cat /dev/input/event* &
while :; do
    pick 4
    case $picked in
    0) sleep 60 ;;
    1) bursts 5 1 12 ;;
    2) bursts 8 10 8 ;;
    3) bursts 3 100 20 ;;
    esac
done
"""
START = f"""
modprobe virtio_gpu; modprobe evdev
{busy.USE_NETWORKS}
{busy.USE_RNG}
{busy.USE_SHARED} || exit
setsid sh /tmp/workers SEED </dev/null >/dev/null 2>&1 &
{{
    vqtop -bJ -d DELAY >/run/vqtop.out 2>/run/vqtop.err </dev/null &
    echo $! >/run/vqtop.pid
    wait $!
    echo $? >/run/vqtop.code
}} &
"""
STATE = """
cut -d ' ' -f 1 /proc/uptime
cd /proc/$(cat /run/vqtop.pid) && grep VmRSS status | tr -dc '0-9\n' && ls fd | wc -l
cat /run/vqtop.err; dmesg | grep -E 'segfault|traps:|general protection|Oops|BUG: (unable|KASAN)'
true
"""
# Kilobytes that a process may come to use without growing: pages that it touches late.
SLACK = 256
KEYS = ("a", "b", "c", "spc")
MOST_PROBLEMS = 5


def devices_of(host, number):
    """Their layouts differ in odd guests."""
    devices = {**busy.DEVICES, **busy.SHARED, **MORE_DEVICES}
    behind = [*busy.BEHIND, *host.devices[len(busy.SHARED):]]
    if number % 2:
        devices = {name: device if name in ONLY_SPLIT else other_layout(device)
                   for name, device in devices.items()}
    return [*busy.with_ids(devices), *behind], len(devices)


def other_layout(device):
    if ",packed=on" in device:
        return device.replace(",packed=on", "")
    # Others may be legacy devices.
    return device + ",packed=on" if busy.MODERN in device else device


def findings_of(report):
    """What vqdump --check says that is more than a remark, as one line each."""
    return [f"{device['name']} ({device['type']}): {finding['severity']} {finding['code']}: "
            f"{finding['message']}"
            for device in report["devices"] for finding in busy.serious(device)]


def faults_of(samples):
    """What vqtop says of queues that do not move, or that it could not read."""
    faults = []
    for sample in samples:
        stalled = [f"{queue['device']} queue {queue.get('index')}: {queue.get('code')}"
                   for queue in sample.get("queues", []) if queue.get("stalled")]
        if sample.get("error"):
            stalled.append(sample["error"])
        if not stalled and sample.get("stalled"):
            stalled.append(f"{sample['stalled']} stalled")
        faults += [f"vqtop at {sample['time']}: {fault}" for fault in stalled]
    return faults


def grown(values, slack=0):
    """The last third lies above the first; of few values that cannot be told."""
    third = len(values) // 3
    return third >= 2 and min(values[-third:]) > max(values[:third]) + slack


class Run:
    """One guest, until its own clock has gone on for so many seconds."""

    def __init__(self, number, plan):
        self.number = number
        self.seconds = 0
        self.checks = self.undecided = self.samples = self.crashes = self.findings = 0
        self.problems = []
        self.usage = []
        self._plan = plan
        self._folder = plan.folder / f"guest-{number}"
        self._clock = None
        self._count = 0
        self._taken = 0

    def run(self):
        while self._wanted():
            try:
                self._boot()
            except QemuCrash as error:
                # QEMU's own fault; the next guest goes on for the rest of the time.
                self.crashes += 1
                print(f"# guest {self.number}: {str(error).splitlines()[0]}", flush=True)
                if self.crashes > 3:
                    self._tell(str(error))
                    return
            except Exception:  # whatever it is, it is told, and the other guests run
                self._tell(traceback.format_exc())
                return

    def _wanted(self):
        return (self.seconds < self._plan.seconds and len(self.problems) < MOST_PROBLEMS
                and not self._plan.stopping.is_set())

    def _boot(self):
        life = int(self._plan.seconds * 2) + 3600
        with contextlib.ExitStack() as stack:
            host = stack.enter_context(busy.shared(seconds=life))
            devices, self._count = devices_of(host, self.number)
            guest = Guest("q35", devices, options=[*busy.OPTIONS, *host.options], accel=ACCEL,
                          cpus=1 + self.number // 2 % 2)
            guest.life_seconds = life
            guest.boot_seconds = self._plan.boot_seconds
            guest.grace_seconds = 120
            with self._plan.boots:
                stack.enter_context(guest)
                stack.enter_context(busy.echo(host.port))
                self._start(guest)
            self._watch(guest)

    def _start(self, guest):
        guest.put("/tmp/workers", WORKERS.encode())
        script = START.replace("SEED", str(self.number)).replace("DELAY", str(self._plan.delay))
        guest.output(script, timeout=300)
        self._clock = float(guest.output("cut -d ' ' -f 1 /proc/uptime", timeout=60))
        self.usage = []
        self._taken = 0

    def _watch(self, guest):
        turn = 0
        # Not all guests at the same time.
        due = time.monotonic() + self._plan.every * (self.number % 8 + 1) / 8
        while self._wanted():
            self._disturb(guest, turn)
            turn += 1
            if time.monotonic() >= due:
                due = time.monotonic() + self._plan.every
                self._look(guest)
            self._plan.stopping.wait(5)
        self._end(guest)

    @staticmethod
    def _disturb(guest, turn):
        """From the host: the balloon, keys and the pointer."""
        guest.qmp.command("balloon", value=(256 - turn % 5 * 4) * MEGABYTE)
        key = {"type": "qcode", "data": KEYS[turn % len(KEYS)]}
        guest.qmp.command("input-send-event", events=[
            {"type": "key", "data": {"down": turn % 2 == 0, "key": key}},
            {"type": "abs", "data": {"axis": "x", "value": turn * 100 % 32768}}])

    def _look(self, guest):
        try:
            self._check(guest)
            self._list(guest)
            self._take_samples(guest)
            self._take_state(guest)
        except (CommandFailed, CommandTimeout, ValueError) as error:
            self._tell(f"{type(error).__name__}: {error}", guest)

    def _check(self, guest):
        result = guest.run("vqdump --check --json", timeout=600)
        if result.code not in (0, 4, 8) or result.stderr:
            self._tell(f"vqdump --check: exit code {result.code}: {result.stderr.decode()}", guest)
            return
        self.checks += 1
        self.undecided += result.code == 8
        report = json.loads(result.stdout)
        if len(report["devices"]) != self._count:
            self._tell(f"vqdump --check: {len(report['devices'])} devices", guest)
        found = findings_of(report)
        if found:
            self.findings += len(found)
            self._tell("\n".join(found), guest, report=result.stdout)
        elif result.code == 8:
            self._keep(f"undecided-{self.undecided}.json", result.stdout)

    def _list(self, guest):
        result = guest.run("lsvirtio --json", timeout=300)
        if result.code or result.stderr:
            self._tell(f"lsvirtio: exit code {result.code}: {result.stderr.decode()}", guest)
        elif len(json.loads(result.stdout)["devices"]) != self._count:
            self._tell(f"lsvirtio: {result.stdout.decode()}", guest)

    def _take_samples(self, guest):
        text = guest.output(f"tail -c +{self._taken + 1} /run/vqtop.out", timeout=300)
        # Without a line that is being written.
        text = text[:text.rfind("\n") + 1]
        self._taken += len(text.encode())
        samples = [json.loads(line) for line in text.splitlines()]
        self.samples += len(samples)
        faults = faults_of(samples)
        if faults:
            self.findings += len(faults)
            self._tell("\n".join(faults), guest, samples=json.dumps(samples).encode())

    def _take_state(self, guest):
        clock, *usage = guest.output(STATE, timeout=60).splitlines()
        self.seconds += float(clock) - self._clock
        self._clock = float(clock)
        if len(usage) != 2 or not all(re.fullmatch(r"\d+", word) for word in usage):
            self._tell("vqtop or the kernel: " + "\n".join(usage), guest)
            return
        self.usage.append((int(usage[0]), int(usage[1])))

    def _end(self, guest):
        guest.output("kill $(cat /run/vqtop.pid)", timeout=60)
        wait = "until test -s /run/vqtop.code; do sleep 1; done; cat /run/vqtop.code"
        code = guest.output(wait, timeout=60).strip()
        if code != "0":
            self._tell(f"vqtop: exit code {code}", guest)
        memory, files = zip(*self.usage) if self.usage else ((), ())
        if grown(memory, SLACK):
            self._tell(f"vqtop's memory grows: {memory} kB")
        if grown(files):
            self._tell(f"vqtop's open files become more: {files}")

    def _tell(self, text, guest=None, **files):
        """A problem; what helps to understand it is kept."""
        self.problems.append(text)
        number = len(self.problems)
        print(f"guest {self.number}, problem {number}: {text}", flush=True)
        self._keep(f"problem-{number}.txt", text.encode())
        for name, data in files.items():
            self._keep(f"problem-{number}-{name}.json", data)
        if guest and guest.alive():
            with contextlib.suppress(Exception):
                self._keep(f"problem-{number}.log", guest.logs(200).encode())
                guest.run("rm -f /run/capture; vqdump --capture /run/capture --check", timeout=600)
                self._keep(f"problem-{number}-capture.json", guest.get("/run/capture"))

    def _keep(self, name, data):
        self._folder.mkdir(parents=True, exist_ok=True)
        (self._folder / name).write_bytes(data)
