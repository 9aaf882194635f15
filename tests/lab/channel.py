# SPDX-License-Identifier: GPL-2.0-or-later
"""Lines over a socket to QEMU, with deadlines."""

import socket
import time


class Closed(Exception):
    """The other end is gone."""


class Channel:
    """One end of a socket pair; QEMU inherits the other, so no path can be wrong."""

    def __init__(self):
        self._socket, self.remote = socket.socketpair()
        self._received = bytearray()

    def chardev(self, name):
        return f"socket,id={name},fd={self.remote.fileno()}"

    def send(self, data, seconds=30):
        self._socket.settimeout(seconds)
        try:
            self._socket.sendall(data)
        except (BrokenPipeError, ConnectionResetError):
            raise Closed from None

    def read_line(self, deadline):
        """One line without its newline; TimeoutError when time.monotonic() passes the deadline."""
        searched = 0
        while True:
            end = self._received.find(b"\n", searched)
            if end >= 0:
                line = bytes(self._received[:end])
                del self._received[:end + 1]
                return line
            searched = len(self._received)
            self._received += self._receive(deadline)

    def read(self, size, deadline):
        """So many bytes; TimeoutError likewise."""
        while len(self._received) < size:
            self._received += self._receive(deadline)
        data = bytes(self._received[:size])
        del self._received[:size]
        return data

    def close(self):
        self._socket.close()
        self.remote.close()

    def _receive(self, deadline):
        seconds = deadline - time.monotonic()
        if seconds <= 0:
            raise TimeoutError
        self._socket.settimeout(seconds)
        try:
            data = self._socket.recv(65536)
        except ConnectionResetError:
            data = b""
        if not data:
            raise Closed
        return data
