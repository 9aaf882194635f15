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
