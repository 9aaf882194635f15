/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What the files share that take values out of JSON. */
#ifndef VI_CAPTURE_JSON_PARTS_H
#define VI_CAPTURE_JSON_PARTS_H

#include "capture/json.h"

/* The functions of the library that is opened when it is needed: parse.c. */
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

/* NULL when it is not there; "null" says no more than that. */
const json_t *vi_cap_get(struct vi_cap *c, const struct vi_cap_at *at,
			 const char *name);
/* The text of a string; false when there is none or it is not one. */
bool vi_cap_text(struct vi_cap *c, const struct vi_cap_at *at,
		 const char *name, const char **text);

/* The key that a field has in the capture. */
const char *vi_cap_key(const struct vi_cap *c, const char *name);

/* What the name of the bytes of a text ends with: json_text.c. */
#define VI_CAP_TWIN	"_hex"

/* The length of the name of the text that @name has the bytes of; or 0. */
size_t vi_cap_twin_of(const char *name);
/* The entry @i of a list, which must be a string. */
const json_t *vi_cap_list_text(struct vi_cap *c, const struct vi_cap_at *list,
			       size_t i);

#endif
