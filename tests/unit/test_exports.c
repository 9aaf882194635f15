// SPDX-License-Identifier: GPL-2.0-or-later
/* What test_growth.c has to call: all that the library exports. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "core/compiler.h"

/* They only read what exists, and never allocate. */
static const char *const pure[] = {
	"vi_device_gone", "vi_device_next", "vi_device_ref", "vi_device_schema",
	"vi_device_unref", "vi_error", "vi_escape",
	"vi_event_schema", "vi_failures", "vi_feature_name", "vi_field_help",
	"vi_field_name", "vi_field_on_request",
	"vi_field_schema", "vi_field_type", "vi_queue_name",
	"vi_record", "vi_rule", "vi_rule_schema", "vi_schema_field",
	"vi_schema_find", "vi_type_id", "vi_type_name", "vi_version",
	"virtio_cread", "vi_queue_reset",
};

static bool is_called(const char *text, const char *name)
{
	size_t len = strlen(name), i;
	const char *p;

	for (i = 0; i < ARRAY_SIZE(pure); i++)
		if (!strcmp(pure[i], name))
			return true;
	for (p = strstr(text, name); p; p = strstr(p + 1, name))
		if (p[len] == '(')
			return true;
	return false;
}

static char *read_source(const char *name)
{
	char path[512], *text;
	FILE *f;
	size_t n;

	snprintf(path, sizeof(path), SRCDIR "/%s", name);
	f = fopen(path, "r");
	text = calloc(1, 1 << 20);
	assert_true(f && text);
	n = fread(text, 1, (1 << 20) - 1, f);
	assert_true(n > 0);
	fclose(f);
	return text;
}

/* Every exported function is used in test_growth.c, or in worlds.h. */
static void all_that_is_exported(void **state)
{
	char *map = read_source("lib/libvirtio-inspect.map");
	char *calls = read_source("tests/unit/test_growth.c");
	char *there = read_source("tests/unit/worlds.h");
	char *json = read_source("tests/unit/worlds_json.h");
	char *line, *rest = map;
	size_t missing = 0;

	(void)state;
	while ((line = strsep(&rest, "\n"))) {
		line += strspn(line, "\t ");
		if (strncmp(line, "vi", 2) && !strstr(line, "_virt"))
			continue;
		line[strcspn(line, ";")] = '\0';
		if (is_called(calls, line) || is_called(there, line) ||
		    is_called(json, line))
			continue;
		print_message("%s: what does it leave behind?\n", line);
		missing++;
	}
	assert_int_equal(missing, 0);
	free(map);
	free(calls);
	free(there);
	free(json);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(all_that_is_exported),
	};

	return cmocka_run_group_tests_name("exports", tests, NULL, NULL);
}
