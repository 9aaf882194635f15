/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Getters of device fields that come from the last snapshot. */
#ifndef VI_INSPECT_FIELDS_SNAPSHOT_H
#define VI_INSPECT_FIELDS_SNAPSHOT_H

#include "record/schema.h"

extern const struct vi_schema vi_queue_view_schema;

int vi_get_attach(const void *object, struct vi_value *v);
int vi_get_addresses(const void *object, struct vi_value *v);
int vi_get_config_off(const void *object, struct vi_value *v);
int vi_get_config_pending(const void *object, struct vi_value *v);
int vi_get_failed_before(const void *object, struct vi_value *v);
int vi_get_queues(const void *object, struct vi_value *v);

#endif
