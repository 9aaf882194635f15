// SPDX-License-Identifier: GPL-2.0-or-later
/* What looks and checks have added to a device. */
#include <errno.h>

#include "attach/judged.h"
#include "attach/look.h"
#include "attach/look_fields.h"

static int set_list(const struct vi_strings *list, struct vi_value *v)
{
	v->list = list->v;
	v->count = list->count;
	return list->count ? 0 : -ENODATA;
}

int vi_get_attach(const void *object, struct vi_value *v)
{
	const struct vi_look *look = vi_last_look(object);

	v->string = look ? look->way : NULL;
	return look ? 0 : -ENODATA;
}

int vi_get_attach_notes(const void *object, struct vi_value *v)
{
	return set_list(&((const struct vi_device *)object)->look_notes, v);
}

int vi_get_addresses(const void *object, struct vi_value *v)
{
	const struct vi_look *look = vi_last_look(object);

	if (!look || (!look->physical && !look->translated))
		return -ENODATA;
	v->string = look->physical ? "physical" : "translated";
	return 0;
}

int vi_get_queues(const void *object, struct vi_value *v)
{
	const struct vi_look *look = vi_last_look(object);

	if (!look)
		return -ENODATA;
	v->records = look->views;
	v->count = look->count;
	v->stride = sizeof(*look->views);
	return 0;
}

int vi_get_judged_looks(const void *object, struct vi_value *v)
{
	const struct vi_judged *j = ((const struct vi_device *)object)->judged;

	v->number = j ? j->looks : 0;
	return v->number ? 0 : -ENODATA;
}

int vi_get_findings(const void *object, struct vi_value *v)
{
	const struct vi_judged *j = ((const struct vi_device *)object)->judged;

	if (!j)
		return -ENODATA;
	v->records = j->findings;
	v->count = j->num_findings;
	v->stride = sizeof(*j->findings);
	return 0;
}

int vi_get_answers(const void *object, struct vi_value *v)
{
	const struct vi_judged *j = ((const struct vi_device *)object)->judged;

	if (!j)
		return -ENODATA;
	v->records = j->answers;
	v->count = j->num_answers;
	v->stride = sizeof(*j->answers);
	return 0;
}

int vi_get_unjudged(const void *object, struct vi_value *v)
{
	const struct vi_judged *j = ((const struct vi_device *)object)->judged;

	return j ? set_list(&j->unjudged, v) : -ENODATA;
}
