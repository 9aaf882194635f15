/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Cells of CSV: whatever is written as CSV passes here. */
#ifndef CMD_VQTOP_BATCH_CSV_H
#define CMD_VQTOP_BATCH_CSV_H

#include "vqtop/model/json.h"

/* A value; of one that is not known, nothing. */
void vt_csv_add(struct text *t, const struct vt_value *v);
/* Text that may hold anything. */
void vt_csv_add_text(struct text *t, const char *s);

#endif
