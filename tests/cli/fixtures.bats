# SPDX-License-Identifier: GPL-2.0-or-later
# Recorded trees: the recorder and the unpacker.

load common

@test "this machine and its recorded tree look the same" {
	[ -n "$(ls -A /sys/bus/virtio/devices 2>/dev/null)" ] ||
		skip "there are no virtio devices here"
	"$TOP/tests/fixtures/record" >"$BATS_TEST_TMPDIR/tree"
	"$TOP/tests/fixtures/unpack" "$BATS_TEST_TMPDIR/tree" \
		"$BATS_TEST_TMPDIR/dir"
	diff -u <(lsvirtio -P -O) \
		<(lsvirtio --sysroot "$BATS_TEST_TMPDIR/dir" -P -O)
}

@test "an unpacked tree matches its text" {
	cat >"$BATS_TEST_TMPDIR/tree" <<'TREE'
# nothing

dir a/empty
link a/link -> ../no where
file a/line = back\slash 'quote' "quote" $x `y` %s \n 
text a/lines
	one \0101
	
	 lead	tab
hex a/bytes
	00 ff 0a
	5c
hex a/none
TREE
	"$TOP/tests/fixtures/unpack" "$BATS_TEST_TMPDIR/tree" \
		"$BATS_TEST_TMPDIR/dir"
	cd "$BATS_TEST_TMPDIR/dir/a"
	[ -d empty ]
	[ "$(readlink link)" = '../no where' ]
	[ "$(cat line)" = 'back\slash '\''quote'\'' "quote" $x `y` %s \n ' ]
	[ "$(cat lines)" = $'one \\0101\n\n lead\ttab' ]
	[ "$(od -An -tx1 bytes)" = ' 00 ff 0a 5c' ]
	[ -f none ] && [ ! -s none ]
}

@test "a path that leads out of the tree is refused" {
	for path in ../x /x a/../../x ''; do
		echo "file $path = 1" >"$BATS_TEST_TMPDIR/tree"
		rm -rf "$BATS_TEST_TMPDIR/dir"
		run -1 "$TOP/tests/fixtures/unpack" "$BATS_TEST_TMPDIR/tree" \
			"$BATS_TEST_TMPDIR/dir"
		[ ! -e "$BATS_TEST_TMPDIR/x" ]
	done
}

@test "an invalid text is refused" {
	for text in 'folder a' $'\tlost' $'hex a\n\t0g' $'hex a\n\t0' 'link a b'; do
		echo "$text" >"$BATS_TEST_TMPDIR/tree"
		rm -rf "$BATS_TEST_TMPDIR/dir"
		run -1 "$TOP/tests/fixtures/unpack" "$BATS_TEST_TMPDIR/tree" \
			"$BATS_TEST_TMPDIR/dir"
		[[ $output = "unpack: line "* ]]
	done
}
