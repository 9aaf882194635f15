// SPDX-License-Identifier: GPL-2.0-or-later
/* A virtio driver in 60 lines: read random bytes from an entropy device. */
#include <semaphore.h>
#include <stdio.h>

#include <virtio-inspect/inspect.h>
#include <virtio-inspect/virtio.h>

static sem_t done;

static void input_done(struct virtqueue *vq)
{
	(void)vq;
	sem_post(&done);
}

static int rng_probe(struct virtio_device *vdev)
{
	vdev->priv = virtio_find_vq(vdev, 0, input_done);
	return vdev->priv ? 0 : -1;
}

static void rng_remove(struct virtio_device *vdev)
{
	virtio_reset(vdev);
	virtio_del_vq(vdev->priv);
}

static void rng_config_changed(struct virtio_device *vdev)
{
	fprintf(stderr, "%s needs attention\n", vdev->dev.name);
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
	.config_changed	= rng_config_changed,
};

int main(int argc, char **argv)
{
	struct virtio_device *vdev;
	struct scatterlist sg;
	struct virtqueue *vq;
	unsigned char bytes[32];
	unsigned int i, len = 0;

	sem_init(&done, 0, 0);
	register_virtio_driver(&rng_driver);
	if (vi_attach(argc > 1 ? argv[1] : "sim:rng", &vdev)) {
		fprintf(stderr, "%s\n", vi_error(NULL));
		return 1;
	}
	vq = vdev->priv;
	sg_init_one(&sg, bytes, sizeof(bytes));
	vq->vq_ops->add_buf(vq, &sg, 0, 1, bytes);
	vq->vq_ops->kick(vq);
	while (!vq->vq_ops->get_buf(vq, &len))
		sem_wait(&done);
	for (i = 0; i < len; i++)
		printf("%02x%s", bytes[i], i + 1 < len ? " " : "\n");
	vi_detach(vdev);
	unregister_virtio_driver(&rng_driver);
	return 0;
}
