// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * agent PORT: run the commands that arrive on the serial port /dev/PORT. One
 * small program instead of a shell with its filters: under emulation, to start a
 * program is what takes time.
 *
 * A request is a line with four numbers (its number, a limit in seconds, bytes of
 * the command, bytes of standard input), then the command and its standard input.
 * The answer is a line with the request's number and the exit code, and for each
 * of standard output and standard error a line with its size as sent and 1 if it
 * is compressed, else 0, and the bytes. Background processes of a command do not
 * delay the answer.
 *
 * Files are in the current folder. Ends, with a message, when anything fails.
 */
#include <err.h>
#include <fcntl.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/utsname.h>
#include <sys/wait.h>
#include <termios.h>
#include <time.h>
#include <unistd.h>

/* Compressing less than this takes longer than sending it. */
#define COMPRESS_FROM	4096

static FILE *port;

static FILE *open_port(const char *name)
{
	struct termios raw;
	char path[64];
	int fd;

	snprintf(path, sizeof(path), "/dev/%s", name);
	fd = open(path, O_RDWR | O_NOCTTY | O_CLOEXEC);
	if (fd < 0 || tcgetattr(fd, &raw))
		err(1, "%s", path);
	cfmakeraw(&raw);
	if (tcsetattr(fd, TCSANOW, &raw))
		err(1, "%s", path);
	return fdopen(fd, "r");
}

static void send_all(const void *bytes, size_t len)
{
	const char *at = bytes;
	ssize_t n;

	for (; len; at += n, len -= n) {
		n = write(fileno(port), at, len);
		if (n < 0)
			err(1, "write");
	}
}

static int new_file(const char *name)
{
	int fd = open(name, O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);

	if (fd < 0)
		err(1, "%s", name);
	return fd;
}

/* The next @len bytes of the port, as a file. */
static void receive(const char *name, size_t len)
{
	char buf[4096];
	int fd = new_file(name);

	while (len) {
		size_t n = fread(buf, 1, len < sizeof(buf) ? len : sizeof(buf),
				 port);

		if (!n)
			err(1, "read");
		if (write(fd, buf, n) != (ssize_t)n)
			err(1, "%s", name);
		len -= n;
	}
	close(fd);
}

/* Run a program in @folder, with files as its standard streams. */
static pid_t start(char *const argv[], const char *folder, const char *in,
		   const char *out, const char *error)
{
	int fds[3] = { open(in, O_RDONLY | O_CLOEXEC), new_file(out),
		       error ? new_file(error) : dup(2) };
	pid_t pid = fork();
	sigset_t none;
	int i;

	if (pid < 0 || fds[0] < 0)
		err(1, "fork");
	if (!pid) {
		for (i = 0; i < 3; i++)
			dup2(fds[i], i);
		sigemptyset(&none);
		sigprocmask(SIG_SETMASK, &none, NULL);
		if (!chdir(folder))
			execvp(argv[0], argv);
		err(127, "%s", argv[0]);
	}
	for (i = 0; i < 3; i++)
		close(fds[i]);
	return pid;
}

/* Its exit code as a shell tells it; after @limit seconds it is killed. */
static int finish(pid_t pid, unsigned int limit)
{
	struct timespec now, end;
	sigset_t child;
	int status;

	sigemptyset(&child);
	sigaddset(&child, SIGCHLD);
	clock_gettime(CLOCK_MONOTONIC, &end);
	end.tv_sec += limit;
	while (!waitpid(pid, &status, WNOHANG)) {
		clock_gettime(CLOCK_MONOTONIC, &now);
		if (now.tv_sec >= end.tv_sec)
			kill(pid, SIGKILL);
		sigtimedwait(&child, NULL, &(struct timespec) { 1, 0 });
	}
	return WIFSIGNALED(status) ? 128 + WTERMSIG(status) :
	       WEXITSTATUS(status);
}

static off_t size_of(const char *name)
{
	struct stat st;

	if (stat(name, &st))
		err(1, "%s", name);
	return st.st_size;
}

static void send_file(const char *name)
{
	char *gzip[] = { "gzip", "-c", NULL };
	bool packed = size_of(name) >= COMPRESS_FROM;
	char line[64];
	off_t len;
	int fd;

	if (packed) {
		if (finish(start(gzip, ".", name, "packed", NULL), 3600))
			errx(1, "gzip failed");
		name = "packed";
	}
	/* A background process may go on writing. */
	len = size_of(name);
	send_all(line, snprintf(line, sizeof(line), "%lld %d\n",
				(long long)len, packed));
	fd = open(name, O_RDONLY | O_CLOEXEC);
	while (len) {
		char buf[4096];
		ssize_t n = read(fd, buf, len < (off_t)sizeof(buf) ?
				 (size_t)len : sizeof(buf));

		if (n <= 0)
			err(1, "%s", name);
		send_all(buf, n);
		len -= n;
	}
	close(fd);
}

int main(int argc, char **argv)
{
	char *sh[] = { "sh", "/run/agent/command", NULL };
	unsigned int number, limit, command, input;
	struct utsname name;
	sigset_t child;
	char line[128];

	if (argc != 2)
		errx(2, "usage: agent PORT");
	sigemptyset(&child);
	sigaddset(&child, SIGCHLD);
	sigprocmask(SIG_BLOCK, &child, NULL);
	port = open_port(argv[1]);
	uname(&name);
	send_all(line, snprintf(line, sizeof(line), "ready %s\n", name.release));
	while (fgets(line, sizeof(line), port)) {
		int code;

		if (sscanf(line, "%u %u %u %u", &number, &limit, &command,
			   &input) != 4)
			continue;
		receive("command", command);
		receive("stdin", input);
		code = finish(start(sh, "/", "stdin", "stdout", "stderr"),
			      limit);
		send_all(line, snprintf(line, sizeof(line), "%u %d\n", number,
					code));
		send_file("stdout");
		send_file("stderr");
	}
	err(1, "%s", argv[1]);
}
