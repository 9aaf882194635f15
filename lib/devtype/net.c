// SPDX-License-Identifier: LGPL-2.1-or-later
/* Network device (virtio spec 1.4, 5.1). */
#include "devtype/config.h"
#include "devtype/request.h"
#include "spec/features.h"

static const struct vi_name gso_types[] = {
	{ 1, "TSO4" },
	{ 3, "UFO" },
	{ 4, "TSO6" },
	{ 5, "USO" },
	{ },
};

/* Flags in gso_type and in the header's flags (5.1.6). */
#define GSO_TUNNEL_IPV4	0x20
#define GSO_TUNNEL_IPV6	0x40
#define GSO_ECN		0x80
#define NEEDS_CSUM	1

static void add_gso(const struct vi_request *req, struct vi_line *line)
{
	uint8_t type = vi_request_u8(req, 1);
	uint8_t kind = type & ~(GSO_ECN | GSO_TUNNEL_IPV4 | GSO_TUNNEL_IPV6);

	if (!kind)
		return;
	vi_line_name(line, gso_types, kind, "gso_type");
	if (type & GSO_ECN)
		vi_line_add(line, " with ECN");
	if (type & GSO_TUNNEL_IPV4)
		vi_line_add(line, " in a UDP tunnel over IPv4");
	if (type & GSO_TUNNEL_IPV6)
		vi_line_add(line, " in a UDP tunnel over IPv6");
	vi_line_add(line, ", gso_size %u, hdr_len %u, ",
		    vi_request_guest16(req, 4), vi_request_guest16(req, 2));
}

/* Size of a packet's header (5.1.6, 5.1.6.1). */
static unsigned int header_size(struct vi_features f)
{
	if (vi_features_test(f, 69) || vi_features_test(f, 70))
		return 32;
	if (vi_features_test(f, 65) || vi_features_test(f, 67))
		return 24;
	if (vi_features_test(f, 57))
		return 20;
	return vi_features_test(f, VIRTIO_F_VERSION_1) ||
	       vi_features_test(f, 15) ? 12 : 10;
}

static void describe_packet(const struct vi_request *req, struct vi_line *line)
{
	add_gso(req, line);
	if (vi_request_u8(req, 0) & NEEDS_CSUM)
		vi_line_add(line, "checksum from %u at +%u, ",
			    vi_request_guest16(req, 6),
			    vi_request_guest16(req, 8));
	if (req->has_features) {
		vi_line_bytes(line, vi_less(req->out_len,
					    header_size(req->features)));
	} else {
		vi_line_bytes(line, req->out_len);
		vi_line_add(line, " with the header");
	}
}

/* The shortest header: more could be packet data. */
#define HEADER	10

static const struct vi_request_kind packet = {
	.header = HEADER, .describe = describe_packet,
};

/* Class in the high byte, command in the low byte (5.1.6.5). */
static const struct vi_name commands[] = {
	{ 0x000, "RX_PROMISC" },
	{ 0x001, "RX_ALLMULTI" },
	{ 0x002, "RX_ALLUNI" },
	{ 0x003, "RX_NOMULTI" },
	{ 0x004, "RX_NOUNI" },
	{ 0x005, "RX_NOBCAST" },
	{ 0x100, "MAC_TABLE_SET" },
	{ 0x101, "MAC_ADDR_SET" },
	{ 0x200, "VLAN_ADD" },
	{ 0x201, "VLAN_DEL" },
	{ 0x300, "ANNOUNCE_ACK" },
	{ 0x400, "MQ_VQ_PAIRS_SET" },
	{ 0x401, "MQ_RSS_CONFIG" },
	{ 0x402, "MQ_HASH_CONFIG" },
	{ 0x500, "GUEST_OFFLOADS_SET" },
	{ 0x600, "NOTF_COAL_TX_SET" },
	{ 0x601, "NOTF_COAL_RX_SET" },
	{ 0x602, "NOTF_COAL_VQ_SET" },
	{ 0x603, "NOTF_COAL_VQ_GET" },
	{ 0x700, "HASH_TUNNEL_SET" },
	{ 0x800, "STATS_QUERY" },
	{ 0x801, "STATS_GET" },
	{ 0x900, "RSS_CTX_CAP_GET" },
	{ 0x901, "RSS_CTX_ADD" },
	{ 0x902, "RSS_CTX_MOD" },
	{ 0x903, "RSS_CTX_DEL" },
	{ },
};

static const struct vi_name acks[] = {
	{ 0, "OK" },
	{ 1, "ERR" },
	{ },
};

static void describe_ctrl(const struct vi_request *req, struct vi_line *line)
{
	uint8_t class = vi_request_u8(req, 0), command = vi_request_u8(req, 1);
	const char *name = vi_name(commands, class << 8 | command);

	if (!name) {
		vi_line_add(line, "ctrl class %u, command %u", class, command);
		return;
	}
	vi_line_add(line, "ctrl %s", name);
	if (class == 0 && vi_request_has(req, 3))
		vi_line_add(line, " %s",
			    vi_request_u8(req, 2) ? "on" : "off");
	else if (class == 2 && vi_request_has(req, 4))
		vi_line_add(line, " %u", vi_request_guest16(req, 2));
	else if (class == 4 && !command && vi_request_has(req, 4))
		vi_line_add(line, " %u", vi_request_guest16(req, 2));
}

static const struct vi_request_kind ctrl = {
	.header = 4, .min = 2, .describe = describe_ctrl,
	.status = VI_STATUS_FIRST, .statuses = acks,
};

static const struct vi_queue_kind queues[] = {
	{ "receiveq%u", "input.%u", VI_QUEUE_PARKED, .step = 2, .from = 1,
	  .least_in = HEADER },
	{ "transmitq%u", "output.%u", .at = 1, .step = 2, .from = 1,
	  .request = &packet, .least_out = HEADER },
	{ "controlq", "control", .at = VI_QUEUE_LAST, .polled = true,
	  VI_NEEDS(17, "VIRTIO_NET_F_CTRL_VQ"), .request = &ctrl },
	{ },
};

/* --- Configuration space (5.1.4) --- */

static const struct vi_name link[] = {
	{ 1, "link up" },
	{ 2, "announce" },
	{ },
};

static const struct vi_name speeds[] = {
	{ 0xffffffff, "unknown" },
	{ },
};

static const struct vi_name duplex[] = {
	{ 0, "half" },
	{ 1, "full" },
	{ 0xff, "unknown" },
	{ },
};

static const struct vi_name hash_types[] = {
	{ 1 << 0, "IPv4" },
	{ 1 << 1, "TCPv4" },
	{ 1 << 2, "UDPv4" },
	{ 1 << 3, "IPv6" },
	{ 1 << 4, "TCPv6" },
	{ 1 << 5, "UDPv6" },
	{ 1 << 6, "IP_EX" },
	{ 1 << 7, "TCP_EX" },
	{ 1 << 8, "UDP_EX" },
	{ },
};

static const struct vi_name tunnel_types[] = {
	{ 1 << 0, "GRE_2784" },
	{ 1 << 1, "GRE_2890" },
	{ 1 << 2, "GRE_7676" },
	{ 1 << 3, "GRE_UDP" },
	{ 1 << 4, "VXLAN" },
	{ 1 << 5, "VXLAN_GPE" },
	{ 1 << 6, "GENEVE" },
	{ 1 << 7, "IPIP" },
	{ 1 << 8, "NVGRE" },
	{ },
};

static const struct vi_config_field config[] = {
	{ "mac", 0, VI_KIND(MAC), VI_NEEDS(5, "VIRTIO_NET_F_MAC") },
	{ "status", 6, VI_KIND(X16), .flags = true, .names = link,
	  VI_NEEDS(16, "VIRTIO_NET_F_STATUS") },
	{ "max_virtqueue_pairs", 8, VI_KIND(U16),
	  VI_NEEDS(22, "VIRTIO_NET_F_MQ"), VI_OR_NEEDS(60) },
	{ "mtu", 10, VI_KIND(U16), VI_NEEDS(3, "VIRTIO_NET_F_MTU") },
	{ "speed", 12, VI_KIND(U32), .names = speeds,
	  VI_NEEDS(63, "VIRTIO_NET_F_SPEED_DUPLEX") },
	{ "duplex", 16, VI_KIND(U8), .names = duplex,
	  VI_NEEDS(63, "VIRTIO_NET_F_SPEED_DUPLEX") },
	{ "rss_max_key_size", 17, VI_KIND(U8),
	  VI_NEEDS(60, "VIRTIO_NET_F_RSS"), VI_OR_NEEDS(57) },
	{ "rss_max_indirection_table_length", 18, VI_KIND(U16),
	  VI_NEEDS(60, "VIRTIO_NET_F_RSS") },
	{ "supported_hash_types", 20, VI_KIND(X32), .flags = true,
	  .names = hash_types, VI_NEEDS(60, "VIRTIO_NET_F_RSS"),
	  VI_OR_NEEDS(57) },
	{ "supported_tunnel_types", 24, VI_KIND(X32), .flags = true,
	  .names = tunnel_types, VI_NEEDS(51, "VIRTIO_NET_F_HASH_TUNNEL") },
	{ },
};

static const struct vi_kname_rule knames[] = {
	{ .path = "net/*" },
	{ },
};

VI_DEVICE_TYPE(net) = {
	.driver = VI_TYPE_DRIVER("net", 1),
	.queues = queues,
	.knames = knames,
	.config = config,
	/* rx-0, tx-0, ... */
	.count = { .folder = "queues", VI_NEEDS(17, "VIRTIO_NET_F_CTRL_VQ") },
};
