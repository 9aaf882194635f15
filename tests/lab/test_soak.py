# SPDX-License-Identifier: GPL-2.0-or-later
"""The soak of healthy guests: it ends well, and would tell if something were wrong."""

import os
import re
import subprocess

import image
from soaking import faults_of, findings_of, grown, other_layout


def long_one_guest_for_three_minutes():
    result = subprocess.run(
        [image.LAB / "soak"], stdout=subprocess.PIPE, text=True, timeout=1200,
        env={**os.environ, "SOAK_GUESTS": "1", "SOAK_HOURS": "0.05", "SOAK_EVERY": "0.5"})
    last = result.stdout.splitlines()[-1]
    assert result.returncode == 0, result.stdout
    said = re.fullmatch(r"soak-healthy: 1 guests, (\S+) guest-hours, (\d+) checks "
                        r"\(\d+ undecided\), (\d+) samples of vqtop, "
                        r"0 findings, 0 problems: exit code 0", last)
    assert said and float(said[1]) >= 0.05 and int(said[2]) >= 2 and int(said[3]) >= 10, last


def test_what_is_wrong_is_told():
    remark, warning = ({"severity": severity, "code": "D_RING_FULL", "message": "it is full"}
                       for severity in ("info", "warning"))
    device = {"name": "virtio3", "type": "console", "findings": [remark]}
    assert not findings_of({"devices": [device]})
    device["findings"].append(warning)
    assert findings_of({"devices": [device]}) == [
        "virtio3 (console): warning D_RING_FULL: it is full"]
    queue = {"device": "virtio3", "index": 1, "stalled": False}
    sample = {"time": "2026-01-01T00:00:00.000Z", "stalled": 0, "queues": [queue]}
    assert not faults_of([sample])
    queue.update(stalled=True, code="D_LOST_KICK")
    sample["stalled"] = 1
    assert faults_of([sample]) == [
        "vqtop at 2026-01-01T00:00:00.000Z: virtio3 queue 1: D_LOST_KICK"]
    assert faults_of([{"time": "now", "error": "no memory"}]) == ["vqtop at now: no memory"]


def test_growth_is_told():
    assert not grown([3, 9, 9, 9, 9, 9], slack=0) and not grown([1, 2, 3])
    assert not grown([3000, 3100, 3100, 3100, 3100, 3100], slack=256)
    assert grown(range(1000, 2000, 50), slack=256) and grown([10, 10, 10, 11, 12, 12])


def test_layouts():
    assert other_layout("virtio-rng-pci,addr=a.0,packed=on,disable-legacy=on") == \
        "virtio-rng-pci,addr=a.0,disable-legacy=on"
    assert other_layout("virtio-blk-pci,disable-legacy=on").endswith(",packed=on")
    legacy = "virtio-blk-pci,disable-legacy=off,disable-modern=on"
    assert other_layout(legacy) == legacy
