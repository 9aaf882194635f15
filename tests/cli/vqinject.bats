# SPDX-License-Identifier: GPL-2.0-or-later
# vqinject on simulated devices: buffers, recipes, scripts, and results.

load common

setup()
{
	cd "$BATS_TEST_TMPDIR" || return 1
}

needs_jq()
{
	command -v jq >/dev/null || skip "jq is not installed"
}

# The bytes of a hex dump, as digits.
dumped()
{
	sed -nE 's/^ *[0-9a-f]{8} ([0-9a-f ]{48,49}) +\|.*/\1/p' <<<"$output" |
		tr -d ' \n'
}

# A packet capture with two frames.
make_pcap()
{
	{
		printf '\xd4\xc3\xb2\xa1\x02\0\x04\0\0\0\0\0\0\0\0\0\xff\xff\0\0\x01\0\0\0'
		printf '\0\0\0\0\0\0\0\0\x0e\0\0\0\x0e\0\0\0abcdefghijklmn'
		printf '\0\0\0\0\0\0\0\0\x0f\0\0\0\x0f\0\0\0ABCDEFGHIJKLMNO'
	} >"$1"
}

# --- Chains ---

@test "a buffer that the device fills" {
	run -0 --separate-stderr vqinject sim:rng --in 16
	[ -z "$stderr" ]
	[[ ${lines[0]} =~ ^"buffer 1: queue 0 requestq, used length 16, "[0-9.]+" "[mu]?s$ ]]
	[ "$(dumped | wc -c)" -eq 32 ]
	[ "${lines[2]}" = 00000010 ]
	[ "${#lines[@]}" -eq 3 ]
}

@test "options may stand before and after the device" {
	run -0 vqinject --in 8 sim:rng --count 2
	[[ ${lines[0]} = "buffer 1: "* ]]
	run -0 vqinject --count=2 sim:rng rng read 8 --depth 2
}

@test "exact pieces, readable ones first" {
	# Read the first sector of a disk by hand.
	head -c 512 /dev/zero | tr '\0' z >disk
	run -0 vqinject sim:blk,file=disk --in 512 --out zero:8 \
		--out hex:0000000000000000 --in 1
	[[ ${lines[0]} = *", 16 bytes out, used length 513, "* ]]
	# A row equal to the one before is left out.
	[ "$(dumped)" = "$(printf '7a%.0s' {1..16})00" ]
}

@test "all kinds of SPEC reach the device" {
	printf 'head12345tail' >file
	run -0 vqinject sim:console -f - <<-'EOF2'
		queue receiveq(port0) in 100
		queue transmitq(port0) out hex:6869:21 out text:\sa\x2eb\n out file:file,4,5 out pattern:3 out zero:1 out random:4,0
	EOF2
	[ "$(dumped)" = 68692120612e620a313233343500010200afcd1d7b ]
}

@test "a queue by its number and by its name" {
	run -0 vqinject sim:net -q 1 --out zero:12 --out pattern:60
	[[ $output = "buffer 1: queue 1 transmitq1, 72 bytes out, used length 0, "* ]]
	run -0 vqinject sim:net -q transmitq1 --out zero:12 --out pattern:60
	[[ $output = "buffer 1: queue 1 transmitq1, "* ]]
}

@test "layouts, indirect tables, event index, queue sizes" {
	run -0 --separate-stderr vqinject -v sim:blk,packed --layout packed \
		--indirect --event-idx --queue-size 8 blk read 0 512
	[[ $stderr = *VIRTIO_F_INDIRECT_DESC*VIRTIO_F_EVENT_IDX*VIRTIO_F_RING_PACKED* ]]
	[[ $stderr = *"queue 0 requestq1: packed, 8 entries" ]]
	run -0 --separate-stderr vqinject -v sim:blk,packed --layout split --in 1 --out zero:16
	[[ $stderr = *"split, 256 entries" ]]
	for layout in split packed; do
		for more in "" --indirect --event-idx --poll; do
			# shellcheck disable=SC2086
			run -0 vqinject sim:blk,packed --layout $layout \
				$more --count 300 --depth 3 blk read 0 512
			[[ $output = *"300 buffers in "* ]]
		done
	done
}

@test "features by name, with their refusal" {
	run -0 --separate-stderr vqinject -v sim:blk,in-order \
		--features +VIRTIO_F_IN_ORDER,+flush,+6 blk flush
	[[ $stderr = *"features VIRTIO_BLK_F_BLK_SIZE, VIRTIO_BLK_F_FLUSH, VIRTIO_F_VERSION_1, VIRTIO_F_IN_ORDER"* ]]
	run -1 --separate-stderr vqinject sim:rng --features +RING_PACKED --in 1
	[[ $stderr = *"refused the features: requested VIRTIO_F_VERSION_1, VIRTIO_F_RING_PACKED (not offered: VIRTIO_F_RING_PACKED); offered but not requested: VIRTIO_F_INDIRECT_DESC, VIRTIO_F_EVENT_IDX" ]]
	run -1 --separate-stderr vqinject sim:rng --features -VERSION_1 --in 1
	[[ $stderr = *"refused the features: requested none "* ]]
	run -1 --separate-stderr vqinject sim:rng --layout packed --in 1
	[[ $stderr = *"--layout packed needs VIRTIO_F_RING_PACKED, which the device does not offer; it offers "* ]]
	run -1 vqinject sim:rng,indirect=off --indirect --in 1
	run -1 vqinject sim:rng,event-idx=off --event-idx --in 1
}

@test "many buffers: figures, and only the bytes requested" {
	run -0 vqinject sim:rng --in 8 --count 1000 --depth 32
	[ -z "$(dumped)" ]
	[[ $output = *"contents of 1000 buffers not shown"* ]]
	[[ $output =~ "1000 buffers in "[0-9.]+" "[mu]?s": "[0-9]+" buffers/s" ]]
	[[ $output =~ "latency: min "[0-9.]+" "[mu]?s", p50 "[0-9.]+" "[mu]?s", p99 "[0-9.]+" "[mu]?s", max " ]]
	# The histogram covers all of them.
	total=$(sed -nE 's/^ +[0-9.]+ [nmu]?s +([0-9]+) .*/\1/p' <<<"$output" |
		awk '{ sum += $1 } END { print sum }')
	[ "$total" -eq 1000 ]
	run -0 vqinject -v sim:rng --in 8 --count 20
	[ "$(dumped | wc -c)" -eq 320 ]
}

@test "--rate holds them back" {
	start=$(date +%s%N)
	run -0 vqinject sim:rng --in 8 --count 11 --rate 100/s
	[ $(($(date +%s%N) - start)) -ge 100000000 ]
}

@test "--save writes the answer to a new file, for its owner only" {
	run -0 vqinject sim:rng rng read 100 --save file
	[ -z "$(dumped)" ]
	[ "$(stat -c %s:%a file)" = 100:600 ]
	run -1 --separate-stderr vqinject sim:rng rng read 100 --save file
	[[ $stderr = *"file: file exists"* ]]
	ln -s nowhere link
	run -1 vqinject sim:rng rng read 100 --save link
	[ ! -e nowhere ]
	vqinject sim:rng --in 5 --count 3 --save - >raw 2>errors
	[ "$(stat -c %s raw)" -eq 15 ]
	grep -q 'buffers/s' errors
	# Nothing was done, and nothing remains.
	run -1 vqinject sim:rng --layout packed --in 4 --save other
	[ ! -e other ]
}

@test "--json" {
	needs_jq
	run -0 --separate-stderr vqinject -J sim:rng rng read 64 --count 2
	[ -z "$stderr" ]
	[ "$(jq -r '.device + " " + .recipe + " " + .status' <<<"$output")" = \
		"sim:rng rng read 0xf" ]
	[ "$(jq '.buffers | length' <<<"$output")" -eq 2 ]
	[ "$(jq '.buffers[0].in_len, .buffers[1].used_len, .buffers[0].out_len' \
		<<<"$output" | paste -sd,)" = 64,64,0 ]
	[ "$(jq -r '.buffers[1].data | length' <<<"$output")" -eq 128 ]
	jq -e '.buffers_per_s > 0 and .buffers[0].latency_us > 0' <<<"$output"
	run -1 --separate-stderr vqinject -J sim:rng,fault=stuck --in 4 --timeout 0.1
	[ "$(jq -r .outcome <<<"$output")" = timeout ]
	[ "$(jq '.in_flight' <<<"$output")" -eq 1 ]
	run -0 vqinject -J sim:blk blk get-id
	[ "$(jq -r .answer.id <<<"$output")" = virtio-inspect-sim ]
	run -0 vqinject -J sim:rng --kick-only
	[ "$(jq .notified <<<"$output")" -eq 1 ]
	run -1 --separate-stderr vqinject -J sim:rng --in 4 --expect len:5
	[ "$(jq -r .outcome <<<"$output")" = error ]
}

# --- Expectations ---

@test "--expect" {
	run -0 vqinject sim:rng --in 9 --expect len:9
	run -1 --separate-stderr vqinject sim:rng --in 9 --expect len:10
	[ "$stderr" = "vqinject: sim:rng: buffer 1: expected 10 bytes, but the device wrote 9" ]
	run -0 vqinject sim:blk blk read 0 512 --expect zero:512
	run -0 vqinject sim:blk blk get-id --expect text:virtio-inspect-sim\\0\\0
	run -1 --separate-stderr vqinject sim:blk blk get-id --expect hex:7669:72:00
	[ "$stderr" = "vqinject: sim:blk: buffer 1: expected 0x00 at byte 3, but the device wrote 0x74" ]
	run -1 --separate-stderr vqinject sim:blk blk read 0 512 --expect zero:511
	[[ $stderr = *"expected 511 bytes, but the device wrote 512" ]]
	run -0 vqinject sim:rng,fault=stuck --in 4 --timeout 0.1 --expect timeout
	run -1 --separate-stderr vqinject sim:rng --in 4 --expect timeout
	[[ $stderr = *"expected a timeout, but the device completed all buffers (1)" ]]
	run -0 vqinject sim:rng,fault=needs-reset --in 4 --expect needs-reset
	run -1 vqinject sim:rng --in 4 --expect needs-reset
	run -1 vqinject sim:rng,fault=needs-reset --in 4 --expect timeout
}

# --- Devices that misbehave ---

# misbehaves FAULT ARGUMENT...: one line, and status 1.
misbehaves()
{
	run -1 --separate-stderr vqinject "sim:rng,fault=$1" --in 4 \
		--timeout 0.2 "${@:2}"
	[ "${#stderr_lines[@]}" -eq 1 ] || fail "$stderr"
}

@test "a device that does not answer, or not well" {
	for layout in split packed; do
		misbehaves stuck,packed --layout $layout
		[[ $stderr = *"did not complete buffer 1 in queue 0 requestq in 0.2 s, 1 in flight" ]]
		misbehaves lost-kick,packed --layout $layout
		misbehaves stuck,packed --layout $layout --poll
		misbehaves lost-irq,packed --layout $layout
		[[ $stderr = *"completed without an interrupt"* ]]
		misbehaves bad-used-id,packed --layout $layout
		[[ $stderr = *"broke the rules"* ]]
		misbehaves needs-reset,packed --layout $layout
		[[ $stderr = *"DEVICE_NEEDS_RESET" ]]
	done
	misbehaves bad-used-id
	[[ $stderr = *"used element 0 has id 256 and length 4, the queue has 256 entries"* ]]
	misbehaves stuck,after=3 --count 5
	[[ $stderr = *"buffer 4 in queue 0"* ]]
	run -0 vqinject sim:rng,fault=lost-irq --in 4 --poll
}

@test "--no-kick, --kick-only" {
	run -1 --separate-stderr vqinject sim:rng --in 4 --no-kick --timeout 0.1
	[[ $stderr = *"the device was not notified (--no-kick)" ]]
	run -0 vqinject sim:rng --in 4 --no-kick --timeout 0.1 --expect timeout
	run -0 vqinject sim:rng --kick-only --count 3
	[ "$output" = "queue 0 requestq: notified, 3 times; status 0xf" ]
	run -1 vqinject sim:rng --kick-only --expect needs-reset --timeout 0.1
}

@test "signals end it, with the usual exit status" {
	for signal in INT:130 TERM:143 HUP:129; do
		run ended_by "${signal%:*}" vqinject sim:rng,fault=stuck --in 4
		[ "$status" -eq "${signal#*:}" ] || fail "$signal: $status: $output"
		[[ $output = *"terminated by a signal"* ]]
	done
	run ended_by INT vqinject sim:rng --in 4 --count 1G --poll
	[ "$status" -eq 130 ]
	[[ $output = *"buffers/s"* ]]
	# nohup(1)'s setting stays.
	run bash -c 'trap "" HUP; vqinject sim:rng,fault=stuck --in 4 --timeout 1 & sleep 0.3; kill -HUP $!; wait $!'
	[[ $output = *"did not complete"* ]]
}

@test "a reader that goes away ends it quietly" {
	run bash -c 'set -o pipefail; vqinject -v sim:rng --in 64 --count 1000000 | head -n 3'
	[ "$status" -eq 0 ] || fail "$status: $output"
	run bash -c 'set -o pipefail; vqinject sim:rng --in 64 --count 1000000 --save - 2>/dev/null | head -c 100 >/dev/null'
	[ "$status" -eq 0 ]
}

@test "a full disk is an error" {
	[ -e /dev/full ] || skip "there is no /dev/full"
	run -1 bash -c 'vqinject -v sim:rng --in 64 --count 100 >/dev/full'
	[[ $output = *"cannot write output"* ]]
}

# --- Recipes ---

@test "rng read" {
	run -0 vqinject sim:rng rng read 20
	[ "$(dumped | wc -c)" -eq 40 ]
	[[ ${lines[-1]} = "rng read: "* ]]
}

@test "blk: written data is in the file, and is read back" {
	truncate -s 8k disk
	run -0 vqinject sim:blk,file=disk blk write 3 pattern:1024 --yes-destroy-data
	[[ ${lines[0]} = "status: OK" ]]
	cmp <(dd if=disk bs=512 skip=3 count=2 status=none) \
		<(vqinject sim:blk,file=disk blk read 3 1024 --save - 2>/dev/null)
	[ "$(dd if=disk bs=1 skip=1540 count=4 status=none | od -An -tx1)" = " 04 05 06 07" ]
	# Data in pieces, whose length must be right.
	run -0 vqinject sim:blk,file=disk blk write 0 512 --out zero:500 \
		--out text:twelve\\sbytes --yes-destroy-data
	[ "$(dd if=disk bs=1 skip=500 count=12 status=none)" = "twelve bytes" ]
	run -2 vqinject sim:blk,file=disk blk write 0 1024 --out zero:512 \
		--yes-destroy-data
	run -0 vqinject sim:blk blk flush
	[[ ${lines[0]} = "status: OK" ]]
	run -0 vqinject sim:blk blk get-id
	[[ ${lines[0]} = "id: virtio-inspect-sim" ]]
}

@test "blk: impossible requests are refused" {
	run -2 --separate-stderr vqinject sim:blk blk write 0 zero:512
	[[ $stderr = *--yes-destroy-data* ]]
	run -1 --separate-stderr vqinject sim:blk,size=4k blk read 8 512
	[[ $stderr = *"sector 8 plus 512 bytes"*"has 8 sectors"* ]]
	run -1 vqinject sim:blk,size=4k blk read 0xffffffffffffffff 512
	truncate -s 4k disk
	run -1 --separate-stderr vqinject sim:blk,ro,file=disk blk write 0 zero:512 --yes-destroy-data
	[[ $stderr = *"read-only" ]]
	run -1 --separate-stderr vqinject sim:blk blk discard 0 512 --yes-destroy-data
	[[ $stderr = *'"blk discard" needs VIRTIO_BLK_F_DISCARD'* ]]
	run -2 vqinject sim:blk blk read 0 100
	run -2 vqinject sim:blk blk read 0
	run -2 vqinject sim:blk blk read 0 512 3
	run -2 vqinject sim:blk blk read x 512
	run -2 vqinject sim:blk blk format
	run -2 vqinject sim:blk blk
	run -2 vqinject sim:blk toast
}

@test "a recipe is for its type of device" {
	run -1 --separate-stderr vqinject sim:rng blk read 0 512
	[[ $stderr = *"sim:rng"*"rng"*"blk read"* ]]
}

@test "net: frames from a file, and received frames" {
	make_pcap frames
	run -0 vqinject sim:net net send frames
	[[ ${lines[0]} = "frames: 2" ]]
	[[ $output = *"2 buffers in "* ]]
	head -c 50 frames >short
	run -1 --separate-stderr vqinject sim:net net send short
	[[ $stderr = *"short: frame 1: truncated dump file; tried to read 14 captured bytes, only got 10" ]]
	run -1 vqinject sim:net net send nothing
	run -1 vqinject sim:net net receive --timeout 0.1
	run -2 vqinject sim:net net receive 0
}

@test "console: text goes out" {
	run -0 vqinject sim:console console write text:hello
	run -0 vqinject sim:console console write --out text:hello
	run -2 vqinject sim:console console write
	run -2 vqinject sim:console console write hello
	run -1 vqinject sim:console console read 10 --timeout 0.1
}

# --- Scripts ---

@test "a script: batches over several queues" {
	cat >script <<-'EOF2'
		# First a buffer for reception, then a frame, which comes back.
		queue receiveq1 in 12 in 100
		queue transmitq1 out zero:12 out text:0123456789abcd expect len:0
		wait
		sleep 0.01
		queue 0 in 200 expect hex:000000000000000000000100ffffffffffff0200000000010800
		queue 1 out zero:12 out hex:ffffffffffff0200000000010800
		kick
	EOF2
	run -0 vqinject sim:net -f script
	[[ ${lines[0]} = "buffer 1: queue 0 receiveq1, used length 26 of 112, "* ]]
	[ "$(grep -c '^buffer' <<<"$output")" -eq 4 ]
	run -0 vqinject sim:net -f - <script
	run -0 vqinject sim:net -f script --count 3 --layout split --event-idx
	[ "$(grep -c '^buffer' <<<"$output")" -eq 12 ]
}

@test "a script that fails names its line" {
	printf 'out zero:16\n\nout zero:16 in 512 in 1 expect len:5\n' >script
	run -1 --separate-stderr vqinject sim:blk -f script
	[[ $stderr = *"line 3: buffer 2: expected 5 bytes, but the device wrote 513" ]]
	printf 'in 1\nin 2\nin 3\n' >script
	run -1 --separate-stderr vqinject sim:rng,qsize=2 -f script
	[[ $stderr = *"line 3: queue 0 is full: it has 2 entries and 2 buffers"* ]] ||
		fail "$stderr"
	printf 'in 1 in 2 in 3\n' >script
	run -1 --separate-stderr vqinject sim:rng,qsize=2 -f script
	[[ $stderr = *"line 1: a chain of 3 descriptors does not fit into queue 0 with 2 entries" ]]
	printf 'queue nowhere in 1\n' >script
	run -2 --separate-stderr vqinject sim:rng -f script
	[[ $stderr = *'no queue "nowhere"'*"0 requestq"* ]]
}

@test "a script that does not parse: the place, with a caret" {
	printf 'in 1\nout hex:0g in 1\n' >script
	run -2 --separate-stderr vqinject sim:rng -f script
	output_is <<<"" # nothing
	[ "$stderr" = "vqinject: script:2:10: not a hexadecimal digit
  out hex:0g in 1
           ^" ] || fail "$stderr"
	printf 'out text:\xc3\xa9\xff bad\n' >script
	run -2 --separate-stderr vqinject sim:rng -f script
	[ "$stderr" = "vqinject: script:1:14: expected out, in, queue or expect
  out text:é\\xff bad
                 ^" ] || fail "$stderr"
	{ printf 'in 1 #'; head -c 70000 /dev/zero | tr '\0' x; } >script
	run -2 --separate-stderr vqinject sim:rng -f script
	[[ $stderr = "vqinject: script:1: line longer than 65536 bytes"* ]]
	: >script
	run -2 vqinject sim:rng -f script
	run -1 vqinject sim:rng -f nothing
	echo 'out file:nothing' >script
	run -1 vqinject sim:rng -f script
}

# --- Bad input ---

# refused ARGUMENT...: one line with the reason, one with advice or the place.
refused()
{
	run -2 --separate-stderr vqinject "$@"
	[ -z "$output" ] || fail "$*: $output"
	[[ ${stderr_lines[0]} = "vqinject: "* ]] || fail "$*: $stderr"
}

@test "a SPEC that does not parse: a caret under the place" {
	refused sim:rng --out hex:00zz
	[ "$stderr" = "vqinject: --out hex:00zz: not a hexadecimal digit
  hex:00zz
        ^" ] || fail "$stderr"
	for spec in "" x hex: hex:0 text: zero: zero:0 random:1,x 5 pattern:9G; do
		refused sim:rng --out "$spec"
	done
	for spec in "" x 0 -1 5x 9G; do
		refused sim:rng --in "$spec"
	done
	for expect in "" x len: len:x hex:0 timeouts; do
		refused sim:rng --in 4 --expect "$expect"
	done
	for list in x VERSION_1 +nothing +MQ +VERSION_1, +VERSION_1,,-MQ +128; do
		refused sim:rng --in 4 --features "$list"
	done
	run -1 vqinject sim:rng --out file:nothing
}

@test "invalid options" {
	refused
	refused sim:rng
	refused --no-such-option
	for option in --attach --count --depth --expect --features --in \
			--layout --out --queue-size --rate --save --timeout -f -q; do
		refused sim:rng --in 4 "$option"
	done
	for n in "" 0 -1 x 1x 99999999999999999999; do
		refused sim:rng --in 4 --count "$n"
		refused sim:rng --in 4 --depth "$n"
		refused sim:rng --in 4 --queue-size "$n"
	done
	for n in "" 0 -1 x 1x nan 1e99; do
		refused sim:rng --in 4 --rate "$n"
	done
	for n in "" -1 x 1x nan 1e99; do
		refused sim:rng --in 4 --timeout "$n"
	done
	refused sim:rng --in 4 --layout round
	refused sim:rng --in 4 --attach magic
	refused sim:rng --in 4 --queue-size 100
	[[ $stderr = *"power of two"* ]]
}

@test "options that exclude each other" {
	refused sim:rng rng read 4 --in 4
	refused sim:rng rng read 4 --out zero:4
	refused sim:rng rng read 4 -f script
	refused sim:rng -f script --in 4
	refused sim:rng -f script --depth 2
	refused sim:rng --in 4 -J --save -
	refused sim:rng --in 4 -J --dry-run
	refused sim:rng --in 4 --dry-run --save file
	refused sim:rng --in 4 --kick-only
	refused sim:rng --kick-only --no-kick
	refused sim:rng --kick-only --expect len:4
	refused sim:rng --in 4 --conform
	refused sim:rng --conform --hostile
	refused sim:rng --conform --dry-run
	refused --status sim:rng
	refused --restore --status
	refused --status --bind
	refused sim:rng --in 4 --expect timeout --timeout 0
	refused sim:rng --in 4 --force
	refused sim:rng --in 4 --unprotected-dma
	refused sim:rng --in 4 --bind
}

@test "dangerous actions need two options" {
	refused 0000:00:00.0 --in 4 --attach physical
	[[ $stderr = *--unprotected-dma* ]]
	refused sim:rng --hostile
	[[ $stderr = *--i-own-this-vmm* ]]
}

@test "queues and buffers that do not fit" {
	run -1 --separate-stderr vqinject sim:rng -q 1 --in 4
	[ "$stderr" = "vqinject: sim:rng: no queue 1; it has 1, numbered from 0" ]
	run -2 --separate-stderr vqinject sim:net -q toast --in 4
	[[ $stderr = *'no queue "toast"; available: 0 receiveq1, 1 transmitq1' ]]
	run -1 --separate-stderr vqinject sim:rng --queue-size 512 --in 4
	[ "$stderr" = "vqinject: sim:rng: queue 0 supports at most 256 entries, but --queue-size requests 512" ]
	run -1 --separate-stderr vqinject sim:rng,qsize=2 --in 1 --in 1 --in 1
	[[ $stderr = *"a chain of 3 descriptors does not fit into queue 0 with 2 entries" ]]
	run -1 --separate-stderr vqinject sim:rng,qsize=8 --in 1 --in 1 --depth 5 --count 5
	[[ $stderr = *"5 buffers of 2 descriptors in flight do not fit into queue 0 with 8 entries" ]]
	run -0 vqinject sim:rng,qsize=8 --in 1 --in 1 --depth 5 --count 5 --indirect
	run -1 --separate-stderr vqinject sim:rng --indirect \
		$(printf -- '--in 1 %.0s' {1..33})
	[[ $stderr = *"33 pieces is too long for an indirect table of 32"* ]]
}

@test "a missing device" {
	run -32 --separate-stderr vqinject virtio4711 --in 4
	[[ $stderr = "vqinject: virtio4711: no such virtio device; "* ]]
	run -32 vqinject sim:toaster --in 4
	run -1 vqinject sim:rng,colour=red --in 4
}

@test "typed text cannot control the terminal" {
	run vqinject $'sim:\e[31mx' --in 4
	[[ $output != *$'\e'* ]]
	run vqinject sim:rng --out $'hex:\e[31m'
	[[ $output != *$'\e'* ]]
}

# --- Dry runs ---

@test "--dry-run: the ring of a read" {
	run -0 --separate-stderr vqinject --dry-run sim:blk blk read 1 1024
	[ -z "$stderr" ]
	output_is <<'EOF2'
 1. attach sim:blk, in this process
 2. reset the device; status ACKNOWLEDGE, DRIVER
 3. negotiate VIRTIO_F_VERSION_1, as far as offered; status FEATURES_OK
 4. set up queue 0 requestq1 with as many entries as the device offers, here 256 entries
 5. status DRIVER_OK
 6. add 1 buffer, and notify the device
 7. wait up to 10 s for each, by interrupts
 8. reset the device, free all memory, detach

queue 0 requestq1: split, 256 entries
  descriptor table:
    0: 0x100040+16  next 1  NEXT
    1: 0x1000c0+1024  next 2  NEXT|WRITE
    2: 0x100500+1  WRITE
  available ring: flags 0x0, idx 1, heads 0

0x100040 header, 16 bytes that the device reads
  00000000 00 00 00 00 00 00 00 00  01 00 00 00 00 00 00 00  |................|
  00000010
0x1000c0 data, 1024 bytes that the device writes
0x100500 status, 1 byte that the device writes
  00000000 ff                                                |.|
  00000001
EOF2
}

@test "--dry-run: packed, indirect, a batch" {
	run -0 vqinject --dry-run sim:blk blk read 1 512 --layout packed --indirect --queue-size 5
	[[ $output = *"queue 0 requestq1: packed, 5 entries"* ]]
	[[ $output =~ "    0: 0x"[0-9a-f]+"+48  id 0  INDIRECT|AVAIL" ]]
	[[ $output =~ "      1: 0x"[0-9a-f]+"+512  id 0  WRITE" ]]
	run -0 vqinject --dry-run sim:rng --in 4 --in 8 --count 5 --depth 2 --poll
	[[ $output = *"heads 0 2"* ]]
	[[ $output = *"add 5 buffers"*"busy-polling"* ]]
	[[ $output = *"more buffers, later: 3)"* ]]
	run -0 vqinject --dry-run sim:rng --kick-only
	[[ $output = *"notify the queue"* ]]
	run -2 vqinject --dry-run sim:rng -q toast --in 4
}

@test "--dry-run does nothing" {
	truncate -s 4k disk
	run -0 vqinject --dry-run sim:blk,file=disk blk write 0 pattern:512
	cmp -n 4096 disk /dev/zero
}

# request DEVICE RECIPE...: the bytes that the device would read.
request()
{
	run -0 vqinject --dry-run "$@"
	output=$(sed '/the device writes$/,/^0x/d' <<<"$output")
	dumped
}

@test "requests of devices that are not simulated" {
	[ "$(request sim:9p 9p version)" = \
		1500000064ffff00200000080039503230\
30302e4c ]
	[ "$(request sim:fs fs init)" = \
		380000001a000000010000000000000000000000000000000000000000000000\
0000000000000000070000001f0000000000020000000000 ]
	[ "$(request sim:scsi scsi inquiry 0:1)" = \
		010040010000000001000000000000000000001200000024000000000000000000000000000000000000000000000000000000 ]
	[ "$(request sim:vsock vsock connect 80)" = \
		0300000000000000020000000000000001040000500000000000000001000100000000000000010000000000 ]
	[ "$(request sim:balloon balloon stats 4096)" = 05000010000000000000 ]
	run -0 vqinject --dry-run sim:scsi scsi read 3:16383 0x01020304 1024
	# READ CAPACITY(10), and READ(10) of two blocks; the unit is in both.
	[[ $(dumped) = 01037fff*2500000000*01037fff*28000102030400000200* ]]
	[ "$(request sim:blk blk discard 5 1024)" = \
		0b000000000000000000000000000000\
05000000000000000200000000000000 ]
	run -2 vqinject --dry-run sim:scsi scsi inquiry 256
	run -2 vqinject --dry-run sim:scsi scsi inquiry 0:16384
	run -2 vqinject --dry-run sim:scsi scsi inquiry x
	run -2 vqinject --dry-run sim:scsi scsi read 0 0 0
	run -2 vqinject --dry-run sim:vsock vsock connect 0x100000000
}

# --- The terminal ---

@test "a progress line on a terminal, and colours nowhere" {
	run on_terminal "ASAN_OPTIONS=detect_leaks=0 timeout -s TERM 2 vqinject sim:rng --in 4 --count 100M"
	[[ $output = *"of 104857600 buffers, "*" buffers/s"* ]]
	run -0 bash -c 'vqinject sim:rng --in 4 --count 10 2>&1 | cat'
	[[ $output != *$'\r'* ]]
}

@test "--list-recipes, and --help, have the recipes" {
	run -0 vqinject --list-recipes
	[[ $output = *"blk read SECTOR LEN "* ]]
	list=$output
	run -0 vqinject --help
	[[ $output = *"$list"* ]]
	for line in "${lines[@]}"; do
		[ "${#line}" -le 80 ] || fail "$line"
	done
}

# --- Readers that do not read ---

# A full pipe that nobody reads.
@test "vqinject ends on a signal without waiting for its reader" {
	local option error pid before now

	mkfifo pipe
	exec 7<>pipe
	for option in -v -J --save=-; do
		for error in error pipe; do
			vqinject $option sim:rng --count 100000000 rng read 64 \
				>pipe 2>$error 7>&- &
			pid=$!
			# It loses signals until it handles them. Then wait
			# until it blocks, as nobody reads.
			until grep -q '^SigCgt:.*[2367abef]$' /proc/$pid/status; do
				sleep 0.1
			done
			before=none now=
			until [ "$before" = "$now" ]; do
				before=$now
				sleep 0.3
				now=$(grep ctxt /proc/$pid/status)
			done
			kill -INT $pid
			wait $pid && return 1
			[ ! -e /proc/$pid ]
		done
	done
}
