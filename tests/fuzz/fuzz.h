/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Fuzzers: whatever a parser is given, it ends, and touches nothing else (the
 * sanitizers watch). Each is a file fuzz_NAME.c with the function below and
 * some inputs to begin with; main.c drives it where libFuzzer does not.
 */
#ifndef VI_TESTS_FUZZ_H
#define VI_TESTS_FUZZ_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <virtio-inspect/check.h>
#include <virtio-inspect/inspect.h>
#include <virtio-inspect/memory.h>
#include <virtio-inspect/snapshot.h>

#define FUZZ_MAX	(256 << 10)

/* As libFuzzer wants it; 0. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* The @i-th input to begin with, into @buf of FUZZ_MAX bytes; its length, 0:
 * there are no more. */
size_t fuzz_seed(unsigned int i, uint8_t *buf);

/* What is worth putting into an input; ended by NULL. */
extern const char *const fuzz_words[];

/*
 * What inputs are records of, if they are JSON: their keys go into the words,
 * and inputs are changed by mutate_json.c. NULL: no more.
 */
const struct vi_schema *fuzz_schema(unsigned int i) __attribute__((weak));

/*
 * As libFuzzer wants them: change @data, which has room for @max bytes; its
 * new size. Mix two, into @out; 0: these cannot be. Where there is none, bytes
 * are changed.
 */
size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t max,
			       unsigned int seed) __attribute__((weak));
size_t LLVMFuzzerCustomCrossOver(const uint8_t *a, size_t a_size,
				 const uint8_t *b, size_t b_size, uint8_t *out,
				 size_t max, unsigned int seed)
	__attribute__((weak));

/* libFuzzer's own, or that of main.c: change bytes. */
size_t LLVMFuzzerMutate(uint8_t *data, size_t size, size_t max);

/* --- common.c --- */

/* A context that looks at an empty tree and nothing of this machine. */
struct vi_ctx *fuzz_ctx(void);

/* The folder of that tree. */
const char *fuzz_root(void);

/* A file of it, with folders on the way, that holds these bytes. */
void fuzz_put(const char *path, const void *bytes, size_t len);

/* Up to a line "--", or the end; @count files, each with one such part. */
size_t fuzz_part(const uint8_t *data, size_t size);
void fuzz_put_parts(const char *const *paths, size_t count,
		    const uint8_t *data, size_t size);

/* A link of it, to @target. */
void fuzz_link(const char *path, const char *target);

/* A file that only this process has, with these bytes; its path. */
const char *fuzz_file(const void *bytes, size_t len);

/* From here on until it is called with false: what the tools print is lost.
 * What sanitizers say is not. */
void fuzz_quiet(bool quiet);

/* Look at all that is known of all devices. */
void fuzz_view(struct vi_ctx *ctx);

/* Look once, and judge. */
void fuzz_check(struct vi_ctx *ctx);

/* Text as a seed. */
size_t fuzz_text(uint8_t *buf, const char *text);

/* Little-endian numbers, for seeds. */
uint8_t *fuzz_le(uint8_t *at, uint64_t v, unsigned int bytes);

/* A number from the input, which becomes shorter; 0 at its end. */
uint64_t fuzz_take(const uint8_t **data, size_t *size, unsigned int bytes);

#endif
