# SPDX-License-Identifier: GPL-2.0-or-later
"""The host's side of the agent in a guest; programs/agent.c is the other side and describes the
protocol.
"""

import collections
import gzip
import time

Result = collections.namedtuple("Result", "code stdout stderr")

# The most standard input per request: a serial port has no flow control, and the guest buffers no
# more than this until the agent reads it.
INPUT_SIZE = 24 * 1024

READY = "ready "
# Bytes per second over the serial port, on a very busy host.
SLOWEST = 20_000


class Agent:
    """Every call may raise TimeoutError or channel.Closed."""

    def __init__(self, channel):
        self._channel = channel
        self._sequence = 0

    def wait_ready(self, deadline):
        """Wait for the agent, and return the kernel's release."""
        return self._answer(READY, deadline)

    def run(self, command, stdin, limit, grace):
        """Run a command; the guest kills it after `limit` seconds. Wait `grace` longer."""
        self._sequence += 1
        command = command.encode()
        if len(command) + len(stdin) > INPUT_SIZE + 4096:
            raise ValueError("too much for one request: use Guest.put()")
        header = f"{self._sequence} {limit} {len(command)} {len(stdin)}\n"
        self._channel.send(header.encode() + command + stdin)
        code = int(self._answer(f"{self._sequence} ", time.monotonic() + limit + grace))
        return Result(code, self._stream(grace), self._stream(grace))

    def close(self):
        self._channel.close()

    def _stream(self, grace):
        size, compressed = map(int, self._answer("", time.monotonic() + grace).split())
        data = self._channel.read(size, time.monotonic() + grace + size / SLOWEST)
        return gzip.decompress(data) if compressed else data

    def _answer(self, prefix, deadline):
        """The rest of the first line with this prefix; others answer abandoned requests."""
        while True:
            line = self._channel.read_line(deadline).decode("ascii", errors="replace")
            if line.startswith(prefix):
                return line[len(prefix):]
