// SPDX-License-Identifier: GPL-2.0-or-later
/* vqtop's display, without a terminal. */
#include <float.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>
#include <locale.h>

#include <virtio-inspect/capture.h>

#include "vqtop/batch/openmetrics.h"
#include "vqtop/model/source.h"
#include "vqtop/screen/config.h"
#include "vqtop/screen/interactive.h"
#include "vqtop/screen/view.h"

const char tool_name[] = "test";

#define QUEUE(device, index, rest) \
	"{\"device\":\"" device "\",\"index\":" #index rest "}"
#define SAMPLE(queues) "{\"devices\":2,\"queues\":[" queues "]}"

static const char two[] = SAMPLE(
	QUEUE("virtio0", 0, ",\"type\":\"blk\",\"in_flight\":4,\"size\":256,"
	      "\"occupancy\":50,\"submitted_per_s\":10,\"completed_per_s\":5,"
	      "\"stalled\":false") ","
	QUEUE("virtio0", 1, ",\"type\":\"blk\",\"in_flight\":1,\"size\":256,"
	      "\"completed_per_s\":900,\"stalled\":false") ","
	QUEUE("virtio10", 0, ",\"type\":\"net\",\"kname\":\"eth0\","
	      "\"in_flight\":7,\"stalled\":true,\"code\":\"D_LOST_IRQ\","
	      "\"reason\":\"lost\""));

struct shown {
	struct vt_model m;
	struct vt_view v;
	struct vt_frame f;
};

/* The sample on this line of a recording. */
static void read_line(struct vt_snapshot *to, const char *line)
{
	char path[] = "/tmp/test-vqtop-XXXXXX";
	int fd = mkstemp(path);
	struct vi_ctx *ctx = vi_ctx_new();
	struct vi_recording *r = NULL;
	struct vi_sample *sample;

	assert_int_equal(write(fd, line, strlen(line)), strlen(line));
	close(fd);
	if (vi_recording_open(ctx, path, &r) ||
	    vi_recording_next(r, &sample) != 1)
		fail_msg("%s", vi_error(ctx));
	vi_recording_close(r);
	vi_ctx_free(ctx);
	unlink(path);
	assert_true(vt_snapshot_set(to, sample));
}

static void load(struct shown *s, const char *line)
{
	read_line(&s->m.now, line);
	assert_true(vt_history_add(&s->m.history, &s->m.now));
}

static int set_up(void **state)
{
	struct shown *s = calloc(1, sizeof(*s));
	const char *at;

	setlocale(LC_CTYPE, "C.UTF-8");
	assert_null(tool_columns_choose(&s->v.columns, &vt_columns,
					vt_screen_columns, NULL, &at));
	s->v.delay = 1;
	load(s, two);
	*state = s;
	return 0;
}

static int tear_down(void **state)
{
	struct shown *s = *state;

	vt_pane_clear(&s->m.pane);
	vt_history_free(&s->m.history);
	vt_snapshot_free(&s->m.now);
	vt_frame_free(&s->f);
	vt_view_free(&s->v);
	free(s);
	return 0;
}

static void lay_out(struct shown *s, unsigned int width, unsigned int height)
{
	assert_true(vt_view_settle(&s->v, &s->m, height));
	assert_true(vt_frame_begin(&s->f, width, height, s->v.ascii));
	vt_layout(&s->f, &s->m, &s->v);
}

static void line_is(struct shown *s, unsigned int y, const char *expected)
{
	char *line = vt_frame_line(&s->f, y);

	assert_string_equal(line, expected);
	free(line);
}

static bool screen_has(struct shown *s, const char *text)
{
	bool has = false;
	unsigned int y;

	for (y = 0; y < s->f.height; y++) {
		char *line = vt_frame_line(&s->f, y);

		has |= !!strstr(line, text);
		free(line);
	}
	return has;
}

static void press(struct shown *s, long key)
{
	vt_press(&s->v, &s->m, key, s->f.height);
	lay_out(s, s->f.width, s->f.height);
}

static void test_list(void **state)
{
	struct shown *s = *state;

	lay_out(s, 62, 12);
	line_is(s, 1, "QUEUE      STATE    SUB_S COMP_S IN_FLIGHT BAR          OLDEST");
	line_is(s, 2, "▾ virtio0 blk");
	line_is(s, 3, " >0        moving      10      5         4 ███░░  50%        -");
	line_is(s, 5, "▾ virtio10 net eth0");
	line_is(s, 6, "! 0        STALLED      -      -         7          -        -");
	line_is(s, 7, "  └─ D_LOST_IRQ: lost");
}

/* At every size with everything open, nothing is drawn outside. */
static void test_sizes(void **state)
{
	static const long keys[] = { VT_ENTER, VT_TAB, VT_DOWN, '?', VT_F1 };
	struct shown *s = *state;
	unsigned int width, height;
	size_t i;

	for (i = 0; i <= sizeof(keys) / sizeof(*keys); i++) {
		for (width = 0; width < 100; width += 3)
			for (height = 0; height < 40; height++)
				lay_out(s, width, height);
		lay_out(s, 20, 5);
		if (i < sizeof(keys) / sizeof(*keys))
			press(s, keys[i]);
	}
}

static void test_sort_and_fold(void **state)
{
	struct shown *s = *state;

	lay_out(s, 80, 24);
	s->v.sort = vt_column("COMP_S");
	lay_out(s, 80, 24);
	line_is(s, 2, "▾ virtio0 blk");
	assert_true(s->f.cell != NULL && screen_has(s, "COMP_▼") |
		    screen_has(s, "COMP_S▼"));
	/* The selected queue stays selected wherever it moves. */
	assert_int_equal(s->v.cursor, 2);
	press(s, ' ');
	line_is(s, 2, "▸>virtio0 blk moving     ≥10   ≥905         5 ███░░  50%        -          █");
	press(s, ' ');
	s->v.sort = vt_column("IN_FLIGHT");
	lay_out(s, 80, 24);
	line_is(s, 2, "▾ virtio10 net eth0");
}

/* A recording may say anything, and the sum must still be a number. */
static void test_sums_of_large_rates(void **state)
{
	static const char huge[] = ",\"completed_per_s\":1e308,"
		"\"submitted_per_s\":1e308,\"interrupts_per_s\":1e308";
	struct shown *s = *state;
	const struct vt_past *p;
	char line[512];

	snprintf(line, sizeof(line), SAMPLE(QUEUE("virtio0", 0, "%s") ","
					    QUEUE("virtio0", 1, "%s")),
		 huge, huge);
	load(s, line);
	lay_out(s, 80, 24);
	press(s, ' ');
	assert_true(screen_has(s, "▸>virtio0  moving"));
	assert_false(screen_has(s, "inf"));
	assert_false(screen_has(s, "nan"));
	p = vt_history_find(&s->m.history, &s->m.now.row[0], 0);
	assert_true(p->rate[(p->at + VT_HISTORY - 1) % VT_HISTORY] <= FLT_MAX);
}

static void test_gone_while_selected(void **state)
{
	struct shown *s = *state;

	lay_out(s, 80, 24);
	press(s, VT_END);
	assert_string_equal(s->v.device, "virtio10");
	load(s, SAMPLE(QUEUE("virtio0", 0, "")));
	lay_out(s, 80, 24);
	assert_string_equal(s->v.device, "virtio0");
	assert_true(screen_has(s, "virtio10 disappeared"));
	load(s, "{\"queues\":[]}");
	lay_out(s, 80, 24);
	assert_true(screen_has(s, "no virtio devices; waiting"));
	press(s, VT_DOWN);
	press(s, VT_ENTER);
	load(s, two);
	lay_out(s, 80, 24);
}

/* A queue that returns is selected again, unless another was chosen. */
static void test_gone_and_back(void **state)
{
	struct shown *s = *state;

	lay_out(s, 80, 24);
	press(s, VT_END);
	load(s, SAMPLE(QUEUE("virtio0", 0, "")));
	lay_out(s, 80, 24);
	assert_string_equal(s->v.gone, "virtio10");
	load(s, two);
	lay_out(s, 80, 24);
	assert_string_equal(s->v.device, "virtio10");
	assert_true(screen_has(s, "virtio10 is back"));
	assert_null(s->v.gone);
	load(s, SAMPLE(QUEUE("virtio0", 0, "")));
	lay_out(s, 80, 24);
	press(s, VT_HOME);
	load(s, two);
	lay_out(s, 80, 24);
	assert_string_equal(s->v.device, "virtio0");
	load(s, SAMPLE(QUEUE("virtio10", 0, "")));
	lay_out(s, 80, 24);
	assert_true(screen_has(s, "virtio0 disappeared"));
}

static void test_pane_is_wrapped(void **state)
{
	struct shown *s = *state;
	struct text t = { 0 };

	text_add(&t, "in flight 4   mean 1.5   peak 20");
	vt_pane_add(&s->m.pane, VT_PLAIN, &t);
	text_add(&t, "    nowhere_to_break_this_line");
	vt_pane_add(&s->m.pane, VT_PLAIN, &t);
	vt_pane_wrap(&s->m.pane, 26);
	assert_int_equal(s->m.pane.count, 3);
	assert_string_equal(s->m.pane.line[0].s, "in flight 4   mean 1.5");
	assert_string_equal(s->m.pane.line[1].s, "peak 20");
	assert_string_equal(s->m.pane.line[2].s, "    nowhere_to_break_this_line");
	vt_pane_wrap(&s->m.pane, 9);
	assert_string_equal(s->m.pane.line[0].s, "in flight");
	vt_pane_wrap(&s->m.pane, 0);
	assert_string_equal(s->m.pane.line[0].s, "in flight");
}

static void test_search_and_filter(void **state)
{
	struct shown *s = *state;

	lay_out(s, 80, 24);
	press(s, '/');
	press(s, 'N');
	press(s, 'e');
	press(s, 't');
	press(s, VT_ENTER);
	assert_string_equal(s->v.device, "virtio10");
	press(s, '\\');
	press(s, 'x');
	assert_true(screen_has(s, "no queue matches"));
	press(s, VT_BACKSPACE);
	press(s, 0xe9);
	assert_string_equal(s->v.filter, "é");
	press(s, VT_ESCAPE);
	assert_string_equal(s->v.filter, "");
	assert_true(screen_has(s, "virtio0"));
}

/* Wide characters, combining marks, and characters that must not be shown. */
static void test_strange_names(void **state)
{
	struct shown *s = *state;

	load(s, SAMPLE(QUEUE("\\u6f22\\u5b57", 0, ",\"name\":\"a\\u0301\\u202e\"")));
	lay_out(s, 40, 8);
	line_is(s, 2, "▾ 漢字");
	assert_true(screen_has(s, "\\u{202e}"));
	s->v.ascii = true;
	lay_out(s, 40, 8);
	line_is(s, 2, "- ????");
}

static void test_history_is_of_the_queue(void **state)
{
	struct shown *s = *state;
	const struct vt_past *p;

	load(s, two);
	p = vt_history_find(&s->m.history, &s->m.now.row[1], 0);
	assert_int_equal(p->count, 2);
	/* The same name and number, but another device. */
	load(s, SAMPLE(QUEUE("virtio0", 1, ",\"generation\":7")));
	p = vt_history_find(&s->m.history, &s->m.now.row[0], 0);
	assert_int_equal(p->count, 1);
	assert_int_equal(s->m.history.count, 1);
	/* Without numbers, names identify queues. */
	load(s, SAMPLE("{\"device\":\"v\",\"name\":\"a\"},"
		       "{\"device\":\"v\",\"name\":\"b\"}"));
	assert_int_equal(s->m.history.count, 2);
	lay_out(s, 80, 24);
	press(s, VT_DOWN);
	line_is(s, 4, " >- b      -            -      -         -          -        -");
}

static char warned[1024];

static void note(const char *fmt, ...)
{
	size_t len = strlen(warned);
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(warned + len, sizeof(warned) - len, fmt, ap);
	va_end(ap);
	strncat(warned, "\n", sizeof(warned) - strlen(warned) - 1);
}

static void test_config(void **state)
{
	char path[] = "/tmp/test-vqtop-XXXXXX";
	struct shown *s = *state;
	struct vt_config c = { 0 };
	int fd = mkstemp(path);
	FILE *f = fdopen(fd, "w");

	fputs("# remark\n delay = 0.5 \ndelay = 0\nsort=NO\ncolumns = STATE,SIZE\n"
	      "invert = maybe\nfilter = a b\nnonsense\nspeed = 9\n", f);
	fclose(f);
	vt_config_load(&c, path, note);
	assert_true(c.delay == 0.5);
	assert_string_equal(c.columns, "STATE,SIZE");
	assert_string_equal(c.filter, "a b");
	assert_null(c.sort);
	assert_non_null(strstr(warned, ":3: delay"));
	assert_non_null(strstr(warned, ":4: unknown column"));
	assert_non_null(strstr(warned, ":6: invert must be yes or no"));
	assert_non_null(strstr(warned, ":8: not a setting"));
	assert_non_null(strstr(warned, ":9: unknown setting"));
	vt_config_free(&c);

	/* What is saved can be read back. */
	warned[0] = '\0';
	s->v.sort = vt_column("USED");
	s->v.delay = 2.5;
	strcpy(s->v.filter, "eth");
	assert_true(vt_config_save(&s->v, path));
	vt_config_load(&c, path, note);
	assert_string_equal(warned, "");
	assert_string_equal(c.sort, "USED");
	/* The defaults depend on the screen. */
	assert_null(c.columns);
	assert_string_equal(c.filter, "eth");
	assert_true(c.delay == 2.5);
	vt_config_free(&c);
	s->v.own_columns = true;
	assert_true(vt_config_save(&s->v, path));
	vt_config_load(&c, path, note);
	assert_string_equal(c.columns, vt_screen_columns);
	vt_config_free(&c);
	unlink(path);
}

/* A disk of which one entry is available, as a capture; @head: its head. */
static struct vi_ctx *a_disk(const char *idx, const char *head)
{
	static const char form[] =
		"{\"virtio_inspect\":{\"version\":\"0.1.0\",\"schema\":2},"
		"\"devices\":[{\"name\":\"virtio0\",\"kname\":\"vda\","
		"\"device_id\":2,\"driver\":\"virtio_blk\",\"status\":\"0xf\","
		"\"features\":\"0x100000000\",\"attach\":\"kernel\",\"queues\":["
		"{\"index\":0,\"size\":4,\"layout\":\"split\",\"ready\":true,"
		"\"name\":\"req.0\",\"driver_state\":{\"last_used_idx\":0},"
		"\"raw\":{"
		"\"desc\":[\"00000100000000001000000001000100"
		"00000200000000000100000002000000\",\"0*32\"],"
		"\"driver\":[\"0000%s00%s00\",\"0*8\"],\"device\":[\"0*38\"]"
		"}}]}]}";
	char path[] = "/tmp/test-vqtop-XXXXXX";
	struct vi_ctx *ctx = vi_ctx_new();
	int fd = mkstemp(path);

	dprintf(fd, form, idx, head);
	close(fd);
	if (vi_capture_read(ctx, path))
		fail_msg("%s", vi_error(ctx));
	unlink(path);
	return ctx;
}

static void checked_is(struct shown *s, const char *idx, const char *head,
		       const char *expected)
{
	static const struct vt_options o;
	struct vt_source source = { .o = &o, .ctx = a_disk(idx, head) };

	/* Not a recording: that is all it stands for. */
	source.sampler = (struct vi_sampler *)&source;
	vt_check(&source, &s->v);
	assert_string_equal(s->v.message, expected);
	vi_ctx_free(source.ctx);
}

/* The key c. */
static void test_check(void **state)
{
	struct shown *s = *state;

	lay_out(s, 80, 24);
	press(s, VT_HOME);
	assert_string_equal(s->v.device, "virtio0");
	checked_is(s, "00", "00", "virtio0 (vda): checked, no faults found");
	assert_false(s->v.bad_message);
	checked_is(s, "01", "00", "virtio0 (vda): nothing wrong, but undecided: queue 0 req.0: 1 in flight; whether they move cannot be told");
	assert_true(s->v.bad_message);
	checked_is(s, "01", "09", "virtio0 (vda): E_HEAD: available entry 0 refers to descriptor 9 in a table of 4");
	assert_true(s->v.bad_message);
	press(s, VT_END);
	assert_string_equal(s->v.device, "virtio10");
	checked_is(s, "00", "00", "virtio10: device gone");
}

static void test_openmetrics(void **state)
{
	struct vt_snapshot s = { 0 };
	static const char line[] = SAMPLE(
		QUEUE("a\\\"\\\\b", 3, ",\"submitted\":9007199254740993,"
		      "\"latency_us\":1500,\"stalled\":true,"
		      "\"code\":\"D_X\"") "," QUEUE("b", 0, ""));
	struct text t = { 0 };
	char *out;

	(void)state;
	read_line(&s, line);
	vt_metrics_add(&t, VT_OPENMETRICS_1, &s, 0);
	out = text_take(&t);
	assert_non_null(strstr(out,
		"virtio_queue_submitted_total{device=\"a\\\"\\\\b\",queue=\"3\"} 9007199254740993\n"));
	assert_non_null(strstr(out,
		"# TYPE virtio_queue_latency_seconds gauge\n"
		"# UNIT virtio_queue_latency_seconds seconds\n"));
	assert_non_null(strstr(out, "queue=\"3\"} 0.0015\n"));
	assert_non_null(strstr(out, ",code=\"D_X\"} 1\n"));
	/* Unknown values have no line. */
	assert_null(strstr(out, "device=\"b\""));
	assert_string_equal(out + strlen(out) - 6, "# EOF\n");
	free(out);
	vt_snapshot_free(&s);
}

/* A field as a recording has it, with some value. */
static void add_known(struct text *t, const struct vi_field *f)
{
	const char *name = vi_field_name(f), *value = "1";

	if (vi_field_type(f) == VI_BOOL)
		value = "true";
	else if (!strcmp(name, "layout"))
		value = "\"split\"";
	else if (!strcmp(name, "role"))
		value = "\"request\"";
	else if (vi_field_type(f) == VI_STRING)
		value = "\"x\"";
	text_addf(t, "%s\"%s\":%s", t->s[t->len - 1] == '{' ? "" : ",", name,
		  value);
}

/* Misspelt, a field would pass for unknown. */
static void test_all_fields_are_known(void **state)
{
	struct shown *s = *state;
	struct text t = { 0 };
	struct vi_value v;
	const struct vi_field *f;
	const struct tool_column *c;
	char *line;
	size_t i;
	int status;

	text_add(&t, "{\"devices\":1,\"queues\":[{");
	for (i = 0; (f = vi_schema_field(vi_rate_schema(), i)); i++)
		add_known(&t, f);
	text_add(&t, "}]}");
	line = text_take(&t);
	load(s, line);
	free(line);
	for (c = vt_columns.all; c->name; c++)
		if (!vt_column_value(c, &s->m.now.row[0], &v) ||
		    (c->bound && !vt_is(&s->m.now.row[0], vt_column_bound(c))))
			fail_msg("column %s: no field %s", c->name, c->field);
	vt_metrics_add(&t, VT_OPENMETRICS_1, &s->m.now, 0);
	text_free(&t);
	lay_out(s, 80, 24);
	vt_view_fold(&s->v);
	lay_out(s, 80, 24);
	/* A process that asked for a field that does not exist fails. */
	fflush(NULL);
	if (!fork())
		_exit(tool_close_output(EXIT_DONE));
	wait(&status);
	assert_int_equal(status, 0);
}

#define WITH(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		WITH(test_list), WITH(test_sizes), WITH(test_sort_and_fold),
		WITH(test_sums_of_large_rates),
		WITH(test_gone_and_back), WITH(test_pane_is_wrapped),
		WITH(test_gone_while_selected), WITH(test_search_and_filter),
		WITH(test_strange_names), WITH(test_history_is_of_the_queue),
		WITH(test_config), WITH(test_all_fields_are_known),
		WITH(test_check),
		cmocka_unit_test(test_openmetrics),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
