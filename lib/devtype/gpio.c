// SPDX-License-Identifier: LGPL-2.1-or-later
/* GPIO controller (virtio spec 1.4, 5.18). */
#include <inttypes.h>

#include "devtype/config.h"
#include "devtype/request.h"

static const struct vi_name types[] = {
	{ 1, "GET_LINE_NAMES" },
	{ 2, "GET_DIRECTION" },
	{ 3, "SET_DIRECTION" },
	{ 4, "GET_VALUE" },
	{ 5, "SET_VALUE" },
	{ 6, "SET_IRQ_TYPE" },
	{ },
};

static const struct vi_name statuses[] = {
	{ 0, "OK" },
	{ 1, "ERR" },
	{ },
};

/* struct virtio_gpio_request (5.18.6) */
static void describe(const struct vi_request *req, struct vi_line *line)
{
	uint16_t type = vi_request_le16(req, 0);

	vi_line_name(line, types, type, "message type");
	if (type != 1)
		vi_line_add(line, " line %u", vi_request_le16(req, 2));
	if (type == 3 || type == 5 || type == 6)
		vi_line_add(line, ", value %" PRIu32,
			    vi_request_le32(req, 4));
}

/* The eventq is for waiting; these read or set a line at once (5.18.6). */
static enum vi_waits waits(const struct vi_request *req)
{
	return vi_name(types, vi_request_le16(req, 0)) ? VI_WAITS_NOT :
							 VI_WAITS_MAYBE;
}

static const struct vi_request_kind request = {
	.header = 8, .waits = waits, .describe = describe,
	.status = VI_STATUS_FIRST, .statuses = statuses,
};

/* The driver waits for the interrupt of a line (5.18.7). */
static void describe_irq(const struct vi_request *req, struct vi_line *line)
{
	vi_line_add(line, "interrupt of line %u", vi_request_le16(req, 0));
}

static const struct vi_name irq_statuses[] = {
	{ 0, "INVALID" },
	{ 1, "VALID" },
	{ },
};

static const struct vi_request_kind irq = {
	.header = 2, .describe = describe_irq,
	.status = VI_STATUS_FIRST, .statuses = irq_statuses,
};

static const struct vi_queue_kind queues[] = {
	{ "requestq", "requestq", VI_QUEUE_MAY_WAIT, .at = 0,
	  .request = &request },
	{ "eventq", "eventq", VI_QUEUE_PARKED, .at = 1,
	  VI_NEEDS(0, "VIRTIO_GPIO_F_IRQ"), .request = &irq },
	{ },
};

/* Configuration space (5.18.4). */
static const struct vi_config_field config[] = {
	{ "ngpio", 0, VI_KIND(U16) },
	{ "gpio_names_size", 4, VI_KIND(U32) },
	{ },
};

static const struct vi_kname_rule knames[] = {
	{ .path = "gpiochip#" },
	{ },
};

VI_DEVICE_TYPE(gpio) = {
	.driver = VI_TYPE_DRIVER("gpio", 41),
	.queues = queues,
	.knames = knames,
	.config = config,
};
