# SPDX-License-Identifier: GPL-2.0-or-later
# lsvirtio -J, read by a parser.

load common

setup()
{
	command -v jq >/dev/null || skip "jq is not installed"
}

# query FIXTURE ARGUMENT... FILTER: pass the output through jq.
query()
{
	ls_on "${@:1:$#-1}" | jq -cr "${*: -1}"
}

@test "one object, with a list of devices, one a line" {
	run -0 ls_on q35 -J
	jq -e . <<<"$output" >/dev/null
	[ "$(jq -r '.devices | length' <<<"$output")" -eq 7 ]
	[ "${lines[0]}" = '{"devices":[' ]
	[ ${#lines[@]} -eq 9 ]
	for line in "${lines[@]:1:7}"; do
		jq -e .name <<<"${line%,}" >/dev/null
	done
}

@test "the keys of a disk" {
	run -0 query q35 -J virtio0 '.devices[] | .name, .index, .type,
		.device_id, .vendor, .transport, .address, .driver, .status,
		.num_queues, .kname, .modalias'
	output_is <<'VALUES'
virtio0
0
blk
2
0x1af4
pci-modern
0000:00:02.0
virtio_blk
0xf
2
vda
virtio:d00000002v00001AF4
VALUES
}

@test "features: a mask, and their names" {
	run -0 query q35 -J virtio0 '.devices[].features'
	[ "$output" = 0x930001246 ]
	run -0 query q35 -J virtio0 '.devices[].feature_names |
		index("VIRTIO_BLK_F_MQ", "VIRTIO_F_VERSION_1") != null'
	[ "$output" = $'true\ntrue' ]
}

@test "what a device offers, from debugfs, as JSON" {
	run -0 query q35 -J virtio4 '.devices[] | .offered, .offered_from,
		.offered_names[-1], .filtered'
	output_is <<-JSON
	0x10930000000
	debugfs
	VIRTIO_F_RING_RESET
	0x800000000
	JSON
	run -0 query q35 -J virtio0 '.devices[] | has("offered",
		"offered_names", "offered_from", "filtered")'
	[[ $output != *true* ]]
}

@test "numbers are numbers, and masks are strings" {
	run -0 query q35 -J '[.devices[] | .index, .device_id | type] | unique'
	[ "$output" = '["number"]' ]
	run -0 query q35 -J '[.devices[] | .status, .vendor, .features] |
		all(test("^0x[0-9a-f]+$"))'
	[ "$output" = true ]
}

@test "unknown values are absent" {
	run -0 query q35 -J virtio3 '.devices[] | has("driver"), has("kname"),
		has("num_queues"), has("numa_node")'
	[ "$output" = $'false\nfalse\nfalse\nfalse' ]
}

@test "-o chooses the keys" {
	run -0 query q35 -J -o NAME,QUEUES virtio0 .
	[ "$output" = '{"devices":[{"name":"virtio0","num_queues":2}]}' ]
}

@test "records only when they are asked for" {
	run -0 query q35 -J virtio0 '.devices[] | has("interrupts")'
	[ "$output" = false ]
	run -0 query q35 -J -v virtio0 '.devices[].interrupts[] |
		select(.queue == "req.1") | .irq, .count, .cpus'
	[ "$output" = $'26\n3311\n1' ]
	run -0 query q35 -J -o IRQS virtio0 '[.devices[].interrupts[].irq]'
	[ "$output" = '[24,25,26]' ]
}

@test "PCI capabilities" {
	run -0 query q35 -J -v virtio0 '[.devices[].capabilities[] |
		select(.name == "NOTIFY_CFG") | .bar, .offset, .length,
		.notify_off_multiplier]'
	[ "$output" = '[4,"0x3000","0x1000",4]' ]
}

@test "no devices: an empty list" {
	run -0 lsvirtio --sysroot "$BATS_TEST_TMPDIR" -J
	[ "$output" = '{"devices":[]}' ]
	run -32 --separate-stderr ls_on q35 -J virtio99
	[ "$output" = '{"devices":[]}' ]
}

@test "every fixture gives valid JSON, with all keys" {
	for tree in "$TOP"/tests/fixtures/*.tree; do
		name=${tree##*/}
		run -0 --separate-stderr ls_on "${name%.tree}" -J -v
		jq -e '.devices | length > 0' <<<"$output" >/dev/null ||
			fail "$name"
	done
}

@test "table and JSON say the same" {
	ls_on q35 -n -r -o NAME,TYPE,ADDRESS,DRIVER,QUEUES >"$BATS_TEST_TMPDIR/table"
	query q35 -J '.devices[] | [.name, .type, .address, .driver // "-",
		.num_queues // "-"] | map(tostring) | join(" ")' |
		diff -u "$BATS_TEST_TMPDIR/table" -
}
