// SPDX-License-Identifier: GPL-2.0-or-later
/* vqtop.conf: lines "name = value"; # starts a comment. */
#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "common/number.h"
#include "vqtop/screen/config.h"

#define MAX_LINES	1000
#define MAX_LINE	4096

char *vt_config_path(void)
{
	const char *base = getenv("XDG_CONFIG_HOME"), *home = getenv("HOME");
	char *path = NULL;
	int n = -1;

	/* Ignore relative paths (XDG base directory specification). */
	if (base && *base == '/')
		n = asprintf(&path, "%s/virtio-inspect/vqtop.conf", base);
	else if (home && *home == '/')
		n = asprintf(&path, "%s/.config/virtio-inspect/vqtop.conf",
			     home);
	return n < 0 ? NULL : path;
}

static bool keep(char **to, const char *s)
{
	free(*to);
	*to = strdup(s);
	return *to;
}

static const char *set_delay(struct vt_config *c, const char *s)
{
	const char *end;
	double n;

	if (!number_read_real(s, &end, &n) || *end ||
	    !(n >= VT_MIN_DELAY && n <= VT_MAX_DELAY))
		return "delay must be a number of seconds from 0.01 to 86400";
	c->delay = n;
	return NULL;
}

static const char *set_columns(struct vt_config *c, const char *s)
{
	struct tool_columns columns;
	const char *at, *why;

	why = tool_columns_choose(&columns, &vt_columns, vt_screen_columns, s,
				  &at);
	if (!why && !keep(&c->columns, s))
		return "out of memory";
	return why ? "unknown column; see vqtop --list-columns" :
	       NULL;
}

static const char *set(struct vt_config *c, const char *name, const char *s)
{
	if (!strcmp(name, "delay"))
		return set_delay(c, s);
	if (!strcmp(name, "columns"))
		return set_columns(c, s);
	if (!strcmp(name, "filter")) {
		if (strlen(s) >= VT_TYPED)
			return "filter is too long";
		return keep(&c->filter, s) ? NULL : "out of memory";
	}
	if (!strcmp(name, "sort")) {
		if (*s && !vt_column(s))
			return "unknown column; see vqtop --list-columns";
		return keep(&c->sort, s) ? NULL : "out of memory";
	}
	if (strcmp(name, "invert"))
		return "unknown setting; valid are columns, sort, invert, delay and filter";
	if (strcmp(s, "yes") && strcmp(s, "no"))
		return "invert must be yes or no";
	c->invert = !strcmp(s, "yes");
	return NULL;
}

static char *trim(char *s)
{
	size_t n;

	while (isspace((unsigned char)*s))
		s++;
	for (n = strlen(s); n && isspace((unsigned char)s[n - 1]); n--)
		s[n - 1] = '\0';
	return s;
}

static const char *parse(struct vt_config *c, char *line)
{
	char *equals;

	line = trim(line);
	if (!*line || *line == '#')
		return NULL;
	equals = strchr(line, '=');
	if (!equals)
		return "not a setting of the form \"name = value\"";
	*equals = '\0';
	return set(c, trim(line), trim(equals + 1));
}

static void load(struct vt_config *c, FILE *f, const char *path,
		 void (*warn)(const char *fmt, ...))
{
	char line[MAX_LINE];
	const char *why;
	unsigned int n;

	for (n = 1; n <= MAX_LINES && fgets(line, sizeof(line), f); n++) {
		size_t len = strlen(line);

		if (len + 1 == sizeof(line) && line[len - 1] != '\n') {
			warn("%s:%u: line too long; the rest of the file is ignored",
			     path, n);
			return;
		}
		why = parse(c, line);
		if (why)
			warn("%s:%u: %s; the default is used", path, n, why);
	}
	if (ferror(f))
		warn("%s: cannot be read: %s; defaults are used", path,
		     strerror(errno));
}

void vt_config_load(struct vt_config *c, const char *path,
		    void (*warn)(const char *fmt, ...))
{
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
	struct stat st;
	FILE *f;

	if (fd < 0) {
		if (errno != ENOENT && errno != ENOTDIR)
			warn("%s: cannot be read: %s; defaults are used", path,
			     strerror(errno));
		return;
	}
	f = fstat(fd, &st) || !S_ISREG(st.st_mode) ? NULL : fdopen(fd, "r");
	if (!f) {
		warn("%s: cannot be read: not a regular file; defaults are used",
		     path);
		close(fd);
		return;
	}
	load(c, f, path, warn);
	fclose(f);
}

void vt_config_free(struct vt_config *c)
{
	free(c->columns);
	free(c->sort);
	free(c->filter);
	memset(c, 0, sizeof(*c));
}

/* Create the folders that lead to @path. */
static bool make_folders(const char *path)
{
	char *copy = strdup(path), *slash;
	bool ok = copy;

	for (slash = copy ? strchr(copy + 1, '/') : NULL; ok && slash;
	     slash = strchr(slash + 1, '/')) {
		*slash = '\0';
		ok = !mkdir(copy, 0700) || errno == EEXIST;
		*slash = '/';
	}
	free(copy);
	return ok;
}

static bool write_settings(const struct vt_view *v, FILE *f)
{
	struct text t = { 0 };
	char *columns;

	/* The default columns depend on the screen; do not save them. */
	if (v->own_columns) {
		text_add(&t, "columns = ");
		tool_columns_list(&v->columns, &t);
		text_add(&t, "\n");
	}
	columns = text_take(&t);
	if (!columns)
		return false;
	fprintf(f, "# vqtop(1): written by its key W\n"
		"%ssort = %s\ninvert = %s\ndelay = %g\nfilter = %s\n",
		columns, v->sort ? v->sort->name : "",
		v->invert ? "yes" : "no", v->delay, v->filter);
	free(columns);
	return !ferror(f);
}

/* Write to a new file and rename it, so that a full disk keeps the old one. */
bool vt_config_save(const struct vt_view *v, const char *path)
{
	char *name = NULL;
	int fd = -1;
	FILE *f = NULL;
	bool ok = false;

	if (make_folders(path) && asprintf(&name, "%s.new", path) >= 0) {
		unlink(name);
		fd = open(name, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW |
			  O_CLOEXEC, 0600);
		f = fd < 0 ? NULL : fdopen(fd, "w");
	}
	if (f) {
		ok = write_settings(v, f);
		ok = !fclose(f) && ok && !rename(name, path);
		if (!ok)
			unlink(name);
	}
	free(name);
	return ok;
}
