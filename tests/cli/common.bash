# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bash
# Functions that all tests of the tools share.

bats_require_minimum_version 1.5.0

TOP=$(cd "$BATS_TEST_DIRNAME/../.." && pwd)
O=${O:-build}
case $O in
/*) ;;
*) O=$TOP/$O;;
esac
PATH=$O:$PATH
export LC_ALL=C.UTF-8
unset LIBSMARTCOLS_DEBUG POSIXLY_CORRECT

# Unpack the tree in tests/fixtures/NAME.tree, once per file.
fixture()
{
	local dir=$BATS_FILE_TMPDIR/$1

	if [ ! -d "$dir" ]; then
		"$TOP/tests/fixtures/unpack" "$TOP/tests/fixtures/$1.tree" \
			"$dir" || return 1
	fi
	echo "$dir"
}

# ls_on FIXTURE ARGUMENT...: lsvirtio on a recorded tree.
ls_on()
{
	local dir

	dir=$(fixture "$1") || return 1
	shift
	lsvirtio --sysroot "$dir" "$@"
}

# A copy of a recorded tree for a test to change.
fixture_copy()
{
	local dir

	dir=$(fixture "$1") || return 1
	cp -a "$dir" "$BATS_TEST_TMPDIR/$1" || return 1
	echo "$BATS_TEST_TMPDIR/$1"
}

# fixture_as_user NAME: as seen without root, with only 64 bytes of
# configuration space.
fixture_as_user()
{
	local dir config

	dir=$(fixture_copy "$1") || return 1
	find "$dir" -name config | while read -r config; do
		head -c 64 "$config" >"$config.new" &&
			mv "$config.new" "$config"
	done
	echo "$dir"
}

# on_terminal COMMAND: with output and errors on a terminal, which script(1)
# provides.
on_terminal()
{
	command -v script >/dev/null || skip "script is not installed"
	script -qec "$1" /dev/null </dev/null | tr -d '\r'
}

# Compare $output with standard input.
output_is()
{
	diff -u - <(printf '%s\n' "$output")
}

fail()
{
	echo "$*"
	return 1
}

# Wait until a command, once it is no shell any more, handles a signal: before
# that, the signal would end it without a word, or be ignored.
handles() {
	local mask=$((1 << ($(kill -l "$2") - 1))) comm field value
	while read -r comm <"/proc/$1/comm"; do
		while read -r field value; do
			[[ $comm != bash && $field == SigCgt: ]] &&
				((0x$value & mask)) && return
		done <"/proc/$1/status"
		sleep 0.05
	done
	return 1
}
export -f handles

# End a command, started in the background as by a script, by a signal.
# timeout(1) would also send SIGCONT: a process that a sanitizer stopped at its
# end, to look for leaks, would then wait forever.
ended_by() {
	bash -c 'signal=$1; shift
		"$@" & pid=$!
		(handles $pid "$signal" && sleep 0.3 && kill -"$signal" $pid) \
			>/dev/null 2>&1 3>&- 4>&-
		wait $pid' - "$@"
}
