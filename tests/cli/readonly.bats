# SPDX-License-Identifier: GPL-2.0-or-later
# The tools never write: their system calls show it.

load common

# A leak checker does not work in a traced process.
trace()
{
	ASAN_OPTIONS=detect_leaks=0 strace -f -o "$BATS_TEST_TMPDIR/trace" \
		-e trace=file,desc,memory,network,process "$@" \
		>"$BATS_TEST_TMPDIR/output" 2>"$BATS_TEST_TMPDIR/errors"
}

setup()
{
	command -v strace >/dev/null || skip "strace is not installed"
	strace -o /dev/null true 2>/dev/null ||
		skip "strace may not trace here: $(strace -o /dev/null true 2>&1 |
			head -n1)"
}

# Lines of the trace with writes elsewhere than to stdout and stderr.
writes()
{
	grep -E 'O_WRONLY|O_RDWR|O_CREAT|O_TRUNC|O_APPEND' "$1"
	grep -E '^[0-9]+ +(pwrite|pwritev|ftruncate|truncate|fallocate|rename|unlink|mkdir|rmdir|symlink|link|chmod|fchmod|chown|mknod|utime|setxattr|copy_file_range|sendfile|splice)' "$1"
	grep -E '^[0-9]+ +writev?\(' "$1" | grep -vE 'writev?\((1|2),'
	grep -E 'mmap\(.*PROT_WRITE.*MAP_SHARED' "$1"
	return 0
}

@test "no output format writes to anything" {
	for form in '' -J '-J -v' -O -v -t '-d blk' --all; do
		# shellcheck disable=SC2086
		trace lsvirtio $form
		[ -s "$BATS_TEST_TMPDIR/trace" ]
		bad=$(writes "$BATS_TEST_TMPDIR/trace")
		[ -z "$bad" ] || fail "$form: $bad"
	done
}

@test "nor does reading queues" {
	file=$BATS_TEST_TMPDIR/capture.json
	vqdump --capture "$file" sim:net 2>/dev/null
	for form in '' '-J --raw' --check '--sample=0.05' '-vv sim:blk' \
			'--check sim:blk,fault=lost-irq' "-v --read $file" \
			"--diff $file $file"; do
		# If no access method works, it fails, and writes nothing.
		# shellcheck disable=SC2086
		trace vqdump $form || true
		[ -s "$BATS_TEST_TMPDIR/trace" ]
		bad=$(writes "$BATS_TEST_TMPDIR/trace")
		[ -z "$bad" ] || fail "$form: $bad"
	done
}

@test "nor on a recorded tree" {
	dir=$(fixture q35)
	trace lsvirtio --sysroot "$dir" -J -v
	bad=$(writes "$BATS_TEST_TMPDIR/trace")
	[ -z "$bad" ] || fail "$bad"
}

@test "with a recorded tree, nothing of this machine is read" {
	dir=$(fixture q35)
	trace lsvirtio --sysroot "$dir" -J -v
	# Files that libraries read at start-up have nothing to do with virtio.
	bad=$(grep -E '"/(sys|proc)/' "$BATS_TEST_TMPDIR/trace" |
		grep -vE '"/proc/self/|openat2\(' || true)
	[ -z "$bad" ] || fail "$bad"
}

@test "a plain list reads no configuration space and opens no optional library" {
	trace lsvirtio
	bad=$(grep -E '/config"|resource[0-9]|libpci|jansson|libfdt' \
		"$BATS_TEST_TMPDIR/trace" || true)
	[ -z "$bad" ] || fail "$bad"
}
