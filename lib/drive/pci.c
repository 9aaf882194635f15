// SPDX-License-Identifier: LGPL-2.1-or-later
/* "0000:00:04.0,poll": which PCI device is to be driven, and how. */
#include <errno.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "core/address.h"
#include "core/ctx.h"
#include "core/file.h"
#include "drive/pci.h"

/* A pool is all locked memory: more than this is a slip of the pen. */
#define POOL_MAX	((uint64_t)1 << 30)

static int set_pool(const char *target, const char *value,
		    struct vi_pci_options *o)
{
	uint64_t size;

	if (vi_parse_size(value, &size) || !size || size > POOL_MAX)
		return vi_fail(NULL, -EINVAL,
			       "%s: pool=%s: expected a size from 1 to 1G, such as 16M",
			       target, value);
	o->pool = (size_t)size;
	return 0;
}

static int set_option(const char *target, const char *word,
		      struct vi_pci_options *o)
{
	if (!strncmp(word, "pool=", 5))
		return set_pool(target, word + 5, o);
	if (!strcmp(word, "poll"))
		o->poll = true;
	else if (!strcmp(word, "legacy"))
		o->legacy = true;
	else
		return vi_fail(NULL, -EINVAL,
			       "%s: unknown option \"%s\"; use poll, legacy or pool=SIZE",
			       target, word);
	return 0;
}

/* @text is cut into words, in place. */
static int parse(const char *target, char *text, char *address,
		 struct vi_pci_options *o)
{
	char *word = strsep(&text, ",");
	int err = 0;

	if (vi_pci_address(word, address))
		return vi_fail(NULL, -EINVAL,
			       "%s: cannot be driven; use sim:blk, sim:rng, sim:net or sim:console, or a PCI address such as 0000:00:04.0",
			       target);
	while (!err && (word = strsep(&text, ",")))
		err = set_option(target, word, o);
	return err;
}

/* @words: what @target says after its prefix. */
static int attach(const char *target, const char *words, bool physical,
		  struct virtio_device **vdev)
{
	struct vi_pci_options o = { .physical = physical };
	char address[VI_PCI_ADDRESS_SIZE];
	char *text = strdup(words);
	int err;

	if (!text)
		return vi_fail(NULL, -ENOMEM, "%s: out of memory", target);
	err = parse(target, text, address, &o);
	free(text);
	return err ? err : vi_pci_drive_new(address, &o, vdev);
}

int vi_vfio_attach(const char *target, struct virtio_device **vdev)
{
	return attach(target, target, false, vdev);
}

int vi_physical_attach(const char *target, struct virtio_device **vdev)
{
	return attach(target, target + strlen(VI_PHYSICAL_PREFIX), true, vdev);
}
