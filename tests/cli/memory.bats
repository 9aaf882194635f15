#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
# vqdump --ring --memory: which files are memory, and what is said of a ring.

load common

# refuses NAME BYTES: a file that begins with BYTES, as printf writes them, is
# refused as NAME before anything is judged.
refuses()
{
	printf '%b' "$2" >"$BATS_TEST_TMPDIR/dump"
	truncate -s 16384 "$BATS_TEST_TMPDIR/dump"
	run -1 --separate-stderr vqdump --check --memory \
		"$BATS_TEST_TMPDIR/dump" \
		--ring split,num=4,desc=0x1000,driver=0x1040,device=0x2000
	[ -z "$output" ]
	[[ $stderr = *"dump: this is $1, not a plain copy of memory; "* ]] ||
		fail "$1: $stderr"
}

@test "--memory: dumps with headers are refused by name" {
	refuses "an ELF file" '\x7fELF\x02\x01\x01'
	[[ $stderr = *pmemsave* ]]
	refuses "a kdump file" 'KDUMP   \x06'
	refuses "a diskdump file" 'DISKDUMP'
	refuses "a flattened kdump file" 'makedumpfile\0\0\0\0\0\0\0\x01'
	refuses "a LiME dump" 'EMiL\x01'
	refuses "an AVML dump" 'AVML\x02'
	refuses "a Windows crash dump" 'PAGEDU64'
	refuses "a Windows crash dump" 'PAGEDUMP'
}

@test "--memory: saved states of virtual machines are refused by name" {
	refuses "a saved state of QEMU" 'QEVM\0\0\0\x03'
	refuses "a saved state of libvirt" 'LibvirtQemudSave'
	refuses "a saved state of VMware" '\xd2\xbe\xd2\xbe'
	refuses "a qcow2 disk image" 'QFI\xfb'
}

@test "--memory: packed files are refused by name" {
	refuses "a gzip file" '\x1f\x8b\x08\0'
	[[ $stderr = *"unpack it first" ]]
	refuses "an xz file" '\xfd7zXZ\0'
	refuses "a zstd file" '\x28\xb5\x2f\xfd'
	refuses "an lz4 file" '\x04\x22\x4d\x18'
	refuses "a bzip2 file" 'BZh9'
}

@test "--memory: a short file is memory, too" {
	printf 'QEV' >"$BATS_TEST_TMPDIR/short"
	run -0 vqdump --memory "$BATS_TEST_TMPDIR/short" \
		--ring split,num=4,desc=0x1000,driver=0x1040,device=0x2000
	[[ $output = *unreadable* ]]
}

# --- What is known of a ring ---

# put ADDRESS BYTE...: into the file that is the whole memory.
put()
{
	local bytes

	truncate -s 16384 "$BATS_TEST_TMPDIR/memory"
	bytes=$(printf '\\x%s' "${@:2}")
	printf '%b' "$bytes" | dd of="$BATS_TEST_TMPDIR/memory" bs=1 \
		seek="$(($1))" conv=notrunc status=none
}

# judge STATUS SPEC: check the ring in memory.
judge()
{
	run "-$1" --separate-stderr vqdump --check -v --ring "$2" \
		--memory "$BATS_TEST_TMPDIR/memory"
}

# judge_any SPEC: the same, with any verdict.
judge_any()
{
	run --separate-stderr vqdump --check -v --ring "$1" \
		--memory "$BATS_TEST_TMPDIR/memory"
	((status == 0 || status == 4 || status == 8))
}

needs_jq()
{
	command -v jq >/dev/null || skip "jq is not installed"
}

# A split ring of 4 with one readable buffer of 12 + 2 bytes in flight.
split=split,num=4,desc=0x0,driver=0x40,device=0x1000
v1=features=0x100000000
transmit_ring()
{
	put 0x00 00 20 00 00 00 00 00 00  0e 00 00 00  00 00  00 00
	put 0x40 00 00  01 00  00 00
	put 0x1000 00 00  00 00
}

@test "--ring queue=: a transmit ring is judged as one" {
	transmit_ring
	judge 8 "$split,type=net,$v1,queue=1"
	[[ $output != *W_SHORT* ]]
	judge 0 "$split,type=net,$v1,queue=0"
	[[ $output = *"warning W_SHORT: "* ]]
	# Not given: not judged as either, nor in a capture.
	judge 8 "$split,type=net,$v1"
	[[ $output != *"warning W_SHORT"* ]]
	live=$output
	vqdump --capture "$BATS_TEST_TMPDIR/c" --memory \
		"$BATS_TEST_TMPDIR/memory" \
		--ring "$split,type=net,$v1" 2>/dev/null
	run -8 vqdump --read "$BATS_TEST_TMPDIR/c" --check -v
	[[ $output != *"warning W_SHORT"* ]]
}

@test "--ring last_used=: completions that the driver has not taken" {
	transmit_ring
	put 0x1000 00 00  01 00  00 00 00 00  00 00 00 00
	for key in last_used last_used_idx next_used; do
		run -0 vqdump -J --ring "$split,$v1,$key=0" \
			--memory "$BATS_TEST_TMPDIR/memory"
		[ "$(jq '.devices[0].queues[0].num_unreaped' <<<"$output")" = 1 ]
	done
	# Known to lie more than a ring ahead.
	judge 4 "$split,$v1,last_used=65000"
	[[ $output = *D_INDEX_LOST* ]]
	# Only packed rings have wrap counters, and they belong to positions.
	judge 1 "$split,last_used=0,last_used_wrap=1"
	judge 1 "packed,num=4,desc=0x0,driver=0x40,device=0x1000,avail_wrap=1"
}

@test "--ring byte_order=, align=: a ring of a legacy device" {
	put 0x00 00 00 00 00 00 00 20 00  00 00 00 0e  00 00  00 00
	put 0x40 00 00  00 01  00 00
	put 0x1000 00 00  00 00
	big=$split,features=0x0,byte_order=big
	judge 8 "$big"
	run -0 vqdump --ring "$big" --memory "$BATS_TEST_TMPDIR/memory" -v
	[[ $output = *"1 in flight"* ]]
	[[ $output =~ 0x2000\ +len\ 14 ]]
	vqdump --capture "$BATS_TEST_TMPDIR/c" --memory \
		"$BATS_TEST_TMPDIR/memory" --ring "$big" 2>/dev/null
	run -0 vqdump --read "$BATS_TEST_TMPDIR/c" -v
	[[ $output =~ 0x2000\ +len\ 14 ]]
	judge 8 "$big,align=4096"
	[[ $output != *"E_LAYOUT: the"* ]]
	judge 4 "$big,align=8192"
	[[ $output = *"error E_LAYOUT: "* ]]
	vqdump --capture "$BATS_TEST_TMPDIR/c2" --memory \
		"$BATS_TEST_TMPDIR/memory" --ring "$big,align=8192" 2>/dev/null
	run -4 vqdump --read "$BATS_TEST_TMPDIR/c2" --check
	[[ $output = *"error E_LAYOUT: "* ]]
	# Modern rings are little-endian.
	judge 1 "$split,$v1,byte_order=big"
	judge 1 "$split,$v1,align=4096"
}

@test "--ring features=0: none were negotiated" {
	transmit_ring
	put 0x00 00 20 00 00 00 00 00 00  10 00 00 00  04 00  00 00
	judge 4 "$split,features=0,byte_order=little"
	[[ $output = *"error E_IND_FEATURE: "* ]]
}

unknown_features="the negotiated features are unknown"

@test "--ring without features=: what depends on them is not judged" {
	needs_jq
	transmit_ring
	put 0x00 00 20 00 00 00 00 00 00  10 00 00 00  04 00  00 00
	# A flag that is wrong with event indices, and one completion to take.
	put 0x40 01 00  02 00  00 00  00 00
	put 0x1000 00 00  01 00  00 00 00 00  00 00 00 00
	put 0x2000 00 24 00 00 00 00 00 00  40 00 00 00  00 00  00 00
	some=$split,byte_order=little,last_used=0,type=net,queue=1
	judge 8 "$some"
	[[ $output != *": error"* && $output != *assum* ]]
	[[ $output = *"1 completion is pending"*"cannot be told"* ]]
	live=$output
	run -8 vqdump --check -J --ring "$some" \
		--memory "$BATS_TEST_TMPDIR/memory"
	for code in E_IND_FEATURE W_EVT_FLAGS E_USED_LEN E_INORDER_NEXT \
		E_INORDER_IND E_INORDER_USED; do
		jq -e --arg s "$code: $unknown_features" \
			'.devices[0].unjudged | index($s)' \
			<<<"$output" >/dev/null || fail "$code: $output"
	done
	# With them, each is judged.
	judge 4 "$some,features=0x120000000"
	[[ $output != *"$unknown_features"* ]]
	[[ $output = *"error E_IND_FEATURE"*"warning W_EVT_FLAGS"* ]]
	# A capture knows no more.
	vqdump --check --capture "$BATS_TEST_TMPDIR/c" --ring "$some" \
		--memory "$BATS_TEST_TMPDIR/memory" 2>/dev/null || [ $? -eq 8 ]
	run -8 vqdump --read "$BATS_TEST_TMPDIR/c" --check -v
	[ "$output" = "$live" ]
}

@test "--ring without features=: which events are wanted is unknown" {
	needs_jq
	transmit_ring
	run -0 vqdump -J --memory "$BATS_TEST_TMPDIR/memory" \
		--ring "$split,byte_order=little"
	jq -e '.devices[0] | .features == null and (.queues[0] |
		.num_in_flight == 1 and .would_kick == null and
		.would_interrupt == null)' <<<"$output" >/dev/null
	# The flags of a packed ring say it.
	packed_ring 0080
	run -0 vqdump -J --memory "$BATS_TEST_TMPDIR/memory" --ring "$packed"
	jq -e '.devices[0].queues[0] | .would_kick == true' \
		<<<"$output" >/dev/null
}

@test "--ring without features=: a queue that they could move has no role" {
	transmit_ring
	for queue in 0 1; do
		judge_any "$split,byte_order=little,type=net,queue=$queue"
		[[ $output = *"$queue "[rt]*q1* ]] || fail "$output"
	done
	# The third is a receive queue, or the control queue.
	judge_any "$split,byte_order=little,type=net,queue=2"
	[[ $output != *receiveq* && $output != *controlq* ]]
	# A packet with its header, whose length is unknown.
	run -0 vqdump -v --memory "$BATS_TEST_TMPDIR/memory" \
		--ring "$split,byte_order=little,type=net,queue=1"
	[[ $output = *"14 bytes with the header"* ]]
}

@test "--ring without byte_order=: a ring of either order is not decoded" {
	transmit_ring
	for spec in "$split" "$split,features=0" "$split,features=0x30000000"; do
		judge 8 "$spec"
		[[ $output = *"contents of rings: the byte order of the ring is unknown"* ]]
		run -0 vqdump -v --raw --memory "$BATS_TEST_TMPDIR/memory" \
			--ring "$spec"
		[[ $output = *"byte order: unknown"* ]]
		[[ $(tr -s ' \n' ' ' <<<"$output") = *"byte_order=little (the available index is then 1, the used index 0), byte_order=big (256, 0)"* ]]
		[[ $output = *" - in flight"* && $output != *0x2000+* ]]
		rm -f "$BATS_TEST_TMPDIR/c"
		vqdump --capture "$BATS_TEST_TMPDIR/c" --ring "$spec" \
			--memory "$BATS_TEST_TMPDIR/memory" 2>/dev/null
		run -8 vqdump --read "$BATS_TEST_TMPDIR/c" --check
		[[ $output = *"byte order of the ring is unknown"* ]]
	done
	# Its layout is judged, and a packed ring has one order only.
	judge 4 "${split/driver=0x40/driver=0x41}"
	[[ $output = *"error E_ALIGN: "* ]]
	packed_ring 0080
	judge 8 "$packed"
	[[ $output = *"in flight"* && $output != *"byte order"* ]]
}

@test "--ring byte_order=: requests are in the order of the guest" {
	# A disk read of sector 8, and its header at 0x2000, in both orders.
	put 0x00 00 20 00 00 00 00 00 00  10 00 00 00  01 00  01 00
	put 0x10 00 24 00 00 00 00 00 00  00 02 00 00  02 00  00 00
	put 0x40 00 00  01 00  00 00
	put 0x1000 00 00  00 00
	put 0x2000 00 00 00 00 00 00 00 00  08 00 00 00 00 00 00 00
	for order in features=0,byte_order=little byte_order=little "$v1"; do
		run -0 vqdump -v --memory "$BATS_TEST_TMPDIR/memory" \
			--ring "$split,type=blk,$order"
		[[ $output = *"read sector 8, 511 bytes"* ]] || fail "$output"
	done
	put 0x00 00 00 00 00 00 00 20 00  00 00 00 10  00 01  00 01
	put 0x10 00 00 00 00 00 00 24 00  00 00 02 00  00 02  00 00
	put 0x40 00 00  00 01  00 00
	put 0x2000 00 00 00 01 00 00 00 00  00 00 00 00 00 00 00 08
	for order in features=0,byte_order=big byte_order=big; do
		run -0 vqdump -v --memory "$BATS_TEST_TMPDIR/memory" \
			--ring "$split,type=blk,$order"
		[[ $output = *"write sector 8, "* ]] || fail "$output"
		rm -f "$BATS_TEST_TMPDIR/c"
		vqdump --capture "$BATS_TEST_TMPDIR/c" --memory \
			"$BATS_TEST_TMPDIR/memory" \
			--ring "$split,type=blk,$order" 2>/dev/null
		run -0 vqdump --read "$BATS_TEST_TMPDIR/c" -v
		[[ $output = *"write sector 8, "* ]] || fail "$output"
	done
}

@test "--ring num=12: a fault of the ring, not of the command line" {
	transmit_ring
	for num in 0 12 40000; do
		judge 4 "${split/num=4/num=$num}"
		[[ $output = *"error E_QSIZE: "* ]]
		[[ $output = *"contents of rings: no queue can have this size"* ]]
	done
	judge 1 "${split/num=4/num=65536}"
}

# packed_ring FLAGS...: little-endian flags of slots with 16 bytes each.
packed=packed,num=4,desc=0x0,driver=0x40,device=0x1000
packed_ring()
{
	local i=0 flags

	put 0x1000 00 00 00 00
	for flags; do
		put $((i * 16)) 00 20 00 00 00 00 00 00  10 00 00 00 \
			"0$i" 00  "${flags:2:2}" "${flags:0:2}"
		i=$((i + 1))
	done
}

@test "--ring: a packed ring of NEXT alone never ends, wherever one begins" {
	packed_ring 0081 0081 0081 0081
	judge 4 "$packed"
	[[ $output = *"error E_LOOP: "* ]]
	[[ $output != *E_TORN_CHAIN:\ slot* ]]
	packed_ring 0081 0081 8001 8001
	judge 4 "$packed"
	[[ $output = *"error E_LOOP: "* ]]
	# With an end, no loop; nor with a completion.
	packed_ring 0081 0081 0081 0080
	judge 8 "$packed"
	packed_ring 8080 0081 0081 0080
	judge 8 "$packed"
}

@test "--ring: a packed list whose tail is not available" {
	packed_ring 8080 8080 0081 0000
	judge 4 "$packed"
	[[ $output = *"error E_TORN_CHAIN: slot 3 is not available"* ]]
	judge 4 "$packed,next_avail=3,avail_wrap=1"
	[[ $output = *"error E_TORN_CHAIN: slot 3 is not available"* ]]
	# The rest of a list that was completed out of order is no list.
	packed_ring 8080 0081 8080 0080
	judge 8 "$packed"
	# A driver that is still writing: the head comes last.
	packed_ring 8080 8080 0000 0080
	judge 8 "$packed"
}
