# SPDX-License-Identifier: GPL-2.0-or-later
"""QEMU's machine protocol: commands, events, and QEMU's own view of its virtio devices."""

import json
import time


class QmpError(Exception):
    """QEMU refused a command."""


class Qmp:
    def __init__(self, channel):
        self._channel = channel
        self._events = []

    def negotiate(self, timeout=30):
        self._read(time.monotonic() + timeout)  # the greeting
        self.command("qmp_capabilities")

    def command(self, name, timeout=60, **arguments):
        """The command's return value. A "-" in an argument's name is written "_"."""
        arguments = {key.replace("_", "-"): value for key, value in arguments.items()}
        request = {"execute": name, "arguments": arguments}
        self._channel.send(json.dumps(request).encode() + b"\n")
        deadline = time.monotonic() + timeout
        while True:
            message = self._read(deadline)
            if "event" in message:
                self._events.append(message)
            elif "error" in message:
                raise QmpError(f"{name}: {message['error']['desc']}")
            else:
                return message["return"]

    def wait_event(self, name, timeout=30, **data):
        """The first event with this name and data, which may have arrived already."""
        deadline = time.monotonic() + timeout
        while True:
            for event in self._events:
                if event["event"] == name and data.items() <= event.get("data", {}).items():
                    self._events.remove(event)
                    return event
            self._events.append(self._read(deadline))

    def virtio_paths(self):
        """{id of a -device: its path in other commands}."""
        paths = [device["path"] for device in self.command("x-query-virtio")]
        # /machine/peripheral/ID, and for a PCI device /virtio-backend after it
        return {path.split("/")[3]: path for path in paths}

    def virtio_status(self, path):
        return self.command("x-query-virtio-status", path=path)

    def virtio_queue_status(self, path, queue):
        return self.command("x-query-virtio-queue-status", path=path, queue=queue)

    def pci_addresses(self):
        """{id of a -device: its PCI address}, for devices with an id."""
        found = {}
        buses = [bus["devices"] for bus in self.command("query-pci")]
        while buses:
            for device in buses.pop():
                address = "0000:{bus:02x}:{slot:02x}.{function:x}".format(**device)
                if device["qdev_id"]:
                    found[device["qdev_id"]] = address
                buses.append(device.get("pci_bridge", {}).get("devices", []))
        return found

    def close(self):
        self._channel.close()

    def _read(self, deadline):
        return json.loads(self._channel.read_line(deadline))
