// SPDX-License-Identifier: LGPL-2.1-or-later
/* SPI controller (virtio spec 1.4, 5.21). */
#include <inttypes.h>

#include "devtype/config.h"
#include "devtype/request.h"

static const struct vi_name results[] = {
	{ 0, "OK" },
	{ 1, "PARAM_ERR" },
	{ 2, "TRANS_ERR" },
	{ },
};

/* struct virtio_spi_transfer_head (5.21.6) */
static void describe(const struct vi_request *req, struct vi_line *line)
{
	vi_line_add(line, "transfer chip %u, %u bits per word, %" PRIu32
		    " Hz, ", vi_request_u8(req, 0), vi_request_u8(req, 1),
		    vi_request_le32(req, 12));
	vi_line_bytes(line, vi_less(req->out_len, 32));
	vi_line_add(line, " out, ");
	vi_line_bytes(line, vi_less(req->in_len, 1));
	vi_line_add(line, " in");
}

static const struct vi_request_kind request = {
	.header = 32, .describe = describe,
	.status = VI_STATUS_LAST, .statuses = results,
};

static const struct vi_queue_kind queues[] = {
	{ "requestq", "spi-rq", .at = 0, .request = &request },
	{ },
};

/* Configuration space (5.21.4). */
static const struct vi_config_field config[] = {
	{ "cs_max_number", 0, VI_KIND(U8) },
	{ "cs_change_supported", 1, VI_KIND(U8) },
	{ "tx_nbits_supported", 2, VI_KIND(X8) },
	{ "rx_nbits_supported", 3, VI_KIND(X8) },
	{ "bits_per_word_mask", 4, VI_KIND(X32) },
	{ "mode_func_supported", 8, VI_KIND(X32) },
	{ "max_freq_hz", 12, VI_KIND(U32) },
	{ "max_word_delay_ns", 16, VI_KIND(U32) },
	{ "max_cs_setup_ns", 20, VI_KIND(U32) },
	{ "max_cs_hold_ns", 24, VI_KIND(U32) },
	{ "max_cs_inactive_ns", 28, VI_KIND(U32) },
	{ },
};

static const struct vi_kname_rule knames[] = {
	{ .path = "spi_master/spi#" },
	{ },
};

VI_DEVICE_TYPE(spi) = {
	.driver = VI_TYPE_DRIVER("spi", 45),
	.queues = queues,
	.knames = knames,
	.config = config,
};
