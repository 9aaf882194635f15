// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * Formats of dumps, saved states, disk images and compressed files, by their
 * magic. Read as plain memory, each of them would look like a damaged ring.
 */
#include <string.h>

#include "core/compiler.h"
#include "mem/format.h"

#define AGAIN	"save the memory again as a plain copy, for example with QEMU's pmemsave"
#define UNPACK	"unpack it first"
#define CONVERT	"convert it to a plain copy of the memory first"

#define FORMAT(name_, bytes, advice_, ...)				\
	{ .name = (name_), .advice = (advice_), .magic = (bytes),	\
	  .len = sizeof(bytes) - 1, __VA_ARGS__ }

static const struct vi_mem_format formats[] = {
	/* Memory of a machine, with headers and gaps. */
	FORMAT("an ELF file", "\177ELF", AGAIN),
	FORMAT("a kdump file", "KDUMP   ", AGAIN),
	FORMAT("a diskdump file", "DISKDUMP", AGAIN),
	FORMAT("a flattened kdump file", "makedumpfile\0\0\0\0", AGAIN),
	FORMAT("an s390 dump", "\xa8\x19\x01\x73\x61\x8f\x23\xfd", AGAIN),
	FORMAT("a LiME dump", "EMiL", CONVERT),
	FORMAT("an AVML dump", "AVML", CONVERT),
	FORMAT("a Windows crash dump", "PAGEDU64", AGAIN),
	FORMAT("a Windows crash dump", "PAGEDUMP", AGAIN),
	FORMAT("a Windows minidump", "MDMP\x93\xa7", AGAIN),
	FORMAT("a Windows hibernation file", "HIBR", CONVERT),
	FORMAT("a Windows hibernation file", "hibr", CONVERT),
	FORMAT("a Mach-O file", "\xcf\xfa\xed\xfe", AGAIN),

	/* The saved state of a virtual machine. */
	FORMAT("a saved state of QEMU", "QEVM", AGAIN),
	FORMAT("a saved state of libvirt", "LibvirtQemudSave", AGAIN),
	FORMAT("an unfinished saved state of libvirt", "LibvirtQemudPart",
	       AGAIN),
	FORMAT("a saved state of Xen", "LibxlFmt", AGAIN),
	FORMAT("a saved state of VMware", "\xd0\xbe\xd2\xbe", CONVERT),
	FORMAT("a saved state of VMware", "\xd1\xba\xd1\xba", CONVERT),
	FORMAT("a saved state of VMware", "\xd2\xbe\xd2\xbe", CONVERT),
	FORMAT("a saved state of VMware", "\xd3\xbe\xd3\xbe", CONVERT),
	FORMAT("a saved state of VirtualBox", "\177VirtualBox SavedState V",
	       AGAIN),

	/* Disks. */
	FORMAT("a qcow2 disk image", "QFI\xfb", AGAIN),
	FORMAT("a VMDK disk image", "KDMV", AGAIN),
	FORMAT("a VHDX disk image", "vhdxfile", AGAIN),
	FORMAT("an EWF image", "EVF\x09\x0d\x0a\xff", CONVERT),

	/* Packed files. */
	FORMAT("a gzip file", "\x1f\x8b\x08", UNPACK),
	FORMAT("an xz file", "\xfd" "7zXZ\0", UNPACK),
	FORMAT("a zstd file", "\x28\xb5\x2f\xfd", UNPACK),
	FORMAT("an lz4 file", "\x04\x22\x4d\x18", UNPACK),
	FORMAT("an lzop file", "\x89LZO\0\x0d\x0a\x1a\x0a", UNPACK),
	FORMAT("a bzip2 file", "BZh", UNPACK),
	FORMAT("a snappy file", "\xff\x06\0\0sNaPpY", UNPACK),
	FORMAT("a 7z archive", "7z\xbc\xaf\x27\x1c", UNPACK),
	FORMAT("a zip archive", "PK\x03\x04", UNPACK),
	FORMAT("a tar archive", "ustar", UNPACK, .at = 257),
};

const struct vi_mem_format *vi_mem_format(const void *bytes, size_t len)
{
	const struct vi_mem_format *f;

	for (f = formats; f < formats + ARRAY_SIZE(formats); f++)
		if (f->at + f->len <= len &&
		    !memcmp((const char *)bytes + f->at, f->magic, f->len))
			return f;
	return NULL;
}
