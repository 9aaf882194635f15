# SPDX-License-Identifier: GPL-2.0-or-later
# vqdump's error messages and exit status.

load common

# refused ARGUMENT...: one line with the reason, one with advice.
refused()
{
	run -2 --separate-stderr vqdump "$@"
	[ -z "$output" ]
	[ "${#stderr_lines[@]}" -eq 2 ] || fail "$*: $stderr"
	[[ ${stderr_lines[0]} = "vqdump: "* ]]
	[[ ${stderr_lines[1]} = "Try 'vqdump --help'"* ]]
}

# fails STATUS ARGUMENT...: with one line, and nothing on stdout.
fails()
{
	run "-$1" --separate-stderr vqdump "${@:2}"
	[ -z "$output" ]
	[ "${#stderr_lines[@]}" -eq 1 ] || fail "$*: $stderr"
	[[ $stderr = "vqdump: "* ]]
}

@test "an unknown option" {
	refused --no-such-option
	[[ $stderr = *--no-such-option* ]]
	refused -Z
}

@test "an option without its argument" {
	for option in --attach --capture --memory --read --ring --sysroot -q -d; do
		refused "$option"
	done
}

@test "an option with an invalid argument" {
	refused --attach=magic
	[[ $stderr = *magic*kernel* ]]
	for list in '' x 1- -1 2-1 '1,' ',1' 65536 1-99999 99999999999999999999; do
		refused -q "$list" sim:blk
	done
	for seconds in '' 0 -1 x 1x nan 1e9; do
		refused --sample="$seconds" sim:blk
	done
	for bytes in '' 0 -1 x 1x 99999999; do
		refused --capture - --buffers="$bytes" sim:blk
	done
	refused -d toaster
}

@test "options that exclude each other" {
	refused --check --in-flight
	refused -J --in-flight
	refused -J --capture -
	refused --buffers sim:blk
	refused --capture - -v
	refused --read - --sysroot /
	refused --read - --sample
	refused --read - --attach kernel
	refused --memory /dev/null
	refused --ring split,num=8 virtio0
	refused --diff
	refused --diff one
	refused --diff one two three
	refused --diff one two -J
	refused --explain --check
	refused --diff --explain
}

@test "none, or some, of the named devices exist" {
	dir=$(fixture q35)
	run -32 --separate-stderr vqdump --sysroot "$dir" virtio98 virtio99
	[ -z "$output" ]
	[ "${#stderr_lines[@]}" -eq 2 ]
	[[ ${stderr_lines[0]} = "vqdump: virtio98: "* ]]
	run -64 --separate-stderr vqdump virtio98 sim:blk
	[[ $output = *req* ]]
	[ "${#stderr_lines[@]}" -eq 1 ]
}

@test "invalid targets" {
	dir=$(fixture q35)
	for target in '' / ../virtio0 virtio mmio: "$(printf '\033[31m')" \
			sim:no-such-thing; do
		run -32 --separate-stderr vqdump --sysroot "$dir" "$target"
		[ "${#stderr_lines[@]}" -eq 1 ] || fail "$target: $stderr"
		[[ $stderr != *$'\033'* ]]
	done
}

@test "a missing sysroot" {
	fails 1 --sysroot "$BATS_TEST_TMPDIR/none"
	[[ $stderr = *none* ]]
}

@test "a missing or invalid capture" {
	fails 1 --read "$BATS_TEST_TMPDIR/none"
	[[ $stderr = *none* ]]
	for content in '' rubbish '[]' '{}' '{"devices":7}' \
			'{"virtio_inspect":{"schema":1},"devices":[7]}'; do
		printf '%s' "$content" >"$BATS_TEST_TMPDIR/capture"
		fails 1 --read "$BATS_TEST_TMPDIR/capture"
		fails 1 --diff "$BATS_TEST_TMPDIR/capture" /dev/null
	done
}

@test "an unknown finding" {
	fails 1 --explain=E_NO_SUCH_THING
	[[ $stderr = *E_NO_SUCH_THING*--explain* ]]
	fails 1 --explain E_NO_SUCH_THING
}

@test "without privilege: the failed access method, and others" {
	[ "$(id -u)" -eq 0 ] || skip "for root, who can become somebody else"
	command -v setpriv >/dev/null || skip "setpriv is not installed"
	[ -e /proc/kcore ] || skip "there is no /proc/kcore"
	command -v jq >/dev/null || skip "jq is not installed"
	[ -n "$(ls -A /sys/bus/virtio/devices 2>/dev/null)" ] ||
		skip "there are no virtio devices here"
	# Other users cannot run the tools from a folder closed to them.
	cp "$O/vqdump" "$O/libvirtio-inspect.so.0" "$BATS_TEST_TMPDIR"
	chmod 755 "$BATS_TEST_TMPDIR" "$BATS_TEST_TMPDIR"/*
	setpriv --reuid 65534 --clear-groups "$BATS_TEST_TMPDIR/vqdump" \
		--version >/dev/null || skip "the test's folder is for root only"
	run -1 --separate-stderr setpriv --reuid 65534 --clear-groups \
		"$BATS_TEST_TMPDIR/vqdump"
	[ "${#stderr_lines[@]}" -eq 1 ]
	[[ $stderr = *CAP_SYS_RAWIO* ]]
	# Their identity is known all the same.
	[[ ${lines[0]} = "virtio"* ]]
	[[ ${lines[1]} = *"not read"* ]]
	run -1 --separate-stderr setpriv --reuid 65534 --clear-groups \
		"$BATS_TEST_TMPDIR/vqdump" -J
	jq -e '.devices[0] | .name and .attach_notes[0] and
		(has("queues") | not)' <<<"$output"
}

@test "a full disk" {
	[ -c /dev/full ] || skip "there is no /dev/full"
	for form in '' -J -v --in-flight --check '--capture -'; do
		run -1 bash -c "vqdump $form sim:blk >/dev/full"
		[[ $output =~ vqdump:\ .*(write|written) ]] || fail "$form: $output"
	done
}

@test "a closed output" {
	run -1 bash -c 'vqdump --help >&-'
	[[ $output = "vqdump: cannot write"* ]]
}

@test "a reader that went away is no error" {
	run -0 bash -c 'set -o pipefail; vqdump --explain=list | true'
	[ -z "$output" ]
}

@test "--help and --version need nothing else" {
	run -0 vqdump --sysroot /none --help
	[[ $output = "Usage: vqdump "* ]]
	run -0 vqdump -V
}
