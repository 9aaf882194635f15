# SPDX-License-Identifier: GPL-2.0-or-later
"""A guest of the lab: boot it, run commands in it, talk to the QEMU that runs it."""

import collections
import gzip
import io
import math
import os
import pathlib
import shlex
import shutil
import signal
import subprocess
import tarfile
import tempfile
import time

import arm64
import clock
import image
import newest
from agent import Agent, INPUT_SIZE
from channel import Channel, Closed
from qmp import Qmp

QEMU = "qemu-system-x86_64"

Machine = collections.namedtuple("Machine", "properties console agent agent_device architecture",
                                 defaults=("ttyS0", "ttyS1", "isa-serial,index=1", "amd64"))
# The machine types, with the properties that they need. The first serial port is the console and
# the second the agent's; neither is a virtio device.
MACHINES = {
    "q35": Machine(""),
    "pc": Machine(""),
    "microvm": Machine(",isa-serial=on"),
    # It has one serial port of another kind; on PCI, the usual kind can be added.
    "virt": Machine("", "ttyAMA0", "ttyS0", "pci-serial", "arm64"),
}
# Self-tests of ciphers, and what no test needs, are a fifth of a boot.
QUICK = "cryptomgr.notests=1 audit=0 mitigations=off"
DEFAULT_KERNELS = {"amd64": None, "arm64": image.KERNEL_ARM64}
# Where the counters of tools built with COV=1 go.
COUNTERS = os.environ.get("LAB_COUNTERS")
CONSOLE_LOG, QEMU_LOG = "console.log", "qemu.log"


class GuestError(Exception):
    """The guest did not boot, died, or does not answer."""


class QemuCrash(GuestError):
    """QEMU itself crashed."""


class CommandTimeout(Exception):
    """A command took too long and was killed; the guest still works."""


class CommandFailed(Exception):
    """A command that must succeed failed."""


def qemu_command(machine, devices=(), kernel_args="", options=(), memory="256M", cpus=2,
                 kernel=None, accel="tcg", before=(), newest_qemu=False, kaslr=False):
    """The part of QEMU's command line that tests and the interactive shell share.

    before      a command that runs the rest of the words
    kaslr       the kernel goes to a random place, which takes longer
    """
    kind, comma, properties = machine.partition(",")
    row = MACHINES[kind]
    built = image.build(kernel or DEFAULT_KERNELS[row.architecture])
    rate = clock.kernel_args() if row.architecture == "amd64" else ""
    command = [*before, *_qemu(row.architecture, newest_qemu),
               "-M", kind + row.properties + comma + properties,
               "-accel", accel, "-smp", str(cpus), "-m", memory,
               "-nodefaults", "-no-user-config", "-no-reboot", "-display", "none",
               "-kernel", str(built.packed if kaslr else built.kernel), "-initrd", str(built.initramfs),
               "-append", f"console={row.console} panic=-1 {QUICK} {rate} {kernel_args}", *options]
    for device in devices:
        command += ["-device", device]
    return command


def _qemu(architecture, is_newest):
    if is_newest:
        return newest.qemu(image.output_folder() / "lab")
    if architecture == "arm64":
        return [*arm64.qemu(image.output_folder() / "lab"), "-cpu", "max,pauth-impdef=on"]
    if not shutil.which(QEMU):
        raise image.Unavailable(f"{QEMU} is not installed")
    return [QEMU]


class Guest:
    """A context manager; everything that it started ends with the block.

    machine     a row of MACHINES, with more properties after a comma if need be
    devices     arguments of -device
    kernel_args more for the kernel's command line
    options     more arguments of QEMU, such as "-blockdev", "..."
    kernel      an image.Kernel other than the default
    newest_qemu not this machine's QEMU, but that of newest.py
    kaslr       the kernel goes to a random place
    """

    # Under emulation on a busy host, about one boot in fifty hangs.
    boot_seconds = 60
    boot_tries = 4
    # A guest that lives longer is killed, whatever happened to the test.
    life_seconds = 1800
    # How long after a command's own limit an answer may arrive.
    grace_seconds = 15

    def __init__(self, machine="q35", devices=(), kernel_args="", options=(), **sizes):
        self._machine = MACHINES[machine.partition(",")[0]]
        self._command = qemu_command(machine, devices,
                                     f"lab.agent={self._machine.agent} {kernel_args}",
                                     options, **sizes)
        self._process = None
        self._agent = None
        self._boot_log_size = 0
        self.qmp = None
        self.release = None
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="guest-",
                                                    dir=image.output_folder() / "lab"))

    def __enter__(self):
        try:
            self.start()
        except BaseException:
            self.stop(keep_logs=True)
            raise
        return self

    def __exit__(self, kind, error, traceback):
        if error and not isinstance(error, GuestError):
            error.add_note(self.logs())
        self.stop(keep_logs=error is not None)

    def start(self):
        """Boot until the agent answers; start again if the kernel hangs or crashes."""
        for left in reversed(range(self.boot_tries)):
            self._start_qemu()
            try:
                self.release = self._wait_ready()
            except GuestError as error:
                if not left:
                    raise
                print(f"# booting again: {str(error).splitlines()[0]}", flush=True)
                self._end_qemu()
            else:
                break
        self._boot_log_size = len(self._log(CONSOLE_LOG))

    def stop(self, keep_logs=False):
        """End QEMU in any state."""
        if COUNTERS and self.release and self.alive():
            self._keep_counters()
        self._end_qemu()
        if not keep_logs:
            shutil.rmtree(self.folder, ignore_errors=True)

    def alive(self):
        return self._process is not None and self._process.poll() is None

    def crash(self):
        """Make QEMU crash."""
        # It and its timeout are a process group.
        os.killpg(self._process.pid, signal.SIGSEGV)

    def run(self, command, stdin=b"", timeout=120):
        """Run a shell command; returns its exit code, standard output and standard error."""
        started = time.monotonic()
        limit = math.ceil(timeout)
        try:
            result = self._agent.run(command, stdin, limit, self.grace_seconds)
        except (Closed, TimeoutError) as error:
            raise self._gone(command, limit + self.grace_seconds, error) from None
        if result.code == 128 + signal.SIGKILL and time.monotonic() - started >= limit:
            raise CommandTimeout(f"took more than {limit} s: {command}\n"
                                 + result.stderr.decode(errors="replace"))
        return result

    def output(self, command, **options):
        """The standard output, as text, of a command that must succeed."""
        result = self.run(command, **options)
        if result.code:
            raise CommandFailed(f"exit code {result.code}: {command}\n"
                                + (result.stderr or result.stdout).decode(errors="replace"))
        return result.stdout.decode()

    def put(self, path, data):
        """Write a file in the guest."""
        packed = gzip.compress(data)
        self.output("rm -f /run/put")
        for start in range(0, len(packed), INPUT_SIZE):
            self.output("cat >>/run/put", stdin=packed[start:start + INPUT_SIZE])
        self.output(f"gzip -dc </run/put >{shlex.quote(str(path))}")

    def get(self, path):
        """The bytes of a file in the guest."""
        path = shlex.quote(str(path))
        self.output(f"test -r {path}")
        return self.run(f"cat {path}").stdout

    def logs(self, lines=60):
        """The last output of QEMU and of the guest's kernel, or of the boot if that failed."""
        tails = []
        for name, start in ((QEMU_LOG, 0), (CONSOLE_LOG, self._boot_log_size)):
            said = self._log(name)[start:].splitlines()[-lines:]
            tails += [f"{self.folder}/{name}:"] + [f"    {line}" for line in said]
        return "\n".join(tails)

    def _start_qemu(self):
        agent, monitor = Channel(), Channel()
        command = ["timeout", "--kill-after=5", str(self.life_seconds), *self._command,
                   "-chardev", f"file,id=console,path={self.folder / CONSOLE_LOG}",
                   "-serial", "chardev:console",
                   "-chardev", agent.chardev("agent"),
                   "-device", f"{self._machine.agent_device},chardev=agent",
                   "-chardev", monitor.chardev("qmp"),
                   "-mon", "chardev=qmp,mode=control"]
        with open(self.folder / QEMU_LOG, "wb") as log:
            self._process = subprocess.Popen(
                command, stdin=subprocess.DEVNULL, stdout=log, stderr=log,
                pass_fds=[agent.remote.fileno(), monitor.remote.fileno()],
                start_new_session=True)
        agent.remote.close()
        monitor.remote.close()
        self._agent, self.qmp = Agent(agent), Qmp(monitor)
        try:
            self.qmp.negotiate()
        except (Closed, TimeoutError) as error:
            raise self._gone("start", 30, error) from None

    def _wait_ready(self):
        try:
            return self._agent.wait_ready(time.monotonic() + self.boot_seconds)
        except (Closed, TimeoutError) as error:
            raise self._gone("boot", self.boot_seconds, error) from None

    def _end_qemu(self):
        if not self._process:
            return
        # QEMU and its timeout are a process group.
        if self.alive():
            os.killpg(self._process.pid, signal.SIGTERM)
            try:
                self._process.wait(3)
            except subprocess.TimeoutExpired:
                os.killpg(self._process.pid, signal.SIGKILL)
                self._process.wait()
        self._process = None
        self._agent.close()
        self.qmp.close()

    def _keep_counters(self):
        """Save the counters of COV=1 that tools left in the guest."""
        try:
            packed = self.run("tar -c -C /run/counters .", timeout=120).stdout
            with tarfile.open(fileobj=io.BytesIO(packed)) as archive:
                archive.extractall(pathlib.Path(COUNTERS, self.folder.name))
        except (GuestError, CommandTimeout, tarfile.TarError) as error:
            print(f"# counters of a guest are lost: {str(error).splitlines()[0]}", flush=True)

    def _gone(self, doing, seconds, error):
        kind = GuestError
        if isinstance(error, Closed):
            code = self._process.wait(10)
            if code in (-signal.SIGSEGV, -signal.SIGBUS):
                kind = QemuCrash
            message = f"QEMU ended with exit code {code}"
        else:
            message = f"no answer in {seconds} s"
        return kind(f"{message}: {doing}\n{self.logs()}")

    def _log(self, name):
        try:
            return (self.folder / name).read_bytes().decode(errors="replace")
        except FileNotFoundError:
            return ""
