// SPDX-License-Identifier: LGPL-2.1-or-later
/* Crypto device (virtio spec 1.4, 5.9). */
#include <inttypes.h>
#include <string.h>

#include "devtype/config.h"
#include "devtype/request.h"

/* Opcodes: the service is in the high byte (5.9.7.2, 5.9.7.3). */
static const struct vi_name ctrl_opcodes[] = {
	{ 0x0002, "CIPHER_CREATE_SESSION" },
	{ 0x0003, "CIPHER_DESTROY_SESSION" },
	{ 0x0102, "HASH_CREATE_SESSION" },
	{ 0x0103, "HASH_DESTROY_SESSION" },
	{ 0x0202, "MAC_CREATE_SESSION" },
	{ 0x0203, "MAC_DESTROY_SESSION" },
	{ 0x0302, "AEAD_CREATE_SESSION" },
	{ 0x0303, "AEAD_DESTROY_SESSION" },
	{ 0x0404, "AKCIPHER_CREATE_SESSION" },
	{ 0x0405, "AKCIPHER_DESTROY_SESSION" },
	{ },
};

static const struct vi_name data_opcodes[] = {
	{ 0x0000, "CIPHER_ENCRYPT" },
	{ 0x0001, "CIPHER_DECRYPT" },
	{ 0x0100, "HASH" },
	{ 0x0200, "MAC" },
	{ 0x0300, "AEAD_ENCRYPT" },
	{ 0x0301, "AEAD_DECRYPT" },
	{ 0x0400, "AKCIPHER_ENCRYPT" },
	{ 0x0401, "AKCIPHER_DECRYPT" },
	{ 0x0402, "AKCIPHER_SIGN" },
	{ 0x0403, "AKCIPHER_VERIFY" },
	{ 0x0500, "IPSEC_OUTBOUND" },
	{ 0x0501, "IPSEC_INBOUND" },
	{ },
};

static const struct vi_name statuses[] = {
	{ 0, "OK" },
	{ 1, "ERR" },
	{ 2, "BADMSG" },
	{ 3, "NOTSUPP" },
	{ 4, "INVSESS" },
	{ 5, "NOSPC" },
	{ 6, "KEY_REJECTED" },
	{ 7, "IPSEC_SA_SOFT_EXPIRY" },
	{ },
};

/* Keys follow the header, and are never read. */
static void describe_ctrl(const struct vi_request *req, struct vi_line *line)
{
	uint32_t opcode = vi_request_le32(req, 0);
	const char *name = vi_name(ctrl_opcodes, opcode);

	vi_line_name(line, ctrl_opcodes, opcode, "opcode");
	if (name && strstr(name, "CREATE"))
		vi_line_add(line, ", algorithm %" PRIu32,
			    vi_request_le32(req, 4));
}

static const struct vi_request_kind ctrl = {
	.header = 16, .describe = describe_ctrl,
};

static void describe_data(const struct vi_request *req, struct vi_line *line)
{
	vi_line_name(line, data_opcodes, vi_request_le32(req, 0), "opcode");
	vi_line_add(line, ", algorithm %" PRIu32 ", session %" PRIu64,
		    vi_request_le32(req, 4), vi_request_le64(req, 8));
}

static const struct vi_request_kind data = {
	.header = 24, .describe = describe_data,
	.status = VI_STATUS_LAST, .statuses = statuses,
};

/* Linux up to 5.18 polled controlq. */
static const struct vi_queue_kind queues[] = {
	{ "dataq%u", "dataq.%u", .step = 1, .from = 1, .request = &data },
	{ "controlq", "controlq", .at = VI_QUEUE_LAST, .polled = true,
	  .request = &ctrl },
	{ },
};

/* --- Configuration space (5.9.4) --- */

static const struct vi_name ready[] = {
	{ 1 << 0, "HW_READY" },
	{ },
};

static const struct vi_name services[] = {
	{ 1 << 0, "CIPHER" },
	{ 1 << 1, "HASH" },
	{ 1 << 2, "MAC" },
	{ 1 << 3, "AEAD" },
	{ 1 << 4, "AKCIPHER" },
	{ 1 << 5, "IPSEC" },
	{ },
};

static const struct vi_config_field config[] = {
	{ "status", 0, VI_KIND(X32), .flags = true, .names = ready },
	{ "max_dataqueues", 4, VI_KIND(U32) },
	{ "crypto_services", 8, VI_KIND(X32), .flags = true,
	  .names = services },
	{ "cipher_algo_l", 12, VI_KIND(X32) },
	{ "cipher_algo_h", 16, VI_KIND(X32) },
	{ "hash_algo", 20, VI_KIND(X32) },
	{ "mac_algo_l", 24, VI_KIND(X32) },
	{ "mac_algo_h", 28, VI_KIND(X32) },
	{ "aead_algo", 32, VI_KIND(X32) },
	{ "max_cipher_key_len", 36, VI_KIND(U32) },
	{ "max_auth_key_len", 40, VI_KIND(U32) },
	{ "akcipher_algo", 44, VI_KIND(X32) },
	{ "max_size", 48, VI_KIND(U64) },
	{ },
};

VI_DEVICE_TYPE(crypto) = {
	.driver = VI_TYPE_DRIVER("crypto", 20),
	.queues = queues,
	.config = config,
};
