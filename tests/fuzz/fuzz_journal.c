// SPDX-License-Identifier: GPL-2.0-or-later
/* Journals of taken devices, as anybody may have left them. */
#include "bind/journal.h"
#include "fuzz.h"

const char *const fuzz_words[] = {
	"virtio-inspect-journal 1\n", "address ", "0000:00:04.0\n", "boot ",
	"pid ", "start ", "time ", "to ", "driver ", "override ", "virtio ",
	"virtio_driver ", "status ", "state ", "taking\n", "taken\n", "kept\n",
	"-\n", "../", "18446744073709551616", NULL
};

static void check_name(const char *name)
{
	/* It becomes part of a path that is written to. */
	if (*name && (!vi_bind_name_ok(name) || strchr(name, '/') ||
		      name[0] == '.'))
		abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char text[VI_JOURNAL_SIZE];
	struct vi_journal j, again;
	uint32_t part[4];
	int len;

	if (vi_journal_parse((const char *)data, size, &j))
		return 0;
	if (vi_pci_address_parse(j.was.address, part))
		abort();
	check_name(j.to);
	check_name(j.was.driver);
	check_name(j.was.override);
	check_name(j.was.virtio);
	check_name(j.was.virtio_driver);
	/* Formatting and parsing it again yields the same. */
	len = vi_journal_format(&j, text);
	if (len <= 0 || len >= VI_JOURNAL_SIZE ||
	    vi_journal_parse(text, len, &again) ||
	    memcmp(&j, &again, sizeof(j)))
		abort();
	return 0;
}

static const char *const seeds[] = {
	"virtio-inspect-journal 1\naddress 0000:00:04.0\nboot 6f1c-0\n"
	"pid 321\nstart 4711\ntime 1763840000\nto vfio-pci\n"
	"driver virtio-pci\noverride -\nvirtio virtio0\n"
	"virtio_driver virtio_rng\nstatus 15\nstate taking\nstate taken\n",
	"virtio-inspect-journal 1\naddress 0001:ff:1f.7\nboot -\npid 0\n"
	"start 0\ntime 0\nto -\ndriver -\noverride -\nvirtio -\n"
	"virtio_driver -\nstatus -\nstate kept\n",
};

size_t fuzz_seed(unsigned int i, uint8_t *buf)
{
	return i < sizeof(seeds) / sizeof(seeds[0]) ?
	       fuzz_text(buf, seeds[i]) : 0;
}
