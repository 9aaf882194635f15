/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Shared by the files that get values out of JSON. */
#ifndef VI_CAPTURE_JSON_PARTS_H
#define VI_CAPTURE_JSON_PARTS_H

#include "capture/json.h"

/* Functions of the JSON library, which parse.c opens on demand. */
extern typeof(json_array_get) *vi_p_json_array_get;
extern typeof(json_array_size) *vi_p_json_array_size;
extern typeof(json_integer_value) *vi_p_json_integer_value;
extern typeof(json_object_get) *vi_p_json_object_get;
extern typeof(json_object_iter) *vi_p_json_object_iter;
extern typeof(json_object_iter_key) *vi_p_json_object_iter_key;
extern typeof(json_object_iter_next) *vi_p_json_object_iter_next;
extern typeof(json_real_value) *vi_p_json_real_value;
extern typeof(json_string_length) *vi_p_json_string_length;
extern typeof(json_string_value) *vi_p_json_string_value;

/* NULL: the key is absent, or its value is null. */
const json_t *vi_cap_get(struct vi_cap *c, const struct vi_cap_at *at,
			 const char *name);
/* The text of a string, with its escapes. False: absent, or c->err is set. */
bool vi_cap_text(struct vi_cap *c, const struct vi_cap_at *at,
		 const char *name, const char **text);

/* The key that a field has in the capture. */
const char *vi_cap_key(const struct vi_cap *c, const char *name);

/* json_text.c: the bytes of "name" have the key "name_hex". */
#define VI_CAP_TWIN	"_hex"

/* If @name is a key for bytes, the length of the text's key; else 0. */
size_t vi_cap_twin_of(const char *name);
/* Entry @i of a list, which must be a string. NULL with c->err set. */
const json_t *vi_cap_list_text(struct vi_cap *c, const struct vi_cap_at *list,
			       size_t i);

#endif
