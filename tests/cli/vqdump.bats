# SPDX-License-Identifier: GPL-2.0-or-later
# vqdump's views of simulated devices and of captures.

load common

# capture NAME TARGET: a capture of a simulated device, made once per file.
capture()
{
	local file=$BATS_FILE_TMPDIR/$1.json

	[ -f "$file" ] || vqdump --capture "$file" "$2" 2>/dev/null || return 1
	echo "$file"
}

needs_jq()
{
	command -v jq >/dev/null || skip "jq is not installed"
}

# --- The view ---

@test "a line for the device, and a block for each queue" {
	run -0 --separate-stderr vqdump sim:blk
	[ -z "$stderr" ]
	[[ ${lines[0]} = "sim:blk blk "*"status 0xf"* ]]
	[[ ${lines[1]} =~ ^\ \ 0\ requestq1\ +split\ +idle\ .*\ 0/256\ +0\ in\ flight$ ]]
	[[ ${lines[2]} = "    device wants kicks: "*"driver wants interrupts: "* ]]
}

@test "a packed ring" {
	run -0 vqdump sim:blk,packed=on
	[[ ${lines[1]} =~ packed\ +idle ]]
}

@test "buffers that wait by design are parked" {
	run -0 vqdump -q 0 sim:net
	[[ ${lines[1]} =~ receiveq1\ .*waiting\ .*\ parked$ ]]
	[[ $output != *"in flight"* ]]
}

@test "completions that the driver has not seen are unseen" {
	run -0 vqdump sim:blk,fault=lost-irq
	[[ ${lines[1]} =~ busy\ .*\ [1-9][0-9]*\ unseen$ ]]
}

@test "--ascii, or a locale without UTF-8: nothing but ASCII" {
	run -0 vqdump sim:net
	[[ $output = *█* ]]
	for command in 'vqdump --ascii sim:net' 'LC_ALL=C vqdump sim:net'; do
		run -0 bash -c "$command"
		[[ $output = *"#"* ]]
		[[ ! $output =~ [^[:ascii:]] ]] || fail "$command"
	done
}

@test "colours on a terminal only, and not with NO_COLOR" {
	run -0 vqdump sim:net
	[[ $output != *$'\033'* ]]
	run -0 on_terminal "TERM=xterm NO_COLOR= vqdump sim:net"
	[[ $output = *$'\033[1m'* ]]
	plain=$(sed 's/\x1b\[[0-9;]*m//g' <<<"$output")
	run -0 on_terminal "TERM=xterm NO_COLOR=1 vqdump sim:net"
	[[ $output != *$'\033'* ]]
	[ "$output" = "$plain" ]
}

@test "80 columns are enough" {
	for target in sim:blk sim:net sim:console sim:rng \
			sim:blk,fault=lost-irq; do
		run -0 vqdump "$target"
		for line in "${lines[@]}"; do
			[ "${#line}" -le 80 ] || fail "$line"
		done
	done
}

@test "-q chooses queues" {
	run -0 vqdump sim:net
	all=$(grep -c '^  [0-9]' <<<"$output")
	[ "$all" -ge 2 ]
	run -0 vqdump -q 1 sim:net
	[ "$(grep -c '^  [0-9]' <<<"$output")" -eq 1 ]
	[[ $output = *"  1 transmitq1"* ]]
	run -0 vqdump -q 0-9 sim:net
	[ "$(grep -c '^  [0-9]' <<<"$output")" -eq "$all" ]
	run -0 vqdump -q 99 sim:net
	[[ $output = *"no queue with that index"* ]]
}

@test "-v: chains with their descriptors, and the driver's state" {
	run -0 vqdump -v -q 0 sim:net
	[[ $output = *"last_used_idx"* ]]
	[[ $output = *"addresses "*"desc 0x"* ]]
	[[ $output = *"in flight "* ]]
	[[ $output =~ head\ [0-9]+.*slots\ 1 ]]
	[[ $output =~ 0x[0-9a-f]+\ +len\ [0-9]+\ +WRITE ]]
	[[ $output != *"descriptor table"* ]]
}

@test "-vv and --raw: bytes of rings" {
	for option in -vv --raw; do
		run -0 vqdump "$option" -q 0 sim:net
		[[ $output = *"descriptor table"* ]]
		[[ $output = *"available ring"* ]]
		[[ $output = *"used ring"* ]]
		grep -qE '^ +0  ([0-9a-f]{2} +){16} 0x[0-9a-f]+\+[0-9]+ W next' \
			<<<"$output"
		grep -qE '^      00000000  ([0-9a-f]{2} +){16} \|' <<<"$output"
	done
	run -0 vqdump --raw -q 0 sim:net,packed=on
	[[ $output = *"descriptor ring"* ]]
	[[ $output = *"driver event suppression"* ]]
}

# A split ring of a legacy disk on a big-endian machine: entry 0 is in flight,
# 16 bytes at 0x1122334455, and chains to 1.
@test "-vv, --raw: legacy rings of a big-endian machine are big-endian" {
	cat >"$BATS_TEST_TMPDIR/big.json" <<-'EOF'
	{"virtio_inspect": {"version": "0.1.0", "schema": 1},
	"host": {"byte_order": "big"},
	"devices": [{"name": "virtio0", "device_id": 2, "features": "0x0",
	"queues": [{"index": 0, "size": 2, "layout": "split", "ready": true,
	"desc": "0x1000", "driver": "0x2000", "device": "0x3000", "raw": {
	"desc": ["0000001122334455", "00000010", "0001", "0001",
		"0000000000000200", "00000001", "0002", "0000"],
	"driver": ["0000", "0001", "0000", "0000", "0000"],
	"device": ["0*22"]}}]}]}
	EOF
	for option in -vv --raw; do
		run -0 vqdump --read "$BATS_TEST_TMPDIR/big.json" "$option"
		[[ $output = *" 1 in flight"* ]]
		[[ $output = *"big-endian"* ]]
		[[ $output =~ \ 0\ \ 00\ 00\ 00\ 11.*\ 0x1122334455\+16\ N\ next\ 1 ]]
		[[ $output =~ \ 1\ \ 00.*\ 0x200\+1\ W\ next\ 0 ]]
	done
	needs_jq
	run -0 vqdump --read "$BATS_TEST_TMPDIR/big.json" -J --raw
	jq -e '.devices[0].queues[0].raw.byte_order == "big"' <<<"$output"
	run -0 vqdump --raw sim:blk
	[[ $output != *"big-endian"* ]]
}

# As if read through registers: a queue about which the kernel disagrees.
with_registers()
{
	cat >"$BATS_TEST_TMPDIR/registers.json" <<-EOF
	{"virtio_inspect": {"version": "0.1.0", "schema": 1}, "devices": [{
	"name": "virtio0", "device_id": 2, "driver": "virtio_blk",
	"status": "0xf", "features": "0x100000000", "attach": "registers",
	"offered": "0x100000040", "offered_names":
		["VIRTIO_BLK_F_BLK_SIZE", "VIRTIO_F_VERSION_1"],
	"config": [{"name": "capacity", "value": "2048"}],
	"registers": {"status": "0xf", "num_queues": 1, "queues": [
		{"index": 0, "size": 4, "enabled": true, "notify_off": 1,
		 "desc": "0x1000"}],
	"disagreements": $1},
	"queues": [{"index": 0, "size": 4, "layout": "split", "ready": true,
	"desc": "0x1000", "driver": "0x2000", "device": "0x3000", "raw": {
	"desc": ["0*64"], "driver": ["0*14"], "device": ["0*38"]}}]}]}
	EOF
}

@test "registers and the kernel disagree" {
	needs_jq
	with_registers '[{"queue": 0, "what": "size", "registers": "4", "kernel": "8"},
		{"what": "features", "registers": "0x1", "kernel": "0x3"}]'
	for option in '' -v; do
		# shellcheck disable=SC2086
		run -0 vqdump --read "$BATS_TEST_TMPDIR/registers.json" $option
		[[ $output = *"disagree: queue 0 size: registers 4, kernel 8"* ]]
		[[ $output = *"disagree: features: registers 0x1, kernel 0x3"* ]]
	done
	[[ $output =~ offered\ +VIRTIO_BLK_F_BLK_SIZE\ VIRTIO_F_VERSION_1 ]]
	[[ $output =~ config\ +capacity\ 2048 ]]
	[[ $output =~ queue\ 0\ +size\ 4\ +enabled\ yes\ +notify_off\ 1\ +desc\ 0x1000 ]]
	run -0 vqdump --read "$BATS_TEST_TMPDIR/registers.json" -J
	jq -e '.devices[0].registers.disagreements | length == 2' <<<"$output"
	run -4 vqdump --read "$BATS_TEST_TMPDIR/registers.json" --check
	[[ $output = *"D_SIZE_MISMATCH: the driver's ring has 8 entries"* ]]
	with_registers '[]'
	run -0 vqdump --read "$BATS_TEST_TMPDIR/registers.json"
	[[ $output != *gree* ]]
	run -0 vqdump --read "$BATS_TEST_TMPDIR/registers.json" -v
	[[ $output = *"registers and the kernel's structures agree"* ]]
	run -8 vqdump --read "$BATS_TEST_TMPDIR/registers.json" --check -v
	[[ $output != *D_SIZE_MISMATCH* ]]
}

@test "offered features from debugfs stay what they are" {
	needs_jq
	with_registers '[]'
	jq 'del(.devices[0].registers) | .devices[0] += {attach: "kernel",
		offered_from: "debugfs", filtered: "0x40"}' \
		"$BATS_TEST_TMPDIR/registers.json" >"$BATS_TEST_TMPDIR/debugfs.json"
	run -0 vqdump --read "$BATS_TEST_TMPDIR/debugfs.json" -v
	[[ $output =~ debugfs.*offered\ +VIRTIO_BLK_F_BLK_SIZE\ VIRTIO_F_VERSION_1 ]]
	[[ $output =~ features\ +filtered\ 0x40 ]]
	run -0 vqdump --read "$BATS_TEST_TMPDIR/debugfs.json" -J
	jq -e '.devices[0] | .offered == "0x100000040" and
		.offered_from == "debugfs" and .filtered == "0x40"' <<<"$output"
	# What a capture does not say is not guessed.
	jq 'del(.devices[0].offered_from)' "$BATS_TEST_TMPDIR/debugfs.json" \
		>"$BATS_TEST_TMPDIR/unknown.json"
	run -0 vqdump --read "$BATS_TEST_TMPDIR/unknown.json" -J
	jq -e '.devices[0] | .offered == "0x100000040" and
		(has("offered_from") | not)' <<<"$output"
}

@test "addresses that a transport maps are not judged by physical memory" {
	needs_jq
	with_registers '[]'
	jq '.devices[0] |= (del(.registers, .offered, .offered_names) |
		.attach = "kernel" | .addresses = "mapped" |
		.queues[0].driver_state = {map: "transport", num_free: 4})' \
		"$BATS_TEST_TMPDIR/registers.json" >"$BATS_TEST_TMPDIR/mapped.json"
	run -0 vqdump --read "$BATS_TEST_TMPDIR/mapped.json" -v
	[[ $output = *"map transport"* ]]
	run -0 vqdump --read "$BATS_TEST_TMPDIR/mapped.json" -J
	jq -e '.devices[0] | .addresses == "mapped" and
		.queues[0].driver_state.map == "transport"' <<<"$output"
	run vqdump --read "$BATS_TEST_TMPDIR/mapped.json" --check -v
	[[ $output != *"error E_"* ]]
}

@test "registers that a capture leaves out are not 0, and not judged" {
	needs_jq
	with_registers '[]'
	sed -i 's/"attach": "registers"/"attach": "kernel"/
		s/"size": 4, "enabled": true, "notify_off": 1,/"enabled": true,/' \
		"$BATS_TEST_TMPDIR/registers.json"
	run -0 vqdump --read "$BATS_TEST_TMPDIR/registers.json" -v
	[[ $output =~ queue\ 0\ +enabled\ yes\ +desc\ 0x1000 ]]
	run -0 vqdump --read "$BATS_TEST_TMPDIR/registers.json" -J
	jq -e '.devices[0].registers.queues[0] |
		[has("size", "notify_off", "enabled")] == [false, false, true]' \
		<<<"$output"
	run -8 vqdump --read "$BATS_TEST_TMPDIR/registers.json" --check -v
	[[ $output != *"error D_SIZE_MISMATCH"* ]]
}

@test "unread queues are neither healthy nor empty" {
	cat >"$BATS_TEST_TMPDIR/unread.json" <<-'EOF'
	{"virtio_inspect": {"version": "0.1.0", "schema": 1}, "devices": [{
	"name": "virtio0", "device_id": 2, "driver": "virtio_blk",
	"status": "0xf", "features": "0x100000000", "attach": "registers",
	"attach_notes": ["where rings are is not known"],
	"queues": [{"index": 0, "layout": "split", "max_size": 4,
	"ready": true}]}]}
	EOF
	run -0 vqdump --read "$BATS_TEST_TMPDIR/unread.json"
	[[ $output = *"where rings are is not known"* ]]
	run -8 vqdump --read "$BATS_TEST_TMPDIR/unread.json" --check
	[ "${lines[0]}" = "virtio0 blk: not checked: where rings are is not known" ]
	[[ ${lines[1]} = "  undecided:" && $output != *"nothing wrong"* ]]
	run -0 vqdump --read "$BATS_TEST_TMPDIR/unread.json" --in-flight
	[[ $output = "("*"could not be read or decoded: 1)" ]]
}

# A request in a split ring of four; the queue's vector is $1.
one_request() {
	cat >"$BATS_TEST_TMPDIR/one.json" <<-EOF
	{"virtio_inspect": {"version": "0.1.0", "schema": 1}, "devices": [{
	"name": "virtio0", "device_id": 2, "driver": "virtio_blk",
	"status": "0xf", "features": "0x100000000", "attach": "kernel",
	"queues": [{"index": 0, "size": 4, "layout": "split", "ready": true,
	"desc": "0x1000", "driver": "0x2000", "device": "0x3000",
	"vector": $1, "raw": {"desc": ["00000040000000001000000000000000", "0*48"],
	"driver": ["00000100", "0*10"], "device": ["0*38"]}}]}]}
	EOF
}

@test "-v: no vector is none, a head has no second name, unknown is not 0" {
	needs_jq
	one_request 65535
	run -0 vqdump -v --read "$BATS_TEST_TMPDIR/one.json"
	[[ ${lines[2]} = *"1 in flight  unseen unknown" ]]
	[[ $output =~ interrupt\ +vector\ none ]]
	[[ $output = *"head 0  slots 1  "* ]]
	[[ $output != *" "$'\n'* ]]
	# Programs get the devices' number for none.
	run -0 vqdump -J --read "$BATS_TEST_TMPDIR/one.json"
	jq -e '.devices[0].queues[0] | .vector == 65535 and
		.in_flight[0].head == 0 and .in_flight[0].id == 0' <<<"$output"
	one_request 1
	run -0 vqdump -v --read "$BATS_TEST_TMPDIR/one.json"
	[[ $output =~ interrupt\ +vector\ 1 ]]
	run -0 vqdump -v sim:blk,packed,fault=stuck
	[[ $output = *"head 1  id 1  slots 1  "* ]]
	[[ $output != *" "$'\n'* ]]
}

@test "the number of reads is no difference, and not in lsvirtio" {
	run -0 vqdump --capture "$BATS_TEST_TMPDIR/once.json" sim:rng
	run -0 vqdump --capture "$BATS_TEST_TMPDIR/more.json" --check sim:rng
	run -0 vqdump --diff "$BATS_TEST_TMPDIR"/{once,more}.json
	[[ $output != *looks* && $output != *unjudged* ]]
	run -0 lsvirtio -v --read "$BATS_TEST_TMPDIR/more.json"
	[[ $output != *looks* && $output != *unjudged* ]]
}

@test "an age is a bound, and known after two snapshots" {
	run -0 vqdump --in-flight -q 0 sim:net
	[[ ${lines[0]} = DEVICE*QUEUE*AGE*HEAD*REQUEST ]]
	[[ ${lines[1]} != *">="* ]]
	run -0 vqdump --in-flight --sample=0.05 -q 0 sim:net
	[[ ${lines[1]} = *">="*" ms"* ]]
}

@test "--in-flight names devices as users do" {
	local capture=$BATS_TEST_TMPDIR/stuck.json

	vqdump --capture "$capture" sim:blk,fault=stuck 2>/dev/null
	sed -i 's/"name":"sim:[^"]*"/"name":"virtio3","kname":"vdc"/' "$capture"
	run -0 vqdump --read "$capture" --in-flight
	[[ ${lines[0]} =~ ^DEVICE\ +KNAME\ +QUEUE\ +AGE\  ]]
	[[ ${lines[1]} =~ ^virtio3\ +vdc\ +requestq1\  ]]
	run vqdump --capture "$BATS_TEST_TMPDIR/bare.json" sim:blk,fault=stuck
	run -0 vqdump --read "$BATS_TEST_TMPDIR/bare.json" --in-flight
	[[ ${lines[1]} =~ ^sim:blk,fault=stuck\ +-\ +requestq1\  ]]
}

@test "--in-flight hides parked buffers, and says so" {
	run -0 vqdump --in-flight sim:net
	[[ $output =~ \([1-9][0-9]*\ parked\ buffers ]]
	[ "${#lines[@]}" -eq 1 ]
	run -0 vqdump --in-flight sim:blk
	[ "$output" = "(nothing is in flight)" ]
}

@test "--sample: what moved, and what did not" {
	run -0 vqdump --sample=0.05 sim:blk
	[[ ${lines[1]} =~ requestq1\ +idle\ +0\ submitted,\ 0\ completed ]]
	run -0 vqdump --sample=0.05 sim:blk,fault=lost-irq
	[[ ${lines[1]} = *STILL* ]]
}

# --- JSON ---

@test "-J: the format of a capture, in lines" {
	needs_jq
	run -0 --separate-stderr vqdump -J sim:net sim:blk
	[ -z "$stderr" ]
	jq -e '.virtio_inspect.schema == 2 and (.host.kernel | length > 0) and
		(.devices | map(.name)) == ["sim:net", "sim:blk"]' \
		<<<"$output" >/dev/null
	jq -e '.devices[0].queues[0] | .layout == "split" and .size == 256 and
		(.avail.idx | type) == "number" and (.desc | test("^0x")) and
		.num_in_flight == (.in_flight | length) and
		(has("raw") | not)' <<<"$output" >/dev/null
	[ "${#lines[@]}" -gt 50 ]
}

@test "-J --raw: with the bytes" {
	needs_jq
	run -0 vqdump -J --raw sim:blk
	jq -e '.devices[0].queues[0].raw.desc | length > 0' <<<"$output" \
		>/dev/null
}

@test "-J -q: the chosen queues, with their findings" {
	needs_jq
	run -0 vqdump -J --raw -q 1,5-7 sim:net sim:blk
	jq -e '.devices | map(.queues | map(.index)) == [[1], []]' \
		<<<"$output" >/dev/null
	jq -e '.devices[0] | .name == "sim:net" and .unjudged != null and
		(.queues[0].raw.desc | length > 0)' <<<"$output" >/dev/null
	file=$(capture net sim:net)
	jq '.devices[0].findings = [{code: "E_A", severity: "error", queue: 0},
		{code: "E_B", severity: "error", queue: 1},
		{code: "E_C", severity: "error"}] | .devices[0].answers =
		[{queue: 0, seen: "yes", "text": ["}]"]}, {queue: 1}]' \
		"$file" >"$BATS_TEST_TMPDIR/judged.json"
	run -0 vqdump --read "$BATS_TEST_TMPDIR/judged.json" -J -q 1
	jq -ce '.devices[0] | [.findings[].code, .answers[].queue] ==
		["E_B", "E_C", 1]' <<<"$output"
	run -0 vqdump --read "$BATS_TEST_TMPDIR/judged.json" -J -q 0-9
	jq -ce '.devices[0] | [.findings[].code, .answers[].queue] ==
		["E_A", "E_B", "E_C", 0, 1]' <<<"$output"
}

@test "-J: no devices" {
	needs_jq
	run -0 vqdump -J --sysroot "$BATS_TEST_TMPDIR"
	jq -e '.devices == []' <<<"$output" >/dev/null
}

@test "a machine without virtio" {
	run -0 --separate-stderr vqdump --sysroot "$BATS_TEST_TMPDIR"
	[ -z "$output" ]
	[ -z "$stderr" ]
	run -0 on_terminal "vqdump --sysroot $BATS_TEST_TMPDIR"
	[[ $output = *sim:blk* ]]
}

# --- Captures ---

@test "--capture: a new file, for its owner only, and what it holds" {
	file=$BATS_TEST_TMPDIR/new.json
	run -0 --separate-stderr vqdump --capture "$file" sim:net
	[ -z "$output" ]
	[ "$(stat -c %a "$file")" = 600 ]
	[[ $stderr = *"$file: 1 device, "*" queues"* ]]
	[[ $stderr = *"buffer contents are not included"* ]]
	cp "$file" "$file.before"
	run -1 --separate-stderr vqdump --capture "$file" sim:net
	[[ $stderr = *"file exists"* ]]
	cmp "$file" "$file.before"
}

@test "--capture follows no link" {
	ln -s "$BATS_TEST_TMPDIR/target" "$BATS_TEST_TMPDIR/link"
	run -1 vqdump --capture "$BATS_TEST_TMPDIR/link" sim:blk
	[ ! -e "$BATS_TEST_TMPDIR/target" ]
}

@test "--capture - writes to the standard output" {
	needs_jq
	run -0 --separate-stderr vqdump --capture - sim:blk
	jq -e '.devices | length == 1' <<<"$output" >/dev/null
	[[ $stderr = *"standard output"* ]]
}

@test "contents of buffers are in a capture only if asked for" {
	file=$BATS_TEST_TMPDIR/with.json
	run -0 --separate-stderr vqdump --buffers=16 --capture "$file" sim:net
	[[ $stderr = *"16 bytes of each buffer"*secrets* ]]
	run -0 vqdump --read "$file" -v -q 0
	[[ $output = *"contents of"* ]]
	run -0 vqdump --read "$(capture net sim:net)" -v -q 0
	[[ $output != *"contents of"* ]]
}

# The same view, except for the access method and the line about the source.
@test "a capture shows what was shown live" {
	for target in sim:blk,fault=lost-irq sim:net sim:console \
			sim:blk,packed=on; do
		file=$BATS_TEST_TMPDIR/$target.json
		vqdump --capture "$file" "$target" 2>/dev/null
		vqdump --read "$file" | sed 1,2d >"$BATS_TEST_TMPDIR/captured"
		vqdump "$target" | diff -u - "$BATS_TEST_TMPDIR/captured"
	done
}

@test "all views work on a capture" {
	file=$(capture net sim:net)
	for view in '' -v -vv --raw --in-flight --check -J '-J --raw' \
			'-q 0' '-d net' sim:net; do
		# shellcheck disable=SC2086
		run -0 --separate-stderr vqdump --read "$file" $view
		[ -n "$output" ]
		[ -z "$stderr" ] || fail "$view: $stderr"
	done
	run -0 bash -c "vqdump --read - <'$file'"
	[[ ${lines[0]} = "capture of 20"*", kernel "* ]]
	run -32 vqdump --read "$file" virtio7
	run -0 lsvirtio --read "$file" -n -o NAME,TYPE
	[ "$output" = "sim:net net" ]
}

@test "a capture of a capture: some of it, without contents" {
	file=$BATS_TEST_TMPDIR/two.json
	vqdump --buffers --capture "$file" sim:net 2>/dev/null
	run -0 vqdump --read "$file" --capture "$BATS_TEST_TMPDIR/one.json"
	run -0 vqdump --read "$BATS_TEST_TMPDIR/one.json" -v
	[[ $output = *"head "* ]]
	[[ $output != *"contents of"* ]]
}

@test "--capture takes one device or all" {
	run -1 --separate-stderr vqdump --capture "$BATS_TEST_TMPDIR/x" \
		sim:net sim:blk
	[[ $stderr = *"one device or all"* ]]
	[ ! -e "$BATS_TEST_TMPDIR/x" ]
}

@test "a capture may say anything, and a terminal is safe" {
	needs_jq
	file=$BATS_TEST_TMPDIR/hostile.json
	jq '.devices[0] |= (.name = "a\u001b[31mb" | .kname = "\u202ec" |
		.driver = "\u0007" |
		.queues[0].name = "q\u001b]0;x\u0007\u200b" |
		.findings = [{"code": "E_\u001b[2J", "severity": "\u001b[1m",
			"message": "\u001b[5m", "queue": 0}])' \
		"$(capture net sim:net)" >"$file"
	for view in '' -vv --check --in-flight -J "--diff $file"; do
		# shellcheck disable=SC2086
		run vqdump $view $([[ $view = --diff* ]] || echo --read) "$file"
		[[ $output != *$'\033'* ]] || fail "$view"
		[[ $output != *$'\007'* ]] || fail "$view"
		[[ $output != *$'\u202e'* ]] || fail "$view"
		[[ $output != *$'\u200b'* ]] || fail "$view"
	done
}

# --- A ring by address ---

# put ADDRESS BYTE...: into the file that is the whole memory.
put()
{
	local bytes

	bytes=$(printf '\\x%s' "${@:2}")
	printf '%b' "$bytes" | dd of="$BATS_TEST_TMPDIR/memory" bs=1 \
		seek="$(($1))" conv=notrunc status=none
}

# A split ring of 4 entries with a disk read in flight: a header of 16 bytes at
# 0x200, 512 bytes at 0x400, a status byte at 0x210.
make_ring()
{
	truncate -s 4096 "$BATS_TEST_TMPDIR/memory"
	put 0x00 00 02 00 00 00 00 00 00  10 00 00 00  01 00  01 00
	put 0x10 00 04 00 00 00 00 00 00  00 02 00 00  03 00  02 00
	put 0x20 10 02 00 00 00 00 00 00  01 00 00 00  02 00  00 00
	put 0x40 00 00  01 00  00 00
	put 0x80 00 00  00 00
	put 0x208 08
	RING=split,num=4,desc=0x0,driver=0x40,device=0x80,type=blk,features=0x130000000
}

@test "--ring --memory: a ring in a file" {
	make_ring
	run -0 --separate-stderr vqdump --ring "$RING" \
		--memory "$BATS_TEST_TMPDIR/memory"
	[ -z "$stderr" ]
	[[ $output =~ 0\ .*\ split\ +busy\ .*3/4\ +1\ in\ flight ]]
	run -0 vqdump --ring "$RING" --memory "$BATS_TEST_TMPDIR/memory" -v
	[[ $output =~ head\ 0\ .*sector\ 8 ]]
	[[ $output =~ 1\ +0x400\ +len\ 512\ +next\ 2\ +NEXT,WRITE ]]
}

@test "--ring: the device type as it is written elsewhere" {
	make_ring
	for type in BLK VIRTIO_ID_BLOCK virtio-id-block; do
		run -0 vqdump --ring "${RING/type=blk/type=$type}" \
			--memory "$BATS_TEST_TMPDIR/memory" -v
		[[ $output =~ head\ 0\ .*sector\ 8 ]]
	done
	run vqdump --ring "${RING/type=blk/type=block}" \
		--memory "$BATS_TEST_TMPDIR/memory"
	[ "$status" -ne 0 ]
	[[ $output = *"type=block: unknown device type"* ]]
}

@test "--ring: at another address, and nowhere" {
	make_ring
	at=split,num=4,desc=0x10000,driver=0x10040,device=0x10080,features=0x130000000
	run -0 vqdump --ring "$at" --memory "$BATS_TEST_TMPDIR/memory@0x10000"
	[[ $output = *"1 in flight"* ]]
	run -0 vqdump --ring "$at" --memory "$BATS_TEST_TMPDIR/memory"
	[[ $output = *unreadable* ]]
	[[ $output != *"0 in flight"* ]]
}

@test "--ring: faults in one snapshot are shown" {
	make_ring
	put 0x1e 09
	run -0 vqdump --ring "$RING" --memory "$BATS_TEST_TMPDIR/memory"
	[[ $output = *"error E_NEXT: "* ]]
	run -4 vqdump --check --ring "$RING" --memory \
		"$BATS_TEST_TMPDIR/memory"
	[[ $output = *"error E_NEXT: "* ]]
}

@test "--ring --check: no finding that needs time, nor in a capture" {
	make_ring
	file=$BATS_TEST_TMPDIR/ring.json
	run -8 vqdump --check -v --ring "$RING" --memory \
		"$BATS_TEST_TMPDIR/memory"
	[[ ${lines[0]} = "ring blk: undecided (1 queue; "* ]]
	[[ $output = *"nothing wrong in one look, but:"*"queue 0 requestq1: 1 in flight; whether they move cannot be told"* ]]
	[[ $output = *D_LOST_KICK*"needs several snapshots over time"* ]]
	[[ $output != *"E_BUF_UNMAPPED"* ]]
	live=$output
	vqdump --check --capture "$file" --ring "$RING" --memory \
		"$BATS_TEST_TMPDIR/memory" 2>/dev/null || [ $? -eq 8 ]
	run -8 vqdump --read "$file" --check -v
	[ "$output" = "$live" ]
	# Past the end of the file is no memory, live and in a capture.
	put 0x10 00 10
	run -4 vqdump --check --ring "$RING" --memory "$BATS_TEST_TMPDIR/memory"
	[[ $output = *"error E_BUF_UNMAPPED: "* ]]
	live=$output
	vqdump --capture "$file.2" --ring "$RING" --memory \
		"$BATS_TEST_TMPDIR/memory" 2>/dev/null
	run -4 vqdump --read "$file.2" --check
	[ "$output" = "$live" ]
}

@test "--ring: not a ring" {
	for spec in '' split split,num=0 round,num=4 split,num=x,desc=0 \
			split,num=4,desc=0,driver=0,device=zz; do
		run -1 --separate-stderr vqdump --ring "$spec" --memory /dev/null
		[ -z "$output" ]
		[[ $stderr = "vqdump: "* ]] || fail "$spec: $stderr"
	done
}

# --- What changed ---

@test "--diff: nothing, and something" {
	file=$(capture net sim:net)
	run -0 vqdump --diff "$file" "$file"
	[[ $output = *"unchanged: 2 queues"* ]]
	needs_jq
	jq -c '.devices[0].queues |= .[1:]' "$file" \
		>"$BATS_TEST_TMPDIR/less.json"
	run -0 vqdump --diff "$BATS_TEST_TMPDIR/less.json" "$file"
	[[ $output = *"queue 0 receiveq1: new"* ]]
	run -0 vqdump --diff "$file" "$BATS_TEST_TMPDIR/less.json"
	[[ $output = *"queue 0 receiveq1: gone"* ]]
	run -0 vqdump --diff "$file" "$(capture blk sim:blk)"
	[[ $output = *sim:blk*new*sim:net*gone* ]]
}

# --- The check ---

@test "--check: a healthy device is a line" {
	for target in sim:blk sim:net sim:rng sim:console sim:blk,packed=on; do
		run -0 --separate-stderr vqdump --check "$target"
		[ "${#lines[@]}" -eq 1 ] || fail "$output"
		[[ $output = "$target "*healthy* ]] || fail "$output"
		[ -z "$stderr" ]
	done
}

@test "--check: three answers, evidence, advice, and exit status 4" {
	run -4 --separate-stderr vqdump --check sim:blk,fault=lost-irq
	[ -z "$stderr" ]
	[[ ${lines[0]} = "sim:blk,fault=lost-irq "*error* ]]
	[[ $output = *"Did the device see the requests? "*yes* ]]
	[[ $output = *"Did the device complete them? "*yes* ]]
	[[ $output = *"Did the driver see the completions? "*no* ]]
	[[ $output = *"error D_LOST_IRQ: "* ]]
	[[ $output = *" seen: "* ]]
	[[ $output = *" try: "* ]]
}

@test "a capture holds the findings, and shows them again" {
	file=$BATS_TEST_TMPDIR/bug.json
	run -4 vqdump --check --capture "$file" sim:blk,fault=lost-irq
	needs_jq
	jq -e '.devices[0].findings | any(.code == "D_LOST_IRQ")' "$file" \
		>/dev/null
	run vqdump --read "$file" --check
	[[ $output = *"driver see the completions? "*no* ]]
}

@test "--check --sample: how long queues are watched" {
	needs_jq
	run -4 vqdump -J --check --sample=3.2 sim:blk,fault=lost-irq
	jq -e '.devices[0].findings | map(select(.code == "D_LOST_IRQ"))[0] |
		.evidence.age_ms >= 3000' \
		<<<"$output"
}

@test "-J --check: findings, and the exit status" {
	needs_jq
	run -4 vqdump -J --check sim:blk,fault=lost-irq
	jq -e '.devices[0] | (.findings | any(.severity == "error")) and
		.answers[0].reaped == "no"' <<<"$output" >/dev/null
}

# --- Rules ---

@test "--explain: every rule, one by one" {
	run -0 vqdump --explain
	[ "${#lines[@]}" -gt 50 ]
	all=$output
	run -0 vqdump --explain=list
	[ "$output" = "$all" ]
	while read -r code severity title; do
		[[ $severity =~ ^(error|warning|info)$ ]]
		[ -n "$title" ]
		run -0 vqdump --explain="$code"
		[ "${lines[0]}" = "$code ($severity)" ]
		[ "${#lines[@]}" -ge 3 ] || fail "$code says too little"
		[[ $code != D_* || $output = *"looks the same from inside"*$'\n- '* ]] ||
			fail "$code names no other causes"
	done <<<"$all"
	run -0 vqdump --explain e_loop D_LOST_IRQ
	[[ $output = *"E_LOOP (error)"*"D_LOST_IRQ (error)"* ]]
}

@test "virtio-checks(7) lists the same rules" {
	"$TOP/man/make-checks" | diff -u "$TOP/man/virtio-checks.7" - ||
		fail "run man/make-checks >man/virtio-checks.7"
}

@test "--read: a ring whose byte order the capture does not tell" {
	needs_jq
	vqdump --capture=- sim:blk,fault=stuck 2>/dev/null |
		jq 'del(.devices[]["findings","answers","unjudged","undecided"])' \
			>"$BATS_TEST_TMPDIR/c"
	# The machine's order counts for a legacy ring, a modern one has its own.
	jq 'del(.devices[].queues[].raw.byte_order)' "$BATS_TEST_TMPDIR/c" \
		>"$BATS_TEST_TMPDIR/modern"
	jq '.devices[].features = "0x0"' "$BATS_TEST_TMPDIR/modern" \
		>"$BATS_TEST_TMPDIR/legacy"
	for known in modern legacy; do
		run -0 vqdump --read "$BATS_TEST_TMPDIR/$known"
		[[ $output = *"4 in flight"* ]] || fail "$known: $output"
	done
	jq 'del(.host.byte_order)' "$BATS_TEST_TMPDIR/legacy" \
		>"$BATS_TEST_TMPDIR/unknown"
	run -0 vqdump --read "$BATS_TEST_TMPDIR/unknown"
	[[ $output != *[0-9]" in flight"* ]]
	run -8 vqdump --check --read "$BATS_TEST_TMPDIR/unknown" -v
	[[ $output = *"the byte order of the ring is unknown"* ]]
	# And features.
	jq 'del(.devices[].features)' "$BATS_TEST_TMPDIR/c" \
		>"$BATS_TEST_TMPDIR/features"
	run -8 vqdump --check --read "$BATS_TEST_TMPDIR/features" -v
	[[ $(tr -s ' \n' ' ' <<<"$output") = *"E_IND_FEATURE"*": the negotiated features are unknown"* ]]
}

@test "virtio-capture(5) lists every key" {
	needs_jq
	{
		vqdump --capture - sim:blk,fault=lost-irq
		vqdump --check --capture - sim:net,packed=on
		vqdump --buffers --capture - sim:net
	} 2>/dev/null | jq -r 'del(.devices[].findings[]?.evidence[]) |
		.. | objects | keys[]' | sort -u |
	while read -r key; do
		grep -qE "^\.It Va ([a-z_]+ , )*$key( |\$)" \
			"$TOP/man/virtio-capture.5" || echo "$key"
	done >"$BATS_TEST_TMPDIR/missing"
	[ ! -s "$BATS_TEST_TMPDIR/missing" ] ||
		fail "missing: $(tr '\n' ' ' <"$BATS_TEST_TMPDIR/missing")"
}
