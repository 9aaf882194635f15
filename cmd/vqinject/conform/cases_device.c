// SPDX-License-Identifier: GPL-2.0-or-later
/* Cases without queues: status, features and configuration space. */
#include <errno.h>
#include <string.h>

#include "vqinject/conform/conform.h"

#define CONFIG_BYTES	64

static enum conform_verdict reset_clears_status(struct conform *c)
{
	uint8_t status;

	conform_add_status(c, VIRTIO_CONFIG_S_ACKNOWLEDGE);
	conform_add_status(c, VIRTIO_CONFIG_S_DRIVER);
	if (conform_reset(c))
		return conform_say(c, CONFORM_FAIL,
				   "status does not return to 0");
	status = conform_status(c);
	if (status)
		return conform_say(c, CONFORM_FAIL, "status is 0x%x", status);
	return CONFORM_PASS;
}

static enum conform_verdict status_keeps_bits(struct conform *c)
{
	uint8_t status;

	conform_add_status(c, VIRTIO_CONFIG_S_ACKNOWLEDGE);
	status = conform_status(c);
	if (status != VIRTIO_CONFIG_S_ACKNOWLEDGE)
		return conform_say(c, CONFORM_FAIL,
				   "wrote 0x1, read 0x%x", status);
	conform_add_status(c, VIRTIO_CONFIG_S_DRIVER);
	status = conform_status(c);
	if (status != (VIRTIO_CONFIG_S_ACKNOWLEDGE | VIRTIO_CONFIG_S_DRIVER))
		return conform_say(c, CONFORM_FAIL,
				   "wrote 0x3, read 0x%x", status);
	return CONFORM_PASS;
}

static enum conform_verdict version_1_offered(struct conform *c)
{
	if (conform_offers(c, VIRTIO_F_VERSION_1))
		return CONFORM_PASS;
	return conform_say(c, CONFORM_FAIL, "it is a legacy device");
}

static enum conform_verdict features_accepted(struct conform *c)
{
	struct vi_features set = conform_basic_features(c);

	if (conform_negotiate(c, &set))
		return CONFORM_PASS;
	return conform_say(c, CONFORM_FAIL, "FEATURES_OK does not stay set");
}

static enum conform_verdict features_again(struct conform *c)
{
	struct vi_features set = conform_basic_features(c);

	if (conform_negotiate(c, &set) && conform_negotiate(c, &set))
		return CONFORM_PASS;
	return conform_say(c, CONFORM_FAIL,
			   "the same features are refused after the reset");
}

/* Read back 32 bits of the features that the driver wrote. */
static int written_features(struct conform *c, unsigned int word,
			    uint64_t *value)
{
	int err = vi_register_write(c->vdev, "driver_feature_select", word);

	return err ? err : vi_register_read(c->vdev, "driver_feature", value);
}

/* The highest bit of the device type that is not offered; -1: none. */
static int unoffered_bit(const struct conform *c)
{
	int bit;

	for (bit = 23; bit >= 0; bit--)
		if (!conform_offers(c, bit))
			return bit;
	return -1;
}

static enum conform_verdict features_not_offered(struct conform *c)
{
	struct vi_features set = conform_basic_features(c);
	int bit = unoffered_bit(c);
	uint64_t word;

	if (bit < 0)
		return conform_say(c, CONFORM_SKIP, "every bit is offered");
	conform_add_feature(&set, bit);
	if (!conform_negotiate(c, &set))
		return conform_say(c, CONFORM_PASS, "bit %d was refused", bit);
	if (written_features(c, 0, &word))
		return conform_say(c, CONFORM_REJECT,
				   "bit %d was accepted or ignored; the accepted features cannot be read back",
				   bit);
	if (word >> bit & 1)
		return conform_say(c, CONFORM_FAIL,
				   "bit %d was never offered, yet it reads back as set and FEATURES_OK stays set",
				   bit);
	return conform_say(c, CONFORM_REJECT, "bit %d was ignored", bit);
}

/* Bits that depend on another one (spec 1.4, 5.1.3.1). */
static const struct {
	uint32_t device;
	unsigned int bit, needs;
	const char *text;
} inconsistent[] = {
	{ VIRTIO_ID_NET, 7, 1, "GUEST_TSO4 without GUEST_CSUM" },
	{ VIRTIO_ID_NET, 11, 0, "HOST_TSO4 without CSUM" },
	{ VIRTIO_ID_NET, 22, 17, "MQ without CTRL_VQ" },
	{ VIRTIO_ID_NET, 18, 17, "CTRL_RX without CTRL_VQ" },
};

static enum conform_verdict features_inconsistent(struct conform *c)
{
	struct vi_features set = conform_basic_features(c);
	size_t i;

	for (i = 0; i < ARRAY_SIZE(inconsistent); i++)
		if (inconsistent[i].device == c->vdev->id.device &&
		    conform_offers(c, inconsistent[i].bit))
			break;
	if (i == ARRAY_SIZE(inconsistent))
		return conform_say(c, CONFORM_SKIP,
				   "no offered feature depends on another");
	conform_add_feature(&set, inconsistent[i].bit);
	if (!conform_negotiate(c, &set))
		return conform_say(c, CONFORM_PASS, "%s was refused",
				   inconsistent[i].text);
	return conform_say(c, CONFORM_REJECT, "%s was accepted",
			   inconsistent[i].text);
}

static enum conform_verdict features_without_version_1(struct conform *c)
{
	struct vi_features set = conform_basic_features(c);

	set.w[0] &= ~((uint64_t)1 << VIRTIO_F_VERSION_1);
	if (conform_negotiate(c, &set))
		return conform_say(c, CONFORM_PASS, "the device accepted this");
	return conform_say(c, CONFORM_PASS, "the device refused this, as it may");
}

static enum conform_verdict features_no_more(struct conform *c)
{
	uint64_t word;

	if (vi_register_write(c->vdev, "device_feature_select", 0x7fffffff) ||
	    vi_register_read(c->vdev, "device_feature", &word))
		return conform_say(c, CONFORM_SKIP,
				   "feature words cannot be selected here");
	if (word)
		return conform_say(c, CONFORM_FAIL,
				   "word 0x7fffffff of the features is 0x%llx",
				   (unsigned long long)word);
	return CONFORM_PASS;
}

static enum conform_verdict config_early(struct conform *c)
{
	struct vi_features set = conform_basic_features(c);
	uint8_t early[CONFIG_BYTES], late[CONFIG_BYTES];

	conform_add_status(c, VIRTIO_CONFIG_S_ACKNOWLEDGE);
	conform_add_status(c, VIRTIO_CONFIG_S_DRIVER);
	if (virtio_cread(c->vdev, 0, early, sizeof(early)))
		return conform_say(c, CONFORM_FAIL,
				   "configuration keeps changing or cannot be read");
	if (!conform_negotiate(c, &set) ||
	    virtio_cread(c->vdev, 0, late, sizeof(late)))
		return conform_say(c, CONFORM_FAIL,
				   "configuration cannot be read after FEATURES_OK");
	if (memcmp(early, late, sizeof(early)))
		return conform_say(c, CONFORM_REJECT,
				   "configuration differs after FEATURES_OK");
	return CONFORM_PASS;
}

static enum conform_verdict config_generation(struct conform *c)
{
	const struct virtio_config_ops *ops = c->vdev->config;
	uint8_t a[CONFIG_BYTES], b[CONFIG_BYTES];
	uint32_t before;

	if (!ops->generation)
		return conform_say(c, CONFORM_SKIP,
				   "legacy devices have no generation");
	ops->get(c->vdev, 0, a, sizeof(a));
	before = ops->generation(c->vdev);
	ops->get(c->vdev, 0, b, sizeof(b));
	if (ops->generation(c->vdev) == before && memcmp(a, b, sizeof(a)) &&
	    !virtio_cread(c->vdev, 0, a, sizeof(a)) &&
	    memcmp(a, b, sizeof(a)) &&
	    ops->generation(c->vdev) == before)
		return conform_say(c, CONFORM_FAIL,
				   "values changed but the generation did not");
	return CONFORM_PASS;
}

static enum conform_verdict vectors_reset(struct conform *c)
{
	uint64_t vector;

	if (vi_register_read(c->vdev, "config_msix_vector", &vector))
		return conform_say(c, CONFORM_SKIP, "the device has no vectors");
	if (vector != 0xffff)
		return conform_say(c, CONFORM_FAIL,
				   "config_msix_vector is 0x%llx after a reset",
				   (unsigned long long)vector);
	return CONFORM_PASS;
}

const struct conform_case conform_device_cases[] = {
	{ "reset-clears-status", "2.4.1", 0, reset_clears_status,
	  "status is 0 after a reset", NULL },
	{ "status-keeps-bits", "2.1", 0, status_keeps_bits,
	  "status reads back as written", NULL },
	{ "version-1-offered", "6.2", 0, version_1_offered,
	  "VERSION_1 is offered", NULL },
	{ "features-accepted", "3.1.1", 0, features_accepted,
	  "FEATURES_OK stays set for offered features", NULL },
	{ "features-again", "2.2.2", 0, features_again,
	  "accepted features are accepted again after a reset", NULL },
	{ "features-not-offered", "2.2.2", 0, features_not_offered,
	  "features that were not offered are not accepted", NULL },
	{ "features-inconsistent", "2.2.2", 0, features_inconsistent,
	  "a feature without its prerequisite is refused", NULL },
	{ "features-without-version-1", "6.2", 0, features_without_version_1,
	  "a driver that does not accept VERSION_1", NULL },
	{ "features-no-more", "4.1.4.3.1", 0, features_no_more,
	  "nonexistent feature words are 0", NULL },
	{ "config-early", "2.5.2", 0, config_early,
	  "configuration can be read before FEATURES_OK", NULL },
	{ "config-generation", "4.1.4.3.1", 0, config_generation,
	  "configuration does not change within a generation", NULL },
	{ "vectors-reset", "4.1.5.1.2.1", 0, vectors_reset,
	  "no vector is assigned after a reset", NULL },
	{ 0 },
};
