# SPDX-License-Identifier: GPL-2.0-or-later
# vqinject --conform and --hostile on simulated devices, which follow the
# specification unless a fault was requested.

load common

# Count a verdict in the table of the last run.
verdicts()
{
	grep -c "^$1 " <<<"$output" || true
}

@test "the simulated devices pass, with both layouts" {
	local device
	for device in blk rng net console; do
		run -0 vqinject "sim:$device,packed" --conform
		[[ ${lines[0]} =~ ^VERDICT\ +SECTION\ +RINGS\ +CASE$ ]]
		[ "$(verdicts FAIL)" = 0 ]
		[ "$(verdicts WEDGED)" = 0 ]
		[ "$(verdicts PASS)" -gt 30 ]
		[[ $output =~ PASS\ +2.8.21\ +packed\ +request: ]]
		[[ $output =~ PASS\ +2.7.13\ +split\ +request: ]]
	done
}

@test "a queue of few entries is no fault" {
	local size
	for size in 2 4 8; do
		run -0 vqinject "sim:rng,qsize=$size" --conform
		[ "$(verdicts FAIL)" = 0 ]
	done
}

@test "a fault is found, and nothing else" {
	run -4 vqinject sim:rng,fault=lost-irq --conform --timeout 0.5
	[ "$(verdicts FAIL)" = 2 ]
	[[ $output =~ FAIL\ +2.7.7.2\ +split\ +interrupt: ]]
	[[ $output =~ FAIL\ +2.7.7.2\ +split\ +interrupt-event-idx: ]]
}

@test "a silent device is reported before the first case" {
	run -4 --separate-stderr vqinject sim:blk,fault=lost-kick \
		--conform=request --timeout 0.2
	[[ $stderr = *"the device does not answer a harmless request even before the first case"* ]]
	[[ $output =~ FAIL\ +2.7.13\ +split\ +request: ]]
}

@test "a table in JSON" {
	run -0 vqinject sim:blk,packed --conform=queue -J
	jq -e '.device == "sim:blk,packed" and .type == "blk"' <<<"$output"
	jq -e '.passed == (.cases | map(select(.verdict == "PASS")) | length)' \
		<<<"$output"
	jq -e '.cases | all(.case and .section and .title)' <<<"$output"
	jq -e '[.cases[].layout] | unique == [null, "packed", "split"]' \
		<<<"$output"
}

@test "cases by the beginning of their names" {
	run -0 vqinject sim:rng --conform=wrap-odd
	[ "$(verdicts PASS)" = 1 ]
	run -2 --separate-stderr vqinject sim:rng --conform=nothing
	[ "$stderr" = 'vqinject: sim:rng: no case named "nothing"' ]
}

@test "broken rings: each case is logged before it runs, its result after" {
	run -0 vqinject sim:blk,packed --hostile=hostile-order --i-own-this-vmm
	[[ ${lines[1]} =~ ^\.\.\.\ +2.7.4.2\ +split\ +hostile-order$ ]]
	[[ ${lines[2]} =~ ^REJECT\ +2.7.4.2\ +split\ +hostile-order: ]]
	[[ $output =~ REJECT\ +2.8.17\ +packed\ +hostile-order: ]]
	[ "${lines[-1]}" = \
		"0 passed, 0 failed, 2 rejected, 0 wedged, 0 skipped" ]
	run -0 vqinject sim:blk,packed --hostile=hostile --i-own-this-vmm
	[ "$(verdicts FAIL)" = 0 ]
	[ "$(verdicts WEDGED)" = 0 ]
	[ "$(verdicts REJECT)" -gt 20 ]
	run -0 vqinject sim:rng,qsize=4 --hostile=hostile --i-own-this-vmm
	[[ $output = *"the queue of 4 is too small for this case"* ]]
}
