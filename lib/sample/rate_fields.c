// SPDX-License-Identifier: LGPL-2.1-or-later
/* What a sample says of a queue, as fields: one row each. */
#include <errno.h>

#include "core/compiler.h"
#include "inspect/queue_fields.h"
#include "sample/sample.h"

/* @d, @q, @out are there for the expressions. */
#define GETTER(name_, member, known, expr)				\
static int get_##name_(const void *object, struct vi_value *v)		\
{									\
	const struct vi_row *row = object;				\
	const struct vi_sampled *d = row->dev;				\
	const struct vi_sampled_queue *q = row->queue;			\
	const struct vi_rate *out = &q->shown;				\
									\
	(void)d;							\
	(void)q;							\
	(void)out;							\
	if (!(known))							\
		return -ENODATA;					\
	v->member = (expr);						\
	return 0;							\
}
#define STRING(name_, expr)	GETTER(name_, string, expr, expr)
#define NUMBER(name_, known, expr) GETTER(name_, number, known, expr)
#define BOOL(name_, known, expr) GETTER(name_, boolean, known, expr)
#define REAL(name_)		GETTER(name_, real, !isnan(out->name_),	\
				       vi_thousandths(out->name_))

double vi_thousandths(double n)
{
	/* Past that, what is behind the point is not there. */
	if (!(n > -1e12 && n < 1e12))
		return n;
	return (double)(int64_t)(n * 1000 + (n < 0 ? -0.5 : 0.5)) / 1000;
}

STRING(device, d->name)
STRING(address, d->address)
STRING(type, d->type)
STRING(kname, d->kname)
NUMBER(generation, true, d->generation)
NUMBER(index, q->has_index, q->watch.q.index)
STRING(name, q->watch.q.have & VI_Q_NAME ? q->watch.q.name : NULL)
STRING(spec_name, *q->spec_name ? q->spec_name : NULL)
/* Of a queue that is not known, nothing says that it may not wait. */
STRING(role, vi_role_name(q->kind ? q->kind->role : VI_QUEUE_MAY_WAIT))
NUMBER(size, q->watch.q.have & VI_Q_SIZE, q->watch.q.size)
STRING(layout, !q->watched ? NULL : q->watch.q.packed ? "packed" : "split")
STRING(unit, !q->watched ? NULL : q->watch.q.packed ? "descriptors" : "buffers")
NUMBER(submitted, out->counted, out->submitted)
NUMBER(completed, out->counted, out->completed)
BOOL(lower_bound, out->counted && out->lower_bound, true)
BOOL(rate_lower_bound, !isnan(out->submitted_per_s) && out->rate_lower_bound,
     true)
REAL(submitted_per_s)
REAL(completed_per_s)
NUMBER(in_flight, out->has_in_flight, out->in_flight)
NUMBER(unreaped, out->has_unreaped, out->unreaped)
REAL(in_flight_mean)
NUMBER(in_flight_peak, out->has_in_flight, out->in_flight_peak)
REAL(occupancy)
REAL(full_percent)
BOOL(wants_kick, out->read.have & VI_CTR_KICK, out->read.wants_kick)
BOOL(wants_interrupt, out->read.have & VI_CTR_INTERRUPT,
     out->read.wants_interrupt)
NUMBER(vector, q->watch.q.have & VI_Q_VECTOR && q->watch.q.vector != 0xffff,
       q->watch.q.vector)
NUMBER(irq, q->irq.has_irq, q->irq.irq)
BOOL(irq_shared, q->irq.known && !q->irq.missed, !q->irq.own)
NUMBER(interrupts, q->irq.known && !q->irq.missed, q->irq.since)
REAL(interrupts_per_s)
REAL(completions_per_interrupt)
REAL(request_bytes)
REAL(bytes_per_s)
REAL(latency_us)
REAL(age_p50_ms)
REAL(age_p99_ms)
REAL(oldest_ms)
BOOL(age_lower_bound, out->age_lower_bound && !isnan(out->oldest_ms), true)
BOOL(stalled, vi_track_is_judged(q), out->stalled)
STRING(code, out->stalled ? out->code : NULL)
STRING(reason, out->stalled ? out->reason : NULL)

#define ROW(name_, type_, help_) { #name_, type_, help_, get_##name_, NULL }

static const struct vi_field fields[] = {
	ROW(device, VI_STRING, "the kernel's name of the device"),
	ROW(address, VI_STRING, "the device's address on its bus"),
	ROW(type, VI_STRING, "the device's type"),
	ROW(kname, VI_STRING, "name that users know the device by"),
	ROW(generation, VI_UINT, "another one after the device or its driver came anew"),
	ROW(index, VI_UINT, "number of the queue"),
	ROW(name, VI_STRING, "the driver's name for the queue"),
	ROW(spec_name, VI_STRING, "the specification's name for the queue"),
	ROW(role, VI_STRING, "request, may-wait, or parked: buffers wait there"),
	ROW(size, VI_UINT, "entries of the ring"),
	ROW(layout, VI_STRING, "split or packed"),
	ROW(unit, VI_STRING, "what is counted: buffers, or descriptors"),
	ROW(submitted, VI_UINT, "made available since the first sample"),
	ROW(completed, VI_UINT, "completed since the first sample"),
	ROW(lower_bound, VI_BOOL, "the totals may be more"),
	ROW(rate_lower_bound, VI_BOOL, "the rates may be more"),
	ROW(submitted_per_s, VI_REAL, "made available a second"),
	ROW(completed_per_s, VI_REAL, "completed a second"),
	ROW(in_flight, VI_UINT, "with the device now"),
	{ "unseen", VI_UINT, "completed and not seen by the driver", get_unreaped, NULL },
	ROW(in_flight_mean, VI_REAL, "in flight, on average"),
	ROW(in_flight_peak, VI_UINT, "in flight, the most that was seen"),
	ROW(occupancy, VI_REAL, "descriptors in use, in percent"),
	ROW(full_percent, VI_REAL, "time without a free descriptor, in percent"),
	ROW(wants_kick, VI_BOOL, "the device is to be told of the next buffer"),
	ROW(wants_interrupt, VI_BOOL, "the driver is to be told of the next completion"),
	ROW(vector, VI_UINT, "MSI-X vector"),
	ROW(irq, VI_UINT, "number of the interrupt"),
	ROW(irq_shared, VI_BOOL, "the interrupt is of other queues as well"),
	ROW(interrupts, VI_UINT, "interrupts since the first sample"),
	ROW(interrupts_per_s, VI_REAL, "interrupts a second"),
	ROW(completions_per_interrupt, VI_REAL, "completed for each interrupt"),
	ROW(request_bytes, VI_REAL, "length of requests seen in flight of late, in bytes, on average"),
	ROW(bytes_per_s, VI_REAL, "bytes made available a second, estimated by those lengths"),
	ROW(latency_us, VI_REAL, "time with the device on average, in microseconds"),
	ROW(age_p50_ms, VI_REAL, "half of those in flight are no older, in milliseconds"),
	ROW(age_p99_ms, VI_REAL, "99 % of those in flight are no older, in milliseconds"),
	ROW(oldest_ms, VI_REAL, "age of the oldest in flight, at least, in milliseconds"),
	ROW(age_lower_bound, VI_BOOL, "ages may be more by more than an interval"),
	ROW(stalled, VI_BOOL, "it stands, and that is somebody's fault"),
	ROW(code, VI_STRING, "diagnosis; see virtio-checks(7)"),
	ROW(reason, VI_STRING, "the diagnosis in words"),
	{ NULL, 0, NULL, NULL, NULL },
};

static const struct vi_schema schema = { fields };

VI_EXPORT const struct vi_schema *vi_rate_schema(void)
{
	return &schema;
}
