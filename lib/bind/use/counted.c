// SPDX-License-Identifier: LGPL-2.1-or-later
/* Devices whose users only the kernel counts: sockets and ciphers. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bind/use/use.h"
#include "core/file.h"

/* Each connected socket holds a reference to its transport's module. */
static int vsock_used(struct vi_use *u)
{
	uint64_t count;
	int err = vi_read_u64(u->ctx,
			      "/sys/module/vmw_vsock_virtio_transport/refcnt",
			      &count);

	if (err)
		return vi_cannot_tell(u, u->force,
				      "cannot determine whether any socket uses it: %s; make sure that none does, then use force",
				      strerror(-err));
	return count ? vi_used(u, "%llu sockets use it",
			       (unsigned long long)count) : 0;
}

/* Blocks of "KEY : VALUE" in /proc/crypto; one user is the kernel itself. */
static int crypto_used(struct vi_use *u)
{
	char *text, *rest, *line, driver[128] = "", busy[128] = "";
	unsigned int count;
	size_t len;

	text = vi_read_all(u->ctx, "/proc/crypto", 4 << 20, &len);
	if (!text)
		return vi_cannot_tell(u, u->force, "/proc/crypto: %s",
				      strerror(errno));
	for (rest = text; !busy[0] && (line = strsep(&rest, "\n"));) {
		if (sscanf(line, "driver : %127s", driver) == 1)
			continue;
		if (!strncmp(driver, "virtio", 6) &&
		    sscanf(line, "refcnt : %u", &count) == 1 && count > 1)
			snprintf(busy, sizeof(busy), "%s", driver);
	}
	free(text);
	return busy[0] ? vi_used(u, "the cipher %s is in use", busy) : 0;
}

VI_USE_CHECK(vsock, 19, .used = vsock_used);
VI_USE_CHECK(crypto, 20, .used = crypto_used);
