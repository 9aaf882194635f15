# SPDX-License-Identifier: GPL-2.0-or-later
"""A guest's terminal to type on and read from: a serial port of QEMU, shown by tmux.

As a program: the bridge between this terminal and the socket of a serial port.
"""

import os
import pathlib
import re
import select
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import tty

import image

# Not interactive: an interactive shell queries the terminal, and loses keys meanwhile.
SHELL = """trap : INT; while printf "# "; read -r line; do eval "$line"; done"""
PORT = "/sys/bus/pci/drivers/serial/*/tty/"


class Terminal:
    """A context manager: create it first, pass its options to Guest, then call connect().

    It runs a shell, as after a login.
    """

    def __init__(self, columns=80, rows=24):
        if not shutil.which("tmux"):
            raise image.Unavailable("tmux is not installed")
        # Socket paths are short.
        self._folder = pathlib.Path(tempfile.mkdtemp(prefix="lab-"))
        self._guest = None
        self._size = columns, rows
        self.device = None

    @property
    def options(self):
        return ("-chardev", f"socket,id=terminal,path={self._folder}/port,server=on,wait=off",
                "-device", "pci-serial,id=terminal,chardev=terminal")

    def __enter__(self):
        return self

    def __exit__(self, *_):
        subprocess.run([*self._tmux(), "kill-server"], stderr=subprocess.DEVNULL, check=False)
        shutil.rmtree(self._folder, ignore_errors=True)

    def connect(self, guest):
        """Start a shell of the guest on the terminal."""
        self._guest = guest
        self.device = "/dev/" + guest.output(f"ls -d {PORT}*").strip().rpartition("/")[2]
        columns, rows = self._size
        self._run("-f", "/dev/null", "new-session", "-d", "-x", str(columns), "-y", str(rows),
                  sys.executable, __file__, str(self._folder / "port"))
        # A controlling terminal delivers signals and makes programs interruptible.
        guest.output(f"stty -F {self.device} sane rows {rows} cols {columns}; "
                     f"export TERM=screen LC_ALL=C.UTF-8; cd /tmp; "
                     f"setsid -c sh -c '{SHELL}' <{self.device} >{self.device} 2>&1 &")
        self._wait_for_prompt(time.monotonic() + 60)

    def resize(self, columns, rows):
        """Resize both ends, because a serial port does not pass the size on."""
        self._run("resize-window", "-x", str(columns), "-y", str(rows))
        self._guest.output(f"stty -F {self.device} rows {rows} cols {columns}")

    def type(self, *keys):
        """Press keys by tmux's names, or type text."""
        self._run("send-keys", *keys)

    def enter(self, command):
        """Type a command when the shell is ready; earlier keys may be lost."""
        self.wait_until(lambda shown: shown.endswith("#"), "a prompt")
        self._run("send-keys", "-l", command)
        self.type("Enter")

    def shown(self):
        return self._run("capture-pane", "-p").rstrip("\n")

    def state(self, what):
        """A tmux format, such as "#{alternate_on}"."""
        return self._run("display-message", "-p", what).strip()

    def wait(self, pattern, seconds=60):
        """The screen's text, once it matches the pattern."""
        return self.wait_until(lambda shown: re.search(pattern, shown, re.MULTILINE), pattern,
                               seconds)

    def wait_until(self, wanted, what, seconds=60):
        deadline = time.monotonic() + seconds
        while True:
            shown = self.shown()
            if wanted(shown):
                return shown
            assert time.monotonic() < deadline, f"never shown: {what}\n{shown}"
            time.sleep(0.2)

    def _wait_for_prompt(self, deadline):
        """Ask for prompts until one arrives: output before the bridge exists is lost."""
        while not self.shown().endswith("#"):
            assert time.monotonic() < deadline, f"no prompt\n{self.shown()}"
            self.type("Enter")
            time.sleep(0.5)

    def _tmux(self):
        return ["tmux", "-S", str(self._folder / "tmux")]

    def _run(self, *arguments):
        environment = dict(os.environ, LC_ALL="C.UTF-8")
        return subprocess.run([*self._tmux(), *arguments], env=environment, check=True, text=True,
                              stdout=subprocess.PIPE, timeout=60).stdout


def bridge(path):
    with socket.socket(socket.AF_UNIX) as port:
        port.connect(path)
        tty.setraw(0)
        while True:
            for ready in select.select([0, port], [], [])[0]:
                data = os.read(ready if ready == 0 else port.fileno(), 65536)
                if not data:
                    return
                if ready == 0:
                    port.sendall(data)
                else:
                    os.write(1, data)


if __name__ == "__main__":
    bridge(sys.argv[1])
