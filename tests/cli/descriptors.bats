# SPDX-License-Identifier: GPL-2.0-or-later
# Closed standard files, and too few descriptors: nothing is lost silently, and
# no other file takes their place.

load common

# Standard output, if open, goes to $out.
setup()
{
	tools=(lsvirtio vqdump vqtop vqinject)
	arguments=("sim:blk -J" "sim:blk" "-b -n 1 sim:blk" "sim:rng rng read 4")
	out=$BATS_TEST_TMPDIR/out
}

@test "closed standard output is an error" {
	for t in 0 1 2 3; do
		# shellcheck disable=SC2086
		run -1 bash -c "${tools[t]} ${arguments[t]} >&-"
		[[ $output = *"${tools[t]}: cannot write output: Bad file descriptor"* ]]
	done
}

@test "closed standard error changes nothing else" {
	for t in 0 1 2 3; do
		bash -c "${tools[t]} ${arguments[t]} 2>&-" >"$out"
		[ -s "$out" ]
		bash -c "! ${tools[t]} --no-such-option 2>&-" >"$out"
		[ ! -s "$out" ]
	done
}

@test "standard input may be closed" {
	for t in 0 1 2 3; do
		run -0 bash -c "${tools[t]} ${arguments[t]} <&-"
		[ -n "$output" ]
	done
}

@test "reading from closed standard input is an error" {
	run -1 bash -c "vqdump --read - <&-"
	[[ $output = *"Bad file descriptor"* ]]
	run -1 bash -c "lsvirtio --read - <&-"
	[[ $output = *"Bad file descriptor"* ]]
}

@test "no message goes into a file that took the place of standard error" {
	cd "$BATS_TEST_TMPDIR"
	bash -c "! vqdump --capture no-such-device x 2>&-"
	bash -c "vqdump --capture=c sim:blk 2>&-"
	vqdump --read c --check sim:blk || vqdump --read c
	jq -e .devices[0].type c
	bash -c "vqtop -b -n 2 -d 0.1 --record r sim:blk no-such-device >&- 2>&- || :"
	if [ -e r ]; then
		jq -es 'length > 0' r
	fi
}

@test "all standard files are closed" {
	cd "$BATS_TEST_TMPDIR"
	bash -c "vqdump --capture=c sim:blk <&- >&- 2>&-"
	jq -e .devices[0].type c
}

# few N COMMAND: with only descriptors 0 to N-1, one of which the loader needs.
few()
{
	bash -c 'ulimit -n "$0" && exec "$@" 3>&-' "$@"
}

@test "without descriptors, the tools report what is unknown" {
	dir=$(fixture pci-modern)
	run -0 --separate-stderr lsvirtio --sysroot "$dir"
	all=$output
	# One for the tree, and none for its files.
	run -1 --separate-stderr few 4 lsvirtio --sysroot "$dir"
	[[ $stderr = *"Too many open files"* ]]
	[ "$output" != "$all" ]
	# Links need two at a time, so some facts are known.
	run -1 --separate-stderr few 5 lsvirtio --sysroot "$dir" -J
	[[ $stderr = *"Too many open files"* ]]
}
