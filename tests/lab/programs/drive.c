// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A driver of entropy and block devices that uses only the public headers:
 *
 *	drive TARGET rng BYTES
 *	drive TARGET read SECTOR BYTES		the data goes to stdout
 *	drive TARGET write SECTOR BYTES		the data comes from stdin
 *	drive TARGET times N			attach and detach, N times
 *	drive TARGET hold SECONDS		until asked to give it back
 *
 * The last two work for devices of all types. More words: "split" and "direct"
 * refuse packed rings and indirect descriptors, "without-platform"
 * ACCESS_PLATFORM; "size=N" asks for a ring of N entries; "overrun" makes the
 * device write past the end of a buffer. The last line on stderr is the result.
 */
#include <errno.h>
#include <semaphore.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <linux/virtio_blk.h>

#include <virtio-inspect/inject.h>
#include <virtio-inspect/inspect.h>

#define SECONDS	60

static struct {
	unsigned int size;
	unsigned int overrun;
	uint64_t refused;
	sem_t done;
	int failed;
} how;

static void buffer_done(struct virtqueue *vq)
{
	(void)vq;
	sem_post(&how.done);
}

static int probe(struct virtio_device *vdev)
{
	vdev->queue_size = how.size;
	vdev->priv = virtio_find_vq(vdev, 0, buffer_done);
	how.failed = errno;
	return vdev->priv ? 0 : -errno;
}

static void remove_device(struct virtio_device *vdev)
{
	virtio_reset(vdev);
	virtio_del_vq(vdev->priv);
	vdev->priv = NULL;
}

static void choose(struct virtio_device *vdev,
		   const struct vi_features *offered,
		   struct vi_features *accepted)
{
	(void)vdev;
	(void)offered;
	accepted->w[0] &= ~how.refused;
}

static const struct virtio_device_id id_table[] = {
	{ VIRTIO_DEV_ANY_ID, VIRTIO_DEV_ANY_ID },
	{ 0, 0 },
};

static struct virtio_driver driver = {
	.driver.name	= "drive",
	.id_table	= id_table,
	.probe		= probe,
	.remove		= remove_device,
	.features	= choose,
};

static void die(const char *what)
{
	fprintf(stderr, "drive: %s: %s\n", what, vi_error(NULL));
	exit(1);
}

/* With interrupts, callbacks come; otherwise poll. */
static unsigned int wait_for(struct virtqueue *vq, int polled)
{
	struct timespec until;
	unsigned int len = 0;
	time_t end = time(NULL) + SECONDS;

	clock_gettime(CLOCK_REALTIME, &until);
	until.tv_sec += SECONDS;
	do {
		if (polled ? time(NULL) > end :
			     sem_timedwait(&how.done, &until))
			die("the device does not respond");
	} while (!vq->vq_ops->get_buf(vq, &len));
	return len;
}

static unsigned int transfer(struct virtqueue *vq, struct scatterlist *sg,
			     unsigned int out, unsigned int in, int polled)
{
	int err = vq->vq_ops->add_buf(vq, sg, out, in, sg);

	if (err) {
		fprintf(stderr, "drive: add_buf: %s\n", strerror(-err));
		exit(1);
	}
	vq->vq_ops->kick(vq);
	return wait_for(vq, polled);
}

static void rng(struct virtio_device *vdev, unsigned int len, int polled)
{
	unsigned char *bytes = virtio_alloc(vdev, len);
	struct scatterlist sg;

	sg_init_one(&sg, bytes, len + how.overrun);
	fwrite(bytes, 1, transfer(vdev->priv, &sg, 0, 1, polled), stdout);
	virtio_free(vdev, bytes, len);
}

static void blk(struct virtio_device *vdev, uint64_t sector, unsigned int len,
		int write, int polled)
{
	struct virtio_blk_outhdr *header = virtio_alloc(vdev, sizeof(*header));
	unsigned char *data = virtio_alloc(vdev, len);
	unsigned char *status = virtio_alloc(vdev, 1);
	struct scatterlist sg[3];

	header->type = write ? VIRTIO_BLK_T_OUT : VIRTIO_BLK_T_IN;
	header->sector = sector;
	*status = 0xff;
	if (write && fread(data, 1, len, stdin) != len)
		die("stdin is too short");
	sg_init_table(sg, 3);
	sg_set_buf(&sg[0], header, sizeof(*header));
	sg_set_buf(&sg[1], data, len);
	sg_set_buf(&sg[2], status, 1);
	transfer(vdev->priv, sg, write ? 2 : 1, write ? 1 : 2, polled);
	if (*status)
		die("the request failed");
	if (!write)
		fwrite(data, 1, len, stdout);
}

static void times(const char *target, unsigned long n)
{
	struct virtio_device *vdev;

	while (n--) {
		if (vi_attach(target, &vdev))
			die("vi_attach");
		if (!vdev->priv)
			die("probe");
		vi_detach(vdev);
	}
}

static void hold(struct virtio_device *vdev, time_t seconds)
{
	time_t end = time(NULL) + seconds;

	while (vi_presence(vdev) == VI_PRESENT && time(NULL) < end)
		vi_wait_interrupt(vdev, 200000);
}

static void log_message(void *data, enum vi_log_level level,
			const char *message)
{
	(void)data;
	if (level == VI_LOG_WARNING)
		fprintf(stderr, "warning: %s\n", message);
}

static void set(const char *word)
{
	if (!strcmp(word, "split"))
		how.refused |= (uint64_t)1 << VIRTIO_F_RING_PACKED;
	else if (!strcmp(word, "direct"))
		how.refused |= (uint64_t)1 << VIRTIO_RING_F_INDIRECT_DESC;
	else if (!strcmp(word, "without-platform"))
		how.refused |= (uint64_t)1 << VIRTIO_F_ACCESS_PLATFORM;
	else if (!strcmp(word, "overrun"))
		how.overrun = 64;
	else if (!strncmp(word, "size=", 5))
		how.size = strtoul(word + 5, NULL, 0);
}

int main(int argc, char **argv)
{
	const char *target = argv[1], *what = argv[2];
	int polled = strstr(target, "poll") || !strncmp(target, "phys", 4);
	struct virtio_device *vdev;
	struct virtqueue *vq;
	int i;

	for (i = 4; i < argc; i++)
		set(argv[i]);
	vi_ctx_set_log(NULL, log_message, NULL);
	sem_init(&how.done, 0, 0);
	register_virtio_driver(&driver);
	if (!strcmp(what, "times")) {
		times(target, strtoul(argv[3], NULL, 0));
		return 0;
	}
	if (vi_attach(target, &vdev))
		die("vi_attach");
	vq = vdev->priv;
	if (!vq) {
		fprintf(stderr, "drive: probe: %s: %s\n",
			strerror(how.failed), vi_error(NULL));
		return 1;
	}
	if (!strcmp(what, "rng"))
		rng(vdev, strtoul(argv[3], NULL, 0), polled);
	else if (!strcmp(what, "hold"))
		hold(vdev, strtoul(argv[3], NULL, 0));
	else
		blk(vdev, strtoull(argv[3], NULL, 0),
		    strtoul(argv[4], NULL, 0), !strcmp(what, "write"), polled);
	fprintf(stderr, "type=%u size=%u packed=%d indirect=%d presence=%d interrupts=%llu\n",
		vdev->id.device, virtqueue_get_vring_size(vq),
		virtio_has_feature(vdev, VIRTIO_F_RING_PACKED),
		virtio_has_feature(vdev, VIRTIO_RING_F_INDIRECT_DESC),
		vi_presence(vdev),
		(unsigned long long)vi_interrupts(vdev, vq));
	vi_detach(vdev);
	unregister_virtio_driver(&driver);
	return 0;
}
