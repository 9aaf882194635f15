// SPDX-License-Identifier: GPL-2.0-or-later
/* vqtop: watch virtio queues. */
#include <locale.h>
#include <stdlib.h>
#include <unistd.h>

#include "vqtop/batch/batch.h"
#include "vqtop/screen/interactive.h"
#include "vqtop/vqtop.h"

const char tool_name[] = "vqtop";

static int on_screen(struct vt_source *s, const struct vt_options *o)
{
	struct vt_config config = { 0 };
	char *path = vt_config_path();
	int status;

	if (path)
		vt_config_load(&config, path, tool_warn);
	status = vt_interactive(s, o, &config);
	vt_config_free(&config);
	free(path);
	return status;
}

static int check_screen(void)
{
	const char *term = getenv("TERM");

	if (!isatty(STDIN_FILENO) || !isatty(STDOUT_FILENO)) {
		tool_error("the screen needs a terminal; use --batch without one");
		return EXIT_ERROR;
	}
	if (!term || !*term) {
		tool_error("TERM is not set; set it to your terminal type, or use --batch");
		return EXIT_ERROR;
	}
	return EXIT_DONE;
}

static int show(struct vt_source *s, const struct vt_options *o)
{
	int status = o->batch ? EXIT_DONE : check_screen();

	if (status || !vt_source_record(s))
		return EXIT_ERROR;
	return o->batch ? vt_batch(s, o) : on_screen(s, o);
}

static int run(const struct vt_options *o)
{
	struct vt_source s = { 0 };
	int found = vt_source_open(&s, o), status = found;

	if (found != EXIT_ERROR && found != EXIT_NONE_FOUND)
		status = show(&s, o);
	if (vt_source_failed(&s))
		status = EXIT_ERROR;
	if (!vt_source_close(&s))
		status = EXIT_ERROR;
	return status ? status : found;
}

int main(int argc, char **argv)
{
	static struct vt_options o;
	int status;

	tool_init();
	setlocale(LC_CTYPE, "");
	status = vt_parse(&o, argc, argv);
	if (!status)
		status = run(&o);
	return tool_close_output(status < 0 ? EXIT_DONE : status);
}
