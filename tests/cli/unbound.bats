# SPDX-License-Identifier: GPL-2.0-or-later
# PCI functions and slots that virtio's drivers do not hold, and devices on buses
# that are no transport of the specification.

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

# unplugged OPTION...: lsvirtio, which a signal stops after the scan, until
# virtio1 and the function 00:0a.0 are gone. What it printed is in out and err.
unplugged()
{
	local dir trace=$BATS_TEST_TMPDIR/trace

	dir=$(fixture_copy unbound)
	mkdir "$dir/proc"
	: >"$dir/proc/interrupts"
	: >"$trace"
	ASAN_OPTIONS=detect_leaks=0 strace -qq -o "$trace" \
		-P "$dir/sys/bus/pci/devices" -e trace=getdents64 \
		-e inject=getdents64:signal=SIGSTOP:when=2 \
		lsvirtio --sysroot "$dir" "$@" \
		>"$BATS_TEST_TMPDIR/out" 2>"$BATS_TEST_TMPDIR/err" 3>&- &
	until grep -q "stopped by SIGSTOP" "$trace"; do
		kill -0 $!
		sleep 0.05
	done
	rm -r "$dir/sys/bus/virtio/devices/virtio1" \
		"$dir/sys/devices/pci0000:00/0000:00:10.0" \
		"$dir/sys/bus/pci/devices/0000:00:0a.0" \
		"$dir/sys/devices/pci0000:00/0000:00:0a.0"
	kill -CONT "$(pgrep -P $! lsvirtio)"
	wait $!
}

@test "what is unplugged while it is listed is left out, and no fault" {
	command -v strace >/dev/null || skip "strace is not installed"
	strace -o /dev/null true 2>/dev/null || skip "strace may not trace here"
	cd "$BATS_TEST_TMPDIR"
	for form in '' -O -J '-J -v' --tree -P; do
		# shellcheck disable=SC2086
		unplugged $form
		run ! grep -E "virtio1|0a.0" out
		grep -q virtio0 out
		[[ $form = *v* || ! -s err ]]
		rm -r unbound
	done
	unplugged -v
	run ! grep -E "virtio1|0a.0" out
	diff <(sort err) - <<-EOF
	lsvirtio: 0000:00:0a.0: removed while it was listed
	lsvirtio: virtio1: removed while it was listed
	EOF
	rm -r unbound
	# One that was asked for is not there.
	unplugged 00:0a.0 virtio0 && status=0 || status=$?
	[ "$status" -eq 64 ]
	grep -q virtio0 out
	[ "$(cat err)" = "lsvirtio: 0000:00:0a.0: no such virtio device" ]
	rm -r unbound
	unplugged 00:0a.0 && status=0 || status=$?
	[ "$status" -eq 32 ]
	[ "$(wc -l <out)" -le 1 ]
}

@test "slots of virtio-mmio are listed while its driver is not loaded" {
	run -0 --separate-stderr ls_on slots \
		-r -n -o NAME,TYPE,TRANSPORT,ADDRESS,DRIVER,STATUS,QUEUES
	output_is <<'TABLE'
- - mmio mmio:0x10001000 - - -
- - mmio mmio:0x10002000 vfio-platform - -
- - mmio mmio:0xfeb00000 - - -
- - mmio mmio:0xfeb10000 - - -
TABLE
	run -0 ls_on slots -J mmio:0x10001000
	jq -e '.devices[0] | has("empty") | not' <<<"$output"
	run -0 vqdump --sysroot "$(fixture slots)" --check
	grep -qx "mmio:0x10002000: not checked: held by vfio-platform, which has its queues" \
		<<<"$output"
	grep -A 1 "^mmio:0x10001000: not checked" <<<"$output" |
		grep -q "virtio-mmio is not loaded"
}

@test "slots that virtio-mmio refused are empty, and not listed" {
	cp -r "$(fixture slots)" "$BATS_TEST_TMPDIR/loaded"
	mkdir -p "$BATS_TEST_TMPDIR/loaded/sys/bus/platform/drivers/virtio-mmio"
	run -0 lsvirtio --sysroot "$BATS_TEST_TMPDIR/loaded" -r -n -o ADDRESS
	output_is <<'TABLE'
mmio:0x10002000
TABLE
}
