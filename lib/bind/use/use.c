// SPDX-License-Identifier: LGPL-2.1-or-later
/* The checks for all types, then the one for the device's type. */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "bind/use/group.h"
#include "bind/use/proc.h"
#include "bind/use/use.h"
#include "spec/ids.h"

/* The bounds of the section that VI_USE_CHECK() fills. */
extern const struct vi_use_check *const __start_vi_use_checks[]
	__attribute__((visibility("hidden")));
extern const struct vi_use_check *const __stop_vi_use_checks[]
	__attribute__((visibility("hidden")));

/* Most files come from memory; a slow server's may take longer. */
#define SEARCH_SECONDS	60

/* --- Openers of its nodes --- */

static int opener_used(struct vi_use *u, const struct vi_opener *who)
{
	const struct vi_node *n = vi_nodes_find(&u->nodes, &who->id);
	const char *name = n ? n->name : "?";
	char as[160] = "";

	if (who->path[0] && (strncmp(who->path, "/dev/", 5) ||
			     strcmp(who->path + 5, name)))
		snprintf(as, sizeof(as), ", as %s", who->path);
	if (who->how == VI_TERMINAL)
		return vi_used(u, "/dev/%s is the terminal of process %u (%s)",
			       name, who->pid, who->comm);
	return vi_used(u, "/dev/%s is %s process %u (%s)%s", name,
		       who->how == VI_MAPPED ? "mapped into" : "open in",
		       who->pid, who->comm, as);
}

static int openers_used(struct vi_use *u)
{
	const struct vi_own_fds own = { u->claim, u->num_claims };
	struct vi_unseen unseen;
	struct vi_opener who;
	int ret = vi_find_opener(u->ctx, &u->nodes, &own, SEARCH_SECONDS, &who,
				 &unseen);

	if (ret > 0)
		return opener_used(u, &who);
	if (ret)
		return vi_used(u, "cannot determine who has its nodes open: %s",
			       strerror(-ret));
	return vi_unseen_used(u, &unseen);
}

static int find_nodes(struct vi_use *u, const struct vi_use_check *check)
{
	char path[VI_BIND_PATH_SIZE];
	int err;

	vi_bind_path(path, u->pci->address, "");
	err = vi_nodes_add_below(u->ctx, &u->nodes, path);
	if (!err && !strcmp(u->pci->driver, "vfio-pci"))
		err = vi_group_nodes(u->ctx, u->pci->address, &u->nodes);
	if (err)
		return vi_used(u, "cannot determine which nodes it has: %s",
			       vi_error(u->ctx));
	vi_nodes_sort(&u->nodes);
	err = check && check->nodes ? check->nodes(u) : 0;
	vi_nodes_sort(&u->nodes);
	return err;
}

/* --- The check for its type --- */

static const struct vi_use_check *find(uint32_t device)
{
	const struct vi_use_check *const *c = __start_vi_use_checks;

	for (; c < __stop_vi_use_checks; c++)
		if ((*c)->device == device)
			return *c;
	return NULL;
}

static const char *type_name(uint32_t type)
{
	const char *name = vi_type_name(type);

	return name ? name : "unknown";
}

/* *@check: NULL if the type has none. */
static int find_check(struct vi_use *u, const struct vi_use_check **check)
{
	*check = NULL;
	/* Nobody uses a device without a driver. */
	if (!u->dev || !u->pci->virtio_driver[0])
		return 0;
	if (vi_load(u->dev, VI_FACT_ID))
		return vi_cannot_tell(u, u->force,
				      "cannot read its type, so whether it is in use is unknown");
	*check = find(u->dev->vdev.id.device);
	if (*check)
		return (*check)->never ? vi_used(u, "%s", (*check)->never) : 0;
	return vi_cannot_tell(u, u->force,
			      "bound to %s, and use of a device of type %s cannot be determined; make sure that nothing uses it, then use force",
			      u->pci->virtio_driver,
			      type_name(u->dev->vdev.id.device));
}

/*
 * Claim disks before examining processes: what is not found then can only be
 * opened, not mounted or built on, until the claims end.
 */
int vi_check_use(struct vi_use *u)
{
	static int (*const checks[])(struct vi_use *u) = {
		vi_disks_used, vi_disks_claim, openers_used, vi_disks_counted,
		vi_disks_empty,
	};
	const struct vi_use_check *check;
	size_t i;
	int err = find_check(u, &check);

	if (!err && vi_check_proc(u->ctx))
		err = vi_cannot_tell(u, u->force,
				     "cannot determine whether anything uses it: %s",
				     vi_error(u->ctx));
	if (!err)
		err = find_nodes(u, check);
	if (!err && check && check->used)
		err = check->used(u);
	for (i = 0; !err && i < ARRAY_SIZE(checks); i++)
		err = checks[i](u);
	return err;
}

void vi_use_end(struct vi_use *u)
{
	vi_disks_unclaim(u);
	vi_nodes_free(&u->nodes);
	vi_pool_free(&u->pool);
}
