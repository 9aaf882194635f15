// SPDX-License-Identifier: LGPL-2.1-or-later
/* Members of the kernel's structures, where BTF says that they are. */
#include <errno.h>
#include <string.h>

#include "access/kernel/kernel.h"

/* A number of 1, 2, 4 or 8 bytes in native byte order. */
static uint64_t number(const char *at, size_t size)
{
	uint64_t v64 = 0;
	uint32_t v32;
	uint16_t v16;

	switch (size) {
	case 1:
		return (uint8_t)*at;
	case 2:
		memcpy(&v16, at, 2);
		return v16;
	case 4:
		memcpy(&v32, at, 4);
		return v32;
	case 8:
		memcpy(&v64, at, 8);
		return v64;
	}
	return 0;
}

uint64_t vi_k_get(const struct vi_klayout *k, const void *bytes, size_t len,
		  enum vi_kmember m)
{
	const struct vi_member *member = &k->member[m];

	if (member->size > len || member->offset > len - member->size)
		return 0;
	return number((const char *)bytes + member->offset, member->size);
}

int vi_k_read(struct vi_kernel *k, uint64_t addr, enum vi_kmember m,
	      uint64_t *value)
{
	const struct vi_member *member = &k->layout.member[m];
	char bytes[8] = { 0 };
	int err;

	if (!member->size)
		return -ENOENT;
	/* Of a larger member, read the leading pointer or number. */
	err = vi_kernel_read(k, addr + member->offset, bytes,
			     member->size < 8 ? member->size : 8);
	*value = number(bytes, member->size < 8 ? member->size : 8);
	return err;
}

void vi_k_string(struct vi_kernel *k, uint64_t addr, char *buf, size_t size)
{
	size_t i, n;

	memset(buf, 0, size);
	for (i = 0; i < size - 1; i += n) {
		n = size - 1 - i < 8 ? size - 1 - i : 8;
		/* In small steps: memory after the string may be unmapped. */
		if (vi_kernel_read(k, addr + i, buf + i, n) ||
		    memchr(buf + i, '\0', n))
			return;
	}
}
