# SPDX-License-Identifier: GPL-2.0-or-later
# Taking devices, as far as tests can go where none may be taken: the rest is in
# tests/lab/test_take.py.

load common

setup()
{
	[ ! -e /run/virtio-inspect ] || skip "devices were taken on this machine"
}

@test "without taken devices there is nothing to list or repair" {
	run -0 vqinject --status
	[ "$output" = "no devices are taken" ]
	run -0 vqinject --restore
	[ "$output" = "nothing to restore" ]
	run -0 vqinject --status -J
	jq -e '.taken == []' <<<"$output"
	[ ! -e /run/virtio-inspect ]
}

@test "a missing device, or one not taken, cannot be given back" {
	run -32 vqinject --release ffff:ff:1f.7
	[ "$output" = "vqinject: ffff:ff:1f.7: no such PCI device" ]
	run -32 vqinject --release virtio12345
	[[ $output = "vqinject: virtio12345: no taken device had this name; "* ]]
	[ ! -e /run/virtio-inspect ]
}

@test "a missing device cannot be taken" {
	for option in '' --dry-run; do
		# shellcheck disable=SC2086
		run -32 vqinject $option --bind ffff:ff:1f.7
		[ "${#lines[@]}" -eq 1 ]
		[[ $output = "vqinject: ffff:ff:1f.7: "* ]]
	done
	[ ! -e /run/virtio-inspect ]
}
