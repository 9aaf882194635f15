# SPDX-License-Identifier: GPL-2.0-or-later
"""Turn x-query-virtio-status's names of feature and status bits back into numbers.

The names are QEMU's and sometimes differ from the specification's.
"""

STATUS = {
    "VIRTIO_CONFIG_S_ACKNOWLEDGE": 0x01,
    "VIRTIO_CONFIG_S_DRIVER": 0x02,
    "VIRTIO_CONFIG_S_DRIVER_OK": 0x04,
    "VIRTIO_CONFIG_S_FEATURES_OK": 0x08,
    "VIRTIO_CONFIG_S_NEEDS_RESET": 0x40,
    "VIRTIO_CONFIG_S_FAILED": 0x80,
}

# Prefix of the names: the rest of each name, and its bit.
FEATURES = {
    "VIRTIO_F_": {
        "NOTIFY_ON_EMPTY": 24, "ANY_LAYOUT": 27, "VERSION_1": 32, "IOMMU_PLATFORM": 33,
        "RING_PACKED": 34, "IN_ORDER": 35, "ORDER_PLATFORM": 36, "SR_IOV": 37,
        "NOTIFICATION_DATA": 38, "RING_RESET": 40,
    },
    "VIRTIO_RING_F_": {"INDIRECT_DESC": 28, "EVENT_IDX": 29},
    # Used between QEMU and an external backend; drivers ignore bit 30.
    "VHOST_": {"F_LOG_ALL": 26, "USER_F_PROTOCOL_FEATURES": 30},
    "VIRTIO_NET_F_": {
        "CSUM": 0, "GUEST_CSUM": 1, "CTRL_GUEST_OFFLOADS": 2, "MTU": 3, "MAC": 5, "GSO": 6,
        "GUEST_TSO4": 7, "GUEST_TSO6": 8, "GUEST_ECN": 9, "GUEST_UFO": 10, "HOST_TSO4": 11,
        "HOST_TSO6": 12, "HOST_ECN": 13, "HOST_UFO": 14, "MRG_RXBUF": 15, "STATUS": 16,
        "CTRL_VQ": 17, "CTRL_RX": 18, "CTRL_VLAN": 19, "CTRL_RX_EXTRA": 20,
        "GUEST_ANNOUNCE": 21, "MQ": 22, "CTRL_MAC_ADDR": 23, "HASH_REPORT": 57, "RSS": 60,
        "RSC_EXT": 61, "STANDBY": 62, "SPEED_DUPLEX": 63,
    },
    "VIRTIO_BLK_F_": {
        "BARRIER": 0, "SIZE_MAX": 1, "SEG_MAX": 2, "GEOMETRY": 4, "RO": 5, "BLK_SIZE": 6,
        "SCSI": 7, "FLUSH": 9, "TOPOLOGY": 10, "CONFIG_WCE": 11, "MQ": 12, "DISCARD": 13,
        "WRITE_ZEROES": 14,
    },
    "VIRTIO_CONSOLE_F_": {"SIZE": 0, "MULTIPORT": 1, "EMERG_WRITE": 2},
    "VIRTIO_BALLOON_F_": {
        "MUST_TELL_HOST": 0, "STATS_VQ": 1, "DEFLATE_ON_OOM": 2, "FREE_PAGE_HINT": 3,
        "PAGE_POISON": 4, "REPORTING": 5,
    },
    "VIRTIO_SCSI_F_": {"INOUT": 0, "HOTPLUG": 1, "CHANGE": 2, "T10_PI": 3},
    "VIRTIO_GPU_F_": {
        "VIRGL": 0, "EDID": 1, "RESOURCE_UUID": 2, "RESOURCE_BLOB": 3, "CONTEXT_INIT": 4,
    },
}
NUMBERS = {prefix + name: 1 << bit for prefix, names in FEATURES.items()
           for name, bit in names.items()}


def feature_bits(features):
    """The number behind guest-features or host-features."""
    return _number(features, ("transports", "dev-features"), "unknown-dev-features", NUMBERS)


def status_bits(status):
    return _number(status, ("statuses",), "unknown-statuses", STATUS)


def _number(answer, lists, rest, numbers):
    """Each list has "NAME: explanation"; `rest` is the number of the bits without a name."""
    unexpected = answer.keys() - {*lists, rest}
    if unexpected:
        raise ValueError(f"QEMU says more than is understood here: {unexpected}")
    number = answer.get(rest, 0)
    for entry in (entry for key in lists for entry in answer[key]):
        name = entry.partition(":")[0]
        if name not in numbers:
            raise ValueError(f"the bit of {name} is not known here")
        number |= numbers[name]
    return number
