/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Cells of CSV; all CSV output uses these functions. */
#ifndef CMD_VQTOP_BATCH_CSV_H
#define CMD_VQTOP_BATCH_CSV_H

#include "vqtop/model/columns.h"

/* Add a value; nothing if it is unknown. */
void vt_csv_add(struct text *t, const struct vi_value *v);
/* Add untrusted text. */
void vt_csv_add_text(struct text *t, const char *s);

#endif
