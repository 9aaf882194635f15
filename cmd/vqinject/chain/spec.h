/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * SPECs: descriptions of what a buffer holds.
 *
 * 	hex:0011aa  text:hello\n  file:PATH[,OFFSET,LENGTH]
 * 	zero:N  pattern:N  random:N[,SEED]  and, for what the device writes, N
 */
#ifndef CMD_VQINJECT_CHAIN_SPEC_H
#define CMD_VQINJECT_CHAIN_SPEC_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum spec_kind {
	SPEC_BYTES,	/* hex:, text:, and file: after reading */
	SPEC_FILE,
	SPEC_ZERO,
	SPEC_PATTERN,	/* 00 01 02 ... ff 00 ... */
	SPEC_RANDOM,	/* reproducible by the seed */
	SPEC_LENGTH,	/* any content */
};

/* The most that one buffer may hold. */
#define SPEC_MAX	((uint64_t)1 << 30)

struct spec {
	enum spec_kind kind;
	uint64_t len;		/* SPEC_FILE: 0: up to the end */
	uint64_t seed;
	uint64_t offset;	/* in the file */
	uint8_t *bytes;
	char *path;
};

/* What is wrong with a SPEC, and at which byte. */
struct spec_error {
	size_t at;
	char what[120];
};

/* Fill in *@e; returns -EINVAL. */
int spec_fail(struct spec_error *e, size_t at, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));

/* The same for want of memory; returns -ENOMEM. */
int spec_no_memory(struct spec_error *e);

/* Print the text around byte @at, with a caret below. */
void spec_show_place(const char *s, size_t at);

/* Print the error and its place in the text; returns EXIT_USAGE. */
int spec_show_error(const char *option, const char *s,
		    const struct spec_error *e);

/*
 * @length: accept a plain number, too. Returns 0, or -EINVAL or -ENOMEM with
 * *@e filled in. Call spec_free() in any case.
 */
int spec_parse(struct spec *spec, const char *s, bool length,
	       struct spec_error *e);

/* Make a SPEC of a copy of @bytes. False: out of memory. */
bool spec_copy(struct spec *spec, const void *bytes, size_t len);

/* Read the file that the SPEC names, if any. Returns 0, or a negative errno and
 * a message in @why. */
int spec_load(struct spec *spec, char *why, size_t size);

/* Write spec->len bytes to @to; SPEC_LENGTH writes nothing. */
void spec_fill(const struct spec *spec, uint8_t *to);

/* The index of the first difference in @len bytes; @len: equal. */
uint64_t spec_first_difference(const uint8_t *a, const uint8_t *b,
			       uint64_t len);

void spec_free(struct spec *spec);

/*
 * Parse a number at s[*@at] and move *@at behind it: decimal, or hexadecimal
 * after 0x, with an optional suffix k, M or G. 0 or -EINVAL.
 */
int spec_number(const char *s, size_t *at, uint64_t *value,
		struct spec_error *e);

/* Pseudorandom numbers, reproducible by the seed. */
uint64_t spec_random(uint64_t *state);

#endif
