# SPDX-License-Identifier: GPL-2.0-or-later
"""A guest with many kinds of devices, split and packed, and what belongs to them on the host."""

import collections
import contextlib
import json
import pathlib
import socket
import threading

from test_recipes import served

MODERN = "disable-legacy=on"
TRANSITIONAL = "disable-legacy=off,disable-modern=off"
LEGACY = "disable-legacy=off,disable-modern=on"

DEVICES = {
    "blk0": f"virtio-blk-pci,addr=2.0,drive=disk0,num-queues=2,{MODERN}",
    "blk1": f"virtio-blk-pci,addr=3.0,drive=disk1,indirect_desc=off,event_idx=off,{MODERN}",
    "blk2": f"virtio-blk-pci,addr=4.0,drive=disk2,packed=on,queue-size=64,{MODERN}",
    "blk3": f"virtio-blk-pci,addr=5.0,drive=disk3,packed=on,indirect_desc=off,event_idx=off,"
            f"{MODERN}",
    "blk4": f"virtio-blk-pci,addr=6.0,drive=disk4,indirect_desc=off,{TRANSITIONAL}",
    "blk5": f"virtio-blk-pci,addr=7.0,drive=disk5,{LEGACY}",
    "net0": f"virtio-net-pci,addr=8.0,netdev=net0,{MODERN}",
    "net1": f"virtio-net-pci,addr=9.0,netdev=net1,packed=on,{MODERN}",
    "rng0": f"virtio-rng-pci,addr=a.0,packed=on,{MODERN}",
    "serial0": f"virtio-serial-pci,addr=b.0,max_ports=2,{MODERN}",
    "scsi0": f"virtio-scsi-pci,addr=c.0,num_queues=2,{MODERN}",
    "scsi1": f"virtio-scsi-pci,addr=d.0,packed=on,{MODERN}",
    "balloon0": f"virtio-balloon-pci,addr=e.0,guest-stats-polling-interval=1,{TRANSITIONAL}",
}
BEHIND = ("virtconsole,bus=serial0.0,chardev=sink", "scsi-hd,drive=disk6,bus=scsi0.0",
          "scsi-hd,drive=disk7,bus=scsi1.0")
DISKS = ("vda", "vdb", "vdc", "vdd", "vde", "vdf", "sda", "sdb")
OPTIONS = [word for index in range(len(DISKS)) for word in
           ("-blockdev", f"null-co,node-name=disk{index},size=16777216,read-zeroes=on")] + [
    "-netdev", "user,id=net0,net=10.0.2.0/24,restrict=on",
    "-netdev", "user,id=net1,net=10.0.3.0/24,restrict=on",
    "-chardev", "null,id=sink"]

# These need something on the host: see shared().
SHARED = {
    "fs0": "vhost-user-fs-pci,addr=f.0,chardev=fs,tag=shared",
    "p9": f"virtio-9p-pci,addr=10.0,fsdev=folder,mount_tag=folder,{MODERN}",
}
SHARED_BEHIND = ("virtserialport,bus=serial0.0,chardev=port,nr=1,name=org.example.echo",)

USE_NETWORKS = ("ip link set eth0 up; ip addr replace 10.0.2.15/24 dev eth0; "
                "ip link set eth1 up; ip addr replace 10.0.3.15/24 dev eth1")
USE_RNG = ("rng=$(grep -o 'virtio_rng[^ ]*' /sys/class/misc/hw_random/rng_available); "
           "echo $rng >/sys/class/misc/hw_random/rng_current")
USE_SHARED = ("modprobe virtiofs && mkdir -p /mnt/fs /mnt/9p && "
              "mount -t virtiofs shared /mnt/fs && "
              "mount -t 9p -o trans=virtio,version=9p2000.L folder /mnt/9p")


# Arguments of Guest, and the path of a port's host side.
Shared = collections.namedtuple("Shared", "devices options port")


def with_ids(devices):
    return [f"{device},id={name}" for name, device in devices.items()]


@contextlib.contextmanager
def shared(seconds=300):
    """A server and a folder on the host, and the devices that share them."""
    with served(seconds) as (files, options):
        folder = pathlib.Path(files.parent, "folder")
        folder.mkdir()
        port = pathlib.Path(files.parent, "port")
        options = [*options,
                   "-fsdev", f"local,id=folder,path={folder},security_model=none",
                   "-chardev", f"socket,id=port,path={port},server=on,wait=off"]
        yield Shared([*with_ids(SHARED), *SHARED_BEHIND], options, port)


@contextlib.contextmanager
def echo(path):
    """The host side of a port sends back what it gets."""
    with socket.socket(socket.AF_UNIX) as port:
        port.connect(str(path))
        worker = threading.Thread(target=_send_back, args=(port,))
        worker.start()
        try:
            yield
        finally:
            with contextlib.suppress(OSError):
                port.shutdown(socket.SHUT_RDWR)
            worker.join()


def _send_back(port):
    with contextlib.suppress(OSError):
        while data := port.recv(65536):
            port.sendall(data)


def serious(device):
    """Its findings that are more than a remark."""
    return [finding for finding in device["findings"] if finding["severity"] != "info"]


def check(guest, seconds=120):
    """The devices with their findings."""
    result = guest.run("vqdump --check -J", timeout=seconds)
    assert result.code in (0, 4), result
    return json.loads(result.stdout)["devices"]


def assert_no_findings(devices, count):
    assert len(devices) == count, [device["name"] for device in devices]
    for device in devices:
        assert device["queues"], device
        bad = serious(device)
        queues = [queue for queue in device["queues"]
                  if queue["index"] in [finding.get("queue") for finding in bad]]
        assert not bad, (device["name"], device["type"], device["feature_names"], bad, queues)


def positions(guest):
    """Each device's queue positions: those that change are under load."""
    return {device["name"]: [(queue["driver_state"]["last_used_idx"],
                              queue["driver_state"].get("last_used_wrap"))
                             for queue in device["queues"]]
            for device in json.loads(guest.output("vqdump -J", timeout=60))["devices"]}
