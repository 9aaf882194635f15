# SPDX-License-Identifier: GPL-2.0-or-later
# lsvirtio's output formats, on a recorded guest.

load common

@test "a table, in the order of numbers" {
	run -0 --separate-stderr ls_on q35
	[ -z "$stderr" ]
	output_is <<'TABLE'
NAME     TYPE    ADDRESS      DRIVER         STATUS           QUEUES KNAME
virtio0  blk     0000:00:02.0 virtio_blk     0xf                   2 vda
virtio1  net     0000:00:03.0 virtio_net     0xf                   3 eth0
virtio2  blk     0000:00:04.0 virtio_blk     0x7                   1 vdb
virtio3  crypto  0000:00:05.0 -              0x1                   - -
virtio4  rng     0000:00:06.0 -              0x8b FAILED           - -
virtio5  scsi    0000:01:00.0 virtio_scsi    0x4f NEEDS_RESET      3 host6
virtio10 console 0000:00:07.0 virtio_console 0xf                   - vport10p1
TABLE
}

@test "-o LIST chooses the columns, in any case" {
	run -0 ls_on q35 -o NAME,driver virtio0
	output_is <<'TABLE'
NAME    DRIVER
virtio0 virtio_blk
TABLE
}

@test "-o +LIST adds to the usual columns" {
	run -0 ls_on q35 -o +ID,NUMA virtio5
	[[ ${lines[0]} = NAME*KNAME*ID*NUMA ]]
	[[ ${lines[1]} = virtio5*host6*1af4:1048*1 ]]
}

@test "what a device offers, from debugfs" {
	run -0 --separate-stderr ls_on q35 -o NAME,FEATURES,OFFERED
	[ -z "$stderr" ]
	[[ $output =~ virtio3\ .*\ -($'\n'|$) ]]
	[[ $output =~ virtio4\ +0x130000000\ +0x10930000000 ]]
	run -0 ls_on q35 -v virtio4
	[[ $output = *VIRTIO_F_RING_RESET* ]]
	[[ $output =~ offered\ from\ +debugfs ]]
	[[ $output =~ filtered\ +0x800000000 ]]
}

@test "-O shows all columns that --list-columns lists" {
	run -0 lsvirtio --list-columns
	wanted=$(cut -d' ' -f1 <<<"$output" | tr '\n' ' ')
	run -0 ls_on q35 -O -r
	[ "${lines[0]} " = "$wanted" ]
	[ ${#lines[@]} -eq 8 ]
}

@test "every column has a value for some device" {
	ls_on q35 -O -J >"$BATS_TEST_TMPDIR/json"
	while read -r column _; do
		run -0 ls_on q35 -n -r -o "$column"
		[[ $output = *[!-$'\n']* ]] || fail "$column: $output"
	done < <(lsvirtio --list-columns)
}

@test "-n leaves out the line of column names" {
	run -0 ls_on q35 -n -o NAME
	[ "${lines[0]}" = virtio0 ]
	[ ${#lines[@]} -eq 7 ]
}

@test "-r separates cells by one blank and has none within" {
	run -0 ls_on q35 -r
	for line in "${lines[@]}"; do
		[[ $line =~ ^[^\ ]+(\ [^\ ]+){6}$ ]] || fail "$line"
	done
	[ "${lines[5]}" = "virtio4 rng 0000:00:06.0 - 0x8b - -" ]
}

@test "-P prints pairs that a shell can read" {
	run -0 ls_on q35 -P -o NAME,DRIVER,STATUS virtio4
	[ "$output" = 'NAME="virtio4" DRIVER="" STATUS="0x8b"' ]
	eval "$(ls_on q35 -P virtio0)"
	[ "$KNAME" = vda ]
}

@test "-x leaves words out" {
	run -0 ls_on q35 -x -n -o STATUS virtio4
	[ "$output" = 0x8b ]
}

@test "-t shows parents of devices" {
	run -0 ls_on q35 -t -o NAME,TYPE virtio0 virtio5
	output_is <<'TREE'
NAME         TYPE
0000:00:02.0 
└─virtio0    blk
0000:01:00.0 
└─virtio5    scsi
TREE
}

@test "-v shows everything" {
	run -0 ls_on q35 -v virtio0
	[ "${lines[0]}" = virtio0 ]
	[[ $output = *VIRTIO_BLK_F_MQ* ]]
	[[ $output = *VIRTIO_F_VERSION_1* ]]
	[[ $output = *ACKNOWLEDGE,DRIVER,FEATURES_OK,DRIVER_OK* ]]
	[[ $output = *virtio0-req.1*3311* ]]
}

@test "-v -x shows masks in place of names" {
	run -0 ls_on q35 -v -x virtio0
	[[ $output != *VIRTIO_BLK_F_MQ* ]]
	[[ $output != *ACKNOWLEDGE* ]]
}

@test "-v shows blocks with an empty line between" {
	run -0 ls_on q35 -v
	[ "$(grep -c '^$' <<<"$output")" -eq 6 ]
	[ "$(grep -c '^virtio' <<<"$output")" -eq 7 ]
}

@test "the recorded machine" {
	run -0 --separate-stderr ls_on pci-modern
	[ -z "$stderr" ]
	output_is <<'TABLE'
NAME    TYPE    ADDRESS      DRIVER                     STATUS QUEUES KNAME
virtio0 balloon 0000:00:01.0 virtio_balloon             0xf         4 -
virtio1 blk     0000:00:02.0 virtio_blk                 0xf         1 vda
virtio2 net     0000:00:03.0 virtio_net                 0xf         2 eth0
virtio3 vsock   0000:00:04.0 vmw_vsock_virtio_transport 0xf         3 -
virtio4 rng     0000:00:05.0 virtio_rng                 0xf         1 hwrng
TABLE
}

# --- Selecting devices ---

@test "devices are found by name, address and kernel name" {
	for target in virtio1 0000:00:03.0 00:03.0 eth0; do
		run -0 ls_on q35 -n -o NAME "$target"
		[ "$output" = virtio1 ] || fail "$target"
	done
}

@test "named devices are listed in the given order, once" {
	run -0 ls_on q35 -n -o NAME virtio2 virtio0 vda virtio2
	[ "${lines[*]}" = "virtio2 virtio0" ]
}

@test "-d TYPE: by name, in any case, and by number" {
	for type in blk BLK 2; do
		run -0 ls_on q35 -n -o NAME -d "$type"
		[ "${lines[*]}" = "virtio0 virtio2" ] || fail "$type"
	done
}

@test "-d may be repeated" {
	run -0 ls_on q35 -n -o NAME -d rng --device-type=net
	[ "${lines[*]}" = "virtio1 virtio4" ]
}

@test "-d VENDOR:DEVICE, either of which may be left out" {
	for id in 1af4:1001 0x1af4:0x1001 :1001 '*:1001'; do
		run -0 ls_on q35 -n -o NAME -d "$id"
		[ "${lines[*]}" = virtio2 ] || fail "$id"
	done
	run -0 ls_on q35 -n -o NAME -d 1af4:
	[ ${#lines[@]} -eq 7 ]
	run -0 ls_on q35 -n -o NAME -d 8086:
	[ -z "$output" ]
}

@test "-d narrows down what was named" {
	run -0 ls_on q35 -n -o NAME -d blk virtio0 virtio1
	[ "$output" = virtio0 ]
}

# --- Other buses ---

@test "virtio-mmio" {
	run -0 --separate-stderr ls_on mmio -o +TRANSPORT
	[ -z "$stderr" ]
	output_is <<'TABLE'
NAME    TYPE ADDRESS        DRIVER     STATUS QUEUES KNAME TRANSPORT
virtio0 blk  mmio:0xa003e00 virtio_blk 0xf         1 vda   mmio
virtio1 net  mmio:0xa003c00 virtio_net 0xf         3 eth0  mmio
TABLE
	run -0 ls_on mmio -n -o NAME mmio:0xa003c00
	[ "$output" = virtio1 ]
}

blob()
{
	command -v dtc >/dev/null || skip "dtc is not installed"
	dtc -q -I dts -O dtb -o "$1" "$TOP/tests/fixtures/mmio.dts"
}

@test "--fdt: slots of a device tree" {
	blob "$BATS_TEST_TMPDIR/mmio.dtb"
	run -0 --separate-stderr ls_on mmio -n -o NAME,TYPE,ADDRESS \
		--fdt "$BATS_TEST_TMPDIR/mmio.dtb"
	[ -z "$stderr" ]
	output_is <<'TABLE'
virtio0 blk  mmio:0xa003e00
virtio1 net  mmio:0xa003c00
-       -    mmio:0xa000000
-       -    mmio:0xa000200
TABLE
}

@test "--all: the device tree that the machine booted with" {
	dir=$(fixture mmio)
	run -0 ls_on mmio --all -n -o ADDRESS
	[ ${#lines[@]} -eq 2 ]
	mkdir -p "$dir/sys/firmware"
	blob "$dir/sys/firmware/fdt"
	run -0 ls_on mmio --all -n -o ADDRESS
	rm "$dir/sys/firmware/fdt"
	[ ${#lines[@]} -eq 4 ]
}

@test "the channel subsystem" {
	run -0 --separate-stderr ls_on ccw -o +TRANSPORT
	[ -z "$stderr" ]
	output_is <<'TABLE'
NAME    TYPE ADDRESS  DRIVER     STATUS QUEUES KNAME TRANSPORT
virtio0 blk  0.0.0001 virtio_blk 0xf         1 vda   ccw
virtio1 net  0.0.0007 virtio_net 0xf         3 enc7  ccw
TABLE
	run -0 ls_on ccw -n -o NAME 0.0.0007
	[ "$output" = virtio1 ]
}

@test "vDPA" {
	run -0 --separate-stderr ls_on vdpa -o +TRANSPORT
	[ -z "$stderr" ]
	output_is <<'TABLE'
NAME    TYPE ADDRESS DRIVER     STATUS QUEUES KNAME TRANSPORT
virtio0 net  vdpa0   virtio_net 0xf         5 ens3  vdpa
TABLE
}

@test "transports of PCI devices" {
	run -0 ls_on q35 -n -r -o NAME,TRANSPORT virtio0 virtio1 virtio2
	output_is <<'TABLE'
virtio0 pci-modern
virtio1 pci-transitional
virtio2 pci-legacy
TABLE
}

@test "what only root may read is marked in tables and absent in JSON" {
	dir=$(fixture_as_user q35)
	run -0 lsvirtio --sysroot "$dir" -n -r -o NAME,CAPS,TRANSPORT virtio0 \
		virtio2
	output_is <<'TABLE'
virtio0 ? pci-modern
virtio2 ? ?
TABLE
	run -0 lsvirtio --sysroot "$dir" -v virtio0
	grep -qE '^  capabilities +\?$' <<<"$output"
	run -0 lsvirtio --sysroot "$dir" -J -v virtio0
	[[ $output != *capabilities* ]]
}

@test "a machine without virtio: an empty table, and all is well" {
	run -0 --separate-stderr lsvirtio --sysroot "$BATS_TEST_TMPDIR"
	[ -z "$output" ]
	[ -z "$stderr" ]
}

@test "text outside the locale is still text" {
	run -0 env LC_ALL=C timeout 10 lsvirtio -o MODULES \
		--read "$TOP/tests/fixtures/capture.json"
	[ "${lines[1]}" = "virtio_blk,grüß" ]
	run -0 env LC_ALL=C timeout 10 lsvirtio -t -o NAME,MODULES \
		--read "$TOP/tests/fixtures/capture.json"
	[[ $output = *'`-virtio3    virtio_blk,grüß'* ]]
}

@test "--verbose leaves out fields that have to be asked for" {
	run -0 lsvirtio --verbose --read "$TOP/tests/fixtures/capture.json"
	[[ $output = *"  time 2026-"* && $output != *" time_ns "* ]]
}
