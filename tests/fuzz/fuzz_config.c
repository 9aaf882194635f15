// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * vqtop.conf: loaded as by the screen, saved, and loaded again, without
 * complaints and without differences.
 */
#include <math.h>
#include <unistd.h>

#include "common/tool.h"
#include "fuzz.h"
#include "vqtop/screen/config.h"

const char tool_name[] = "vqtop";

const char *const fuzz_words[] = {
	"columns = ", "sort = ", "invert = ", "delay = ", "filter = ", "yes\n",
	"no\n", "+", ",", "QUEUE", "STATE", "SUB_S", "COMP_S", "IN_FLIGHT",
	"BAR", "OLDEST", "HISTORY", "REASON", "device,", "# ", "\n", "=", "0.01",
	"86400", "1e-2", "0x1p0", "nan", "inf", "\r\n", "\t", NULL
};

static unsigned int warnings;

static void count(const char *fmt, ...)
{
	(void)fmt;
	warnings++;
}

/* Like set_up() in run.c, which every accepted configuration must pass. */
static void apply(const struct vt_config *c, struct vt_view *v)
{
	const char *at;

	memset(v, 0, sizeof(*v));
	v->delay = c->delay > 0 ? c->delay : 1;
	v->invert = c->invert;
	if (c->sort)
		v->sort = vt_column(c->sort);
	if (c->sort && *c->sort && !v->sort)
		abort();
	if (c->filter)
		snprintf(v->filter, sizeof(v->filter), "%s", c->filter);
	v->own_columns = c->columns;
	if (tool_columns_choose(&v->columns, &vt_columns, vt_screen_columns,
				c->columns, &at))
		abort();
	if (v->delay < VT_MIN_DELAY || v->delay > VT_MAX_DELAY)
		abort();
}

static bool same_columns(const struct vt_view *a, const struct vt_view *b)
{
	return a->own_columns == b->own_columns &&
	       a->columns.count == b->columns.count &&
	       !memcmp(a->columns.shown, b->columns.shown,
		       a->columns.count * sizeof(a->columns.shown[0]));
}

static void save(const struct vt_view *v)
{
	char path[128];
	struct vt_config c = { 0 };
	struct vt_view again;

	snprintf(path, sizeof(path), "%s/vqtop.conf", fuzz_root());
	if (!vt_config_save(v, path))
		abort();
	warnings = 0;
	vt_config_load(&c, path, count);
	unlink(path);
	if (warnings)
		abort();
	apply(&c, &again);
	if (!same_columns(v, &again) || v->sort != again.sort ||
	    v->invert != again.invert || strcmp(v->filter, again.filter) ||
	    fabs(v->delay - again.delay) > v->delay / 1000)
		abort();
	vt_config_free(&c);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct vt_config c = { 0 };
	struct vt_view v;

	vt_config_load(&c, fuzz_file(data, size), count);
	apply(&c, &v);
	save(&v);
	vt_config_free(&c);
	return 0;
}

static const char *const seeds[] = {
	"# what I like\ncolumns = +queue,size\nsort = in_flight\ninvert = yes\n"
	"delay = 0.5\nfilter = vda\n",
	"columns = queue,state,bar,oldest\n\nsort =\ninvert=no\n\tdelay=86400\n",
	"colour = red\nsort = nothing\ndelay = fast\ninvert = maybe\nx\n",
};

size_t fuzz_seed(unsigned int i, uint8_t *buf)
{
	return i < sizeof(seeds) / sizeof(seeds[0]) ?
	       fuzz_text(buf, seeds[i]) : 0;
}
