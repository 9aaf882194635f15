// SPDX-License-Identifier: GPL-2.0-or-later
/* Helpers of recipes: chains, numbers, configuration space. */
#include <endian.h>
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "vqinject/recipes/recipe.h"

/* --- Chains --- */

struct chain *recipe_chain(struct recipe_run *r, unsigned int queue)
{
	unsigned int n = r->num_chains;

	if (!tool_grow(&r->chains, n, sizeof(*r->chains))) {
		tool_no_memory();
		return NULL;
	}
	memset(&r->chains[n], 0, sizeof(r->chains[n]));
	r->chains[n].index = queue;
	r->num_chains++;
	return &r->chains[n];
}

int recipe_out(struct chain *c, const char *label, const void *bytes,
	       size_t len)
{
	struct piece *p = chain_add_out(c);

	if (!p || !spec_copy(&p->spec, bytes, len))
		return tool_no_memory();
	p->label = label;
	return 0;
}

int recipe_in(struct chain *c, const char *label, uint64_t len, bool payload)
{
	struct piece *p = chain_add_in(c);

	if (!p)
		return tool_no_memory();
	p->spec.kind = SPEC_LENGTH;
	p->spec.len = len;
	p->label = label;
	p->payload = payload;
	return 0;
}

int recipe_in_status(struct chain *c)
{
	static const uint8_t none = RECIPE_NO_STATUS;
	struct piece *p = chain_add_in(c);

	if (!p || !spec_copy(&p->spec, &none, 1))
		return tool_no_memory();
	p->label = "status";
	return 0;
}

/* Copy the bytes: each chain owns its own. */
static int out_spec(struct chain *c, const struct spec *spec)
{
	struct piece *p = chain_add_out(c);

	if (!p)
		return tool_no_memory();
	p->label = "data";
	if (spec->kind == SPEC_BYTES)
		return spec_copy(&p->spec, spec->bytes, spec->len) ? 0 :
		       tool_no_memory();
	p->spec = *spec;
	p->spec.bytes = NULL;
	p->spec.path = NULL;
	return 0;
}

int recipe_out_data(struct recipe_run *r, struct chain *c,
		    const struct recipe_arg *arg)
{
	const struct chain *given = &r->o->chain;
	unsigned int i;
	int status = 0;

	if (arg->given)
		return out_spec(c, &arg->data);
	for (i = 0; i < given->out_num && !status; i++)
		status = out_spec(c, &given->out[i].spec);
	return status;
}

uint64_t recipe_data_len(const struct recipe_run *r,
			 const struct recipe_arg *arg)
{
	return arg->given ? arg->data.len : chain_out_len(&r->o->chain);
}

/* --- Numbers --- */

bool recipe_has(const struct recipe_run *r, unsigned int bit)
{
	return features_have(r->features, bit);
}

void put_le(void *to, unsigned int bytes, uint64_t v)
{
	uint8_t *at = to;

	for (; bytes--; v >>= 8)
		*at++ = v;
}

uint64_t get_le(const void *from, unsigned int bytes)
{
	const uint8_t *at = from;
	uint64_t v = 0;

	while (bytes--)
		v = v << 8 | at[bytes];
	return v;
}

void put_be(void *to, unsigned int bytes, uint64_t v)
{
	uint8_t *at = to;

	for (; bytes--; v >>= 8)
		at[bytes] = v;
}

uint64_t get_be(const void *from, unsigned int bytes)
{
	const uint8_t *at = from;
	uint64_t v = 0;

	while (bytes--)
		v = v << 8 | *at++;
	return v;
}

static bool is_big(const struct recipe_run *r)
{
	return __BYTE_ORDER == __BIG_ENDIAN &&
	       !recipe_has(r, VIRTIO_F_VERSION_1);
}

static void put(const struct recipe_run *r, void *to, unsigned int bytes,
		uint64_t v)
{
	if (is_big(r))
		put_be(to, bytes, v);
	else
		put_le(to, bytes, v);
}

static uint64_t get(const struct recipe_run *r, const void *from,
		    unsigned int bytes)
{
	return is_big(r) ? get_be(from, bytes) : get_le(from, bytes);
}

void put_16(const struct recipe_run *r, void *to, uint16_t v)
{
	put(r, to, 2, v);
}

void put_32(const struct recipe_run *r, void *to, uint32_t v)
{
	put(r, to, 4, v);
}

void put_64(const struct recipe_run *r, void *to, uint64_t v)
{
	put(r, to, 8, v);
}

uint16_t get_16(const struct recipe_run *r, const void *from)
{
	return get(r, from, 2);
}

uint32_t get_32(const struct recipe_run *r, const void *from)
{
	return get(r, from, 4);
}

/* --- The device --- */

int recipe_config(struct recipe_run *r, unsigned int offset,
		  unsigned int bytes, uint64_t assumed, uint64_t *value)
{
	uint8_t raw[8];
	int err;

	*value = assumed;
	if (!r->vdev)
		return 0;
	err = virtio_cread(r->vdev, offset, raw, bytes);
	if (err) {
		tool_error("%s: cannot read its configuration space: %s",
			   r->o->device, strerror(-err));
		return EXIT_ERROR;
	}
	*value = get(r, raw, bytes);
	return 0;
}

int recipe_bad(const struct recipe_run *r, const char *fmt, ...)
{
	char what[300];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(what, sizeof(what), fmt, ap);
	va_end(ap);
	tool_error("%s: %s %s: %s", r->o->device, r->recipe->type->name,
		   r->recipe->verb->verb, what);
	return EXIT_ERROR;
}
