# SPDX-License-Identifier: GPL-2.0-or-later
# Options that several tools share, or whose arguments are alike, must behave
# alike.

load common

# refused OPTION TOOL ARGUMENT...: with a line that names the option's argument.
refused()
{
	run -2 --separate-stderr "${@:2}"
	[ -z "$output" ]
	[[ ${stderr_lines[0]} = "$2: --$1: must be a number of "* ]] ||
		fail "${*:2}: $stderr"
}

@test "seconds are decimal, in every tool" {
	for n in 0x1 0x1p3 '' x 1x nan inf ' 1' '1 ' -1 1e9 1,5; do
		refused "sample=$n" vqdump --sample="$n" sim:blk
		refused "delay $n" vqtop -b -n 1 -d "$n" sim:blk
		refused "timeout $n" vqinject sim:rng --in 4 --timeout "$n"
	done
	for n in 0x10 '' x 10x nan inf ' 10' '10 ' -10 0; do
		refused "rate $n" vqinject sim:rng --in 4 --rate "$n"
		refused "max-cpu $n" vqtop -b -n 1 --max-cpu "$n" sim:blk
	done
}

@test "seconds out of range are refused alike, with the range" {
	refused sample=0 vqdump --sample=0 sim:blk
	[[ $stderr = *"a number of seconds from 0.001 to 86400"* ]]
	refused 'delay 0' vqtop -b -n 1 -d 0 sim:blk
	[[ $stderr = *"a number of seconds from 0.01 to 86400"* ]]
	refused 'timeout 86401' vqinject sim:rng --in 4 --timeout 86401
	[[ $stderr = *"a number of seconds from 0 to 86400"* ]]
}

@test "whole numbers are read alike: decimal, or after 0x hexadecimal; k, M, G" {
	run -0 vqtop -b -n 0x1 -d 0.01 -o DEVICE sim:rng
	run -0 vqdump --capture - --buffers=1k sim:rng
	for n in '' x 1x -1 ' 1' '1 ' 0 0x 1kk 99999999999999999999; do
		refused "samples $n" vqtop -b -n "$n" sim:blk
		refused "buffers=$n" vqdump --capture - --buffers="$n" sim:blk
		refused "count $n" vqinject sim:rng --in 4 --count "$n"
		refused "depth $n" vqinject sim:rng --in 4 --depth "$n"
	done
}

@test "a script's sleep and a saved delay are decimal, too" {
	printf 'in 4\nsleep 0x1\n' >"$BATS_TEST_TMPDIR/script"
	run -2 --separate-stderr vqinject sim:rng -f "$BATS_TEST_TMPDIR/script"
	[[ $stderr = *"must be a number of seconds"* ]]
}
