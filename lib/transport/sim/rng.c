// SPDX-License-Identifier: LGPL-2.1-or-later
/* sim:rng, an entropy device (virtio specification 1.4, section 5.4). */
#include <sys/random.h>

#include "transport/sim/sim.h"

static int rng_init(struct sim_device *dev)
{
	dev->num_queues = 1;
	return 0;
}

static void rng_serve(struct sim_device *dev, unsigned int q)
{
	struct vi_buffer buf;
	char random[256];

	while (sim_pop(dev, q, &buf)) {
		uint64_t len = sim_in_len(&buf), done = 0;

		while (done < len) {
			ssize_t n = getrandom(random, sizeof(random), 0);

			if (n <= 0)
				break;
			done += sim_write(&buf, done, random, n);
		}
		sim_push(dev, q, &buf, done);
	}
}

const struct sim_model sim_rng = {
	.name		= "rng",
	.device_id	= VIRTIO_ID_RNG,
	.init		= rng_init,
	.serve		= rng_serve,
};
