// SPDX-License-Identifier: GPL-2.0-or-later
/* The terminal. ncurses writes only what has changed. */
#define NCURSES_WIDECHAR 1
#include <ncursesw/curses.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>
#include <wchar.h>

#include "common/signals.h"
#include "vqtop/screen/terminal.h"
#include "vqtop/screen/view.h"

static SCREEN *screen;
/* What is on the screen; empty if out of memory: then draw everything. */
static struct vt_frame drawn;
static volatile sig_atomic_t resized;
static attr_t attributes[VT_STYLES];
static short pairs[VT_STYLES];

static void on_resize(int sig)
{
	(void)sig;
	resized = 1;
}

/* Prepare the output that leaves the screen, for a signal handler. */
static void begin_guard(void)
{
	static const char *const names[] = {
		"sgr0", "op", "cnorm", "rmkx", "rmcup",
	};
	char restore[512] = "\033[?1006l\033[?1000l";
	const char *mouse_key = tigetstr("kmous");
	size_t i, len = 0;

	/* If mousemask() enabled the mouse, disable it. */
	if (mouse_key && mouse_key != (char *)-1)
		len = strlen(restore);

	for (i = 0; i < ARRAY_SIZE(names); i++) {
		char *s = tigetstr(names[i]);

		if (!s || s == (char *)-1 || len + strlen(s) >= sizeof(restore))
			continue;
		memcpy(restore + len, s, strlen(s));
		len += strlen(s);
	}
	vt_restore_begin(restore, len);
}

/* Colours, bold and reverse video repeat what words and signs say. */
static void choose_attributes(bool colour)
{
	static const struct {
		enum vt_style style;
		attr_t with, without;
		short colour;
	} styles[] = {
		{ VT_BOLD, A_BOLD, A_BOLD, -1 },
		{ VT_DIM, A_DIM, A_NORMAL, -1 },
		{ VT_GOOD, A_NORMAL, A_NORMAL, COLOR_GREEN },
		{ VT_WARNING, A_NORMAL, A_BOLD, COLOR_YELLOW },
		{ VT_ERROR, A_BOLD, A_BOLD, COLOR_RED },
		{ VT_HEADING, A_REVERSE, A_REVERSE, -1 },
		{ VT_SORTED, A_BOLD, A_BOLD, -1 },
		{ VT_SELECTED, A_REVERSE, A_REVERSE, -1 },
	};
	size_t i;

	colour = colour && has_colors() && start_color() == OK;
	if (colour)
		use_default_colors();
	for (i = 0; i < ARRAY_SIZE(styles); i++) {
		attributes[styles[i].style] = colour ? styles[i].with :
						       styles[i].without;
		if (!colour || styles[i].colour < 0)
			continue;
		init_pair(i + 1, styles[i].colour, -1);
		pairs[styles[i].style] = i + 1;
	}
}

static void refuse(void)
{
	const char *term = getenv("TERM");

	tool_error("TERM=%s: terminal type is unknown or cannot position the cursor; set TERM or use --batch",
		   term ? term : "");
}

/* Some terminals, such as "dumb", cannot position the cursor. */
static bool can_draw(void)
{
	const char *s = tigetstr("cup");

	return s && s != (char *)-1;
}

bool vt_terminal_begin(bool colour)
{
	vt_restore_prepare();
	screen = newterm(NULL, stdout, stdin);
	if (!screen) {
		refuse();
		return false;
	}
	if (!can_draw()) {
		endwin();
		delscreen(screen);
		screen = NULL;
		refuse();
		return false;
	}
	begin_guard();
	tool_catch_stop();
	tool_catch(SIGWINCH, on_resize, true);
	cbreak();
	noecho();
	nonl();
	keypad(stdscr, TRUE);
	nodelay(stdscr, TRUE);
	set_escdelay(50);
	curs_set(0);
	mousemask(BUTTON1_PRESSED | BUTTON1_CLICKED | BUTTON4_PRESSED |
		  BUTTON5_PRESSED, NULL);
	mouseinterval(0);
	choose_attributes(colour);
	return true;
}

void vt_terminal_end(void)
{
	if (!screen)
		return;
	endwin();
	vt_restore_end();
	vt_frame_free(&drawn);
	delscreen(screen);
	screen = NULL;
}

void vt_terminal_size(unsigned int *width, unsigned int *height)
{
	*width = COLS > 0 ? COLS : 0;
	*height = LINES > 0 ? LINES : 0;
}

static void draw_cell(unsigned int x, unsigned int y, const struct vt_cell *c)
{
	wchar_t w[CCHARW_MAX + 1];
	cchar_t cc;
	size_t n;

	n = c->s[0] & 0x80 || c->s[1] ? mbstowcs(w, c->s, CCHARW_MAX) : 1;
	if (n == 1 && !(c->s[0] & 0x80))
		w[0] = c->s[0];
	if (n == (size_t)-1 || !n)
		wcscpy(w, L"?");
	else
		w[n] = L'\0';
	if (setcchar(&cc, w, attributes[c->style], pairs[c->style], NULL) == OK)
		mvadd_wch(y, x, &cc);
}

static bool keep_size(const struct vt_frame *f)
{
	if (drawn.cell && f->width == drawn.width && f->height == drawn.height)
		return true;
	vt_frame_free(&drawn);
	vt_frame_begin(&drawn, f->width, f->height, f->ascii);
	return false;
}

static bool is_same(const struct vt_frame *f, size_t i)
{
	return drawn.cell && f->cell[i].style == drawn.cell[i].style &&
	       !strcmp(f->cell[i].s, drawn.cell[i].s);
}

void vt_terminal_draw(const struct vt_frame *f, bool all)
{
	unsigned int x, y;

	all |= !keep_size(f);
	for (y = 0; y < f->height; y++)
		for (x = 0; x < f->width; x++) {
			size_t i = (size_t)y * f->width + x;
			const struct vt_cell *c = &f->cell[i];

			/* Draw both halves of a wide character together. */
			if (c->s[0] && (all || !is_same(f, i) ||
					(x + 1 < f->width && !c[1].s[0])))
				draw_cell(x, y, c);
		}
	if (drawn.cell)
		memcpy(drawn.cell, f->cell, (size_t)f->width * f->height *
		       sizeof(*f->cell));
	if (all)
		clearok(curscr, TRUE);
	refresh();
}

static long key_of(wint_t c)
{
	static const struct {
		wint_t is;
		long key;
	} keys[] = {
		{ KEY_UP, VT_UP }, { KEY_DOWN, VT_DOWN },
		{ KEY_LEFT, VT_LEFT }, { KEY_RIGHT, VT_RIGHT },
		{ KEY_PPAGE, VT_PAGE_UP }, { KEY_NPAGE, VT_PAGE_DOWN },
		{ KEY_HOME, VT_HOME }, { KEY_END, VT_END },
		{ KEY_ENTER, VT_ENTER }, { KEY_BACKSPACE, VT_BACKSPACE },
		{ KEY_F(1), VT_F1 }, { KEY_F(6), VT_F6 },
	};
	size_t i;

	for (i = 0; i < ARRAY_SIZE(keys); i++)
		if (keys[i].is == c)
			return keys[i].key;
	return 0;
}

static long character(wint_t c)
{
	switch (c) {
	case '\r':
	case '\n':
		return VT_ENTER;
	case 27:
		return VT_ESCAPE;
	case 127:
	case '\b':
		return VT_BACKSPACE;
	case '\t':
		return VT_TAB;
	default:
		return c;
	}
}

static struct vt_event mouse(void)
{
	struct vt_event e = { .kind = VT_EVENT_NONE };
	MEVENT m;

	if (getmouse(&m) != OK || m.x < 0 || m.y < 0)
		return e;
	e.x = m.x;
	e.y = m.y;
	if (m.bstate & (BUTTON1_PRESSED | BUTTON1_CLICKED)) {
		e.kind = VT_EVENT_CLICK;
	} else if (m.bstate & (BUTTON4_PRESSED | BUTTON5_PRESSED)) {
		e.kind = VT_EVENT_WHEEL;
		e.by = m.bstate & BUTTON4_PRESSED ? -3 : 3;
	}
	return e;
}

static struct vt_event read_event(void)
{
	struct vt_event e = { .kind = VT_EVENT_NONE };
	wint_t c;
	int ret = get_wch(&c);

	if (ret == ERR)
		return e;
	if (ret == KEY_CODE_YES && c == KEY_MOUSE)
		return mouse();
	if (ret == KEY_CODE_YES && c == KEY_RESIZE) {
		e.kind = VT_EVENT_RESIZE;
		return e;
	}
	e.key = ret == KEY_CODE_YES ? key_of(c) : character(c);
	e.kind = e.key ? VT_EVENT_KEY : VT_EVENT_NONE;
	return e;
}

static struct vt_event resize(void)
{
	struct winsize size;

	resized = 0;
	if (!ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) && size.ws_row &&
	    size.ws_col)
		resizeterm(size.ws_row, size.ws_col);
	return (struct vt_event){ .kind = VT_EVENT_RESIZE };
}

struct vt_event vt_terminal_wait(double seconds)
{
	struct pollfd in = { .fd = STDIN_FILENO, .events = POLLIN };
	struct vt_event e = read_event();
	int ret;

	/* ncurses may have buffered keys. */
	if (e.kind != VT_EVENT_NONE)
		return e;
	ret = tool_poll(&in, 1, seconds > 0 ? seconds : 0);
	if (ret < 0 && errno != EINTR)
		return (struct vt_event){ .kind = VT_EVENT_FAILED };
	if (tool_stopped ||
	    (ret > 0 && in.revents & (POLLERR | POLLNVAL | POLLHUP)))
		return (struct vt_event){ .kind = VT_EVENT_END };
	if (resized)
		return resize();
	return ret > 0 ? read_event() : e;
}
