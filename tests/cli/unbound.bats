# SPDX-License-Identifier: GPL-2.0-or-later
# PCI functions that virtio-pci does not hold, and devices on buses that are no
# transport of the specification.

load common

@test "functions without a virtio device are listed, each device once" {
	run -0 --separate-stderr ls_on unbound \
		-r -n -o NAME,TYPE,TRANSPORT,ADDRESS,DRIVER,STATUS,QUEUES
	output_is <<'TABLE'
virtio0 blk pci-modern 0000:00:02.0 virtio_blk 0xf -
virtio1 net vdpa vdpa0 virtio_net 0xf -
- net pci-modern 0000:00:03.0 vfio-pci - -
- blk pci-transitional 0000:00:04.0 - - -
- rng pci-modern 0000:00:0a.0 - - -
TABLE
}

@test "they are found by their address" {
	run -0 ls_on unbound -r -n -o ADDRESS 00:0a.0 0000:00:03.0
	output_is <<'TABLE'
0000:00:0a.0
0000:00:03.0
TABLE
	run -32 ls_on unbound 00:11.0
	run -32 ls_on unbound 00:10.0
}

@test "an empty structure, over which a driver gave up, is shown" {
	run -0 ls_on unbound -v 00:0a.0
	[[ $output = *"P9  severity error"*"DEVICE_CFG"*"length 0"* ]]
	run -0 vqdump --sysroot "$(fixture unbound)" --check 00:0a.0
	[[ $output = "0000:00:0a.0 rng: not checked"*"P9: DEVICE_CFG"* ]]
}

@test "JSON has no queues that nobody counted" {
	run -0 ls_on unbound -J -v 00:03.0
	jq -e '.devices[0] | .driver == "vfio-pci" and .type == "net" and
		.empty == false and ([has("name", "status", "num_queues",
		"queues", "features")] | any | not)' <<<"$output"
}

@test "why they are not checked" {
	run -1 --separate-stderr vqdump --sysroot "$(fixture unbound)" --check
	grep -qx "0000:00:03.0 net: not checked: held by vfio-pci, which has its queues" \
		<<<"$output"
	grep -q "^0000:00:04.0 blk: not checked: no driver is bound" \
		<<<"$output"
	run -0 vqdump --sysroot "$(fixture unbound)" 00:03.0
	[[ $output = *"held by vfio-pci"* ]]
	run -0 vqdump --sysroot "$(fixture unbound)" --in-flight 00:03.0
	[[ $output = *"their queues are unknown: 1"* ]]
	[[ $output != *"nothing is in flight"* ]]
}

@test "there is nothing to capture or to follow" {
	run -1 vqdump --sysroot "$(fixture unbound)" \
		--capture "$BATS_TEST_TMPDIR/file" 00:03.0
	[[ $output = *"0000:00:03.0: no virtio device"* ]]
	[ ! -e "$BATS_TEST_TMPDIR/file" ]
	run vqtop -b -n 1 --sysroot "$(fixture unbound)" 00:03.0
	[ "$status" -eq 32 ]
	[[ $output = *"00:03.0: not held by virtio-pci"* ]]
}

@test "a remote processor is no virtio-mmio device" {
	run -0 --separate-stderr ls_on remoteproc -r -n \
		-o NAME,TYPE,TRANSPORT,ADDRESS,DRIVER
	output_is <<'TABLE'
virtio0 rpmsg - 40800000.dsp#vdev0buffer virtio_rpmsg_bus
TABLE
	[ -z "$stderr" ]
	run -32 ls_on remoteproc mmio:0x40800000
}
