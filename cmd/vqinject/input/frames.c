// SPDX-License-Identifier: GPL-2.0-or-later
/* Frames of a packet capture, by libpcap. */
#include <dlfcn.h>
#include <errno.h>
#include <inttypes.h>
#include <pcap/pcap.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "common/tool.h"
#include "vqinject/input/frames.h"

static typeof(pcap_fopen_offline) *p_pcap_fopen_offline;
static typeof(pcap_next_ex) *p_pcap_next_ex;
static typeof(pcap_geterr) *p_pcap_geterr;
static typeof(pcap_snapshot) *p_pcap_snapshot;
static typeof(pcap_datalink) *p_pcap_datalink;
static typeof(pcap_datalink_val_to_name) *p_pcap_datalink_val_to_name;
static typeof(pcap_datalink_val_to_description)
	*p_pcap_datalink_val_to_description;
static typeof(pcap_close) *p_pcap_close;

static const struct {
	const char *name;
	void *slot;
} symbols[] = {
	{ "pcap_fopen_offline", &p_pcap_fopen_offline },
	{ "pcap_next_ex", &p_pcap_next_ex },
	{ "pcap_geterr", &p_pcap_geterr },
	{ "pcap_snapshot", &p_pcap_snapshot },
	{ "pcap_datalink", &p_pcap_datalink },
	{ "pcap_datalink_val_to_name", &p_pcap_datalink_val_to_name },
	{ "pcap_datalink_val_to_description",
	  &p_pcap_datalink_val_to_description },
	{ "pcap_close", &p_pcap_close },
};

static int __attribute__((format(printf, 3, 4)))
fail(struct frames *f, int err, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(f->why, sizeof(f->why), fmt, ap);
	va_end(ap);
	return err;
}

/* Debian's name of the library is its own. It stays open. */
static int open_library(struct frames *f)
{
	void *lib = dlopen("libpcap.so.0.8", RTLD_NOW | RTLD_LOCAL), *address;
	size_t i;

	if (!lib)
		lib = dlopen("libpcap.so.1", RTLD_NOW | RTLD_LOCAL);
	if (!lib)
		return fail(f, -ENOENT, "reading packet captures needs libpcap; install libpcap0.8 (%s)",
			    dlerror());
	for (i = 0; i < ARRAY_SIZE(symbols); i++) {
		address = dlsym(lib, symbols[i].name);
		if (!address)
			return fail(f, -ENOENT, "libpcap has no %s; install a newer libpcap0.8",
				    symbols[i].name);
		/* The slot may be a function pointer of any type. */
		memcpy(symbols[i].slot, &address, sizeof(address));
	}
	return 0;
}

/* The value is libpcap's, not the number in the file: say its name. */
static int check_link(struct frames *f, pcap_t *p)
{
	int link = p_pcap_datalink(p);
	const char *name = p_pcap_datalink_val_to_name(link);
	const char *text = p_pcap_datalink_val_to_description(link);

	if (link == DLT_EN10MB)
		return 0;
	if (!name || !text)
		return fail(f, -EINVAL, "its frames are not Ethernet (link type %d)",
			    link);
	return fail(f, -EINVAL, "its frames are not Ethernet, but %s (link type %s); capture on an Ethernet interface",
		    text, name);
}

/* Frame @n, counted from 1, with @len bytes in the file and @whole on the wire. */
static int check_frame(struct frames *f, size_t n, uint32_t len,
		       uint32_t whole, uint32_t snapshot)
{
	if (n > FRAMES_MAX)
		return fail(f, -EINVAL, "more than %d frames", FRAMES_MAX);
	if (len > whole)
		return fail(f, -EINVAL, "frame %zu: damaged: %" PRIu32 " bytes were captured of a frame of %" PRIu32,
			    n, len, whole);
	if (len > FRAMES_MAX_LEN)
		return fail(f, -EINVAL, "frame %zu: invalid length of %" PRIu32 " bytes",
			    n, len);
	if (!len)
		return fail(f, -EINVAL, "frame %zu: empty frame", n);
	/* libpcap cuts what is longer, as the interface did. */
	if (len < whole && len == snapshot)
		return fail(f, -EINVAL, "frame %zu: truncated to %" PRIu32 " of %" PRIu32 " bytes, the snapshot length of the file; capture whole frames",
			    n, len, whole);
	if (len < whole)
		return fail(f, -EINVAL, "frame %zu: truncated to %" PRIu32 " of %" PRIu32 " bytes; capture whole frames",
			    n, len, whole);
	return 0;
}

static int read_all(struct frames *f, pcap_t *p)
{
	struct pcap_pkthdr *h;
	const u_char *bytes;
	int err = check_link(f, p), ret;

	while (!err) {
		ret = p_pcap_next_ex(p, &h, &bytes);
		if (ret == PCAP_ERROR_BREAK && !f->count)
			return fail(f, -EINVAL, "no frames");
		if (ret == PCAP_ERROR_BREAK)
			return 0;
		if (ret != 1)
			return fail(f, -EINVAL, "frame %zu: %s", f->count + 1,
				    p_pcap_geterr(p));
		err = check_frame(f, f->count + 1, h->caplen, h->len,
				  p_pcap_snapshot(p));
		if (!err && f->each)
			err = f->each(f->data, bytes, h->caplen);
		f->count += !err;
	}
	return err;
}

int frames_read(struct frames *f, const uint8_t *bytes, size_t len)
{
	char why[PCAP_ERRBUF_SIZE] = "";
	pcap_t *p;
	FILE *file;
	int err;

	f->count = 0;
	err = open_library(f);
	if (err)
		return err;
	/* It is only read. */
	file = fmemopen((void *)bytes, len, "r");
	if (!file)
		return fail(f, -errno, "%s", strerror(errno));
	p = p_pcap_fopen_offline(file, why);
	if (!p) {
		fclose(file);
		return fail(f, -EINVAL, "not a packet capture that libpcap can read: %s",
			    why);
	}
	err = read_all(f, p);
	p_pcap_close(p);	/* and the file */
	return err;
}
