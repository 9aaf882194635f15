# SPDX-License-Identifier: GPL-2.0-or-later
# The output for a ring is linear in its size, whatever it holds.

load common

# ring NAME LAYOUT HEADS ENTRIES: all HEADS point to one table of ENTRIES.
ring()
{
	python3 - "$BATS_TEST_TMPDIR/$1" "$2" "$3" "$4" <<-'EOF'
	import struct, sys
	path, layout, heads, entries = sys.argv[1:]
	heads, entries, packed = int(heads), int(entries), layout == "packed"
	driver = 16 * heads
	device = driver + (4 if packed else (6 + 2 * heads + 15) // 16 * 16)
	table = device + (12 if packed else (6 + 8 * heads + 15) // 16 * 16)
	m = bytearray(table + 16 * entries)
	for i in range(heads):
	    struct.pack_into("<QIHH", m, 16 * i, table, 16 * entries,
	                     *((i, 0x84) if packed else (4, 0)))
	    if not packed:
	        struct.pack_into("<H", m, driver + 4 + 2 * i, i)
	for i in range(entries):
	    last = packed or i + 1 == entries
	    struct.pack_into("<QIHH", m, table + 16 * i, 0x100, 16,
	                     *((0, 0) if packed else
	                       (0 if last else 1, 0 if last else i + 1)))
	if not packed:
	    struct.pack_into("<H", m, driver + 2, heads)
	open(path, "wb").write(m)
	print("%s,num=%d,desc=0,driver=%#x,device=%#x,features=0x130000000%s" %
	      (layout, heads, driver, device,
	       ",next_avail=0,avail_wrap=0,next_used=0,used_wrap=1" if packed else ""))
	EOF
}

# is_bounded FILE COMMAND...: prints at most 64 times the size of FILE.
is_bounded()
{
	local size most

	most=$((64 * $(stat -c %s "$1")))
	shift
	size=$("$@" | wc -c)
	[ "$size" -gt 0 ] || fail "$*: nothing"
	[ "$size" -le "$most" ] || fail "$*: $size bytes"
}

@test "heads that share a table: every view prints it once" {
	for layout in split packed; do
		spec=$(ring memory $layout 4096 4096)
		at=(--ring "$spec" --memory "$BATS_TEST_TMPDIR/memory")
		for view in '' -v -vv --raw -J '-J --raw' --check '--check -v' \
			--in-flight --capture=-; do
			# shellcheck disable=SC2086
			is_bounded "$BATS_TEST_TMPDIR/memory" \
				vqdump "${at[@]}" $view
		done
		file=$BATS_TEST_TMPDIR/$layout.json
		run -0 vqdump "${at[@]}" --capture="$file"
		for view in '' -v -vv -J --check --capture=-; do
			# shellcheck disable=SC2086
			is_bounded "$file" vqdump --read "$file" $view
		done
		is_bounded "$file" vqdump --diff "$file" "$file"
	done
}

@test "the first buffer has the table, and others say so" {
	spec=$(ring memory split 8 4)
	run -0 vqdump --ring "$spec" --memory "$BATS_TEST_TMPDIR/memory" -v
	[ "$(grep -c 'same_table_as 0' <<<"$output")" = 7 ]
	[ "$(grep -c 'addr\|0x100 ' <<<"$output")" -ge 4 ]
	run -4 vqdump --ring "$spec" --memory "$BATS_TEST_TMPDIR/memory" --check
	[[ $output = *E_SHARED_DESC* ]]
}

@test "a small capture that expands to a lot is refused" {
	queue='{"index":0,"layout":"packed","size":32768,"raw":{"tokens":[]}}'
	{
		printf '{"virtio_inspect":{"schema":1},"devices":['
		for _ in $(seq 100); do
			printf '{"name":"d","queues":[%s]},' "$queue"
		done
		printf '{"name":"d"}]}'
	} >"$BATS_TEST_TMPDIR/small.json"
	run -1 --separate-stderr vqdump --read "$BATS_TEST_TMPDIR/small.json"
	[[ $stderr = *": devices["*"tokens: needs more memory"* ]]
}
