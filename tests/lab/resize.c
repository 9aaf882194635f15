// SPDX-License-Identifier: GPL-2.0-or-later
/* resize INTERFACE RX TX: set its ring sizes, like "ethtool -G". */
#include <linux/ethtool.h>
#include <linux/sockios.h>
#include <net/if.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>

int main(int argc, char **argv)
{
	struct ethtool_ringparam ring = { .cmd = ETHTOOL_GRINGPARAM };
	struct ifreq request = { .ifr_data = (void *)&ring };
	int fd = socket(AF_INET, SOCK_DGRAM, 0);

	if (fd < 0 || argc != 4 || strlen(argv[1]) >= IFNAMSIZ)
		return 2;
	strcpy(request.ifr_name, argv[1]);
	if (!ioctl(fd, SIOCETHTOOL, &request)) {
		ring.cmd = ETHTOOL_SRINGPARAM;
		ring.rx_pending = strtoul(argv[2], NULL, 0);
		ring.tx_pending = strtoul(argv[3], NULL, 0);
		if (!ioctl(fd, SIOCETHTOOL, &request))
			return 0;
	}
	perror(argv[1]);
	return 1;
}
