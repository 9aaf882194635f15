// SPDX-License-Identifier: GPL-2.0-or-later
/* vqinject: scripts with their SPECs. */
#include "fuzz.h"
#include "vqinject/input/script.h"

const char tool_name[] = "vqinject";

const char *const fuzz_words[] = {
	"out ", "in ", "queue ", "expect ", "kick\n", "wait\n", "sleep ",
	"hex:", "text:", "file:", "zero:", "pattern:", "random:", "len:",
	"\\x", "\\s", "0x", "18446744073709551615", "1G", ",0,1", "# ", "\n",
	NULL
};

/* Larger requests are not built. */
#define MUCH	65536

static void use(struct script *s)
{
	unsigned int i;

	for (i = 0; i < s->count; i++) {
		struct chain *c = &s->op[i].chain;
		struct chain_check check;

		if (s->op[i].what != SCRIPT_CHAIN ||
		    chain_in_len(c) + chain_out_len(c) > MUCH ||
		    chain_make_image(c))
			continue;
		chain_check(c, c->image, chain_in_len(c), &check);
		if (check.outside || check.written)
			abort();
	}
}

static void read_script(const uint8_t *data, size_t size)
{
	FILE *file = fmemopen((void *)(uintptr_t)data, size, "r");
	struct script_error e;
	struct script s;

	if (!file)
		return;
	if (!script_read(&s, file, &e))
		use(&s);
	else if (e.text && e.e.at > strlen(e.text))
		abort();
	free(e.text);
	script_free(&s);
	fclose(file);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	if (size)
		read_script(data, size);
	return 0;
}

size_t fuzz_seed(unsigned int i, uint8_t *buf)
{
	static const char script[] =
		"# a batch\n"
		"queue 0 out hex:00:11 out text:a\\x41\\n in 512 in 1 expect len:3\n"
		"out random:9,1 in pattern:0x10\tin zero:1k expect hex:00\n"
		"kick\nsleep 0.5\nwait\nin file:/etc/passwd,0,4\n";

	return i == 0 ? fuzz_text(buf, script) : 0;
}
