// SPDX-License-Identifier: LGPL-2.1-or-later
/* The whole device: status, negotiation, the host's view. */
#include "check/rules/rules.h"
#include "spec/features.h"

static bool knows_status(struct vi_judge *j)
{
	if (!vi_input_has(j, VI_C_STATUS))
		vi_skip(j, "the device status is unknown");
	return !j->skipped;
}

void vi_judge_needs_reset(struct vi_judge *j)
{
	if (!knows_status(j) ||
	    !(j->in->status & VIRTIO_CONFIG_S_NEEDS_RESET))
		return;
	vi_found(j, "the device encountered an error from which it cannot recover, and needs a reset");
	vi_evidence_hex(j, "status", j->in->status);
}

/* Linux unbinds a driver whose probe failed, and leaves the status. */
void vi_judge_failed(struct vi_judge *j)
{
	if (!knows_status(j) || !(j->in->status & VIRTIO_CONFIG_S_FAILED))
		return;
	if (vi_input_has(j, VI_C_BOUND) && !j->in->bound)
		vi_found(j, "a driver set FAILED in the status and let go of the device: its probe failed");
	else
		vi_found(j, "the driver gave up on the device: it set FAILED in the status");
	vi_evidence_hex(j, "status", j->in->status);
}

/* Is the device known to be modern? */
static bool is_modern(const struct vi_judge *j)
{
	if (vi_input_has(j, VI_C_LEGACY))
		return !j->in->legacy;
	return vi_input_has(j, VI_C_FEATURES) &&
	       vi_features_test(j->in->features, VIRTIO_F_VERSION_1);
}

/* A failed or suspended device was not left half-way. */
static bool is_half_way(uint32_t status)
{
	return (status & (VIRTIO_CONFIG_S_DRIVER | VIRTIO_CONFIG_S_DRIVER_OK |
			  VIRTIO_CONFIG_S_FAILED | VIRTIO_CONFIG_S_SUSPEND)) ==
	       VIRTIO_CONFIG_S_DRIVER;
}

/* A driver needs less to start, as a rule, and a check watches a bit longer. */
#define STARTING_NS	UINT64_C(2500000000)

/* A device in use may have got its driver since that was looked for. */
bool vi_may_be_starting(const struct vi_check *in)
{
	bool bound = in->live || (in->have & VI_C_BOUND && in->bound);

	return bound && in->have & VI_C_STATUS && is_half_way(in->status) &&
	       in->status_ns < STARTING_NS;
}

static void judge_status(struct vi_judge *j)
{
	uint32_t s = j->in->status;

	if (!(s & VIRTIO_CONFIG_S_DRIVER) ||
	    s & (VIRTIO_CONFIG_S_FAILED | VIRTIO_CONFIG_S_SUSPEND))
		return;
	if (vi_may_be_starting(j->in)) {
		vi_found(j, "the driver has not set DRIVER_OK yet: it may still be starting");
		vi_lower(j, VI_INFO);
		vi_undecided(j, "it was not watched for long enough",
			     "whether the driver is still starting or stopped half-way cannot be told");
	} else if (is_half_way(s)) {
		vi_found(j, "negotiation is incomplete: the driver accepted the device but did not set DRIVER_OK");
	} else if (is_modern(j) && !(s & VIRTIO_CONFIG_S_FEATURES_OK)) {
		vi_found(j, "negotiation is incomplete: the driver did not set FEATURES_OK");
	} else {
		return;
	}
	vi_evidence_hex(j, "status", s);
}

/* Does the device offer @bit without what it needs, as far as known? */
static bool is_offered_alone(const struct vi_judge *j, unsigned int bit)
{
	struct vi_feature_gap gap;
	unsigned int iter = 0;

	if (!vi_input_has(j, VI_C_OFFERED))
		return false;
	while (vi_feature_missing_dep(j->in->type, j->in->offered, &iter, &gap))
		if (gap.bit == bit)
			return true;
	return false;
}

/* A driver that accepted what the device must not offer followed the device. */
static void judge_features(struct vi_judge *j)
{
	struct vi_feature_gap gap;
	unsigned int iter = 0;

	if (!vi_input_has(j, VI_C_FEATURES) && !j->skipped)
		vi_skip(j, VI_NO_FEATURES);
	if (!vi_input_has(j, VI_C_TYPE | VI_C_FEATURES))
		return;
	while (vi_feature_missing_dep(j->in->type, j->in->features, &iter,
				      &gap)) {
		if (is_offered_alone(j, gap.bit))
			continue;
		vi_found(j, "%s was negotiated without %s", gap.name,
			 gap.needs);
		vi_evidence(j, "feature", gap.bit);
	}
}

void vi_judge_negotiation(struct vi_judge *j)
{
	if (knows_status(j))
		judge_status(j);
	judge_features(j);
}

void vi_judge_offer(struct vi_judge *j)
{
	struct vi_feature_gap gap;
	unsigned int iter = 0;

	if (!vi_input_has(j, VI_C_TYPE | VI_C_OFFERED)) {
		vi_skip(j, j->in->local ?
			"what the device offers was not read (--attach=registers reads it)" :
			"what the device offers is unknown");
		return;
	}
	while (vi_feature_missing_dep(j->in->type, j->in->offered, &iter,
				      &gap)) {
		bool taken = vi_input_has(j, VI_C_FEATURES) &&
			     vi_features_test(j->in->features, gap.bit);

		vi_found(j, "the device offers %s without %s%s", gap.name,
			 gap.needs, taken ? ", and the driver accepted it" : "");
		vi_evidence(j, "feature", gap.bit);
	}
}

/* In every sample, because unbinding a driver also breaks its queues. */
void vi_judge_driver_broken(struct vi_judge *j)
{
	size_t i, n = 0, snaps = 0;

	if (!vi_has(j->q, VI_Q_BROKEN) || !vi_input_has(j, VI_C_STATUS)) {
		vi_skip(j, "the device status, or whether the driver uses the queue, is unknown");
		return;
	}
	if (!(j->in->status & VIRTIO_CONFIG_S_DRIVER_OK))
		return;
	for (i = 0; i < j->queue->num_samples; i++) {
		const struct vi_raw_queue *q = j->queue->samples[i].q;

		if (!vi_has(q, VI_Q_BROKEN) || q->gone)
			continue;
		snaps++;
		n += q->broken && !(q->have & VI_Q_RESET && q->reset);
	}
	if (!n || n < snaps || (j->in->live && snaps < 2))
		return;
	vi_found(j, "the driver found the queue broken and stopped using it");
	vi_evidence_hex(j, "status", j->in->status);
}

void vi_judge_size_mismatch(struct vi_judge *j)
{
	uint32_t size;

	if (!(j->queue->have & VI_CQ_REG_SIZE) || !vi_has(j->q, VI_Q_SIZE)) {
		vi_skip(j, j->in->local ?
			"the device's registers were not read (--attach=registers reads them)" :
			"what the device's registers hold is unknown");
		return;
	}
	size = j->queue->have & VI_CQ_DRIVER_SIZE ? j->queue->driver_size :
						    j->q->size;
	if (!vi_is_ready(j->q) || j->queue->reg_size == size)
		return;
	vi_found(j, "the driver's ring has %u entries, but the device's register says %u",
		 size, j->queue->reg_size);
	vi_evidence(j, "size", size);
	vi_evidence(j, "register", j->queue->reg_size);
}

/* The host's counters against the ring. */
void vi_judge_inuse_leak(struct vi_judge *j)
{
	uint16_t taken;

	if (!vi_has(j->q, VI_Q_HOST_AVAIL | VI_Q_HOST_INUSE)) {
		vi_skip(j, "needs the host's view of the device");
		return;
	}
	if (j->q->packed || vi_last_sample(j->queue) != j->sample ||
	    vi_lost_avail(j->ring))
		return;
	taken = j->q->host_avail - j->ring->used;
	if (j->q->host_inuse == taken)
		return;
	vi_found(j, "the host counts %u buffers in use; according to the indices there are %u",
		 j->q->host_inuse, taken);
	vi_evidence(j, "inuse", j->q->host_inuse);
	vi_evidence(j, "last_avail_idx", j->q->host_avail);
	vi_evidence(j, "used_idx", j->ring->used);
}
