# SPDX-License-Identifier: GPL-2.0-or-later
# vqtop: batch output, recordings, files, and screens in a real terminal. What
# is shown comes from a recording, so that its numbers are always the same.

load common

setup()
{
	three=$TOP/tests/fixtures/vqtop/three.jsonl
	export XDG_CONFIG_HOME=$BATS_TEST_TMPDIR/config
	cd "$BATS_TEST_TMPDIR"
	socket=vqtop-$$-$BATS_TEST_NUMBER
}

teardown()
{
	tmux -L "$socket" kill-server 2>/dev/null || true
}

# --- A terminal ---

# terminal COLUMNS ROWS ARGUMENT...
terminal()
{
	command -v tmux >/dev/null || skip "tmux is not installed"
	local columns=$1 rows=$2
	shift 2
	# One that is just ending would take this one with it.
	tmux -L "$socket" kill-server 2>/dev/null || true
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

# Wait until the screen has what is expected; it is drawn some time.
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

# The screen is that of the file, to the character.
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

# The third sample of the recording, which then stands still.
at_the_end()
{
	terminal "$1" "$2" --replay "$three" "${@:3}"
	until_shown 'ends here|QUEUE|req.0'
	press Z ']' ']' ']'
	until_shown "x1|3/3|virtio1|req"
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
	until_shown 'COMP_S▼|COMP_▼'
	[[ $(shown | grep -m1 '▾') == *virtio2* ]]
	press I
	until_shown '▲'
	press 'nosuchkey' F6 x Enter
	until_shown 'unknown column'
	press c
	until_shown 'no device here to check'
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

@test "screen: resized, and back, it is the same" {
	at_the_end 80 24
	screen_is 80x24.txt
	tmux -L "$socket" resize-window -x 20 -y 5
	screen_is 20x5.txt
	tmux -L "$socket" resize-window -x 80 -y 24
	screen_is 80x24.txt
}

@test "screen: the terminal is restored, also after a crash" {
	local signal pid

	for signal in SEGV ABRT TERM HUP; do
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

@test "screen: a broken configuration is warned of, with the line" {
	mkdir -p config/virtio-inspect
	printf 'delay = 2\ncolumns = NO_SUCH\nwhat\n' >config/virtio-inspect/vqtop.conf
	terminal 80 24 --replay "$three"
	until_shown 'QUEUE'
	grep -q 'vqtop.conf:2: there is no such column' errors
	grep -q 'vqtop.conf:3: not a setting' errors
}

@test "screen: simulated devices" {
	terminal 80 24 -d 0.2 sim:blk,fault=stuck sim:net,packed
	until_shown 'D_DEVICE_STUCK'
	press Enter
	until_shown 'requests in flight: 4'
	press Enter c
	until_shown 'D_DEVICE_STUCK: .*\(Enter|D_DEVICE_STUCK: the device'
	press q
	until_shown '^ended 0'
}

@test "screen: no devices is an empty screen that says so" {
	mkdir -p tree/sys/bus/virtio/devices tree/proc
	terminal 80 24 --sysroot tree
	until_shown 'no virtio devices here'
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
}

# --- Batch ---

@test "batch: a table for each sample" {
	run -0 vqtop -b --replay "$three" -n 1
	output_is <<'END'
2026-11-22T20:00:00.000Z  3 devices  4 queues  0 stalled  71k/s submitted  70.2k/s completed  cpu 0.25%
DEVICE  QUEUE NAME     STATE  SUB_S COMP_S IN_FLIGHT SIZE USED LATENCY OLDEST IRQ_S REASON
virtio0     0 req.0    moving    1k    250         4  256  12%  4.50ms   12ms   500 -
virtio1     0 req.0    busy       0      0         2  256 2.5%       -    0µs     - -
virtio2     0 input.0  moving  ≥70k   ≥70k       255  256  99%       -      -     - -
virtio2     1 output.0 idle       0      0         0  256   0%       -      -     - -
END
}

@test "batch: --csv, -o, -s, -t, -f and devices" {
	run -0 vqtop -b --replay "$three" --csv -o device,queue,state,comp_s -s COMP_S -n 1
	output=${output//$'\r'/}
	output_is <<'END'
time,interval,device,queue,state,comp_s
2026-11-22T20:00:00.000Z,1,virtio2,0,moving,70000
2026-11-22T20:00:00.000Z,1,virtio0,0,moving,250
2026-11-22T20:00:00.000Z,1,virtio1,0,busy,0
2026-11-22T20:00:00.000Z,1,virtio2,1,idle,0
END
	[ "$(vqtop -b --replay "$three" -n 1 --csv -o DEVICE -t blk | grep -c virtio)" = 2 ]
	[ "$(vqtop -b --replay "$three" -n 1 --csv -o DEVICE -f eth0 | grep -c virtio)" = 2 ]
	[ "$(vqtop -b --replay "$three" -n 1 --csv -o DEVICE vdb 00:04.0 | grep -c virtio)" = 3 ]
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
	jq -es 'all(.interval > 0.04 and .interval < 5)' live >/dev/null
	[ "$(stat -c %a file)" = 600 ]
	vqtop -bJ --replay file | cmp - live
	run -1 vqtop -b -n 1 -d 0.01 --record file sim:blk
	[[ $output == *"not overwritten"* ]]
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

@test "batch: bad arguments" {
	for bad in "-d 0" "-d 1e9" "-d x" "-d nan" "-n 0" "-o NO_SUCH" "-s NO_SUCH" \
		"--attach=registers" "--max-cpu 0" "-J" "-t 1af4:1042" "-b -J --csv"; do
		# shellcheck disable=SC2086
		run -2 timeout 5 vqtop $bad sim:blk
		[[ ${lines[0]} == "vqtop: "* ]] || fail "$bad: $output"
	done
	run -32 vqtop -b -n 1 no-such-device
	run -64 vqtop -b -n 1 -d 0.01 sim:blk no-such-device
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
	[[ ${lines[-1]} == "vqtop: file:2: "*"too deeply"* ]]
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

@test "metrics: --textfile is replaced all at once, for all to read" {
	(umask 077; vqtop --textfile "$PWD/virtio.prom" -n 2 -d 0.05 sim:blk)
	[ "$(stat -c %a virtio.prom)" = 644 ]
	[ "$(tail -1 virtio.prom)" = "# EOF" ]
	[ "$(ls -A | grep -c prom)" = 1 ]
	run -1 vqtop --textfile /no/such/folder/virtio.prom -n 1 -d 0.01 sim:blk
	ln -s target link.prom
	vqtop --textfile link.prom -n 1 -d 0.01 sim:blk
	[ ! -L link.prom ]
	[ ! -e target ]
}
