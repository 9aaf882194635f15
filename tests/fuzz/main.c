// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * fuzz_NAME [-runs=N] [-seconds=N] [-seed=N] [-seeds=FOLDER] [-dict=FILE]
 *           [FILE...]
 *
 * Drives a fuzzer without libFuzzer: its seeds, then changed inputs, the same
 * for the same -seed. With FILE, only those inputs. -seeds and -dict write the
 * seeds and the words for libFuzzer. An input that ends the program stays in
 * the current folder as crash-NAME.
 */
#include <fcntl.h>
#include <time.h>
#include <unistd.h>

#include "fuzz.h"

#define MAX_POOL	64

/* From sanitizers; absent without them. */
void __sanitizer_set_death_callback(void (*fn)(void)) __attribute__((weak));

static uint8_t input[FUZZ_MAX];
static size_t input_len;
static const char *name;

static uint8_t *pool[MAX_POOL];
static size_t pool_len[MAX_POOL];
static unsigned int pool_count;

static uint64_t state;

static uint64_t any(uint64_t below)
{
	state ^= state << 13;
	state ^= state >> 7;
	state ^= state << 17;
	return state % below;
}

static void keep_input(void)
{
	char path[256];
	int fd;

	snprintf(path, sizeof(path), "crash-%s", name);
	fd = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0600);
	if (fd < 0 || write(fd, input, input_len) != (ssize_t)input_len)
		return;
	fprintf(stderr, "%s: the input is in %s\n", name, path);
	close(fd);
}

/* A copy of exact size, so that reading one byte too far shows. */
static void run(void)
{
	uint8_t *copy = malloc(input_len ? input_len : 1);

	if (!copy)
		abort();
	memcpy(copy, input, input_len);
	LLVMFuzzerTestOneInput(copy, input_len);
	free(copy);
}

/* --- Changing an input --- */

static void change_byte(void)
{
	static const uint8_t edges[] = { 0, 1, 0x7f, 0x80, 0xff, '0', '9' };
	size_t at = any(input_len);

	switch (any(4)) {
	case 0:
		input[at] ^= 1 << any(8);
		break;
	case 1:
		input[at] = edges[any(sizeof(edges))];
		break;
	case 2:
		input[at] += any(2) ? 1 : -1;
		break;
	default:
		input[at] = any(256);
	}
}

static void change_word(void)
{
	static const uint64_t edges[] = {
		0, 1, 0xffff, 0x8000, 0x10000, 0x7fffffff, 0xffffffff,
		0x8000000000000000, UINT64_MAX,
	};
	unsigned int bytes = 2 << any(3);

	if (input_len >= bytes)
		fuzz_le(input + any(input_len - bytes + 1),
			edges[any(sizeof(edges) / sizeof(edges[0]))], bytes);
}

static void insert(const void *bytes, size_t n)
{
	size_t at = any(input_len + 1);

	if (n > FUZZ_MAX - input_len)
		return;
	memmove(input + at + n, input + at, input_len - at);
	memcpy(input + at, bytes, n);
	input_len += n;
}

static void cut(void)
{
	size_t at = any(input_len), n = 1 + any(any(8) ? 8 : input_len);

	if (n > input_len - at)
		n = input_len - at;
	memmove(input + at, input + at + n, input_len - at - n);
	input_len -= n;
}

static void repeat(void)
{
	static uint8_t piece[256];
	size_t at = any(input_len), n = 1 + any(sizeof(piece));

	if (n > input_len - at)
		n = input_len - at;
	memcpy(piece, input + at, n);
	insert(piece, n);
}

/* Insert a word at a random place, or overwrite with it. */
static void put_word(void)
{
	const char *word;
	size_t n, at;

	for (n = 0; fuzz_words[n]; n++)
		;
	if (!n)
		return;
	word = fuzz_words[any(n)];
	n = strlen(word);
	if (any(2) || input_len < n) {
		insert(word, n);
		return;
	}
	at = any(input_len - n + 1);
	memcpy(input + at, word, n);
}

static void mix(void)
{
	unsigned int other = any(pool_count);
	size_t at = any(pool_len[other] + 1), n = pool_len[other] - at;

	if (n > 4096)
		n = 1 + any(4096);
	insert(pool[other] + at, n);
}

static void change(void)
{
	unsigned int n = 1 + any(any(4) ? 4 : 32);

	while (n--) {
		unsigned int how = any(16);

		if (!input_len || how == 0)
			mix();
		else if (how < 7)
			change_byte();
		else if (how < 9)
			change_word();
		else if (how < 11)
			cut();
		else if (how < 13)
			repeat();
		else
			put_word();
	}
}

size_t LLVMFuzzerMutate(uint8_t *data, size_t size, size_t max)
{
	static uint8_t kept[FUZZ_MAX];
	size_t kept_len = input_len;

	memcpy(kept, input, input_len);
	input_len = size < FUZZ_MAX ? size : FUZZ_MAX;
	memmove(input, data, input_len);
	change();
	size = input_len < max ? input_len : max;
	memmove(data, input, size);
	if (data != input) {
		memcpy(input, kept, kept_len);
		input_len = kept_len;
	}
	return size;
}

/* By meaning, if there is a schema; else by bytes. */
static void change_any_way(void)
{
	static uint8_t mixed[FUZZ_MAX];
	unsigned int other = any(pool_count);
	size_t n = 0;

	if (!LLVMFuzzerCustomMutator || any(3) == 0) {
		change();
		return;
	}
	if (LLVMFuzzerCustomCrossOver && any(4) == 0)
		n = LLVMFuzzerCustomCrossOver(input, input_len, pool[other],
					      pool_len[other], mixed,
					      FUZZ_MAX, any(UINT32_MAX));
	if (n) {
		memcpy(input, mixed, n);
		input_len = n;
	}
	input_len = LLVMFuzzerCustomMutator(input, input_len, FUZZ_MAX,
					    any(UINT32_MAX));
}

/* --- Which inputs --- */

static void make_pool(void)
{
	size_t n;

	while (pool_count < MAX_POOL && (n = fuzz_seed(pool_count, input))) {
		pool[pool_count] = malloc(n);
		if (!pool[pool_count])
			abort();
		memcpy(pool[pool_count], input, n);
		pool_len[pool_count++] = n;
	}
}

static void load(unsigned int i)
{
	memcpy(input, pool[i], pool_len[i]);
	input_len = pool_len[i];
}

static int write_seeds(const char *folder)
{
	char path[512];
	unsigned int i;
	FILE *f;

	for (i = 0; i < pool_count; i++) {
		snprintf(path, sizeof(path), "%s/seed-%02u", folder, i);
		f = fopen(path, "w");
		if (!f || fwrite(pool[i], 1, pool_len[i], f) != pool_len[i] ||
		    fclose(f)) {
			perror(path);
			return 1;
		}
	}
	return 0;
}

/* One per line, quoted. */
static void write_word(FILE *f, const char *s)
{
	fputc('"', f);
	for (; *s; s++) {
		if (*s < ' ' || *s > '~' || *s == '"' || *s == '\\')
			fprintf(f, "\\x%02X", (unsigned char)*s);
		else
			fputc(*s, f);
	}
	fputs("\"\n", f);
}

/* Keys of records, recursively. */
static void write_keys(FILE *f, const struct vi_schema *schema)
{
	const struct vi_field *field;
	char word[80];
	size_t i;

	for (i = 0; (field = vi_schema_field(schema, i)); i++) {
		snprintf(word, sizeof(word), "\"%s\":",
			 vi_field_name(field));
		write_word(f, word);
		if (vi_field_schema(field))
			write_keys(f, vi_field_schema(field));
	}
}

static int write_words(const char *path)
{
	FILE *f = fopen(path, "w");
	const struct vi_schema *schema;
	const char *const *word;
	unsigned int i;

	for (word = fuzz_words; f && *word; word++)
		write_word(f, *word);
	for (i = 0; f && fuzz_schema && (schema = fuzz_schema(i)); i++)
		write_keys(f, schema);
	if (f && !fclose(f))
		return 0;
	perror(path);
	return 1;
}

static int run_file(const char *path)
{
	FILE *f = fopen(path, "r");

	if (!f) {
		perror(path);
		return 1;
	}
	input_len = fread(input, 1, sizeof(input), f);
	fclose(f);
	run();
	return 0;
}

static void run_many(uint64_t runs, uint64_t seconds, uint64_t seed)
{
	time_t end = time(NULL) + seconds;
	uint64_t i;

	for (i = 0; (!runs || i < runs) && (!seconds || time(NULL) < end);
	     i++) {
		if (i < pool_count) {
			load(i);
		} else {
			/*
			 * Seeded one by one, so that its number reproduces it.
			 */
			state = (seed + i) * UINT64_C(0x9e3779b97f4a7c15) | 1;
			load(any(pool_count));
			change_any_way();
		}
		run();
	}
	printf("%s: %llu inputs\n", name, (unsigned long long)i);
}

int main(int argc, char **argv)
{
	uint64_t runs = 0, seconds = 0, seed = 1;
	int i, files = 0, ret = 0;

	name = strrchr(argv[0], '/') ? strrchr(argv[0], '/') + 1 : argv[0];
	if (__sanitizer_set_death_callback)
		__sanitizer_set_death_callback(keep_input);
	make_pool();
	for (i = 1; i < argc; i++) {
		if (!strncmp(argv[i], "-runs=", 6)) {
			runs = strtoull(argv[i] + 6, NULL, 0);
		} else if (!strncmp(argv[i], "-seconds=", 9)) {
			seconds = strtoull(argv[i] + 9, NULL, 0);
		} else if (!strncmp(argv[i], "-seed=", 6)) {
			seed = strtoull(argv[i] + 6, NULL, 0);
		} else if (!strncmp(argv[i], "-seeds=", 7)) {
			return write_seeds(argv[i] + 7);
		} else if (!strncmp(argv[i], "-dict=", 6)) {
			return write_words(argv[i] + 6);
		} else {
			ret |= run_file(argv[i]);
			files++;
		}
	}
	if (!files)
		run_many(runs || seconds ? runs : 2000, seconds, seed);
	return ret;
}
