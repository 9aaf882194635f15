/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * SPECs: what a buffer holds, in words.
 *
 *	hex:0011aa  text:hello\n  file:PATH[,OFFSET,LENGTH]
 *	zero:N  pattern:N  random:N[,SEED]  and, for what the device writes, N
 */
#ifndef CMD_VQINJECT_CHAIN_SPEC_H
#define CMD_VQINJECT_CHAIN_SPEC_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum spec_kind {
	SPEC_BYTES,	/* hex:, text:, and file: once it was read */
	SPEC_FILE,
	SPEC_ZERO,
	SPEC_PATTERN,	/* 00 01 02 ... ff 00 ... */
	SPEC_RANDOM,	/* the same for the same seed */
	SPEC_LENGTH,	/* nothing that anybody cares about */
};

/* Of one buffer. */
#define SPEC_MAX	((uint64_t)1 << 30)

struct spec {
	enum spec_kind kind;
	uint64_t len;		/* SPEC_FILE: 0, up to its end */
	uint64_t seed;
	uint64_t offset;	/* in the file */
	uint8_t *bytes;
	char *path;
};

/* What is wrong with a text, and where in it. */
struct spec_error {
	size_t at;
	char what[120];
};

/* Note it; returns -EINVAL. */
int spec_fail(struct spec_error *e, size_t at, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));
/* A message, with the text and the place under it; returns EXIT_USAGE. */
int spec_show_error(const char *option, const char *s,
		    const struct spec_error *e);

/*
 * @length: a plain number will do. 0; -EINVAL with *@e filled in; -ENOMEM
 * likewise. What it holds is ended by spec_free(), also after an error.
 */
int spec_parse(struct spec *spec, const char *s, bool length,
	       struct spec_error *e);

/* Bytes that are there already, which become the SPEC's. False: no memory. */
bool spec_copy(struct spec *spec, const void *bytes, size_t len);

/* Read the file that it is about, if any: 0, or a negative errno with a
 * message in @why. */
int spec_load(struct spec *spec, char *why, size_t size);

/* What it holds, spec->len bytes; SPEC_LENGTH: untouched. */
void spec_fill(const struct spec *spec, uint8_t *to);

/* Where they differ first, of @len bytes; @len: nowhere. */
uint64_t spec_first_difference(const uint8_t *a, const uint8_t *b,
			       uint64_t len);

void spec_free(struct spec *spec);

/*
 * A number in decimal or, after 0x, in hexadecimal, with an optional k, M or G
 * behind it, at s[*@at]; *@at moves behind it. 0 or -EINVAL.
 */
int spec_number(const char *s, size_t *at, uint64_t *value,
		struct spec_error *e);

/* Numbers that look random, and are the same for the same seed. */
uint64_t spec_random(uint64_t *state);

#endif
