# SPDX-License-Identifier: GPL-2.0-or-later
# vqtop: batch output, recordings, files, and screens in a real terminal. A
# recording provides the data, so that numbers never vary.

load common

setup()
{
	three=$TOP/tests/fixtures/vqtop/three.jsonl
	export XDG_CONFIG_HOME=$BATS_TEST_TMPDIR/config
	cd "$BATS_TEST_TMPDIR"
	socket=vqtop
	export TMUX_TMPDIR=$BATS_TEST_TMPDIR
}

teardown()
{
	end_screen
}

# --- A terminal ---

# Ask the program to end before its terminal goes: a sanitizer that looks for
# leaks at that moment hangs.
end_screen()
{
	local shell child i

	shell=$(tmux -L "$socket" list-panes -F '#{pane_pid}' 2>/dev/null) || return 0
	for child in $(cat "/proc/$shell/task/$shell/children" 2>/dev/null); do
		kill "$child" 2>/dev/null || continue
		for i in $(seq 40); do
			kill -0 "$child" 2>/dev/null || break
			sleep 0.05
		done
	done
	tmux -L "$socket" kill-server 2>/dev/null || true
}

# terminal COLUMNS ROWS ARGUMENT...
terminal()
{
	command -v tmux >/dev/null || skip "tmux is not installed"
	local columns=$1 rows=$2
	shift 2
	# A server about to exit would take the new session with it.
	end_screen
	socket=$socket.1
	tmux -L "$socket" -f /dev/null new-session -d -x "$columns" \
		-y "$rows" "${SCREEN_ENV:-env} vqtop $* 2>errors; echo ended \$?; sleep 1000"
}

shown()
{
	tmux -L "$socket" capture-pane -p | sed -e :a -e '/^\n*$/{$d;N;ba' -e '}'
}

press()
{
	tmux -L "$socket" send-keys "$@"
}

# Wait until the screen shows the text.
until_shown()
{
	local i

	for i in $(seq 100); do
		if shown | grep -qE -- "$1"; then
			return 0
		fi
		sleep 0.1
	done
	shown
	fail "never shown: $1"
}

# The screen equals the file in every character.
screen_is()
{
	local i

	for i in $(seq 50); do
		if shown | cmp -s - "$TOP/tests/fixtures/vqtop/$1"; then
			return 0
		fi
		sleep 0.1
	done
	diff -u "$TOP/tests/fixtures/vqtop/$1" <(shown)
}

# Wait for the third sample of the recording, which then stays.
at_the_end()
{
	terminal "$1" "$2" --replay "$three" "${@:3}"
	until_shown 'ends here|QUEUE|req.0'
	press Z ']' ']' ']'
	until_shown 'x1|3/3|virtio[01]'
	press g Down
}

@test "screen: 80x24" {
	at_the_end 80 24
	screen_is 80x24.txt
}

@test "screen: 200x60" {
	at_the_end 200 60
	screen_is 200x60.txt
}

@test "screen: 20x5" {
	at_the_end 20 5
	screen_is 20x5.txt
}

@test "screen: 80x24, ASCII only" {
	at_the_end 80 24 --ascii --no-color
	screen_is 80x24-ascii.txt
	run ! grep -P '[^\x00-\x7f]' <(shown)
}

@test "screen: a terminal without UTF-8 gets ASCII" {
	SCREEN_ENV="env LC_ALL=C" at_the_end 80 24
	screen_is 80x24-ascii.txt
}

@test "screen: NO_COLOR" {
	SCREEN_ENV="env NO_COLOR=1" at_the_end 80 24
	run ! grep -P '\x1b\[([0-9;]*;)?3[0-7]m' <(tmux -L "$socket" capture-pane -pe)
}

@test "screen: keys" {
	at_the_end 80 24
	until_shown '^ >0 req.0'
	press Down Down
	until_shown '^!>0 req.0 +STALLED'
	press Enter
	until_shown 'STALLED D_DEVICE_STUCK'
	press Enter Space
	until_shown '^▸>virtio1 blk vdb +STALLED'
	press Space '?'
	until_shown 'vqtop: keys'
	press Escape '\' e t h 0 Enter
	until_shown 'filter: eth0'
	run ! grep virtio0 <(shown)
	press '\' Escape '/' o u t p Enter
	until_shown '^ >1 output.0'
	press F6 C O M P _ S Enter
	until_shown 'COMP_S▼'
	[[ $(shown | grep -m1 '▾') == *virtio2* ]]
	press I
	until_shown '▲'
	press 'nosuchkey' F6 x Enter
	until_shown 'unknown column'
	press c
	until_shown 'no device selected to check'
	press q
	until_shown '^ended 0'
}

@test "screen: the mouse" {
	SCREEN_ENV="env TERM=screen" at_the_end 80 24
	until_shown '^ >0 req.0'
	# A button down at column 5 of line 6, then on a heading.
	press -H 1b 5b 4d 20 25 26
	press -H 1b 5b 4d 23 25 26
	until_shown '^!>0 req.0'
	press -H 1b 5b 4d 20 39 22
	until_shown '▼'
}

@test "screen: the same after resizing forth and back" {
	at_the_end 80 24
	screen_is 80x24.txt
	tmux -L "$socket" resize-window -x 20 -y 5
	screen_is 20x5.txt
	tmux -L "$socket" resize-window -x 80 -y 24
	screen_is 80x24.txt
}

@test "screen: the terminal is restored, also after a crash" {
	local signal pid

	for signal in SEGV ABRT TERM HUP USR1 USR2 ALRM XCPU RTMIN PWR; do
		terminal 80 24 --replay "$three"
		until_shown 'QUEUE'
		pid=$(pgrep -P "$(tmux -L "$socket" display -p '#{pane_pid}')" vqtop)
		kill -"$signal" "$pid"
		until_shown '^ended'
		[ "$(tmux -L "$socket" display -p '#{alternate_on} #{cursor_flag} #{mouse_any_flag}')" = "0 1 0" ]
		tmux -L "$socket" kill-server
	done
}

@test "screen: W saves, and nothing else does" {
	at_the_end 80 24
	press '>' '\' v d Enter
	until_shown 'filter: vd'
	[ ! -e config ]
	press W
	until_shown 'saved'
	grep -qx 'sort = STATE' config/virtio-inspect/vqtop.conf
	grep -qx 'filter = vd' config/virtio-inspect/vqtop.conf
	press q
	until_shown '^ended 0'
	[ ! -s errors ]
	tmux -L "$socket" kill-server
	terminal 80 24 --replay "$three"
	until_shown 'filter: vd'
	until_shown 'STATE▼'
}

@test "screen: a warning about a broken configuration names the line" {
	mkdir -p config/virtio-inspect
	printf 'delay = 2\ncolumns = NO_SUCH\nwhat\n' >config/virtio-inspect/vqtop.conf
	terminal 80 24 --replay "$three"
	until_shown 'QUEUE'
	grep -q 'vqtop.conf:2: unknown column' errors
	grep -q 'vqtop.conf:3: not a setting' errors
}

@test "screen: simulated devices" {
	terminal 80 24 -d 0.2 sim:blk,fault=stuck sim:net,packed
	until_shown 'D_DEVICE_STUCK'
	press Enter
	press Tab G
	until_shown 'requests in flight: 4'
	press Enter c
	until_shown 'D_DEVICE_STUCK: .*\(Enter|D_DEVICE_STUCK: the device'
	press q
	until_shown '^ended 0'
}

@test "screen: w writes a capture, which vqdump reads" {
	terminal 80 24 -d 0.2 sim:blk,fault=stuck
	until_shown 'D_DEVICE_STUCK'
	press w
	until_shown '^saved: vqtop-.*\.json'
	file=$(echo vqtop-*.json)
	[ "$(stat -c %a "$file")" = 600 ]
	run -0 vqdump --read "$file"
	[[ $output == *sim:blk* ]]
	run vqdump --check --read "$file"
	[[ $output == *D_DEVICE_STUCK* ]]
	press q
	until_shown '^ended 0'
}

@test "screen: details of a device, and lines wider than the screen" {
	terminal 60 24 -d 0.2 sim:blk,fault=stuck
	until_shown 'D_DEVICE_STUCK'
	press Enter
	until_shown '^ +in flight 4   mean'
	run ! grep -E '^(state|submitted|device wants).*…' <(shown)
	press Up
	until_shown 'queue 0 .*: STALLED D_DEVICE_STUCK'
	until_shown 'select a queue'
}

# A device with unreadable rings; only interrupts remain.
ringless()
{
	printf '%s\n' '{"notes":["only interrupts are counted because rings cannot be read here","because"],"queues":[{"device":"virtio0","index":0,"name":"req.0","irq":27,"interrupts":4711,"interrupts_per_s":1234},{"device":"virtio0","name":"stats","interrupts":0,"interrupts_per_s":0}]}' >file
}

@test "screen: without rings, interrupts come first, and say nothing of the state" {
	ringless
	terminal 80 24 --replay file
	until_shown '^only interrupts are counted because rings cannot be read here$'
	until_shown '^because$'
	until_shown '^QUEUE +IRQ_S +IRQS +IRQ '
	until_shown '0 req.0 +1.23k +4711 +27 +- - '
	run ! grep moving <(shown)
	[ "$(vqtop -b --replay file -o STATE | tail -n 1)" = - ]
	# Columns that the user chose stay.
	terminal 80 24 --replay file -o STATE,SIZE
	until_shown '^QUEUE +STATE +SIZE'
}

@test "screen: text too long for the last line takes more lines" {
	terminal 40 24 sim:blk --attach kernel
	until_shown 'QUEUE'
	press c
	until_shown 'checked|:'
	press /
	for word in one two three four five six seven eight nine; do
		press "$word" Space
	done
	press ten Enter
	until_shown '^not found: one two three'
	until_shown '^ *.*nine ten$'
}

@test "screen: 20x5 has state, in flight, complete help and details" {
	at_the_end 20 5
	until_shown 'STATE +IN'
	press Right Right
	until_shown 'OLDEST'
	press '?'
	until_shown 'vqtop: keys'
	run ! grep … <(shown | head -n 4)
	press G
	until_shown 'older'
	press q Enter
	until_shown 'DETAILS'
	press Down
	run ! grep … <(shown | sed -n 3,4p)
}

@test "screen: a folded device sums up its queues" {
	printf '%s\n' '{"queues":[{"device":"a","index":0,"role":"parked","in_flight":3,"stalled":false,"completed_per_s":0,"occupancy":50,"oldest_ms":10},{"device":"a","index":1,"role":"may-wait","in_flight":0,"stalled":false,"completed_per_s":0,"occupancy":0}]}' \
		'{"queues":[{"device":"a","index":0,"role":"parked","in_flight":3,"stalled":false,"completed_per_s":0,"occupancy":25,"oldest_ms":1500},{"device":"a","index":1,"role":"request","in_flight":2,"stalled":false,"completed_per_s":4,"rate_lower_bound":true,"occupancy":75,"oldest_ms":2500}]}' >file
	terminal 80 24 --replay file
	until_shown 'parked|QUEUE'
	press Z '[' '[' g Space
	until_shown '^▸>a +waiting +- +0 +3 █+░+ +50% +10ms +▁'
	press ']'
	until_shown '^▸>a +moving +- +≥4 +5 █+░+ +75% +2.50s +▁█'
}

@test "ages: those of earlier requests are bounds" {
	vqtop -bJ -n 3 -d 0.05 sim:blk,fault=stuck | tail -n 1 >file
	run -0 vqtop -b --replay file -o P50,P99,OLDEST
	[[ ${lines[2]} == "≥"*"≥"*"≥"* ]]
	run -0 jq -c '.queues[0] | keys' <(vqtop -bJ --replay file -o OLDEST)
	[ "$output" = '["age_lower_bound","device","index","oldest_ms"]' ]
}

@test "screen: without devices it says so" {
	mkdir -p tree/sys/bus/virtio/devices tree/proc
	terminal 80 24 --sysroot tree
	until_shown 'no virtio devices; waiting'
	press j k Enter Space c q
	until_shown '^ended 0'
}

@test "screen: without a terminal, or without TERM, it says what to do" {
	run -1 vqtop sim:blk </dev/null
	[[ $output == *--batch* ]]
	terminal 80 24 -h
	tmux -L "$socket" kill-server
	SCREEN_ENV="env -u TERM" terminal 80 24 sim:blk
	until_shown '^ended 1'
	grep -q 'TERM is not set.*--batch' errors
	tmux -L "$socket" kill-server
	SCREEN_ENV="env TERM=no-such" terminal 80 24 sim:blk
	until_shown '^ended 1'
	grep -q 'TERM=no-such' errors
	tmux -L "$socket" kill-server
	SCREEN_ENV="env TERM=dumb" terminal 80 24 sim:blk
	until_shown '^ended 1'
	grep -q 'TERM=dumb.*--batch' errors
	[ "$(shown)" = "ended 1" ]
}

@test "screen: + and - never go the other way" {
	terminal 80 24 -d 0.05 --replay "$three"
	until_shown 'QUEUE'
	press Z -
	until_shown 'delay: 0.05 s'
	press +
	until_shown 'delay: 0.1 s'
	press q
	until_shown '^ended 0'
	terminal 80 24 -d 86400 --replay "$three"
	until_shown 'QUEUE'
	press +
	until_shown 'delay: 86400 s'
	press -
	until_shown 'delay: 3600 s'
}

@test "screen: Escape shows all again" {
	terminal 80 24 -f eth0 --replay "$three"
	until_shown 'filter: eth0'
	run ! grep virtio0 <(shown)
	press Escape
	until_shown 'virtio0'
}

@test "screen: an incomplete sample says so at the top" {
	printf '%s\n' '{"time":"2026-11-22T20:00:00.000Z","interval":1,"error":"no more files","lower_bound":true,"devices":1,"queues":[{"device":"virtio0","index":0,"name":"req.0"}]}' '{"time":"2026-11-22T20:10:00.000Z","interval":1,"error":"nothing at all"}' '{"time":"2026-11-22T20:20:00.000Z","interval":1,"devices":0,"queues":[]}' >file
	terminal 80 24 --replay file
	until_shown '^vqtop  INCOMPLETE  '
	until_shown '^no more files'
	until_shown 'req.0 '
	press Z ']'
	until_shown '^vqtop  FAILED  '
	until_shown '^nothing at all'
	until_shown '^queues could not be read'
	run ! grep -E 'devices? ' <(shown | head -1)
	press ']'
	until_shown 'no queues in this sample'
	run ! grep -E 'FAILED|INCOMPLETE' <(shown)
	press q
	until_shown 'ended 0'
}

# A failed sample is reported at the end, too.
@test "screen: a failure is an error at the end" {
	command -v strace >/dev/null || skip "strace is not installed"
	strace -o /dev/null true 2>/dev/null || skip "strace may not trace here"
	SCREEN_ENV="env ASAN_OPTIONS=detect_leaks=0 strace -qq -o /dev/null -P /proc/interrupts -P $(fixture q35)/proc/interrupts -e trace=pread64 -e inject=pread64:error=EIO:when=3+" \
		terminal 80 24 -d 0.1 --sysroot "$(fixture q35)"
	until_shown '^vqtop  INCOMPLETE  '
	press q
	until_shown 'ended 1'
	grep -q 'vqtop: [0-9]* of [0-9]* samples are not whole' errors
	# A failing wait for keys ends it, too.
	SCREEN_ENV="env ASAN_OPTIONS=detect_leaks=0 strace -qq -o /dev/null -e trace=ppoll -e inject=ppoll:error=ENOMEM:when=2" \
		terminal 80 24 -d 0.1 sim:blk
	until_shown 'ended 1'
	grep -qx 'vqtop: cannot wait for keys: Cannot allocate memory' errors
}

@test "screen: captures of the same second" {
	terminal 80 24 sim:blk
	until_shown 'QUEUE'
	# As if there were one of each second to come.
	now=$(date +%s)
	for second in $(seq "$now" $((now + 120))); do
		: >"vqtop-$(date -u -d "@$second" +%Y%m%dT%H%M%SZ).json"
	done
	press w
	until_shown 'saved: vqtop-[0-9]{8}T[0-9]{6}Z-2.json'
	run ! grep exists <(shown)
	vqdump --read vqtop-*Z-2.json >/dev/null
}

@test "screen: the sort mark hides no letter of a heading" {
	at_the_end 80 24 -s COMP_S
	until_shown ' COMP_S▼'
	at_the_end 80 24 -s STATE
	until_shown 'STATE▼ '
	at_the_end 66 24 -s OLDEST -o STATE,SUB_S,COMP_S,IN_FLIGHT,BAR,OLDEST
	until_shown ' OLDEST▼'
	at_the_end 64 24 -s OLDEST -o STATE,SUB_S,COMP_S,IN_FLIGHT,BAR,OLDEST
	until_shown '▼OLDEST$'
}

# --- Batch ---

@test "batch: a table for each sample" {
	run -0 vqtop -b --replay "$three" -n 1
	output_is <<'END'
2026-11-22T20:00:00.000Z  3 devices  4 queues  0 stalled  71k/s submitted  70.2k/s completed  cpu 0.25%
DEVICE  KNAME QUEUE NAME     STATE  SUB_S COMP_S IN_FLIGHT SIZE USED LATENCY OLDEST IRQ_S REASON
virtio0 vda       0 req.0    moving    1k    250         4  256  12%  4.50ms   12ms   500 -
virtio1 vdb       0 req.0    busy       0      0         2  256 2.5%       -    0µs     - -
virtio2 eth0      0 input.0  moving  ≥70k   ≥70k       255  256  99%       -      -     - -
virtio2 eth0      1 output.0 idle       0      0         0  256   0%       -      -     - -
END
}

@test "batch: a lost request of a queue that moves" {
	run vqtop -b -n 8 -d 0.7 -o STATE,OLDEST,REASON sim:blk,fault=lost-request
	[[ ${lines[-1]} =~ ^LOST\ +≥[3-9].*\ D_REQUEST_LOST: ]]
}

@test "batch: --csv, -o, -s, -t, -f and devices" {
	run -0 vqtop -b --replay "$three" --csv -o device,queue,state,comp_s -s COMP_S -n 1
	output=${output//$'\r'/}
	output_is <<'END'
time,interval,error,device,queue,state,comp_s
2026-11-22T20:00:00.000Z,1,,virtio2,0,moving,70000
2026-11-22T20:00:00.000Z,1,,virtio0,0,moving,250
2026-11-22T20:00:00.000Z,1,,virtio1,0,busy,0
2026-11-22T20:00:00.000Z,1,,virtio2,1,idle,0
END
	[ "$(vqtop -b --replay "$three" -n 1 --csv -o DEVICE -t blk | grep -c virtio)" = 2 ]
	[ "$(vqtop -b --replay "$three" -n 1 --csv -o DEVICE -f eth0 | grep -c virtio)" = 2 ]
	[ "$(vqtop -b --replay "$three" -n 1 --csv -o DEVICE vdb 00:04.0 | grep -c virtio)" = 3 ]
}

@test "batch: no cell of --csv is a formula to a spreadsheet" {
	jq -nc '[
		"=1+1", "+1", "-1", "@SUM(1)", "＝1", "＋1", "－1", "＠1",
		" =1", "\t=1", "\r=1", "a;=1", "=a;-1", "=\"b\",c", "a=1",
		"-", "", "a\nb"
	] | {queues: to_entries | map({device: .value, index: .key,
		name: "=2", submitted_per_s: -5, reason: "+3"})}' >file
	run -0 vqtop -b --csv --replay file -o DEVICE,SUB_S
	output=${output//$'\r'/}
	output_is <<'END'
time,interval,error,device,sub_s
,,,'=1+1,-5
,,,'+1,-5
,,,'-1,-5
,,,'@SUM(1),-5
,,,'＝1,-5
,,,'＋1,-5
,,,'－1,-5
,,,'＠1,-5
,,,' =1,-5
,,,\x09=1,-5
,,,\x0d=1,-5
,,,"a;'=1",-5
,,,"'=a;'-1",-5
,,,"'=""b"",c",-5
,,,a=1,-5
,,,'-,-5
,,,,-5
,,,a\x0ab,-5
END
	run -0 vqtop -b --csv --replay file -o NAME,REASON
	[ "$(sed 1d <<<"${output//$'\r'/}" | sort -u)" = ",,,'=2,'+3" ]
}

@test "batch: tables keep their columns with names of any width" {
	printf '%s\n' '{"queues":[{"device":"漢字","index":0,"name":"a"},{"device":"a\u0301\u200bb","index":1,"name":"b"},{"device":"c","index":2,"name":"🖴"}]}' >file
	run -0 vqtop -b --replay file -o DEVICE,NAME,QUEUE
	output=$(tail -n +2 <<<"$output")
	output_is <<'END'
DEVICE     NAME QUEUE
漢字       a        0
á\u{200b}b b        1
c          🖴        2
END
}

@test "batch: JSON of a recording is the recording" {
	vqtop -bJ --replay "$three" | diff - <(tail -n +2 "$three")
	vqtop -bJ --replay "$three" >again
	vqtop -bJ --replay again | cmp - again
	run -0 jq -c '.queues[0] | keys' <(vqtop -bJ --replay "$three" -n 1 -o comp_s)
	[ "$output" = '["completed_per_s","device","index"]' ]
}

@test "batch: live samples, recorded and replayed" {
	vqtop -bJ -n 3 -d 0.05 --record file sim:blk sim:net,packed </dev/null >live
	[ "$(wc -l <live)" = 3 ]
	jq -e '.queues | length == 3' live >/dev/null
	# After a late sample, the next comes at its own time.
	jq -es 'map(.interval) | add > 0.12 and all(. > 0 and . < 5)' live >/dev/null
	[ "$(stat -c %a file)" = 600 ]
	vqtop -bJ --replay file | cmp - live
	run -1 vqtop -b -n 1 -d 0.01 --record file sim:blk
	[[ $output == *"file exists"* ]]
}

@test "batch: bytes per second, and per request" {
	printf '%s\n' '{"interval":1,"queues":[{"device":"a","index":0,"rate_lower_bound":true,"submitted_per_s":1000,"completed_per_s":0,"request_bytes":4113,"bytes_per_s":4113000},{"device":"b","index":0,"submitted_per_s":3}]}' >file
	run -0 vqtop -b --replay file -o DEVICE,SUB_S,BYTES_S,REQ_BYTES -s BYTES_S
	[ "$(tail -n 2 <<<"$output" | tr -s ' ')" = 'a ≥1k ≥4.11M 4.11k
b 3 - -' ]
	run -0 vqtop -b --csv --replay file -o BYTES_S,REQ_BYTES
	[[ ${lines[1]} == *,4113000,4113* ]]
	[[ ${lines[2]} == *,,* ]]
	vqtop -bJ --replay file | cmp - file
	run -0 jq -c '.queues[0] | keys' <(vqtop -bJ --replay file -o BYTES_S)
	[ "$output" = '["bytes_per_s","device","index","rate_lower_bound"]' ]
	run -0 vqtop --openmetrics --replay file
	[[ $output == *'virtio_queue_request_bytes{device="a",queue="0"} 4113'* ]]
	[[ $output == *'virtio_queue_submitted_bytes_per_second{device="a",queue="0"} 4113000'* ]]
	[[ $output != *'_bytes{device="b"'* ]]
}

@test "batch: no terminal, standard files closed" {
	vqtop -b -n 1 -d 0.01 sim:blk <&- >out
	grep -q sim:blk out
	TERM= vqtop -b -n 1 -d 0.01 sim:blk </dev/null >out
	vqtop -b -n 1 -d 0.01 --record record sim:blk 0<&- 2>&- >out
	head -1 record | jq -e .vqtop >/dev/null
}

@test "batch: a reader that goes away ends it quietly" {
	timeout 20 bash -c 'vqtop -b -d 0.01 sim:blk 2>errors | head -1' >out
	[ ! -s errors ]
}

@test "batch: signals end it, SIGHUP not under nohup" {
	for signal in INT TERM HUP; do
		run -0 ended_by "$signal" vqtop -b -n 1 -d 3 sim:rng
		[ -z "$output" ]
	done
	run -0 bash -c 'trap "" HUP; vqtop -b -n 1 -d 1 sim:rng & sleep 0.3; kill -HUP $!; wait $!'
	[[ $output = *"sim:rng "* ]]
}

@test "batch: bad arguments" {
	for bad in "-d 0" "-d 1e9" "-d x" "-d nan" "-d 0x10" "--max-cpu 0x1" "-n 0" "-o NO_SUCH" "-s NO_SUCH" \
		"--max-cpu 0" "-J" "-t 1af4:1042" "-b -J --csv"; do
		# shellcheck disable=SC2086
		run -2 timeout 5 vqtop $bad sim:blk
		[[ ${lines[0]} == "vqtop: "* ]] || fail "$bad: $output"
	done
	run -2 vqtop -b -n 1 ''
	[[ ${lines[0]} == "vqtop: empty DEVICE argument"* ]]
	run -32 vqtop -b -n 1 no-such-device
	run -64 vqtop -b -n 1 -d 0.01 sim:blk no-such-device
}

@test "batch: devices missing from a recording" {
	run -32 vqtop -b --replay "$three" virtio9
	[ "$output" = "vqtop: virtio9: no such device in the recording $three" ]
	run -64 vqtop -b --replay "$three" -n 1 virtio0 virtio9
	[[ $output == *"virtio9: no such device in the recording"* ]]
	[[ $output == *"1 device  1 queue "* ]]
	# A device that appears later is none of these.
	printf '%s\n' '{"queues":[]}' '{"queues":[{"device":"a","index":0}]}' >file
	run -0 vqtop -b --replay file a
	[[ $output == *"(no queues in this sample)"* ]]
	[[ $output != *watching* ]]
}

@test "batch: a filter that shows nothing says so" {
	run -0 vqtop -b -n 1 -d 0.01 -f nothing sim:net
	[[ $output == *"(2 queues here, and the filter shows none of them)"* ]]
	[[ $output != *watching* ]]
}

@test "batch: columns for the screen only are refused" {
	for bad in BAR HISTORY +history; do
		run -2 vqtop -b --replay "$three" -o "$bad"
		[[ ${lines[0]} == *"is for the screen only; with --batch use"* ]]
		run -2 vqtop -o "$bad" --openmetrics --replay "$three"
	done
}

@test "batch: closed output is an error" {
	run -1 bash -c 'vqtop -b -n 2 -d 0.01 sim:blk 2>&1 >&-'
	[[ $output == *"cannot write output"* ]]
}

@test "help: codes are explained where it says" {
	vqtop --list-columns >columns
	page=$(grep -o '[a-z-]*(7)' columns)
	[ -e "$TOP/man/${page%(7)}.7" ]
}

@test "batch: recordings with the first names of keys can be read" {
	old=$TOP/tests/fixtures/vqtop/old.jsonl
	grep -q '"way":"kernel".*"unseen":' "$old"
	vqtop -bJ --replay "$old" | diff - <(sed -n 2p "$three")
}

@test "batch: access methods that cannot watch are refused, with the reason" {
	run -2 vqtop -b -n 1 --attach=registers sim:blk
	[[ ${lines[0]} == "vqtop: --attach=registers: this method would write to live devices with every sample; use auto or kernel" ]]
	run -2 vqtop -b -n 1 --attach devmem sim:blk
	[[ ${lines[0]} == "vqtop: --attach=devmem: this method does not reveal ring addresses; use auto or kernel" ]]
	run -2 vqtop -b -n 1 --attach=vfio sim:blk
	[[ ${lines[0]} == "vqtop: --attach=vfio: unknown method; use auto or kernel" ]]
}

@test "replay: hostile files are refused, with the line" {
	good=$(sed -n 2p "$three")
	while read -r bad; do
		printf '%s\n%s\n' "$good" "$bad" >file
		run -1 vqtop -b --replay file
		[[ ${lines[-1]} == "vqtop: file:2: "* ]] || fail "$bad: $output"
	done <<'END'
{
[]
{"queues":[
{"queues":5}
{"queues":[{}]}
{"queues":[{"device":"a"}]}
{"queues":[{"device":"a","index":-1}]}
{"queues":[{"device":"a","index":1.5}]}
{"queues":[{"device":"a","index":99999999999999999999}]}
{"queues":[{"device":"a\u0000b","index":1}]}
{"queues":[{"device":"\ud800","index":1}]}
{"queues":[{"device":7,"index":1}]}
{"queues":[{"device":"a","index":1,"occupancy":1e999}]}
{"queues":[]} more
{"vqtop":{"schema":2}}
END
	printf '%s\n%s\n' "$good" "{\"x\":$(printf '[%.0s' $(seq 100000))" >file
	run -1 vqtop -b --replay file
	[[ ${lines[-1]} == "vqtop: file:2: "*"nested more than"* ]]
	: >empty
	run -1 vqtop -b --replay empty
	run -1 vqtop -b --replay /dev/zero
	run -1 vqtop -b --replay no-such-file
	head -c -100 "$three" >cut
	run -0 vqtop -b --replay cut
	[[ $output == *"cut:4: the last line is cut off"* ]]
}

@test "replay: text from a device cannot reach the terminal" {
	printf '%s\n' '{"queues":[{"device":"\u001b[2J","index":0,"name":"a\u202eb"}]}' >file
	run -0 vqtop -b --replay file
	[[ $output == *'\x1b[2J'* ]]
	run ! grep -P '\x1b' <<<"$output"
	vqtop -bJ --replay file >out
	[ "$(jq -r '.queues[0].device_hex' out)" = 1b5b324a ]
	vqtop -bJ --replay out | cmp - out
}

# --- Metrics ---

@test "metrics: OpenMetrics text" {
	run -0 vqtop --openmetrics --replay "$three"
	[ "${lines[-1]}" = "# EOF" ]
	[[ $output == *'virtio_queue_completed_total{device="virtio0",queue="0",type="blk",address="0000:00:02.0",kname="vda",name="req.0"} 1000'* ]]
	[[ $output == *'virtio_queue_latency_seconds{device="virtio0",'*'} 0.0045'* ]]
	[ "$(grep -c '^# TYPE' <<<"$output")" = "$(grep -c '^# HELP' <<<"$output")" ]
	# Each family in one piece.
	[ -z "$(grep '^# TYPE' <<<"$output" | sort | uniq -d)" ]
}

@test "metrics: --textfile is replaced atomically, readable for all" {
	(umask 077; vqtop --textfile "$PWD/virtio.prom" -n 2 -d 0.05 sim:blk)
	[ "$(stat -c %a virtio.prom)" = 644 ]
	grep -q '^# TYPE virtio_queue_completed_total counter$' virtio.prom
	grep -q '^# HELP virtio_queue_completed_total ' virtio.prom
	run ! grep -E '^# (UNIT|EOF)' virtio.prom
	[ "$(ls -A | grep -c prom)" = 1 ]
	run -1 vqtop --textfile /no/such/folder/virtio.prom -n 1 -d 0.01 sim:blk
}

@test "metrics: --textfile replaces files only" {
	ln -s target link
	mkfifo pipe
	for place in link pipe .; do
		# At once, not after an interval.
		run -1 timeout 20 vqtop --textfile $place -d 60 sim:blk
		[[ $output == "vqtop: $place: is a "*", which is not replaced; name a file" ]]
	done
	[ -L link ]
	[ ! -e target ]
	[ -p pipe ]
}

@test "metrics: an incomplete write leaves nothing behind" {
	echo old >virtio.prom
	run -1 bash -c 'ulimit -f 1; vqtop --textfile virtio.prom -n 1 -d 0.01 sim:blk,queues=8'
	[[ $output == *"virtio.prom: cannot be replaced: File too large" ]]
	[ "$(ls -A | grep -c prom)" = 1 ]
	[ "$(cat virtio.prom)" = old ]
}
