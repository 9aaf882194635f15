// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Run a program that takes a device, and send it a signal at a certain point:
 *
 *	strike POINT SIGNAL MICROSECONDS ADDRESS PROGRAM...
 *
 * Points are observable from outside, in the order of the table below;
 * MICROSECONDS pass between the point and the signal. Points after "asked" are
 * those of a run that SIGINT has asked to end. Prints how the program ended,
 * and how long it then took, by this machine's clock, until the device was as
 * before.
 */
#include <dirent.h>
#include <fcntl.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define OUTPUT	"/run/strike.out"
#define ERRORS	"/run/strike.err"
#define GIVE_UP	120.0

static const char *address;
static pid_t pid;
static int how;
static bool ended;

static double now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec + t.tv_nsec / 1e9;
}

static void pause_us(unsigned long us)
{
	nanosleep(&(struct timespec){ us / 1000000, us % 1000000 * 1000 },
		  NULL);
}

/* --- Observable points --- */

static const char *text_of(const char *path)
{
	static char text[4096];
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	ssize_t n = fd < 0 ? -1 : read(fd, text, sizeof(text) - 1);

	if (fd >= 0)
		close(fd);
	text[n > 0 ? n : 0] = '\0';
	return text;
}

static const char *of_device(const char *name)
{
	static char path[256];

	snprintf(path, sizeof(path), "/sys/bus/pci/devices/%s/%s", address,
		 name);
	return path;
}

static bool has_driver(const char *name)
{
	char target[256];
	ssize_t n = readlink(of_device("driver"), target, sizeof(target) - 1);

	target[n > 0 ? n : 0] = '\0';
	return !strcmp(n > 0 ? strrchr(target, '/') + 1 : "", name);
}

static const char *journal(void)
{
	static char path[256];

	snprintf(path, sizeof(path), "/run/virtio-inspect/%s", address);
	return path;
}

static bool has_journal(void)
{
	return !access(journal(), F_OK);
}

static bool is_overridden(void)
{
	return strcmp(text_of(of_device("driver_override")), "(null)\n");
}

static bool is_unbound(void)
{
	return !has_driver("virtio-pci");
}

static bool is_bound(void)
{
	return has_driver("vfio-pci");
}

static bool is_taken(void)
{
	return strstr(text_of(journal()), "state taken");
}

static bool is_open(void)
{
	char folder[64], path[320], target[64];
	struct dirent *entry;
	bool found = false;
	ssize_t n;
	DIR *dir;

	snprintf(folder, sizeof(folder), "/proc/%d/fd", (int)pid);
	dir = opendir(folder);
	while (dir && !found && (entry = readdir(dir))) {
		snprintf(path, sizeof(path), "%s/%s", folder, entry->d_name);
		n = readlink(path, target, sizeof(target) - 1);
		target[n > 0 ? n : 0] = '\0';
		found = strstr(target, "[vfio-device]");
	}
	if (dir)
		closedir(dir);
	return found;
}

/* The device has work. */
static bool is_at_work(void)
{
	static double since;

	if (!since)
		since = now();
	return now() - since > 0.05;
}

static bool ask(void)
{
	kill(pid, SIGINT);
	return true;
}

static bool is_closed(void)
{
	return !is_open();
}

static bool is_not_overridden(void)
{
	return !is_overridden();
}

static bool is_let_go(void)
{
	return !has_driver("vfio-pci");
}

static bool has_virtio_pci(void)
{
	return has_driver("virtio-pci");
}

static bool has_status(const char *wanted)
{
	DIR *dir = opendir(of_device(""));
	struct dirent *entry;
	char name[288] = "";

	while (dir && (entry = readdir(dir)))
		if (!strncmp(entry->d_name, "virtio", 6))
			snprintf(name, sizeof(name), "%s/status",
				 entry->d_name);
	if (dir)
		closedir(dir);
	return *name && strstr(text_of(of_device(name)), wanted);
}

static bool has_virtio(void)
{
	return has_status("0x");
}

static bool is_driven(void)
{
	return has_status("0x0000000f");
}

static bool has_no_journal(void)
{
	return !has_journal();
}

static bool at_once(void)
{
	return true;
}

static const struct point {
	const char *name;
	bool (*reached)(void);
} points[] = {
	{ "started", at_once },
	{ "noted", has_journal },
	{ "overridden", is_overridden },
	{ "unbound", is_unbound },
	{ "bound", is_bound },
	{ "taken", is_taken },
	{ "open", is_open },
	{ "working", is_at_work },
	{ "asked", ask },
	{ "closed", is_closed },
	{ "restored", is_not_overridden },
	{ "released", is_let_go },
	{ "returned", has_virtio_pci },
	{ "virtio", has_virtio },
	{ "driven", is_driven },
	{ "forgotten", has_no_journal },
};

static bool is_as_before(void)
{
	return has_no_journal() && has_virtio_pci() && is_not_overridden() &&
	       is_driven();
}

/* --- The program --- */

static void start(char **program)
{
	int out, err;

	/* Shells make background processes ignore SIGINT, which would then be
	 * lost until the program handles it. */
	signal(SIGINT, SIG_DFL);
	out = open(OUTPUT, O_WRONLY | O_CREAT | O_TRUNC, 0600);
	err = open(ERRORS, O_WRONLY | O_CREAT | O_TRUNC, 0600);
	pid = fork();
	if (pid)
		return;
	dup2(open("/dev/null", O_RDONLY), STDIN_FILENO);
	dup2(out, STDOUT_FILENO);
	dup2(err, STDERR_FILENO);
	execvp(program[0], program);
	_exit(127);
}

static bool has_ended(void)
{
	if (!ended)
		ended = waitpid(pid, &how, WNOHANG) == pid;
	return ended;
}

/* The name of the last point reached. */
static const char *wait_for(const char *name)
{
	const char *last = "none";
	double begun = now();
	size_t i;

	for (i = 0; i < sizeof(points) / sizeof(points[0]); i++) {
		while (!points[i].reached()) {
			if (has_ended() || now() - begun > GIVE_UP)
				return last;
			pause_us(100);
		}
		last = points[i].name;
		if (!strcmp(last, name))
			break;
	}
	return last;
}

int main(int argc, char **argv)
{
	const char *last;
	double hit, back, end;

	if (argc < 6)
		return 2;
	address = argv[4];
	start(argv + 5);
	last = wait_for(argv[1]);
	pause_us(strtoul(argv[3], NULL, 10));
	hit = now();
	if (!has_ended())
		kill(pid, atoi(argv[2]));
	while (!is_as_before() && now() - hit < GIVE_UP)
		pause_us(500);
	back = now() - hit;
	while (!has_ended() && now() - hit < GIVE_UP)
		pause_us(500);
	end = now() - hit;
	printf("{\"reached\":\"%s\",\"back\":%s,\"back_s\":%.3f,\"ended\":%s,\"ended_s\":%.3f,\"code\":%d}\n",
	       last, is_as_before() ? "true" : "false", back,
	       has_ended() ? "true" : "false", end,
	       WIFSIGNALED(how) ? 128 + WTERMSIG(how) : WEXITSTATUS(how));
	return 0;
}
