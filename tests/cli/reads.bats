# SPDX-License-Identifier: GPL-2.0-or-later
# The largest possible ring is read with a handful of system calls: one read per
# descriptor would take half a second if memory is slow to reach.

load common

setup()
{
	command -v strace >/dev/null || skip "strace is not installed"
	strace -o /dev/null true 2>/dev/null ||
		skip "strace may not trace here: $(strace -o /dev/null true 2>&1 |
			head -n1)"
	# All 32768 descriptors are buffers of 16 bytes in flight; a second
	# ring, a packed one, is empty.
	python3 - "$BATS_TEST_TMPDIR/memory" <<-EOF
	import struct, sys
	num = 32768
	desc = b"".join(struct.pack("<QIHH", 0x180000, 16, 0, 0)
	                for i in range(num))
	avail = struct.pack(f"<HH{num}H", 0, num, *range(num))
	memory = bytearray(0x300000)
	memory[0x1000:0x1000 + len(desc)] = desc
	memory[0x100000:0x100000 + len(avail)] = avail
	open(sys.argv[1], "wb").write(memory)
	EOF
}

# How often vqdump, with these options, read the memory file.
reads()
{
	ASAN_OPTIONS=detect_leaks=0 strace -f -o "$BATS_TEST_TMPDIR/trace" \
		-P "$BATS_TEST_TMPDIR/memory" -e trace=read,pread64,readv,preadv \
		vqdump --memory "$BATS_TEST_TMPDIR/memory" "$@" \
		>"$BATS_TEST_TMPDIR/output" 2>"$BATS_TEST_TMPDIR/errors"
	grep -cE '^([0-9]+ +)?p?readv?(64)?\(' "$BATS_TEST_TMPDIR/trace"
}

split=split,num=32768,desc=0x1000,driver=0x100000,device=0x140000,features=0x130000000
packed=packed,num=32768,desc=0x200000,driver=0x2f0000,device=0x2f1000

@test "a full split ring of 32768 entries is read in a handful of reads" {
	for form in '' --raw '-J --raw' --in-flight; do
		# shellcheck disable=SC2086
		count=$(reads --ring "$split" $form)
		[ "$count" -ge 3 ] && [ "$count" -le 12 ] ||
			fail "$form: $count reads"
	done
	vqdump --memory "$BATS_TEST_TMPDIR/memory" --ring "$split" -J |
		jq -e '.devices[0].queues[0].num_in_flight == 32768'
}

@test "a packed ring of 32768 entries is read in a handful of reads" {
	for form in '' --raw '-J --raw'; do
		# shellcheck disable=SC2086
		count=$(reads --ring "$packed" $form)
		[ "$count" -ge 3 ] && [ "$count" -le 12 ] ||
			fail "$form: $count reads"
	done
}
