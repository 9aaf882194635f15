// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Devices that are unplugged while they are listed. The library reads a fact once,
 * so after everything was read, what is still there is shown as it was read.
 */
#include <stdlib.h>

#include "common/rec.h"
#include "lsvirtio/lsvirtio.h"

static void read_columns(const struct ls_options *o, struct rec dev)
{
	struct vi_value v;
	size_t i;

	for (i = 0; i < o->columns.count; i++)
		rec_get(dev, o->columns.shown[i]->field, &v);
}

static void read_json(const struct ls_options *o, struct rec dev)
{
	const char *names[LS_MAX_FIELDS + 1];
	struct vi_value v;
	size_t i;

	ls_json_fields(o, names);
	for (i = 0; names[i]; i++)
		rec_get(dev, names[i], &v);
}

static void read_all(const struct ls_options *o, struct rec dev)
{
	const struct vi_field *f;
	struct vi_value v;
	size_t i;

	(void)o;
	for (i = 0; (f = vi_schema_field(dev.schema, i)); i++)
		vi_get(f, dev.object, &v);
}

/* A device that was asked for is missing; another one is no longer there. */
static void tell(const struct ls_options *o, struct rec dev)
{
	struct text t = { 0 };
	char *s;

	text_add_escaped(&t, rec_string(dev, "name") ? rec_string(dev, "name") :
			 rec_or_dash(dev, "address"));
	s = text_take(&t);
	if (*o->targets)
		tool_error("%s: no such virtio device", s ? s : "-");
	else if (o->verbose || o->mode == LS_VERBOSE)
		tool_note("%s: removed while it was listed", s ? s : "-");
	free(s);
}

int ls_leave_out_gone(const struct ls_options *o, struct tool_devices *d,
		      int status)
{
	void (*read)(const struct ls_options *o, struct rec dev) =
		o->mode == LS_JSON ? read_json :
		o->mode == LS_VERBOSE ? read_all : read_columns;
	size_t i, n = 0;
	bool lost;

	for (i = 0; i < d->count; i++) {
		read(o, rec_device(d->list[i]));
		if (vi_device_gone(d->list[i]))
			tell(o, rec_device(d->list[i]));
		else
			d->list[n++] = d->list[i];
	}
	lost = n < d->count;
	d->count = n;
	if (!lost || !*o->targets)
		return status;
	return n ? EXIT_SOME_FOUND : EXIT_NONE_FOUND;
}
