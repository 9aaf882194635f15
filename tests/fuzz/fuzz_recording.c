// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * vqtop: recordings. Each sample is shown on screens with keys pressed, printed
 * in every format, and written and read again.
 */
#include <sys/mman.h>
#include <unistd.h>

#include "common/tool.h"
#include "fuzz.h"
#include "vqtop/batch/batch.h"
#include "vqtop/screen/interactive.h"

const char tool_name[] = "vqtop";

/* Fields of queues and samples; extreme values. */
const char *const fuzz_words[] = {
	"{\"vqtop\":{\"version\":\"0.1.0\",\"schema\":1}}\n", "\"queues\":[",
	"\"device\":\"virtio0\"", "\"address\":", "\"type\":\"net\"",
	"\"kname\":", "\"index\":", "\"name\":\"req.0\"", "\"spec_name\":",
	"\"role\":\"parked\"", "\"size\":", "\"layout\":\"packed\"",
	"\"submitted\":", "\"completed\":", "\"lower_bound\":true",
	"\"rate_lower_bound\":true", "\"age_lower_bound\":true",
	"\"submitted_per_s\":", "\"completed_per_s\":", "\"in_flight\":",
	"\"in_flight_mean\":", "\"in_flight_peak\":", "\"occupancy\":",
	"\"full_percent\":", "\"latency_us\":", "\"age_p50_ms\":",
	"\"oldest_ms\":", "\"stalled\":true", "\"code\":\"D_LOST_IRQ\"",
	"\"reason\":", "\"generation\":", "\"unseen\":", "\"unreaped\":",
	"\"unit\":",
	"\"interval\":", "\"time\":\"2026-11-22T20:00:00.000Z\"",
	"\"notes\":[\"", "\"way\":", "null", "true", "18446744073709551615",
	"18446744073709551616", "-1", "1e308", "1e-320", "0.1", "4294967296",
	"\\ud83d\\ude00", "\\u202e", "\\u0000", "\\ud800", "{}", "[]", "},{",
	"\n", NULL
};

const struct vi_schema *fuzz_schema(unsigned int i)
{
	return i == 0 ? vi_rate_schema() : i == 1 ? vi_summary_schema() : NULL;
}

/* Samples used per input. */
#define SAMPLES	6

static struct vt_model m;
static struct vt_view v;
static struct vt_frame f;
static struct vt_source source;
static struct vt_options o;
static struct tool_columns columns;

static void draw(unsigned int width, unsigned int height)
{
	vt_default_columns(&v, &m, width);
	if (v.help)
		vt_help(&m.help, width, v.ascii);
	if (v.show_pane) {
		vt_view_settle(&v, &m, height);
		vt_detail(&m.pane, &source, &m, &v);
		vt_pane_wrap(&m.pane, width);
	}
	if (!vt_view_settle(&v, &m, height) ||
	    !vt_frame_begin(&f, width, height, v.ascii))
		abort();
	vt_layout(&f, &m, &v);
}

/* A different key per sample, so that all are pressed. */
static void press(unsigned int nth)
{
	static const long keys[] = {
		VT_DOWN, VT_ENTER, VT_TAB, VT_END, 'b', VT_UP, '/', 'e', VT_ENTER,
		'n', VT_F6, 'i', VT_LEFT, VT_RIGHT, ' ', VT_PAGE_DOWN, '\\', 'q',
		VT_ENTER, VT_ESCAPE, '?', VT_HOME, 'h',
	};
	unsigned int i;

	for (i = 0; i < 4; i++) {
		vt_press(&v, &m, keys[(4 * nth + i) %
				      (sizeof(keys) / sizeof(keys[0]))], 24);
		draw(80, 24);
	}
	vt_click(&v, &m, 7, 3, 80, 24);
	vt_wheel(&v, &m, 3, 3, 24);
}

static void show(unsigned int nth)
{
	static const unsigned int width[] = { 80, 20, 0, 300, 41, 81 };
	static const unsigned int height[] = { 24, 5, 3, 0, 60, 12 };

	vt_history_add(&m.history, &m.now);
	v.ascii = nth % 2;
	draw(80, 24);
	press(nth);
	draw(width[nth % 6], height[nth % 6]);
}

static void print(unsigned int nth)
{
	const struct vt_printing p = {
		.o = &o, .columns = columns, .sort = &vt_columns.all[nth],
		.begun = nth,
	};

	for (o.format = VT_TABLE; o.format <= VT_OPENMETRICS; o.format++)
		vt_print_sample(&p, &source, &m.now);
}

static int add(void *data, const char *s, size_t len)
{
	text_add_bytes(data, s, len);
	return 0;
}

static void write_line(struct text *t, const struct vi_sample *sample)
{
	struct vi_json *json = vi_json_new(NULL, add, t);

	if (vi_json_sample(json, sample, NULL) || vi_json_end(json) ||
	    t->failed)
		abort();
}

/* An accepted sample is written as a line that reads as the same. */
static void write_again(struct vi_ctx *ctx)
{
	struct text a = { 0 }, b = { 0 };
	struct vi_recording *r;
	struct vi_sample *again;
	char path[64];
	int fd = memfd_create("again", MFD_CLOEXEC);

	write_line(&a, m.now.sample);
	snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	if (write(fd, a.s, a.len) != (ssize_t)a.len ||
	    vi_recording_open(ctx, path, &r) ||
	    vi_recording_next(r, &again) != 1)
		abort();
	write_line(&b, again);
	if (a.len != b.len || memcmp(a.s, b.s, a.len))
		abort();
	vi_sample_unref(again);
	vi_recording_close(r);
	close(fd);
	free(a.s);
	free(b.s);
}

static void forget(void)
{
	vt_print_end();
	vt_pane_clear(&m.pane);
	vt_pane_clear(&m.help);
	vt_history_free(&m.history);
	vt_snapshot_free(&m.now);
	vt_frame_free(&f);
	vt_view_free(&v);
	memset(&m, 0, sizeof(m));
	memset(&v, 0, sizeof(v));
	memset(&f, 0, sizeof(f));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const char *const targets[] = { NULL };
	struct vi_sample *sample;
	const char *at;
	unsigned int i;

	fuzz_quiet(true);
	o.targets = targets;
	source = (struct vt_source) { .o = &o, .ctx = vi_ctx_new() };
	if (vi_recording_open(source.ctx, fuzz_file(data, size),
			      &source.replay))
		source.replay = NULL;
	tool_columns_choose(&columns, &vt_columns, vt_columns.usual, NULL, &at);
	tool_columns_choose(&v.columns, &vt_columns, vt_screen_columns, NULL, &at);
	v.delay = 1;
	m.tape.speed = 1;
	for (i = 0; source.replay && i < SAMPLES &&
	     vi_recording_next(source.replay, &sample) > 0; i++) {
		if (!vt_snapshot_set(&m.now, sample))
			abort();
		m.tape.count = vi_recording_count(source.replay);
		m.tape.at = vi_recording_at(source.replay) - 1;
		show(i);
		print(i);
		write_again(source.ctx);
	}
	vi_recording_close(source.replay);
	vi_ctx_free(source.ctx);
	forget();
	fuzz_quiet(false);
	return 0;
}

#define QUEUE(device, index, rest) \
	"{\"device\":\"" device "\",\"index\":" #index rest "}"

static const char *const seeds[] = {
	"{\"vqtop\":{\"version\":\"0.1.0\",\"schema\":1}}\n"
	"{\"time\":\"2026-11-22T20:00:00.000Z\",\"interval\":1,\"devices\":2,"
	"\"stalled\":1,\"submitted_per_s\":1000,\"completed_per_s\":250,"
	"\"cpu_percent\":0.25,\"way\":\"kernel\",\"queues\":["
	QUEUE("virtio0", 0, ",\"address\":\"0000:00:02.0\",\"type\":\"blk\","
	      "\"kname\":\"vda\",\"generation\":1,\"name\":\"req.0\","
	      "\"role\":\"request\",\"size\":256,\"layout\":\"split\","
	      "\"submitted\":1004,\"completed\":1000,\"submitted_per_s\":1000,"
	      "\"completed_per_s\":250,\"in_flight\":4,\"in_flight_mean\":4.5,"
	      "\"in_flight_peak\":9,\"occupancy\":12.5,\"full_percent\":0,"
	      "\"wants_kick\":true,\"wants_interrupt\":true,\"vector\":1,"
	      "\"irq\":25,\"interrupts\":500,\"interrupts_per_s\":500,"
	      "\"completions_per_interrupt\":2,\"request_bytes\":4113,"
	      "\"bytes_per_s\":4113000,\"latency_us\":4500,\"age_p50_ms\":1.5,"
	      "\"age_p99_ms\":8,\"oldest_ms\":12,\"stalled\":false") ","
	QUEUE("virtio2", 0, ",\"type\":\"net\",\"kname\":\"eth0\","
	      "\"name\":\"input.0\",\"role\":\"parked\",\"in_flight\":255,"
	      "\"lower_bound\":true,\"rate_lower_bound\":true,"
	      "\"stalled\":true,\"code\":\"D_LOST_IRQ\","
	      "\"reason\":\"an interrupt was lost\"")
	"]}\n"
	"{\"time\":\"2026-11-22T20:00:01.000Z\",\"interval\":1,"
	"\"notes\":[\"a ring was not read\"],\"queues\":["
	QUEUE("virtio0", 0, ",\"size\":256,\"in_flight\":256,"
	      "\"occupancy\":100,\"completed_per_s\":0,\"stalled\":true") "]}\n",
	"{\"queues\":[{\"device\":\"virtio1\",\"name\":\"output.0\"},"
	"{\"device\":\"virtio1\",\"spec_name\":\"transmitq1\"}]}\n"
	"{\"queues\":[]}\n",
};

size_t fuzz_seed(unsigned int i, uint8_t *buf)
{
	return i < sizeof(seeds) / sizeof(seeds[0]) ?
	       fuzz_text(buf, seeds[i]) : 0;
}
