// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * resize INTERFACE RX TX: set its ring sizes, like "ethtool -G";
 * resize INTERFACE PAIRS: set how many pairs of queues it uses, like "ethtool -L".
 */
#include <linux/ethtool.h>
#include <linux/sockios.h>
#include <net/if.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>

static int call(int fd, const char *interface, void *data)
{
	struct ifreq request = { .ifr_data = data };

	strcpy(request.ifr_name, interface);
	return ioctl(fd, SIOCETHTOOL, &request);
}

static int set_sizes(int fd, const char *interface, char **sizes)
{
	struct ethtool_ringparam ring = { .cmd = ETHTOOL_GRINGPARAM };

	if (call(fd, interface, &ring))
		return -1;
	ring.cmd = ETHTOOL_SRINGPARAM;
	ring.rx_pending = strtoul(sizes[0], NULL, 0);
	ring.tx_pending = strtoul(sizes[1], NULL, 0);
	return call(fd, interface, &ring);
}

static int set_pairs(int fd, const char *interface, const char *pairs)
{
	struct ethtool_channels channels = { .cmd = ETHTOOL_GCHANNELS };

	if (call(fd, interface, &channels))
		return -1;
	channels.cmd = ETHTOOL_SCHANNELS;
	channels.combined_count = strtoul(pairs, NULL, 0);
	return call(fd, interface, &channels);
}

int main(int argc, char **argv)
{
	int fd = socket(AF_INET, SOCK_DGRAM, 0);
	int failed;

	if (fd < 0 || argc < 3 || argc > 4 || strlen(argv[1]) >= IFNAMSIZ)
		return 2;
	failed = argc == 4 ? set_sizes(fd, argv[1], argv + 2) :
			     set_pairs(fd, argv[1], argv[2]);
	if (failed)
		perror(argv[1]);
	return failed != 0;
}
