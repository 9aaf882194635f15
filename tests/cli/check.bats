# SPDX-License-Identifier: GPL-2.0-or-later
# vqdump --check on simulated devices with faults.

load common

# The codes of all findings, with their severity.
found()
{
	run vqdump --check -J "$1"
	jq -r '.devices[].findings[]? | "\(.code) \(.severity)"' <<<"$output"
}

answers()
{
	vqdump --check "$1" |
		sed -nE 's/^ *Did the .*\? +(.*)$/\1/p' | tr '\n' ','
}

@test "each fault is found, and nothing else" {
	for layout in off on; do
		[ "$(found "sim:blk,packed=$layout,fault=lost-kick")" = "D_LOST_KICK error" ]
		[ "$(found "sim:blk,packed=$layout,fault=lost-irq")" = "D_LOST_IRQ error" ]
		[ "$(found "sim:blk,packed=$layout,fault=stuck")" = "D_DEVICE_STUCK error" ]
		[ "$(found "sim:blk,packed=$layout,fault=needs-reset")" = "D_NEEDS_RESET error" ]
	done
	[ "$(found sim:blk,fault=bad-used-id)" = $'E_USED_ID error\nD_DRIVER_BROKEN error' ]
	[ "$(found sim:blk,packed=on,fault=bad-used-id)" = "D_DRIVER_BROKEN error" ]
	[ -z "$(found sim:blk)" ]
}

@test "one lost request of a queue that moves is found, and named" {
	for layout in off on; do
		run -4 vqdump --check "sim:blk,qsize=128,packed=$layout,fault=lost-request"
		[[ $output = *"1 error"* ]]
		[[ $output = *"error D_REQUEST_LOST: the device has had the request of "*" 0 ("*" others"* ]]
		[[ $output != *"not judged"* ]]
	done
	run vqdump --check -J sim:blk,qsize=128,fault=lost-request
	jq -e '.devices[0].findings[0] | .code == "D_REQUEST_LOST" and
		.severity == "error" and .evidence.age_ms >= 3000 and
		.evidence.completed_meanwhile >= 256' <<<"$output"
}

@test "the three answers tell faults apart" {
	local layout mark

	# The simulated host tells its position in split rings.
	for layout in off on; do
		[ $layout = on ] && mark=" (inferred)"
		[ "$(answers "sim:blk,packed=$layout,fault=lost-kick")" = "no$mark,no,there were none," ]
		[ "$(answers "sim:blk,packed=$layout,fault=stuck")" = "yes$mark,no,there were none," ]
		[ "$(answers "sim:blk,packed=$layout,fault=lost-irq")" = "yes,yes,no," ]
	done
	# Even if the device itself reports that it gave up.
	[ "$(answers sim:blk,fault=needs-reset)" = "no,no,there were none," ]
	run -4 vqdump --check -J sim:blk,packed=on,fault=stuck
	jq -e '.devices[0].answers[0] | .seen == "yes" and .reaped == "none" and
		.inferred == ["seen"]' <<<"$output"
}

@test "a position in a packed ring is a slot and a wrap counter" {
	run vqdump --check sim:blk,packed=on,fault=lost-kick
	[ "$status" = 4 ]
	[[ $output = *"avail 4/1, used"* ]]
}

@test "a fault is found in captures that do not say whether a queue was torn" {
	vqdump --capture "$BATS_TEST_TMPDIR/whole" sim:blk,fault=bad-used-id 2>/dev/null
	sed -E 's/"(torn|gone)":false,//g' "$BATS_TEST_TMPDIR/whole" \
		>"$BATS_TEST_TMPDIR/capture"
	! grep -q '"torn"' "$BATS_TEST_TMPDIR/capture"
	run -4 vqdump --check --read "$BATS_TEST_TMPDIR/capture"
	[[ $output = *"error E_USED_ID"* ]]
	run vqdump -J --read "$BATS_TEST_TMPDIR/capture"
	[ "$(jq '.devices[0].queues[0] | has("torn") or has("gone")' <<<"$output")" = false ]
}

# check_one LOOK...: a capture is one look at a device.
check_one()
{
	rm -f "$BATS_TEST_TMPDIR/one.json"
	vqdump --capture "$BATS_TEST_TMPDIR/one.json" "$1" 2>/dev/null
	run vqdump --check --read "$BATS_TEST_TMPDIR/one.json"
}

@test "one look cannot show a hang, and does not say healthy" {
	for layout in off on; do
		check_one "sim:blk,packed=$layout,fault=stuck"
		[ "$status" -eq 8 ]
		[[ ${lines[0]} = "sim:blk,"*" blk: undecided (1 queue; "* ]]
		[[ ${lines[1]} = "  nothing wrong in one look, but:" ]]
		[[ ${lines[2]} = "    - queue 0 requestq1: 4 in flight; whether they move cannot be told" ]]
		[ "${#lines[@]}" -eq 3 ]
		check_one "sim:blk,packed=$layout,fault=lost-irq"
		[ "$status" -eq 8 ]
		[[ $(tr -s " \n" " " <<<"$output") = *"queue 0 requestq1: 4 completions are pending past the event that the driver armed;"* ]]
		# Nothing is in flight.
		check_one "sim:blk,packed=$layout"
		[ "$status" -eq 0 ]
		[[ $output = *": healthy ("* ]]
	done
	run -8 vqdump -J --check --read <(vqdump -J sim:blk,fault=stuck --raw)
	jq -e '.devices[0] | .undecided | length == 1 and
		(.[0] | test("4 in flight"))' <<<"$output"
	# What was found stands.
	check_one sim:blk,fault=needs-reset
	[ "$status" -eq 4 ]
	[[ $output != *undecided* ]]
}

@test "what was watched and moved, or stood still for good, is decided" {
	run -0 vqdump --check sim:blk
	[[ $output = *": healthy ("* ]]
	run -4 vqdump -J --check sim:blk,fault=stuck
	jq -e '.devices[0] | has("undecided") | not' <<<"$output"
}

@test "a device whose driver failed and was unbound is not healthy" {
	cat >"$BATS_TEST_TMPDIR/failed.json" <<-'EOF'
	{"virtio_inspect": {"version": "0.1.0", "schema": 2}, "devices": [{
	"name": "virtio0", "device_id": 2, "status": "0x8b",
	"features": "0x100000000"}]}
	EOF
	run -4 vqdump --check --read "$BATS_TEST_TMPDIR/failed.json"
	[[ $output = *"virtio0 blk: 1 error"*"D_FAILED: "*"FAILED in the status"* ]]
}

@test "a device that offers what needs more than it offers" {
	local capture=$BATS_TEST_TMPDIR/offer.json

	# CTRL_RX, MQ and ANNOUNCE without CTRL_VQ; the driver refused that.
	cat >"$capture" <<-EOF
	{"virtio_inspect": {"version": "0.1.0", "schema": 2}, "devices": [{
	"name": "virtio0", "kname": "eth0", "device_id": 1, "status": "0x83",
	"registers": {}, "offered": "0x100640000"}]}
	EOF
	run -4 vqdump --read "$capture" --check
	[[ ${lines[0]} == "virtio0 net eth0: 1 error, 1 warning" ]]
	[[ $output == *"warning D_OFFER: the device offers VIRTIO_NET_F_CTRL_RX"*(and\ 2\ more)* ]]
	[[ $output != *"warning D_NEGOTIATION"* ]]
	sed -i 's/0x100640000/0x100660000/' "$capture"
	run -4 vqdump --read "$capture" --check
	[[ ${lines[0]} == "virtio0 net eth0: 1 error" && $output != *D_OFFER* ]]
	sed -i 's/"registers".*/"features": "0x0"}]}/' "$capture"
	run -4 vqdump --read "$capture" --check
	[[ $output == *"D_OFFER: what the device offers is unknown"* ]]
}

@test "-v lists all occurrences of a fault" {
	local capture=$BATS_TEST_TMPDIR/heads.json

	# Three available entries refer to descriptors past the table.
	cat >"$capture" <<-EOF
	{"virtio_inspect": {"version": "0.1.0", "schema": 2}, "devices": [{
	"name": "virtio0", "device_id": 2, "driver": "virtio_blk",
	"status": "0xf", "features": "0x100000000", "attach": "kernel",
	"queues": [{"index": 0, "size": 4, "layout": "split", "ready": true,
	"desc": "0x1000", "driver": "0x2000", "device": "0x3000", "raw": {
	"desc": ["0*64"], "driver": ["00000300040005000600", "0*4"],
	"device": ["0*38"]}}]}]}
	EOF
	export COLUMNS=120
	run -4 vqdump --read "$capture" --check
	[[ $output == *"entry 0 refers to descriptor 4 in a table of 4 (and 2 more)"* ]]
	[[ $output != *"descriptor 5"* ]]
	for option in --check ''; do
		# shellcheck disable=SC2086
		run vqdump --read "$capture" $option -v
		[[ $output == *"also:  available entry 1 refers to descriptor 5 in a table of 4"* ]]
		[[ $output == *"also:  available entry 2 refers to descriptor 6 in a table of 4"* ]]
	done
	run -4 vqdump --read "$capture" --check -J
	jq -e '.devices[0].findings[0] | has("others") | not' <<<"$output"
	# A capture keeps them.
	run vqdump --read "$capture" --check --capture "$BATS_TEST_TMPDIR/again.json"
	jq -e '.devices[0].findings[0].others | length == 2' \
		"$BATS_TEST_TMPDIR/again.json"
	run -4 vqdump --read "$BATS_TEST_TMPDIR/again.json" --check -v
	[[ $output == *"descriptor 6 in a table"* ]]
}

@test "evidence is said in words, and kept as numbers" {
	run -4 vqdump --check sim:blk,fault=stuck
	[[ $(tr -s " \n" " " <<<"$output") =~ \
		"seen: for 3."[0-9]" s, 4 in flight, avail 4, used 0, the oldest is descriptor 0, the device has taken 4" ]]
	run -4 vqdump -J --check sim:blk,fault=stuck
	jq -e '.devices[0].findings[0].evidence | .age_ms >= 3000 and
		.in_flight == 4 and .oldest == 0' <<<"$output"
}

@test "a device without a driver: which modules would take it" {
	cat >"$BATS_TEST_TMPDIR/unbound.json" <<-'EOF'
	{"virtio_inspect": {"version": "0.1.0", "schema": 2}, "devices": [{
	"name": "virtio0", "device_id": 2, "status": "0x1",
	"modules": ["virtio_blk"]}]}
	EOF
	run -0 vqdump --check --read "$BATS_TEST_TMPDIR/unbound.json"
	[[ $output = *"no driver is bound, so there are no queues (module virtio_blk would take it)" ]]
}

# Four pairs were set up, of which the interface uses one.
@test "queues beyond those in use keep their names" {
	vqdump --capture - sim:net 2>/dev/null | jq '.devices[0] |= (
		.features = "0x130430028" | .num_queues = 3 | .max_queues = 9 |
		.queues = [.queues as $q | range(9) | . as $i | $q[$i % 2] |
			   .index = $i | del(.spec_name)])' >"$BATS_TEST_TMPDIR/capture"
	run -0 vqdump -J --read "$BATS_TEST_TMPDIR/capture"
	[ "$(jq -r '.devices[].queues[].spec_name' <<<"$output" | tr '\n' ' ')" = \
		"$(printf 'receiveq%d transmitq%d ' 1 1 2 2 3 3 4 4)controlq " ]
	# Without the last.
	jq 'del(.devices[].queues[8])' "$BATS_TEST_TMPDIR/capture" >"$BATS_TEST_TMPDIR/other"
	run -0 vqdump -J --read "$BATS_TEST_TMPDIR/other"
	[ "$(jq -r '.devices[].queues[7].spec_name' <<<"$output")" = transmitq4 ]
}
