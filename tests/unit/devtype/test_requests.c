// SPDX-License-Identifier: GPL-2.0-or-later
/* Requests in one line, by their headers: each type of device. */
#include "by_name.h"

#include "devtype/request.h"
#include "spec/features.h"

#define V1	32	/* VIRTIO_F_VERSION_1 */

/* --- Tables --- */

/*
 * @header: in hexadecimal, with blanks for readability.
 * @feature: besides VIRTIO_F_VERSION_1; 0: none. LEGACY: no feature at all;
 *           BIG: the same of a big-endian guest; UNKNOWN: not known.
 * @status: the status byte plus one; 0: none.
 */
struct row {
	const char *queue, *header;
	uint64_t out_len, in_len;
	const char *line;
	int feature;
	int status;
};

#define LEGACY	(-1)
#define BIG	(-2)
#define UNKNOWN	(-3)
#define STATUS(n)	.status = (n) + 1

static void check_row(const struct vi_device_type *type, const struct row *row)
{
	const struct vi_queue_kind *kind = kind_by_name(type, row->queue);
	struct vi_request req = {
		.has_features = row->feature != UNKNOWN,
		.big_endian = row->feature == BIG,
		.out_len = row->out_len, .in_len = row->in_len,
		.has_status = row->status, .status = row->status - 1,
	};
	char line[256];
	uint8_t *header = from_hex(row->header, &req.header_len);
	size_t n;

	if (row->feature >= 0)
		vi_features_set(&req.features, V1);
	if (row->feature > 0)
		vi_features_set(&req.features, row->feature);
	req.header = header;
	n = vi_request_describe(kind, &req, line, sizeof(line));
	assert_string_equal(line, row->line);
	assert_int_equal(n, strlen(line));
	free(header);
}

static void check(const char *type, const struct row *row)
{
	for (; row->queue; row++)
		check_row(type_by_name(type), row);
}

/* --- Types --- */

static void blk(void **state)
{
	static const char q[] = "requestq%u";
	static const struct row rows[] = {
		/* type, reserved, sector */
		{ q, "00000000 00000000 0008000000000000", 16, 4097,
		  .line = "read sector 2048, 4096 bytes" },
		{ q, "01000000 00000000 0010000000000000", 16 + 512, 1,
		  .line = "write sector 4096, 512 bytes, status OK", STATUS(0) },
		{ q, "01000000 00000000 ffffffffffffffff", 17, 1,
		  .line = "write sector 18446744073709551615, 1 byte, status IOERR",
		  STATUS(1) },
		{ q, "04000000 00000000 0000000000000000", 16, 1,
		  .line = "flush" },
		{ q, "08000000 00000000 0000000000000000", 16, 21,
		  .line = "get ID" },
		{ q, "0b000000 00000000 0000000000000000", 16 + 32, 1,
		  .line = "discard, 2 ranges" },
		{ q, "0d000000 00000000 0000000000000000", 16 + 16, 1,
		  .line = "write zeroes, 1 range, status UNSUPP", STATUS(2) },
		{ q, "0f000000 00000000 0000080000000000", 16 + 4096, 9,
		  .line = "zone append sector 524288, 4096 bytes" },
		{ q, "12000000 00000000 0000080000000000", 16, 1,
		  .line = "zone open sector 524288, status ZONE_OPEN_RESOURCE",
		  STATUS(5) },
		{ q, "63000000 00000000 0000000000000000", 16, 1,
		  .line = "request type 0x63, status number 0x77", STATUS(0x77) },
		/* Barriers are legacy, and need a feature. */
		{ q, "01000080 00000000 0100000000000000", 16 + 512, 1,
		  .line = "request type 0x80000001" },
		{ q, "01000080 00000000 0100000000000000", 16 + 512, 1,
		  .line = "request type 0x80000001", .feature = LEGACY },
		/* No room for a status. */
		{ q, "00000000 00000000 0000000000000000", 16, 0,
		  .line = "read sector 0, 0 bytes" },
		{ q, "00000000 00000000", 8, 513,
		  .line = "header cut short, 8 of 16 bytes, 8 bytes out, 513 bytes in" },
		{ q, "", 0, 513,
		  .line = "header cut short, 0 of 16 bytes, 513 bytes in" },
		{ q, "", 16, 513,
		  .line = "header not read, 16 bytes out, 513 bytes in" },
		{ },
	};

	(void)state;
	check("blk", rows);
}

static void net(void **state)
{
	static const char t[] = "transmitq%u", c[] = "controlq";
	static const struct row rows[] = {
		/* flags gso_type hdr_len gso_size csum_start csum_offset */
		{ t, "00 00 0000 0000 0000 0000", 12 + 60, 0,
		  .line = "60 bytes" },
		{ t, "00 00 0000 0000 0000 0000", 10 + 60, 0,
		  .line = "60 bytes",
		  .feature = LEGACY },
		{ t, "00 00 0000 0000 0000 0000", 20 + 60, 0,
		  .line = "60 bytes", .feature = 57 },
		{ t, "01 01 4200 a805 2200 1000", 12 + 2934, 0,
		  .line = "TSO4, gso_size 1448, hdr_len 66, checksum from 34 at +16, 2934 bytes" },
		{ t, "00 84 5600 9405 0000 0000", 12 + 4000, 0,
		  .line = "TSO6 with ECN, gso_size 1428, hdr_len 86, 4000 bytes" },
		{ t, "00 25 2a00 9405 0000 0000", 12 + 4000, 0,
		  .line = "USO in a UDP tunnel over IPv4, gso_size 1428, hdr_len 42, 4000 bytes" },
		{ t, "00 07 0000 0000 0000 0000", 12, 0,
		  .line = "gso_type 0x7, gso_size 0, hdr_len 0, 0 bytes" },
		{ t, "01 01 4200", 4, 0,
		  .line = "header cut short, 4 of 10 bytes, 4 bytes out" },
		{ c, "01 00 0200", 20, 1, .line = "ctrl MAC_TABLE_SET" },
		{ c, "00 00 01", 3, 1, .line = "ctrl RX_PROMISC on, status OK",
		  STATUS(0) },
		{ c, "00 01 00", 3, 1, .line = "ctrl RX_ALLMULTI off" },
		{ c, "02 00 6400", 4, 1,
		  .line = "ctrl VLAN_ADD 100, status ERR",
		  STATUS(1) },
		{ c, "04 00 0400", 4, 1, .line = "ctrl MQ_VQ_PAIRS_SET 4" },
		{ c, "04 00", 2, 1, .line = "ctrl MQ_VQ_PAIRS_SET" },
		{ c, "2a 07", 2, 1, .line = "ctrl class 42, command 7" },
		{ c, "01", 1, 1,
		  .line = "header cut short, 1 of 2 bytes, 1 byte out, 1 byte in" },
		{ "receiveq%u", "", 0, 1526, .line = "1526 bytes in" },
		{ },
	};

	(void)state;
	check("net", rows);
}

/* lun, id, task_attr, prio, crn */
#define CMD(lun, cdb)	lun " 0000000000000000 00 00 00 " cdb
#define LUN_0_1		"0100400100000000"
#define CDB_END		" 00000000 00000000 00000000 00000000"

static void scsi(void **state)
{
	static const char r[] = "request queue %u", c[] = "controlq";
	static const struct row rows[] = {
		{ r, CMD(LUN_0_1, "28 00 00000800 00 0008 00 000000000000") CDB_END,
		  51, 108 + 4096,
		  .line = "READ(10) LBA 2048, 8 blocks, target 0 LUN 1" },
		{ r, CMD(LUN_0_1, "8a 00 0000000100000000 00000001 00 00") CDB_END,
		  51 + 512, 108,
		  .line = "WRITE(16) LBA 4294967296, 1 block, target 0 LUN 1" },
		{ r, CMD(LUN_0_1, "08 100001 00 00 00000000000000000000") CDB_END,
		  51, 108, .line = "READ(6) LBA 1048577, 256 blocks, target 0 LUN 1" },
		{ r, CMD(LUN_0_1, "a0 00 00 000000 00001000 00 00 00000000") CDB_END,
		  51, 108, .line = "REPORT LUNS, target 0 LUN 1" },
		{ r, CMD("c101000000000000", "a0 00 00 000000 00001000 00 00 00000000") CDB_END,
		  51, 108, .line = "REPORT LUNS, well-known LUN REPORT LUNS" },
		{ r, CMD("0105400000000000", "12 00 00 0024 00 00000000000000000000") CDB_END,
		  51, 108, .line = "INQUIRY, target 5 LUN 0, status BAD_TARGET",
		  STATUS(3) },
		{ r, CMD(LUN_0_1, "9e 10 0000000000000000 00000020 00 00") CDB_END,
		  51, 108, .line = "READ CAPACITY(16), target 0 LUN 1" },
		{ r, CMD("0200000000000000", "ff"), 20, 108,
		  .line = "SCSI command 0xff, LUN 02000000..." },
		{ r, "0100400100000000", 8, 0,
		  .line = "header cut short, 8 of 20 bytes, 8 bytes out" },
		/* type, subtype, lun, id */
		{ c, "00000000 00000000 0100400100000000 efbe000000000000",
		  24, 1,
		  .line = "ctrl ABORT_TASK, target 0 LUN 1, task 0xbeef, status OK",
		  STATUS(0) },
		{ c, "00000000 05000000 0100400100000000 0000000000000000",
		  24, 1,
		  .line = "ctrl LOGICAL_UNIT_RESET, target 0 LUN 1, status FUNCTION_REJECTED",
		  STATUS(11) },
		{ c, "01000000 0103400200000000 02000000", 16, 5,
		  .line = "ctrl AN_QUERY, target 3 LUN 2" },
		{ c, "09000000 0000000000000000", 12, 5,
		  .line = "ctrl type 0x9" },
		{ "eventq", "", 0, 16, .line = "16 bytes in" },
		{ },
	};

	(void)state;
	check("scsi", rows);
}

static void console_and_rng(void **state)
{
	static const struct row console[] = {
		{ "transmitq(port0)", "", 1, 0, .line = "write 1 byte" },
		{ "transmitq(port%u)", "", 80, 0, .line = "write 80 bytes" },
		{ "receiveq(port0)", "", 0, 4096, .line = "4096 bytes in" },
		/* id, event, value */
		{ "control transmitq", "02000000 0600 0100", 8, 0,
		  .line = "ctrl PORT_OPEN, port 2, value 1" },
		{ "control transmitq", "02000000 0900 0100", 8, 0,
		  .line = "ctrl event 0x9, port 2, value 1" },
		{ "control transmitq", "02000000 0600", 6, 0,
		  .line = "header cut short, 6 of 8 bytes, 6 bytes out" },
		{ },
	};
	static const struct row rng[] = {
		{ "requestq", "", 0, 64, .line = "64 bytes wanted" },
		{ "requestq", "", 0, 1, .line = "1 byte wanted" },
		{ },
	};

	(void)state;
	check("console", console);
	check("rng", rng);
}

static void balloon(void **state)
{
	static const struct row rows[] = {
		{ "inflateq", "", 1024, 0, .line = "inflate by 256 pages" },
		{ "deflateq", "", 4, 0, .line = "deflate by 1 page" },
		{ "statsq", "", 100, 0, .line = "10 statistics" },
		{ "free_page_vq", "02000000", 4, 0, .line = "begin command 2" },
		{ "free_page_vq", "00000000", 4, 0, .line = "command STOP" },
		{ "free_page_vq", "", 4, 0, .line = "command not read" },
		{ "free_page_vq", "", 0, 4194304,
		  .line = "free pages, 4194304 bytes" },
		{ "reporting_vq", "", 0, 4194304,
		  .line = "report 4194304 bytes free" },
		{ },
	};

	(void)state;
	check("balloon", rows);
}

static void vsock(void **state)
{
	static const struct row rows[] = {
		/* cids, ports, len, type, op, flags, buf_alloc, fwd_cnt */
		{ "tx", "0300000000000000 0200000000000000 00040000 88130000"
		  "00100000 0100 0500 00000000 00000400 00000000",
		  44 + 4096, 0,
		  .line = "RW stream, cid 3 port 1024 to cid 2 port 5000, 4096 bytes" },
		{ "tx", "0300000000000000 0200000000000000 00040000 88130000"
		  "00000000 0200 0100 00000000 00000400 00000000", 44, 0,
		  .line = "REQUEST seqpacket, cid 3 port 1024 to cid 2 port 5000, 0 bytes" },
		{ "tx", "0300000000000000 0200000000000000 00040000 88130000"
		  "00000000 0900 4000 00000000 00000400 00000000", 44, 0,
		  .line = "op 0x40 type 0x9, cid 3 port 1024 to cid 2 port 5000, 0 bytes" },
		{ "tx", "0300000000000000", 8, 0,
		  .line = "header cut short, 8 of 44 bytes, 8 bytes out" },
		{ "rx", "", 0, 4096, .line = "4096 bytes in" },
		{ },
	};

	(void)state;
	check("vsock", rows);
}

static void files(void **state)
{
	static const struct row p9[] = {
		/* size, type, tag, fid */
		{ "requests", "17000000 74 0100 05000000", 23, 4096,
		  .line = "Tread tag 1, fid 5" },
		{ "requests", "09000000 6c 0200 0100", 9, 7,
		  .line = "Tflush tag 2, of tag 1" },
		{ "requests", "15000000 64 ffff 00200000", 21, 7,
		  .line = "Tversion tag 65535, msize 8192" },
		{ "requests", "07000000 ff 0300", 7, 7,
		  .line = "message type 0xff tag 3" },
		{ "requests", "07000000", 4, 7,
		  .line = "header cut short, 4 of 7 bytes, 4 bytes out, 7 bytes in" },
		{ },
	};
	static const struct row fs[] = {
		/* len, opcode, unique, nodeid, uid, gid, pid, padding */
		{ "request queue %u", "50000000 0f000000 0600000000000000"
		  "0100000000000000 00000000 00000000 d2040000 00000000",
		  80, 4112, .line = "READ nodeid 1, unique 6, pid 1234" },
		{ "hiprio", "28000000 02000000 0700000000000000"
		  "2a00000000000000 00000000 00000000 00000000 00000000",
		  40, 0, .line = "FORGET nodeid 42, unique 7, pid 0" },
		{ "request queue %u", "28000000 34020000 0700000000000000"
		  "2a00000000000000 00000000 00000000 00000000 00000000",
		  40, 0, .line = "FUSE opcode 0x234 nodeid 42, unique 7, pid 0" },
		{ "request queue %u", "28000000 0f000000", 8, 16,
		  .line = "header cut short, 8 of 36 bytes, 8 bytes out, 16 bytes in" },
		{ },
	};

	(void)state;
	check("9p", p9);
	check("fs", fs);
}

/* type, flags, fence_id, ctx_id, ring_idx, padding */
#define GPU(type, flags, ctx) \
	type " " flags " 0700000000000000 " ctx " 03 000000"

static void gpu_and_input(void **state)
{
	static const char c[] = "controlq";
	static const struct row gpu[] = {
		{ c, GPU("00010000", "00000000", "00000000"), 24, 408,
		  .line = "GET_DISPLAY_INFO" },
		{ c, GPU("01010000", "00000000", "00000000") "05000000",
		  40, 24, .line = "RESOURCE_CREATE_2D, resource 5" },
		{ c, GPU("07020000", "01000000", "02000000") "00100000",
		  32 + 4096, 24, .line = "SUBMIT_3D, bytes 4096, context 2, fence 7" },
		{ c, GPU("03010000", "03000000", "00000000"), 48, 24,
		  .line = "SET_SCANOUT, fence 7, ring 3" },
		{ "cursorq", GPU("01030000", "00000000", "00000000")
		  "01000000", 56, 0, .line = "MOVE_CURSOR, scanout 1" },
		{ c, GPU("99090000", "00000000", "00000000"), 24, 24,
		  .line = "command 0x999" },
		{ c, "00010000 00000000", 8, 24,
		  .line = "header cut short, 8 of 24 bytes, 8 bytes out, 24 bytes in" },
		{ },
	};
	static const struct row input[] = {
		{ "statusq", "1100 0100 01000000", 8, 0,
		  .line = "event LED, code 1, value 1" },
		{ "statusq", "ff00 0100 01000000", 8, 0,
		  .line = "event type 0xff, code 1, value 1" },
		{ "eventq", "", 0, 8, .line = "8 bytes in" },
		{ },
	};

	(void)state;
	check("gpu", gpu);
	check("input", input);
}

static void crypto_and_iommu(void **state)
{
	static const struct row crypto[] = {
		/* opcode, algo, flag, reserved */
		{ "controlq", "02000000 03000000 00000000 00000000", 72, 16,
		  .line = "CIPHER_CREATE_SESSION, algorithm 3" },
		{ "controlq", "03000000 00000000 00000000 00000000", 72, 1,
		  .line = "CIPHER_DESTROY_SESSION" },
		/* opcode, algo, session, flag, padding */
		{ "dataq%u", "00000000 03000000 2a00000000000000 00000000 00000000",
		  128, 65, .line = "CIPHER_ENCRYPT, algorithm 3, session 42, status INVSESS",
		  STATUS(4) },
		{ "dataq%u", "07070000 03000000 2a00000000000000 00000000 00000000",
		  128, 65, .line = "opcode 0x707, algorithm 3, session 42" },
		{ "dataq%u", "00000000", 4, 1,
		  .line = "header cut short, 4 of 24 bytes, 4 bytes out, 1 byte in" },
		{ },
	};
	static const struct row iommu[] = {
		/* type; domain, endpoint */
		{ "requestq", "01000000 01000000 10000000 00000000 00000000",
		  20, 4, .line = "ATTACH domain 1, endpoint 16, status OK", STATUS(0) },
		{ "requestq", "03000000 01000000 0010000000000000"
		  "ff1f000000000000 0000004000000000 03000000", 36, 4,
		  .line = "MAP domain 1, virtual 0x1000 to 0x1fff, physical 0x40000000, flags 0x3" },
		{ "requestq", "04000000 01000000 0010000000000000"
		  "ff1f000000000000 00000000", 28, 4,
		  .line = "UNMAP domain 1, virtual 0x1000 to 0x1fff, status NOENT",
		  STATUS(6) },
		{ "requestq", "05000000 10000000", 72, 516,
		  .line = "PROBE endpoint 16" },
		{ "requestq", "63000000 10000000", 72, 516,
		  .line = "request type 0x63" },
		{ "requestq", "03000000", 4, 4,
		  .line = "header cut short, 4 of 8 bytes, 4 bytes out, 4 bytes in" },
		{ },
	};

	(void)state;
	check("crypto", crypto);
	check("iommu", iommu);
}

static void mem_and_sound(void **state)
{
	static const struct row mem[] = {
		/* type, padding; addr, nb_blocks */
		{ "guest-request", "0000 000000000000 0000004000000000 0200",
		  24, 10, .line = "PLUG address 0x40000000, 2 blocks" },
		{ "guest-request", "0200 000000000000 0000000000000000 0000",
		  24, 10, .line = "UNPLUG_ALL" },
		{ "guest-request", "0900 000000000000", 24, 10,
		  .line = "request type 0x9" },
		{ },
	};
	static const struct row sound[] = {
		{ "controlq", "04010000 01000000", 8, 4,
		  .line = "PCM_START, stream 1" },
		{ "controlq", "00010000 00000000 02000000", 16, 68,
		  .line = "PCM_INFO, first 0" },
		{ "controlq", "03030000 07000000", 520, 4,
		  .line = "CTL_WRITE, control 7" },
		{ "controlq", "ff0f0000", 4, 4, .line = "request code 0xfff" },
		{ "txq", "02000000", 4 + 1920, 8,
		  .line = "stream 2, 1920 bytes" },
		{ "rxq", "03000000", 4, 960 + 8,
		  .line = "stream 3, 960 bytes" },
		{ "txq", "0200", 2, 8,
		  .line = "header cut short, 2 of 4 bytes, 2 bytes out, 8 bytes in" },
		{ },
	};

	(void)state;
	check("mem", mem);
	check("sound", sound);
}

static void buses(void **state)
{
	static const struct row i2c[] = {
		/* addr, padding, flags */
		{ "requestq", "a000 0000 02000000", 8, 17,
		  .line = "read from 0x50, 16 bytes, status OK", STATUS(0) },
		{ "requestq", "a000 0000 01000000", 10, 1,
		  .line = "write to 0x50, 2 bytes, fails with the one before" },
		{ "requestq", "f634 0000 00000000", 9, 1,
		  .line = "write to 0x334, 1 byte" },
		{ },
	};
	static const struct row spi[] = {
		{ "requestq", "01 08 00 00 00 000000 00000000 40420f00"
		  "00000000 00000000 00000000 00000000", 36, 5,
		  .line = "transfer chip 1, 8 bits per word, 1000000 Hz, 4 bytes out, 4 bytes in, status PARAM_ERR",
		  STATUS(1) },
		{ },
	};
	static const struct row gpio[] = {
		{ "requestq", "0500 0300 01000000", 8, 2,
		  .line = "SET_VALUE line 3, value 1, status OK", STATUS(0) },
		{ "requestq", "0200 0300 00000000", 8, 2,
		  .line = "GET_DIRECTION line 3" },
		{ "requestq", "0100 0000 00000000", 8, 40,
		  .line = "GET_LINE_NAMES" },
		{ "eventq", "0400", 2, 1,
		  .line = "interrupt of line 4, status VALID", STATUS(1) },
		{ },
	};
	static const struct row can[] = {
		/* type, length, dlc, padding, priority, flags, id */
		{ "Txq", "0100 0800 00 00 0000 00000000 23010000", 24, 1,
		  .line = "send frame, id 0x123, 8 bytes" },
		{ "Txq", "0100 4000 00 00 0000 00c00000 78563412", 80, 1,
		  .line = "send FD frame, id 0x12345678, extended, 64 bytes, status NOT_OK",
		  STATUS(1) },
		{ "Txq", "0700 4000 00 00 0000 00c00000 78563412", 80, 1,
		  .line = "message type 0x7" },
		{ "Controlq", "0102", 2, 1, .line = "SET_CTRL_MODE_START" },
		{ },
	};

	(void)state;
	check("i2c", i2c);
	check("spi", spi);
	check("gpio", gpio);
	check("can", can);
}

static void others(void **state)
{
	static const struct row pmem[] = {
		{ "req_vq", "00000000", 4, 4, .line = "flush" },
		{ "req_vq", "01000000", 4, 4, .line = "request type 0x1" },
		{ },
	};
	static const struct row rpmb[] = {
		{ "requestq", "", 512, 1024,
		  .line = "1 frame out, 2 frames in" },
		{ },
	};
	static const struct row media[] = {
		{ "commandq", "01000000 00000000", 8, 16, .line = "OPEN" },
		{ "commandq", "03000000 00000000 05000000 04000000", 224, 216,
		  .line = "IOCTL session 5, code 4" },
		{ "commandq", "05000000 00000000 0010000000000000", 16, 8,
		  .line = "MUNMAP address 0x1000" },
		{ },
	};
	static const struct row rtc[] = {
		{ "requestq", "0010 000000000000", 8, 16, .line = "CFG" },
		{ "requestq", "0100 000000000000 0100", 16, 16,
		  .line = "READ clock 1, status OK", STATUS(0) },
		{ "requestq", "0410 000000000000 0a00000000000000 0200", 24, 8,
		  .line = "SET_ALARM clock 2, time 10" },
		{ },
	};
	static const struct row scmi[] = {
		/* protocol 0x14, message 5, token 2 */
		{ "cmdq", "05500800", 8, 16,
		  .line = "clock message 0x5, token 2" },
		{ },
	};
	static const struct row bt[] = {
		{ "tx", "01", 4, 0, .line = "HCI command, 3 bytes" },
		{ },
	};
	static const struct row rpmsg[] = {
		{ "tx", "00040000 35000000 00000000 0c00 0000", 28, 0,
		  .line = "from 0x400 to 0x35, 12 bytes" },
		{ },
	};

	(void)state;
	check("pmem", pmem);
	check("rpmb", rpmb);
	check("media", media);
	check("rtc", rtc);
	check("scmi", scmi);
	check("bt", bt);
	check("rpmsg", rpmsg);
}

/* Headers of legacy devices are in the order of the guest, whatever this machine
 * is (spec 2.4.3). */
static void byte_orders(void **state)
{
	static const struct row disk[] = {
		{ "requestq%u", "00000000 00000000 0008000000000000", 16, 4097,
		  .line = "read sector 2048, 4096 bytes", .feature = LEGACY },
		{ "requestq%u", "00000000 00000000 0000000000000800", 16, 4097,
		  .line = "read sector 2048, 4096 bytes", .feature = BIG },
		{ },
	};
	static const struct row packet[] = {
		{ "transmitq%u", "00 01 3600 b405 0000 0000", 64, 0,
		  .line = "TSO4, gso_size 1460, hdr_len 54, 54 bytes",
		  .feature = LEGACY },
		{ "transmitq%u", "00 01 0036 05b4 0000 0000", 64, 0,
		  .line = "TSO4, gso_size 1460, hdr_len 54, 54 bytes",
		  .feature = BIG },
		{ "transmitq%u", "00 00 0000 0000 0000 0000", 64, 0,
		  .line = "64 bytes with the header", .feature = UNKNOWN },
		{ },
	};

	(void)state;
	check("blk", disk);
	check("net", packet);
}

/* A request has the order of its ring. */
static void order_of_the_ring(void **state)
{
	struct vi_raw_queue q = { .have = VI_Q_FEATURES };
	bool native_is_big = __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__;

	(void)state;
	assert_true(vi_request_in(&q, NULL, 0, 0, 0).has_features);
	assert_int_equal(vi_request_in(&q, NULL, 0, 0, 0).big_endian,
			 native_is_big);
	q.swap = true;
	assert_int_equal(vi_request_in(&q, NULL, 0, 0, 0).big_endian,
			 !native_is_big);
	q.packed = true;
	q.have = 0;
	assert_false(vi_request_in(&q, NULL, 0, 0, 0).big_endian);
	assert_false(vi_request_in(&q, NULL, 0, 0, 0).has_features);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(blk),
		cmocka_unit_test(net),
		cmocka_unit_test(scsi),
		cmocka_unit_test(console_and_rng),
		cmocka_unit_test(balloon),
		cmocka_unit_test(vsock),
		cmocka_unit_test(files),
		cmocka_unit_test(gpu_and_input),
		cmocka_unit_test(crypto_and_iommu),
		cmocka_unit_test(mem_and_sound),
		cmocka_unit_test(buses),
		cmocka_unit_test(others),
		cmocka_unit_test(byte_orders),
		cmocka_unit_test(order_of_the_ring),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
