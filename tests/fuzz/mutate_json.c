// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Changes inputs that are JSON, or have a JSON text per line, by meaning, so
 * that most results pass the parser. For fuzzers with a fuzz_schema(); main.c
 * and libFuzzer call these functions by libFuzzer's names.
 */
#include <inttypes.h>

#include <jansson.h>

#include "fuzz.h"

/* Exclude this code from the coverage of inputs. */
#ifdef __clang__
#pragma clang attribute push(__attribute__((no_sanitize("coverage"))), \
			     apply_to = function)
#endif

static uint64_t state;

static size_t any(size_t below)
{
	state ^= state << 13;
	state ^= state >> 7;
	state ^= state << 17;
	return below ? state % below : 0;
}

static void begin(unsigned int seed)
{
	state = (seed + UINT64_C(1)) * UINT64_C(0x9e3779b97f4a7c15) | 1;
}

/* --- Meaningful keys --- */

#define MAX_KEYS	512

static const char *keys[MAX_KEYS];
static size_t num_keys;

static void add_keys(const struct vi_schema *schema)
{
	const struct vi_field *f;
	size_t i;

	for (i = 0; (f = vi_schema_field(schema, i)) && num_keys < MAX_KEYS;
	     i++) {
		keys[num_keys++] = vi_field_name(f);
		if (vi_field_schema(f))
			add_keys(vi_field_schema(f));
	}
}

static const char *any_key(void)
{
	const struct vi_schema *schema;
	unsigned int i;

	for (i = 0; !num_keys && (schema = fuzz_schema(i)); i++)
		add_keys(schema);
	return keys[any(num_keys)];
}

/* --- Places in a text: a value and its container --- */

struct place {
	json_t *in;		/* object or array */
	const char *key;	/* in an object; as spelled there */
	size_t index;		/* in an array */
	json_t *value;
};

/* More than useful inputs have. */
#define MAX_PLACES	16384

struct places {
	struct place at[MAX_PLACES];
	size_t count;
};

static void collect(json_t *json, struct places *places)
{
	const char *key;
	json_t *value;
	size_t i;

	json_object_foreach(json, key, value) {
		if (places->count == MAX_PLACES)
			return;
		places->at[places->count++] =
			(struct place) { json, key, 0, value };
		collect(value, places);
	}
	json_array_foreach(json, i, value) {
		if (places->count == MAX_PLACES)
			return;
		places->at[places->count++] =
			(struct place) { json, NULL, i, value };
		collect(value, places);
	}
}

/* The places of @root at present. */
static struct places *places_of(json_t *root)
{
	static struct places places;

	places.count = 0;
	collect(root, &places);
	return &places;
}

static bool any_place(json_t *root, struct place *p)
{
	struct places *places = places_of(root);

	if (!places->count)
		return false;
	*p = places->at[any(places->count)];
	return true;
}

/* A place of the same name, if any; else any place. */
static bool place_like(json_t *root, const struct place *like, struct place *p)
{
	struct places *places = places_of(root);
	size_t start = any(places->count), i;

	if (!places->count)
		return false;
	for (i = 0; like->key && i < places->count; i++) {
		*p = places->at[(start + i) % places->count];
		if (p->key && !strcmp(like->key, p->key))
			return true;
	}
	*p = places->at[start];
	return true;
}

/* Takes @value; NULL, which could not be made, changes nothing. */
static void put(struct place *p, json_t *value)
{
	if (!value)
		return;
	if (p->key)
		json_object_set_new(p->in, p->key, value);
	else
		json_array_set_new(p->in, p->index, value);
}

/* --- Values --- */

static json_t *any_scalar(void)
{
	static const char *const texts[] = {
		"null", "true", "false", "0", "1", "2", "-1", "4095", "32767",
		"32768", "65535", "65536", "4294967295", "4294967296",
		"9223372036854775807", "0.5", "1e308", "\"\"", "\"a\"",
		"\"00\"", "\"0x0\"", "\"0xffffffffffffffff\"",
		"\"0x10000000000000000\"", "\"0*64\"", "\"0*4096\"",
		"\"split\"", "\"packed\"", "\"physical\"", "\"error\"",
		"\"unknown\"", "\"\\u001b[1m\"", "\"\\ud83d\\ude00\"", "[]",
		"{}", "[0]", "[\"00\"]", "[{}]",
	};

	return json_loads(texts[any(sizeof(texts) / sizeof(texts[0]))],
			  JSON_DECODE_ANY, NULL);
}

static json_t *near_number(json_int_t n)
{
	switch (any(5)) {
	case 0:
		return json_integer(n + (n < INT64_MAX));
	case 1:
		return json_integer(n - (n > INT64_MIN));
	case 2:
		return json_integer(n / 2);
	case 3:
		return json_integer(n < INT32_MAX ? n * 2 : n);
	default:
		return json_integer(any(65537) >> any(16));
	}
}

static json_t *any_hex(void)
{
	char text[24];

	snprintf(text, sizeof(text), "0x%" PRIx64,
		 (uint64_t)any(SIZE_MAX) >> any(64));
	return json_string(text);
}

static bool is_hex(const char *s)
{
	return *s && !s[strspn(s, "0123456789abcdef")];
}

/* The number of bytes stays valid. */
static json_t *near_digits(const char *s, size_t len)
{
	char *copy = strndup(s, len);
	unsigned int n = 1 + any(4);
	json_t *json;

	while (copy && n--)
		copy[any(len)] = "0123456789abcdef"[any(16)];
	json = copy ? json_string(copy) : NULL;
	free(copy);
	return json;
}

static json_t *near_text(const char *s, size_t len)
{
	size_t room = len + 32, i;
	char *copy = malloc(room);
	json_t *json;

	if (!copy)
		return NULL;
	memcpy(copy, s, len);
	len = LLVMFuzzerMutate((uint8_t *)copy, len, room);
	json = json_stringn(copy, len);
	if (!json) {
		for (i = 0; i < len; i++)
			if (copy[i] & 0x80)
				copy[i] = '~';
		json = json_stringn(copy, len);
	}
	free(copy);
	return json;
}

/* Another value of its kind. */
static json_t *near_value(const json_t *json)
{
	const char *s;

	switch (json_typeof(json)) {
	case JSON_TRUE:
	case JSON_FALSE:
		return json_boolean(!json_is_true(json));
	case JSON_INTEGER:
		return near_number(json_integer_value(json));
	case JSON_STRING:
		s = json_string_value(json);
		if (!strncmp(s, "0x", 2) && any(4))
			return any_hex();
		if (is_hex(s) && any(4))
			return near_digits(s, strlen(s));
		return near_text(s, json_string_length(json));
	default:
		return any_scalar();
	}
}

/* The same value as another kind: alone in a list, in pieces, as text. */
static json_t *other_kind(json_t *json)
{
	char *text;
	json_t *made;

	if (json_is_array(json) && json_array_size(json) && any(2))
		return json_deep_copy(json_array_get(json, 0));
	if (json_is_integer(json) && any(2)) {
		text = json_dumps(json, JSON_ENCODE_ANY);
		made = text ? json_string(text) : NULL;
		free(text);
		return made;
	}
	made = json_array();
	json_array_append_new(made, json_deep_copy(json));
	return made;
}

/* --- Changes --- */

/* Add the bytes of a text next to it, right or wrong. */
static void add_twin(struct place *p)
{
	char name[80], text[64], digits[64];
	uint8_t byte = any(256);

	if (!p->key)
		return;
	snprintf(name, sizeof(name), "%.70s_hex", p->key);
	if (any(2)) {
		json_object_set_new(p->in, name, any_scalar());
		return;
	}
	snprintf(text, sizeof(text), "v\\x%02x", byte);
	snprintf(digits, sizeof(digits), "76%02x", byte);
	if (json_is_array(p->value)) {
		json_object_set_new(p->in, name, json_pack("[s]", digits));
		json_object_set_new(p->in, p->key, json_pack("[s]", text));
	} else {
		json_object_set_new(p->in, name, json_string(digits));
		json_object_set_new(p->in, p->key, json_string(text));
	}
}

static void remove_place(struct place *p)
{
	if (p->key)
		json_object_del(p->in, p->key);
	else
		json_array_remove(p->in, p->index);
}

/* Repeat what exists; later changes alter some of it. */
static void repeat(struct place *p)
{
	size_t n = any(8) ? 1 : any(40);

	if (p->key || n * places_of(p->value)->count > MAX_PLACES)
		return;
	while (n--)
		json_array_insert_new(p->in, any(json_array_size(p->in) + 1),
				      json_deep_copy(p->value));
}

static void add_key(json_t *root, struct place *p)
{
	json_t *to = json_is_object(p->value) ? p->value : p->in;
	struct place from, like = { .key = any_key() };

	if (!json_is_object(to))
		return;
	if (any(2) || !place_like(root, &like, &from))
		json_object_set_new(to, like.key, any_scalar());
	else
		json_object_set_new(to, like.key, json_deep_copy(from.value));
}

/* @from: source of values for @root; may be the same. */
static void change(json_t *root, json_t *from)
{
	struct place p, other;

	if (!any_place(root, &p))
		return;
	switch (any(from == root ? 16 : 4)) {
	case 0:
	case 1:
	case 2:
	case 3:
		if (place_like(from, &p, &other))
			put(&p, json_deep_copy(other.value));
		break;
	case 4:
		add_twin(&p);
		break;
	case 5:
		remove_place(&p);
		break;
	case 6:
		repeat(&p);
		break;
	case 7:
	case 8:
		add_key(root, &p);
		break;
	case 9:
		put(&p, other_kind(p.value));
		break;
	case 10:
		put(&p, any_scalar());
		break;
	default:
		put(&p, near_value(p.value));
	}
}

/* --- Inputs --- */

/* A JSON text in an input. */
struct part {
	size_t at, len;
	json_t *json;
};

/* The whole input, or one of its lines; false: no JSON. */
static bool find_part(const uint8_t *data, size_t size, struct part *part)
{
	size_t at = any(size + 1), end = at;

	*part = (struct part) { 0, size, json_loadb((const char *)data, size,
						    0, NULL) };
	if (part->json)
		return true;
	while (at && data[at - 1] != '\n')
		at--;
	while (end < size && data[end] != '\n')
		end++;
	*part = (struct part) { at, end - at,
		json_loadb((const char *)data + at, end - at, 0, NULL) };
	return part->json;
}

/* Large inputs take long and show no more than small ones. */
#define GROWTH	2048

/*
 * Write @data with the present @part to @out, which may be @data. 0: no room.
 */
static size_t put_part(const uint8_t *data, size_t size,
		       const struct part *part, uint8_t *out, size_t max)
{
	char *text = json_dumps(part->json, JSON_COMPACT);
	size_t len = text ? strlen(text) : 0;
	size_t after = size - part->at - part->len;

	if (max > size + GROWTH && any(16))
		max = size + GROWTH;
	if (!text || len > max || part->at + after > max - len) {
		free(text);
		return 0;
	}
	memmove(out + part->at + len, data + part->at + part->len, after);
	memmove(out, data, part->at);
	memcpy(out + part->at, text, len);
	free(text);
	return part->at + len + after;
}

size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t max,
			       unsigned int seed)
{
	struct part part;
	size_t n = 0;

	begin(seed);
	/* Change bytes, too: such inputs mostly fail early, which is fast, and
	 * the fuzzer keeps those that reach something new. */
	if (any(2) && find_part(data, size, &part)) {
		for (n = 1 + any(any(4) ? 3 : 12); n; n--)
			change(part.json, part.json);
		n = put_part(data, size, &part, data, max);
		json_decref(part.json);
	}
	return n ? n : LLVMFuzzerMutate(data, size, max);
}

/* Put some values of @b into @a. */
size_t LLVMFuzzerCustomCrossOver(const uint8_t *a, size_t a_size,
				 const uint8_t *b, size_t b_size, uint8_t *out,
				 size_t max, unsigned int seed)
{
	struct part to = { 0 }, from = { 0 };
	size_t n = 0;

	begin(seed);
	if (find_part(a, a_size, &to) && find_part(b, b_size, &from)) {
		for (n = 1 + any(4); n; n--)
			change(to.json, from.json);
		n = put_part(a, a_size, &to, out, max);
	}
	json_decref(to.json);
	json_decref(from.json);
	return n;
}

#ifdef __clang__
#pragma clang attribute pop
#endif
