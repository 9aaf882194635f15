# SPDX-License-Identifier: GPL-2.0-or-later
# A tree with hostile contents, and a large one.

load common

@test "no control sequence reaches the terminal" {
	for form in '' -O -P -r -t -v -J '-J -v' '-O -r'; do
		# shellcheck disable=SC2086
		run -0 ls_on hostile $form
		bad=$(LC_ALL=C tr -d '\n -~' <<<"$output" | sed 's/[└├─│]//g')
		[ -z "$bad" ] || fail "$form: $(od -c <<<"$bad")"
	done
}

@test "a mount tag is shown escaped, with its bytes in JSON" {
	run -0 --separate-stderr ls_on hostile -n -o KNAME virtio0
	[ "$output" = '\x1b]0;pwned\x07\u{202e}dcba\u{200b}\xff' ]
	command -v jq >/dev/null || skip "jq is not installed"
	run -0 --separate-stderr ls_on hostile -J virtio0
	[ "$(jq -r '.devices[].kname_hex' <<<"$output")" = \
		1b5d303b70776e656407e280ae64636261e2808bff ]
}

@test "features of 3 and of 4,000 characters" {
	run -0 --separate-stderr ls_on hostile -n -r -o FEATURES virtio1 virtio2 \
		virtio3
	output_is <<'TABLE'
0x5
0x100000001
-
TABLE
	[[ $stderr = "lsvirtio: warning: virtio3: features: "* ]]
}

@test "a status that is not text is unknown" {
	run -0 --separate-stderr ls_on hostile -n -r -o STATUS,FEATURES virtio4
	[ "$output" = "- -" ]
	[ "${#stderr_lines[@]}" -eq 2 ]
}

@test "links that loop, lead nowhere or out of the tree" {
	run -0 --separate-stderr ls_on hostile -n -r \
		-o NAME,TYPE,STATUS,FEATURES virtio5 virtio6 virtio7 virtio8
	output_is <<'TABLE'
virtio5 - - -
virtio6 - - -
virtio7 - - -
virtio8 - - -
TABLE
	[[ $output$stderr != *root:* ]]
}

@test "every warning is one line with the tool's name" {
	run -0 --separate-stderr ls_on hostile -v
	for line in "${stderr_lines[@]}"; do
		[[ $line = "lsvirtio: warning: "* ]] || fail "$line"
	done
}

@test "a loop of capabilities is a hazard" {
	run -0 --separate-stderr ls_on hostile -v virtio9
	[[ $output = *P1* ]]
}

# --- Large ---

# make_tree DIR COUNT: COUNT devices with all that a table needs.
make_tree()
{
	local i at

	mkdir -p "$1/sys/bus/virtio/devices" "$1/proc"
	echo '           CPU0' >"$1/proc/interrupts"
	for ((i = 0; i < $2; i++)); do
		printf -v at 'pci%04x:00/%04x:00:00.0' "$i" "$i"
		mkdir -p "$1/sys/devices/$at/virtio$i/block/vd$i/mq/0"
		ln -s "../../../devices/$at/virtio$i" \
			"$1/sys/bus/virtio/devices/virtio$i"
		echo 0x1af4 | tee "$1/sys/devices/$at/vendor" \
			>"$1/sys/devices/$at/subsystem_vendor"
		echo 0x1042 | tee "$1/sys/devices/$at/device" \
			>"$1/sys/devices/$at/subsystem_device"
		echo 0x01 >"$1/sys/devices/$at/revision"
		echo 0x0002 >"$1/sys/devices/$at/virtio$i/device"
		echo 0x1af4 >"$1/sys/devices/$at/virtio$i/vendor"
		echo 0x0000000f >"$1/sys/devices/$at/virtio$i/status"
		echo "00$((i % 2))" >"$1/sys/devices/$at/virtio$i/features"
		ln -s ../../../../../bus/virtio/drivers/virtio_blk \
			"$1/sys/devices/$at/virtio$i/driver"
	done
}

@test "a thousand devices" {
	dir=$BATS_TEST_TMPDIR/large
	make_tree "$dir" 1000
	run -0 --separate-stderr lsvirtio --sysroot "$dir" -n -r
	[ -z "$stderr" ]
	[ "${#lines[@]}" -eq 1000 ]
	[ "${lines[999]}" = "virtio999 blk 03e7:00:00.0 virtio_blk 0xf 1 vd999" ]
	for ((i = 0; i < 1000; i += 37)); do
		[[ ${lines[i]} = "virtio$i "* ]]
	done
	run -0 lsvirtio --sysroot "$dir" -n -o NAME 03e7:00:00.0 vd500
	[ "${lines[*]}" = "virtio999 virtio500" ]
	run -0 bash -c "lsvirtio --sysroot '$dir' -J | head -n1"
	[ "$output" = '{"devices":[' ]
	command -v jq >/dev/null || skip "jq is not installed"
	[ "$(lsvirtio --sysroot "$dir" -J | jq '.devices | length')" -eq 1000 ]
}
