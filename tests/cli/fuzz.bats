#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
# libFuzzer's dictionary has the words that inputs are made of.

load common

setup()
{
	fuzz=$TOP/build-san/fuzz
	[ -x "$fuzz/fuzz_capture" ] && [ -x "$fuzz/fuzz_recording" ] ||
		skip "the fuzzers are not built: make SAN=1 fuzzers"
}

# words NAME: the fuzzer's words; keys end with a colon.
words()
{
	"$fuzz/fuzz_$1" "-dict=$BATS_TEST_TMPDIR/dict" >/dev/null
	cat "$BATS_TEST_TMPDIR/dict"
}

# has_keys NAME <KEYS: each is a word of the fuzzer, or part of one.
has_keys()
{
	local key all missing=

	all=$(words "$1")
	while read -r key; do
		grep -qF "\\x22$key\\x22:" <<<"$all" || missing+=" $key"
	done
	[ -z "$missing" ] || { echo "not among the words:$missing"; false; }
}

@test "captures: every key of virtio-capture(5) is a word" {
	sed -nE 's/^\.It Va ([a-z_0-9]+) .*/\1/p' \
		"$TOP/man/virtio-capture.5" | sort -u >"$BATS_TEST_TMPDIR/keys"
	[ "$(wc -l <"$BATS_TEST_TMPDIR/keys")" -gt 100 ]
	has_keys capture <"$BATS_TEST_TMPDIR/keys"
}

@test "recordings: every key of a sample is a word" {
	command -v jq >/dev/null || skip "jq is not installed"
	vqtop -b -J -n 2 -d 0.1 sim:blk,fault=stuck |
		jq -r '.. | objects | keys[]' | sort -u >"$BATS_TEST_TMPDIR/keys"
	[ "$(wc -l <"$BATS_TEST_TMPDIR/keys")" -gt 20 ]
	has_keys recording <"$BATS_TEST_TMPDIR/keys"
}

@test "words are written as libFuzzer reads them" {
	local f

	for f in "$fuzz"/fuzz_*; do
		[[ $f != *.* && -x $f ]] || continue
		"$f" "-dict=$BATS_TEST_TMPDIR/dict"
		! grep -vE '^"([^"\\]|\\x[0-9A-F]{2})+"$' "$BATS_TEST_TMPDIR/dict"
	done
}
