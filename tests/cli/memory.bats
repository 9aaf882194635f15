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

# A split ring of 4 with one readable buffer of 12 + 2 bytes in flight.
split=split,num=4,desc=0x0,driver=0x40,device=0x1000
transmit_ring()
{
	put 0x00 00 20 00 00 00 00 00 00  0e 00 00 00  00 00  00 00
	put 0x40 00 00  01 00  00 00
	put 0x1000 00 00  00 00
}

@test "--ring queue=: a transmit ring is judged as one" {
	transmit_ring
	judge 8 "$split,type=net,features=0x100000000,queue=1"
	[[ $output != *W_SHORT* ]]
	judge 0 "$split,type=net,features=0x100000000,queue=0"
	[[ $output = *"warning W_SHORT: "* ]]
	# Not given: not judged as either, nor in a capture.
	judge 8 "$split,type=net,features=0x100000000"
	[[ $output != *"warning W_SHORT"* ]]
	live=$output
	vqdump --capture "$BATS_TEST_TMPDIR/c" --memory \
		"$BATS_TEST_TMPDIR/memory" \
		--ring "$split,type=net,features=0x100000000" 2>/dev/null
	run -8 vqdump --read "$BATS_TEST_TMPDIR/c" --check -v
	[[ $output != *"warning W_SHORT"* ]]
}

@test "--ring last_used=: completions that the driver has not taken" {
	transmit_ring
	put 0x1000 00 00  01 00  00 00 00 00  00 00 00 00
	for key in last_used last_used_idx next_used; do
		run -0 vqdump -J --ring "$split,$key=0" \
			--memory "$BATS_TEST_TMPDIR/memory"
		[ "$(jq '.devices[0].queues[0].num_unreaped' <<<"$output")" = 1 ]
	done
	# Known to lie more than a ring ahead.
	judge 4 "$split,last_used=65000"
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
	judge 1 "$split,features=0x100000000,byte_order=big"
	judge 1 "$split,features=0x100000000,align=4096"
}

@test "--ring features=0: none were negotiated" {
	transmit_ring
	put 0x00 00 20 00 00 00 00 00 00  10 00 00 00  04 00  00 00
	judge 4 "$split,features=0"
	[[ $output = *"error E_IND_FEATURE: "* ]]
	judge 8 "$split"
	[[ $output != *E_IND_FEATURE* ]]
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
