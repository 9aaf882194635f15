# SPDX-License-Identifier: GPL-2.0-or-later
# lsvirtio --monitor, without any events.

load common

# Wait until $1 listens to kernel events: its line in /proc/net/netlink has the
# protocol (15), and its groups joined.
wait_until_listening()
{
	local i inode

	for ((i = 0; i < 200; i++)); do
		while read -r inode; do
			if awk -v inode="$inode" '$2 == 15 && $4 !~ /^0+$/ &&
					$NF == inode { found = 1 }
					END { exit !found }' /proc/net/netlink
			then
				return 0
			fi
		done < <(readlink "/proc/$1"/fd/* |
			sed -n 's/^socket:\[\(.*\)\]$/\1/p')
		sleep 0.05
	done
	return 1
}

@test "it prints nothing without events, and ends on a signal" {
	for signal in INT TERM; do
		lsvirtio --monitor >"$BATS_TEST_TMPDIR/out" \
			2>"$BATS_TEST_TMPDIR/err" 3>&- &
		pid=$!
		wait_until_listening "$pid"
		kill -"$signal" "$pid"
		wait "$pid"
		[ ! -s "$BATS_TEST_TMPDIR/out" ]
		[ ! -s "$BATS_TEST_TMPDIR/err" ]
	done
}

@test "it ends when its reader goes away" {
	run -0 bash -c 'set -o pipefail; lsvirtio --monitor -J | true'
	[ -z "$output" ]
}

@test "a recorded tree has no events" {
	run -2 lsvirtio --monitor --sysroot "$BATS_TEST_TMPDIR"
}
