// SPDX-License-Identifier: GPL-2.0-or-later
/* What happens to each buffer: check, save, print. */
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "vqinject/device/wakeup.h"
#include "vqinject/output/result.h"

/* Create a private file; never overwrite one or follow symbolic links. */
static int open_save(struct result *r, const char *path)
{
	if (!path)
		return 0;
	if (!strcmp(path, "-")) {
		r->save = STDOUT_FILENO;
		r->out = stderr;
		return 0;
	}
	r->save = tool_create(path);
	return r->save < 0 ? EXIT_ERROR : 0;
}

int result_begin(struct result *r)
{
	r->save = -1;
	r->out = stdout;
	return open_save(r, r->e->o->save);
}

/* --- One buffer --- */

static int save(struct result *r, const uint8_t *data, uint64_t len)
{
	const char *path = r->e->o->save;
	ssize_t n;

	while (r->save >= 0 && len) {
		n = write(r->save, data, len);
		if (n < 0 && errno == EINTR && caught_signal) {
			r->e->outcome = OUTCOME_STOPPED;
			return 0;
		}
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0 && errno == EPIPE) {
			r->e->outcome = OUTCOME_NO_READER;
			return 0;
		}
		if (n < 0) {
			tool_error("%s: cannot be written: %s", path,
				   strerror(errno));
			r->save_failed = true;
			return EXIT_ERROR;
		}
		r->saved = true;
		data += n;
		len -= n;
	}
	return 0;
}

static int room_for(struct result *r, uint64_t len)
{
	uint8_t *grown;

	if (len <= r->room_size)
		return 0;
	grown = realloc(r->room, len);
	if (!grown)
		return tool_no_memory();
	r->room = grown;
	r->room_size = len;
	return 0;
}

static void complain(const struct result *r, const struct slot *slot,
		     const char *what)
{
	if (slot->chain->line)
		tool_error("line %u: buffer %" PRIu64 ": %s",
			   slot->chain->line, slot->number, what);
	else
		tool_error("%s: buffer %" PRIu64 ": %s", r->e->o->device,
			   slot->number, what);
}

/* Did the device write where it must not, or less than it claims? */
static int judge(const struct result *r, const struct result_buffer *b)
{
	const struct chain_check *c = &b->check;
	char what[160];

	if (c->outside) {
		snprintf(what, sizeof(what), "the device wrote %s piece %u, at byte %" PRIu64 " from there, where it must not write",
			 c->outside_what, c->outside_piece, c->outside_at);
		complain(r, b->slot, what);
		return EXIT_ERROR;
	}
	if (c->short_of)
		tool_warn("%s: buffer %" PRIu64 ": the device claims to have written %u bytes, but those from %" PRIu64 " on are unchanged",
			  r->e->o->device, b->slot->number, b->slot->used,
			  c->untouched);
	return 0;
}

static int check_data(const struct result *r, const struct result_buffer *b,
		      const struct spec *want)
{
	uint64_t n = want->len < b->len ? want->len : b->len, at;
	uint8_t *bytes;
	char what[160];

	if (!want->len)
		return 0;
	bytes = malloc(want->len);
	if (!bytes)
		return tool_no_memory();
	spec_fill(want, bytes);
	at = spec_first_difference(bytes, b->data, n);
	if (at < n)
		snprintf(what, sizeof(what), "expected 0x%02x at byte %" PRIu64 ", but the device wrote 0x%02x",
			 bytes[at], at, b->data[at]);
	else if (want->len != b->len)
		snprintf(what, sizeof(what), "expected %" PRIu64 " bytes, but the device wrote %" PRIu64,
			 want->len, b->len);
	free(bytes);
	if (at == n && want->len == b->len)
		return 0;
	complain(r, b->slot, what);
	return EXIT_ERROR;
}

static int check_expected(const struct result *r,
			  const struct result_buffer *b,
			  const struct expect *x)
{
	char what[160];

	if (x->has_len && x->len != b->len) {
		snprintf(what, sizeof(what), "expected %" PRIu64 " bytes, but the device wrote %" PRIu64,
			 x->len, b->len);
		complain(r, b->slot, what);
		return EXIT_ERROR;
	}
	return check_data(r, b, &x->data);
}

/* With a recipe, --expect applies to buffers with a payload. */
static bool is_meant(const struct result *r, const struct result_buffer *b)
{
	return !r->recipe || chain_payload_len(b->chain, b->in_len);
}

static int ask_recipe(struct result *r, const struct result_buffer *b,
		      const uint8_t *all)
{
	struct recipe_reply reply = {
		.chain = b->chain, .in = all, .used = b->slot->used,
		.all = all, .in_len = b->in_len,
	};

	if (!r->recipe || !r->recipe->recipe->verb->reply)
		return 0;
	return r->recipe->recipe->verb->reply(r->recipe, &reply);
}

/* Copy what the device wrote once, and use only the copy. */
static int copy_data(struct result *r, struct result_buffer *b,
		     uint8_t **all)
{
	const struct slot *slot = b->slot;

	b->in_len = chain_in_len(b->chain);
	if (room_for(r, 2 * b->in_len + 1))
		return EXIT_ERROR;
	*all = r->room;
	chain_gather(b->chain, slot->mem, b->in_len, false, *all);
	b->data = *all + b->in_len;
	b->len = chain_gather(b->chain, slot->mem, slot->used, r->recipe,
			      b->data);
	chain_check(b->chain, slot->mem, slot->used, &b->check);
	return 0;
}

int result_buffer(void *data, struct slot *slot)
{
	struct result *r = data;
	struct result_buffer b = { .slot = slot, .chain = slot->chain };
	uint8_t *all;
	int status = copy_data(r, &b, &all);

	if (status)
		return status;
	status = ask_recipe(r, &b, all);
	if (r->e->o->json)
		result_json_buffer(r, &b);
	else
		result_print_buffer(r, &b);
	if (!status)
		status = judge(r, &b);
	if (!status)
		status = save(r, b.data, b.len);
	if (!status && is_meant(r, &b))
		status = check_expected(r, &b, &r->e->o->expect);
	if (!status)
		status = check_expected(r, &b, &slot->chain->expect);
	if (r->out == stdout && ferror(stdout) &&
	    r->e->outcome == OUTCOME_RUNNING)
		r->e->outcome = caught_signal ? OUTCOME_STOPPED :
				OUTCOME_NO_READER;
	return status;
}

int result_end(struct result *r, int status)
{
	const char *path = r->e->o->save;

	if (r->save > STDOUT_FILENO) {
		if (close(r->save)) {
			tool_error("%s: cannot be written: %s", path,
				   strerror(errno));
			r->save_failed = true;
		}
		/* Leave no partial or empty file behind. */
		if (r->save_failed ||
		    (!r->saved && (status || !r->e->submitted)))
			unlink(path);
		if (!status && r->save_failed)
			status = EXIT_ERROR;
	}
	r->save = -1;
	free(r->room);
	r->room = NULL;
	return status;
}
