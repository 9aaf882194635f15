# SPDX-License-Identifier: GPL-2.0-or-later
# lsvirtio's error messages and exit status.

load common

# refused ARGUMENT...: one line with the reason, one with advice.
refused()
{
	run -2 --separate-stderr lsvirtio "$@"
	[ -z "$output" ]
	[ "${#stderr_lines[@]}" -eq 2 ]
	[[ ${stderr_lines[0]} = "lsvirtio: "* ]]
	[[ ${stderr_lines[1]} = "Try 'lsvirtio --help'"* ]]
}

@test "an unknown option" {
	refused --no-such-option
	[[ $stderr = *--no-such-option* ]]
	refused -Z
}

@test "an option without its argument" {
	refused --output
	refused -d
}

@test "an unknown column" {
	refused -o NAME,COLOUR
	[[ $stderr = *COLOUR* ]]
	refused -o ''
	refused -o NAME,
	refused -o +
	refused -o NAM
	refused -o NAMES
}

@test "an unknown device type" {
	refused -d toaster
	[[ $stderr = *toaster* ]]
	refused -d ''
	refused -d 0
	refused -d -1
	refused -d 4294967296
	refused -d 1af4:zz
	refused -d 1af4:1:2
}

@test "output formats that exclude each other" {
	refused -J -P
	refused -r --tree
	refused -v -P
	refused -v -o NAME
	refused --monitor -P
	refused --monitor --sysroot /
	refused --monitor --read -
	refused --read - --sysroot /
	refused --read - --all
}

@test "none of the named devices exists" {
	run -32 --separate-stderr ls_on q35 virtio98 virtio99
	[ -z "$output" ]
	[ "${#stderr_lines[@]}" -eq 2 ]
	[[ ${stderr_lines[0]} = "lsvirtio: virtio98: "* ]]
	[[ ${stderr_lines[1]} = "lsvirtio: virtio99: "* ]]
}

@test "some of the named devices exist" {
	run -64 --separate-stderr ls_on q35 -n -o NAME virtio0 0000:00:99.0
	[ "$output" = virtio0 ]
	[ "${#stderr_lines[@]}" -eq 1 ]
}

@test "invalid targets" {
	for target in '' / ../virtio0 virtio mmio: mmio:zz 0000:00:02.8 \
			"$(printf '\033[31m')" sim:no-such-thing; do
		run -32 --separate-stderr ls_on q35 "$target"
		[ "${#stderr_lines[@]}" -eq 1 ] || fail "$target: $stderr"
		[[ $stderr != *$'\033'* ]]
	done
}

@test "a missing sysroot" {
	run -1 --separate-stderr lsvirtio --sysroot "$BATS_TEST_TMPDIR/none"
	[ -z "$output" ]
	[ "${#stderr_lines[@]}" -eq 1 ]
	[[ $stderr = "lsvirtio: "*none* ]]
}

@test "a missing or invalid capture" {
	for file in "$BATS_TEST_TMPDIR/none" /dev/null; do
		run -1 --separate-stderr lsvirtio --read "$file"
		[ -z "$output" ]
		[ "${#stderr_lines[@]}" -eq 1 ]
	done
}

@test "a missing or invalid device tree" {
	run -1 --separate-stderr ls_on q35 --fdt "$BATS_TEST_TMPDIR/none"
	[ "${#stderr_lines[@]}" -eq 1 ]
	for content in '' rubbish; do
		printf '%s' "$content" >"$BATS_TEST_TMPDIR/dtb"
		run -1 --separate-stderr ls_on q35 --fdt "$BATS_TEST_TMPDIR/dtb"
		[ "${#stderr_lines[@]}" -eq 1 ]
	done
}

@test "a full disk" {
	[ -c /dev/full ] || skip "there is no /dev/full"
	run -1 bash -c 'lsvirtio --help >/dev/full'
	[ "${#lines[@]}" -eq 1 ]
	[[ $output = "lsvirtio: cannot write"* ]]
	dir=$(fixture q35)
	for form in -J -P -v -t; do
		run -1 bash -c "lsvirtio --sysroot '$dir' $form >/dev/full"
		[[ $output = "lsvirtio: cannot write"* ]]
	done
}

@test "a closed output" {
	run -1 bash -c 'lsvirtio --help >&-'
	[[ $output = "lsvirtio: cannot write"* ]]
}

@test "a reader that went away is no error" {
	run -0 bash -c 'set -o pipefail; lsvirtio --help | true'
	[ -z "$output" ]
}

@test "--help and --version need nothing else" {
	run -0 lsvirtio --sysroot /none --help
	[[ $output = "Usage: lsvirtio "* ]]
	run -0 lsvirtio -V
}

@test "a hint for users when there is no virtio" {
	run -0 on_terminal "lsvirtio --sysroot $BATS_TEST_TMPDIR"
	[[ $output = *sim:* ]]
	[ "${#lines[@]}" -eq 1 ]
}

@test "a hint for users when a value is for root only" {
	dir=$(fixture_as_user q35)
	run -0 on_terminal "lsvirtio --sysroot $dir -o NAME,CAPS virtio0"
	[ "${#lines[@]}" -eq 3 ]
	[[ ${lines[2]} = "lsvirtio: "*root* ]]
	run -0 --separate-stderr lsvirtio --sysroot "$dir" -o NAME,CAPS virtio0
	[ -z "$stderr" ]
}

@test "a device that is not there: one message and status, in every view" {
	local tree command here=$BATS_TEST_TMPDIR/new

	tree=$(fixture q35)
	mkdir "$here"
	while read -r command; do
		# shellcheck disable=SC2086
		run --separate-stderr -32 $command vdzz
		[[ $stderr == "${command%% *}: vdzz: no such virtio device" ]] ||
			fail "$command: $stderr"
		[ -z "$output" ] || [[ $command == *-J* ]] ||
			fail "$command: $output"
	done <<-EOF
	lsvirtio --sysroot $tree
	lsvirtio --sysroot $tree -v
	lsvirtio --sysroot $tree -J
	lsvirtio --sysroot $tree -o NAME
	lsvirtio --read $TOP/tests/fixtures/capture.json
	vqdump --sysroot $tree
	vqdump --sysroot $tree -vv
	vqdump --sysroot $tree -J
	vqdump --sysroot $tree --raw
	vqdump --sysroot $tree --check
	vqdump --sysroot $tree --check -J
	vqdump --sysroot $tree --sample=0.1
	vqdump --sysroot $tree --in-flight
	vqdump --sysroot $tree --capture $here/capture
	vqdump --sysroot $tree --check --capture $here/capture
	vqdump --sysroot $tree --capture -
	vqdump --read $TOP/tests/fixtures/capture.json
	vqdump --read $TOP/tests/fixtures/capture.json --check
	vqdump --read $TOP/tests/fixtures/capture.json --in-flight
	vqdump --read $TOP/tests/fixtures/capture.json --capture $here/capture
	vqtop --sysroot $tree
	vqtop --sysroot $tree --record $here/record
	vqtop --sysroot $tree -b
	vqtop --sysroot $tree -b -n 1 --json
	vqtop --sysroot $tree -b -n 1 --csv
	vqtop --sysroot $tree -b -n 1 --record $here/record
	vqtop --sysroot $tree --openmetrics
	vqtop --sysroot $tree --textfile $here/metrics
	EOF
	[ -z "$(ls "$here")" ]
	run --separate-stderr -32 vqinject vdzz rng read 16
	[[ $stderr == "vqinject: vdzz: no such virtio device; "* ]]
	run --separate-stderr -32 vqtop -b --replay \
		"$TOP/tests/fixtures/vqtop/three.jsonl" vdzz
	[[ $stderr == "vqtop: vdzz: no such device in the recording "* ]]
	# One of two: what is there is shown.
	run --separate-stderr -64 vqdump --sysroot "$tree" --in-flight vdzz sim:blk
	[[ $stderr == "vqdump: vdzz: no such virtio device" && -n $output ]]
}
