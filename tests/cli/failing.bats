# SPDX-License-Identifier: GPL-2.0-or-later
# Watching while reads and writes fail. A recorded tree's interrupts are read
# once per sample, so that calls can be selected by number.

load common

setup()
{
	command -v strace >/dev/null || skip "strace is not installed"
	strace -o /dev/null true 2>/dev/null ||
		skip "strace may not trace here: $(strace -o /dev/null true 2>&1 |
			head -1)"
	tree=$(fixture q35)
	cd "$BATS_TEST_TMPDIR"
}

# failing CALL:HOW:WHEN ARGUMENT...: vqtop with these calls failing.
failing()
{
	local call=${1%%:*}

	ASAN_OPTIONS=detect_leaks=0 strace -qq -o /dev/null \
		-P "$tree/proc/interrupts" -P /proc/interrupts -e trace="$call" \
		-e inject="$1" vqtop "${@:2}"
}

# Fail the second read of the file, for the first sample shown; the sample
# before takes two reads, one of which finds the end.
second=pread64:error=EIO:when=3
all=pread64:error=EIO:when=1+
why="/proc/interrupts could not be read: Input/output error"

@test "JSON: an incomplete sample says why, and the next is complete" {
	run -1 --separate-stderr failing $second -bJ -n 3 -d 0.01 --sysroot "$tree"
	[ "$(jq -r '.error // "-"' <<<"$output")" = "$why"$'\n-\n-' ]
	jq -es '.[0].lower_bound and (.[1] | has("lower_bound") | not)' <<<"$output"
	# Earlier counts are unknown now.
	jq -es '.[0].queues | length > 0 and all(has("interrupts") | not)' <<<"$output"
	jq -es '.[2].queues | length > 0 and all(.interrupts == 0)' <<<"$output"
	# Nor is any queue known not to be stalled.
	jq -es 'all(has("stalled") | not)' <<<"$output"
	[ "$(grep -c "$why" <<<"$stderr")" = 1 ]
	[ "${stderr_lines[-1]}" = "vqtop: 1 of 4 samples are not whole, as something could not be read" ]
}

@test "JSON: unknown queues are not an empty list" {
	run -1 --separate-stderr failing $all -bJ -n 2 -d 0.01 --sysroot "$tree"
	[ "${#lines[@]}" = 2 ]
	jq -es --arg why "$why" 'all(.error == $why and (has("queues") | not) and .time)' <<<"$output"
}

@test "metrics: up is 0, and unknown values have no line" {
	run -1 --separate-stderr failing $all --openmetrics -d 0.01 --sysroot "$tree"
	[ "${lines[-1]}" = "# EOF" ]
	grep -qx 'virtio_inspect_up 0' <<<"$output"
	grep -qx '# TYPE virtio_inspect_up gauge' <<<"$output"
	grep -qx 'virtio_inspect_failed_samples_total 2' <<<"$output"
	run ! grep -E '^virtio_(queues|devices|queue_)' <<<"$output"

	run -1 failing $second --textfile file -n 1 -d 0.01 --sysroot "$tree"
	grep -qx 'virtio_inspect_up 0' file
	run ! grep -E '^virtio_(queues|devices) ' file
	# It continues, and recovers.
	run -1 failing $second --textfile file -n 2 -d 0.01 --sysroot "$tree"
	grep -qx 'virtio_inspect_up 1' file
	grep -qx 'virtio_queues 8' file
	grep -qx 'virtio_inspect_failed_samples_total 1' file
}

@test "metrics: unreadable rings are reported, and are no failure" {
	vqtop --openmetrics -d 0.01 --sysroot "$tree" >metrics
	grep -qx 'virtio_inspect_up 1' metrics
	grep -qx 'virtio_inspect_rings_readable 0' metrics
	grep -qx 'virtio_inspect_failed_samples_total 0' metrics
	vqtop --openmetrics -d 0.01 sim:blk >metrics
	grep -qx 'virtio_inspect_rings_readable 1' metrics
}

@test "tables and CSV report it, too" {
	run -1 --separate-stderr failing $second -b -n 2 -d 0.01 --sysroot "$tree"
	[ "${lines[1]}" = "(not all could be read: $why)" ]
	[ "$(grep -cF "$why" <<<"$output")" = 1 ]
	run -1 --separate-stderr failing $all -b -n 1 -d 0.01 --sysroot "$tree"
	[ "${lines[1]}" = "(queues could not be read: $why)" ]
	[ "${#lines[@]}" = 2 ]

	run -1 --separate-stderr failing $second -b --csv -n 3 -d 0.01 -o DEVICE,IRQ_S --sysroot "$tree"
	[[ ${lines[0]} == time,interval,error,device,irq_s* ]]
	[[ ${lines[1]} == *,"$why,virtio0,"$'\r' ]]
	[[ ${lines[-1]} == *,,virtio*,0$'\r' ]]
	run -1 --separate-stderr failing $all -b --csv -n 2 -d 0.01 -o DEVICE,IRQ_S --sysroot "$tree"
	[ "${#lines[@]}" = 3 ]
	[[ ${lines[2]} == *,"$why,,"$'\r' ]]
}

@test "a recording keeps the error, and replaying it is no failure" {
	run -1 --separate-stderr failing pread64:error=EIO:when=1..4 -bJ -n 3 -d 0.01 --record file --sysroot "$tree"
	live=$output
	[ "$(sed 1d file)" = "$live" ]
	run -0 --separate-stderr vqtop -bJ --replay file
	[ "$output" = "$live" ]
	[ -z "$stderr" ]
	run -0 vqtop --openmetrics --replay file -n 1
	[[ $output == *"virtio_inspect_up 0"* ]]
	run -0 vqtop -b --replay file
	[[ $output == *"could not be read: $why)"* ]]
}

@test "replay: an error may be anything" {
	printf '%s\n' '{"error":"\u001b[2J\u202e=1"}' '{"error":"","queues":[]}' >file
	run -0 vqtop -b --csv --replay file -o DEVICE
	[ "${lines[1]}" = ',,\x1b[2J\u{202e}=1,'$'\r' ]
	vqtop -bJ --replay file | jq -es '.[0].error_hex and .[1].error == ""'
	for line in '{"error":5}' '{"error":["x"]}' '{"time":"now"}' '{"error":null}'; do
		echo "$line" >file
		run -1 vqtop -b --replay file
	done
}

@test "the same error is not repeated" {
	run -1 --separate-stderr failing $all -bJ -n 30 -d 0.01 --sysroot "$tree"
	[ "${#lines[@]}" = 30 ]
	[ "$(grep -c "$why" <<<"$stderr")" = 1 ]
	[ "${stderr_lines[-1]}" = "vqtop: 31 of 31 samples are not whole, as something could not be read" ]
}

@test "no more files can be opened" {
	run -1 --separate-stderr failing openat2:error=EMFILE:when=1+ -bJ -n 1 -d 0.01 --sysroot "$tree"
	jq -e '.error == "/proc/interrupts could not be read: Too many open files" and (has("queues") | not)' <<<"$output"
}

# waiting WHEN ARGUMENT...: the wait fails.
waiting()
{
	ASAN_OPTIONS=detect_leaks=0 strace -qq -o /dev/null -e trace=ppoll \
		-e inject=ppoll:error=ENOMEM:when="$1" vqtop "${@:2}"
}

@test "a failing wait is an error at any time" {
	for n in 1 2; do
		run -1 --separate-stderr waiting $n -bJ -n 5 -d 0.01 sim:blk
		[ "$stderr" = "vqtop: cannot wait for the next sample: Cannot allocate memory" ]
	done
	run -1 --separate-stderr waiting 1 --openmetrics -d 0.01 sim:blk
	[ -z "$output" ]
	# An ignored signal does not count.
	run -0 --separate-stderr env ASAN_OPTIONS=detect_leaks=0 strace -qq \
		-o /dev/null -e trace=ppoll -e inject=ppoll:error=EINTR:when=1 \
		vqtop -bJ -n 2 -d 0.01 sim:blk
	[ "${#lines[@]}" = 2 ]
}

@test "a recording on a full disk ends with a complete line" {
	run -1 --separate-stderr bash -c 'ulimit -f 2; vqtop -bJ -n 50 -d 0.01 --record file sim:blk'
	[[ $stderr == *"vqtop: file: cannot be written: File too large"* ]]
	[ "$(stat -c %s file)" -lt 2048 ]
	[ "$(tail -c 1 file | xxd -p)" = 0a ]
	[ "$(wc -l <file)" -ge 2 ]
	run -0 --separate-stderr vqtop -bJ --replay file
	[ -z "$stderr" ]
}

@test "lsvirtio --monitor: events that were lost are an error" {
	env ASAN_OPTIONS=detect_leaks=0 strace -f -qq -o /dev/null \
		-e trace=ppoll,recvmsg -e inject=ppoll:retval=1:when=1 \
		-e inject=recvmsg:error=ENOBUFS:when=1 \
		lsvirtio --monitor -J >out 2>err 3>&- &
	pid=$!
	until [ -s out ] && [ -s err ]; do
		kill -0 $pid || break
		sleep 0.05
	done
	kill -INT "$(cat /proc/$pid/task/$pid/children)"
	wait $pid || status=$?
	[ "$status" = 1 ]
	[ "$(cat out)" = '{"event":"lost"}' ]
	[[ $(cat err) == *"list the devices again"* ]]
}
