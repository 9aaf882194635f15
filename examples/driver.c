// SPDX-License-Identifier: 0BSD
/*
 * driver [TARGET]: a virtio driver that reads 32 random bytes from an entropy
 * device. TARGET is a simulated device, "sim:rng", or a PCI device that is
 * bound to vfio-pci, such as "0000:00:04.0".
 */
#include <errno.h>
#include <semaphore.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include <virtio-inspect/inspect.h>
#include <virtio-inspect/virtio.h>
#include <virtio-inspect/virtio_ring.h>

#define SIZE	32
#define PATIENCE 5		/* seconds until the device times out */

static unsigned char *bytes;	/* memory that the device can access */
static sem_t done;

/* The device completed a buffer. This runs in another thread. */
static void input_done(struct virtqueue *vq)
{
	(void)vq;
	sem_post(&done);
}

static int rng_probe(struct virtio_device *vdev)
{
	int err;

	vdev->priv = virtio_find_vq(vdev, 0, input_done);
	bytes = vdev->priv ? virtio_alloc(vdev, SIZE) : NULL;
	if (bytes)
		return 0;
	err = errno;
	fprintf(stderr, "driver: %s: %s\n", vdev->dev.name, strerror(err));
	virtio_del_vq(vdev->priv);
	return -err;
}

/* The device owns submitted buffers until it is reset. */
static void rng_remove(struct virtio_device *vdev)
{
	if (virtio_reset(vdev))
		fprintf(stderr, "driver: %s does not reset\n", vdev->dev.name);
	virtio_del_vq(vdev->priv);
	virtio_free(vdev, bytes, SIZE);
}

static const struct virtio_device_id id_table[] = {
	{ VIRTIO_ID_RNG, VIRTIO_DEV_ANY_ID },
	{ 0, 0 },
};

static struct virtio_driver rng_driver = {
	.driver.name	= "rng-example",
	.id_table	= id_table,
	.probe		= rng_probe,
	.remove		= rng_remove,
};

/* Returns how many bytes the device wrote, or a negative errno. */
static int rng_read(struct virtqueue *vq)
{
	struct timespec deadline;
	struct scatterlist sg;
	bool late = false;
	unsigned int len;
	int err;

	sg_init_one(&sg, bytes, SIZE);
	err = vq->vq_ops->add_buf(vq, &sg, 0, 1, bytes);
	if (err)
		return err;
	vq->vq_ops->kick(vq);

	clock_gettime(CLOCK_REALTIME, &deadline);
	deadline.tv_sec += PATIENCE;
	while (!vq->vq_ops->get_buf(vq, &len)) {
		if (virtqueue_is_broken(vq))
			return -EIO;
		if (late)
			return -ETIMEDOUT;
		late = sem_timedwait(&done, &deadline) && errno == ETIMEDOUT;
	}
	return (int)len;
}

int main(int argc, char **argv)
{
	const char *target = argc > 1 ? argv[1] : "sim:rng";
	struct virtio_device *vdev;
	int i, len;

	sem_init(&done, 0, 0);
	if (register_virtio_driver(&rng_driver) ||
	    vi_attach(target, &vdev)) {
		fprintf(stderr, "driver: %s\n", vi_error(NULL));
		return 1;
	}
	if (!vdev->dev.driver) {
		fprintf(stderr, "driver: %s\n", vi_error(NULL));
		vi_detach(vdev);
		return 1;
	}
	len = rng_read(vdev->priv);
	if (len < 0)
		fprintf(stderr, "driver: %s: %s\n", target, strerror(-len));
	for (i = 0; i < len; i++)
		printf("%02x%s", bytes[i], i + 1 < len ? " " : "\n");
	vi_detach(vdev);
	unregister_virtio_driver(&rng_driver);
	return len < 0;
}
