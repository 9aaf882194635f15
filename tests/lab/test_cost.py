# SPDX-License-Identifier: GPL-2.0-or-later
"""The cost of the tools, printed for readers: times are not judged."""

import json
import re

from guest import Guest

# 40 queues, as a disk has one per processor.
MANY = {
    "machine": "q35", "cpus": 8,
    "devices": [f"virtio-blk-pci,drive=disk{index},num-queues=8" for index in range(3)]
               + ["virtio-scsi-pci,num_queues=8", "virtio-net-pci,netdev=net",
                  "virtio-balloon-pci"],
    "options": [word for index in range(3) for word in
                ("-blockdev", f"null-co,node-name=disk{index},size=16777216,read-zeroes=on")]
               + ["-netdev", "hubport,id=net,hubid=0"],
}


def long_what_forty_queues_cost():
    with Guest(**MANY) as guest:
        devices = json.loads(guest.output("vqdump -J", timeout=120))["devices"]
        queues = sum(len(device["queues"]) for device in devices)
        assert len(devices) == 6 and queues >= 38, (len(devices), queues)
        for form in ("vqdump", "vqdump -J", "vqdump --capture -", "lsvirtio"):
            seconds = min(processor_time(guest, form) for _ in range(3))
            print(f"# figure: {form}: {seconds:.2f} s of an emulated processor for "
                  f"{len(devices)} devices, {queues} queues")


def processor_time(guest, command):
    """Seconds in user space and in the kernel."""
    said = guest.run(f"time sh -c '{command} >/dev/null 2>&1'", timeout=120).stderr.decode()
    found = re.findall(r"^(?:user|sys)\s+(\d+)m\s*([\d.]+)s", said, re.MULTILINE)
    assert len(found) == 2, said
    return sum(60 * int(minutes) + float(seconds) for minutes, seconds in found)
