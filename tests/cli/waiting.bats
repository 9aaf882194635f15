# SPDX-License-Identifier: GPL-2.0-or-later
# Requests that may wait by nature, and such that do not.

load common

# The codes of all findings, with their severity, and the exit code.
found()
{
	run vqdump --check -J "$1"
	jq -r '.devices[].findings[]? | "\(.code) \(.severity)"' <<<"$output"
	echo "$status"
}

@test "a kick that is due is an error in queues that may wait, too" {
	for layout in off on; do
		[ "$(found "sim:console,packed=$layout,fault=lost-kick")" = $'D_LOST_KICK error\n4' ]
		[ "$(found "sim:rng,packed=$layout,fault=lost-kick")" = $'D_LOST_KICK error\n4' ]
	done
	[ "$(found sim:console)" = 0 ]
	[ "$(found sim:rng)" = 0 ]
}

@test "output of a port does not wait, and its port is named" {
	run -4 vqdump --check sim:console,fault=stuck
	[[ $output = *"error D_DEVICE_STUCK: the device has not completed"* ]]
	[[ $(tr -s ' \n' ' ' <<<"$output") = *"write 6 bytes, which does not wait by nature; the host side of port 0 takes no output"* ]]
}

@test "a request that may wait is always shown with its age" {
	run -0 vqdump --check sim:rng,fault=stuck
	[[ $output = *"healthy (1 queue, 1 remark"* ]]
	[[ $output = *"info D_DEVICE_STUCK: the device has had "*" may wait by nature"* ]]
	run -0 vqdump --check -J sim:rng,fault=stuck
	[ "$(jq '.devices[].findings[0].evidence.age_ms >= 3000' <<<"$output")" = true ]
}

@test "vqtop shows such a queue stalled, with the reason" {
	for fault in console,fault=stuck:D_DEVICE_STUCK console,fault=lost-kick:D_LOST_KICK \
		     rng,fault=lost-kick:D_LOST_KICK; do
		run -0 vqtop -b -J -n 5 -d 1 "sim:${fault%:*}"
		[ "$(jq -rs 'last.queues[] | select(.stalled).code' <<<"$output")" = "${fault#*:}" ]
	done
	run -0 vqtop --openmetrics -d 2 sim:console,fault=lost-kick
	grep -q '^virtio_queue_stall{.*code="D_LOST_KICK"} 1$' <<<"$output"
	run -0 vqtop -b -J -n 3 -d 1 sim:rng,fault=stuck
	[ "$(jq -s 'last.queues[0].stalled' <<<"$output")" = false ]
}
