// SPDX-License-Identifier: GPL-2.0-or-later
/* SCSI hosts: each disk, tape and so on behind them. */
#include <stdio.h>
#include <string.h>

#include "bind/use.h"

#define UNITS	"host#/target*/*/"

static int find(struct vi_use *u, const char *pattern,
		struct vi_strings *found)
{
	int err = vi_glob(u->dev, u->dev->path, pattern, found);

	return err ? vi_used(u, "what is behind it cannot be found: %s",
			     strerror(-err)) : 0;
}

/* "sg3", "st0", "ch0": open in some process? */
static int nodes_used(struct vi_use *u, const char *pattern)
{
	struct vi_strings nodes;
	char path[128];
	size_t i;
	int err = find(u, pattern, &nodes);

	for (i = 0; !err && i < nodes.count; i++) {
		snprintf(path, sizeof(path), "/dev%s",
			 strrchr(nodes.v[i], '/'));
		err = vi_open_used(u, path);
	}
	return err;
}

static int scsi_used(struct vi_use *u)
{
	struct vi_strings disks;
	size_t i;
	int err = find(u, UNITS "block/*", &disks);

	for (i = 0; !err && i < disks.count; i++)
		err = vi_disk_used(u, disks.v[i]);
	if (!err)
		err = nodes_used(u, UNITS "scsi_generic/*");
	if (!err)
		err = nodes_used(u, UNITS "scsi_tape/*");
	if (!err)
		err = nodes_used(u, UNITS "scsi_changer/*");
	return err;
}

VI_USE_CHECK(scsi, 8, .used = scsi_used);
