/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Fuzzers: on any input, a parser ends and stays within its memory (sanitizers
 * watch). Each is a file fuzz_NAME.c with the function below and some seeds;
 * main.c drives it without libFuzzer.
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

/* The entry point for libFuzzer; returns 0. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Write seed @i into @buf of FUZZ_MAX bytes; returns its length, 0: no more. */
size_t fuzz_seed(unsigned int i, uint8_t *buf);

/* Words worth inserting into an input; ended by NULL. */
extern const char *const fuzz_words[];

/*
 * The schemas of inputs that are JSON: their keys become words, and
 * mutate_json.c changes inputs. NULL: no more.
 */
const struct vi_schema *fuzz_schema(unsigned int i) __attribute__((weak));

/*
 * Mutators for libFuzzer: change @data, which has room for @max bytes, and
 * return its new size; mix two inputs into @out, 0: impossible. Without a
 * schema they change bytes.
 */
size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t max,
			       unsigned int seed) __attribute__((weak));
size_t LLVMFuzzerCustomCrossOver(const uint8_t *a, size_t a_size,
				 const uint8_t *b, size_t b_size, uint8_t *out,
				 size_t max, unsigned int seed)
	__attribute__((weak));

/* From libFuzzer or main.c: change bytes. */
size_t LLVMFuzzerMutate(uint8_t *data, size_t size, size_t max);

/* --- common.c --- */

/* A context on an empty tree that sees nothing of this machine. */
struct vi_ctx *fuzz_ctx(void);

/* The folder of that tree. */
const char *fuzz_root(void);

/* Write a file of the tree, creating folders before it. */
void fuzz_put(const char *path, const void *bytes, size_t len);

/* Length up to a line "--" or the end; @count files of such parts. */
size_t fuzz_part(const uint8_t *data, size_t size);
void fuzz_put_parts(const char *const *paths, size_t count,
		    const uint8_t *data, size_t size);

/* Make a link in the tree to @target. */
void fuzz_link(const char *path, const char *target);

/* The path of a private file with these bytes. */
const char *fuzz_file(const void *bytes, size_t len);

/* Discard the tools' output until called with false; sanitizers' reports still
 * appear. */
void fuzz_quiet(bool quiet);

/* Read everything about all devices. */
void fuzz_view(struct vi_ctx *ctx);

/* Take one snapshot, and judge it. */
void fuzz_check(struct vi_ctx *ctx);

/* Text as a seed. */
size_t fuzz_text(uint8_t *buf, const char *text);

/* Little-endian numbers, for seeds. */
uint8_t *fuzz_le(uint8_t *at, uint64_t v, unsigned int bytes);

/* Take a number off the input; 0 at its end. */
uint64_t fuzz_take(const uint8_t **data, size_t *size, unsigned int bytes);

#endif
