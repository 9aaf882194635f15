// SPDX-License-Identifier: LGPL-2.1-or-later
/* Taken devices, by their journals: list, open, restore. */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "bind/binding.h"
#include "inspect/held.h"
#include "record/schema.h"

/* --- Opening one --- */

struct search {
	struct vi_ctx *ctx;
	const char *name;
	char address[VI_PCI_ADDRESS_SIZE];
};

static int was_called(void *data, const char *address)
{
	struct search *s = data;
	struct vi_journal j;
	bool locked;

	if (vi_journal_peek(s->ctx, address, &j, &locked) ||
	    strcmp(j.was.virtio, s->name))
		return 0;
	snprintf(s->address, sizeof(s->address), "%s", address);
	return 1;
}

static int find(struct vi_ctx *ctx, const char *target,
		char address[VI_PCI_ADDRESS_SIZE])
{
	struct search s = { .ctx = ctx, .name = target };
	int err;

	if (!vi_pci_address(target, address))
		return 0;
	err = vi_journals(ctx, was_called, &s);
	if (err)
		return err;
	if (!s.address[0])
		return vi_fail(ctx, -ENOENT,
			       "%s: no taken device had this name; use its PCI address",
			       target);
	memcpy(address, s.address, sizeof(s.address));
	return 0;
}

/* The usual state of a virtio device on PCI. */
static void usual(struct vi_bind_facts *was)
{
	snprintf(was->driver, sizeof(was->driver), "virtio-pci");
	snprintf(was->virtio, sizeof(was->virtio), "virtio");
	was->override[0] = was->virtio_driver[0] = '\0';
	was->has_status = false;
}

static bool snaps_taken(const struct vi_bind_facts *now)
{
	return now->override[0] || (now->driver[0] &&
				    strcmp(now->driver, "virtio-pci"));
}

static int fail_busy(struct vi_ctx *ctx, const char *address)
{
	struct vi_journal j;
	bool locked;

	if (vi_journal_peek(ctx, address, &j, &locked))
		return vi_fail(ctx, -EBUSY, "%s: in use by another process",
			       address);
	if (vi_journal_owner_runs(ctx, &j))
		return vi_journal_fail_has(ctx, -EBUSY, address, &j);
	return vi_journal_fail_back(ctx, -EBUSY, address, &j);
}

static int fail_folder(struct vi_ctx *ctx, const char *address, int err)
{
	return vi_fail(ctx, err, "%s/%s: %s%s", VI_JOURNALS, address,
		       err == -EINVAL ? "not a regular file owned by this user" :
		       strerror(-err), err == -EACCES ? "; run as root" : "");
}

/* Without a journal that records its state. */
static int open_unknown(struct vi_binding *b, const char *address)
{
	struct vi_bind_facts *was = &b->journal.was;
	int err = vi_bind_facts(b->ctx, address, was);

	if (err)
		return err;
	if (!vi_bind_is_virtio(b->ctx, address))
		return vi_fail(b->ctx, -ENOTSUP,
			       "%s: not a virtio device", address);
	if (!snaps_taken(was) && b->fd < 0)
		return vi_fail(b->ctx, -ENOENT, "%s: not taken%s%s",
			       address, was->driver[0] ? ", its driver is " : "",
			       was->driver);
	usual(was);
	b->back = false;
	return 0;
}

static int open_binding(struct vi_binding *b, const char *address)
{
	int err = 0, fd = vi_journal_open(b->ctx, address, &b->journal, &err);

	if (fd == -EBUSY)
		return fail_busy(b->ctx, address);
	if (fd < 0 && fd != -ENOENT)
		return fail_folder(b->ctx, address, fd);
	b->fd = fd >= 0 ? fd : -1;
	if (fd >= 0 && !err && vi_journal_is_ours(b->ctx, &b->journal)) {
		b->back = false;
		return 0;
	}
	/* There is none, it is damaged, or it is from an earlier boot. */
	memset(&b->journal, 0, sizeof(b->journal));
	return open_unknown(b, address);
}

VI_EXPORT int vi_bind_open(struct vi_ctx *ctx, const char *target,
			   struct vi_binding **binding)
{
	char address[VI_PCI_ADDRESS_SIZE];
	struct vi_binding *b;
	int err = find(ctx, target, address);

	if (err)
		return err;
	b = vi_binding_new(ctx);
	if (!b)
		return -ENOMEM;
	err = open_binding(b, address);
	if (err) {
		vi_bind_free(b);
		return err;
	}
	*binding = b;
	return 0;
}

/* --- Restoring --- */

/* Is nothing to be undone, according to a journal that may be damaged? */
static bool is_done_with(struct vi_ctx *ctx, const char *address,
			 const struct vi_journal *j, bool damaged)
{
	struct vi_bind_facts now;
	struct vi_steps steps;

	if (!damaged && !vi_journal_is_ours(ctx, j))
		return true;
	if (!damaged && vi_journal_owner_runs(ctx, j))
		return false;
	if (vi_bind_facts(ctx, address, &now))
		return false;
	/* A journal is complete before anything is changed. */
	if (damaged)
		return !snaps_taken(&now);
	vi_plan_back(&now, &j->was, &steps);
	return !steps.count;
}

void vi_bind_forget(struct vi_ctx *ctx, const char *address)
{
	struct vi_journal j;
	int err = 0, fd = vi_journal_open(ctx, address, &j, &err);

	if (fd < 0)
		return;
	if (is_done_with(ctx, address, &j, err))
		vi_journal_remove(ctx, address);
	close(fd);
}

static int restore_damaged(struct vi_ctx *ctx, const char *address)
{
	if (!is_done_with(ctx, address, NULL, true))
		return vi_fail(ctx, -EINVAL,
			       "%s: its journal is corrupt; return the device by hand (--release %s)",
			       address, address);
	return vi_journal_remove(ctx, address);
}

VI_EXPORT int vi_bind_restore(struct vi_ctx *ctx, const char *target)
{
	char address[VI_PCI_ADDRESS_SIZE];
	struct vi_binding *b;
	int err = 0, fd;

	if (vi_pci_address(target, address))
		return vi_fail(ctx, -EINVAL, "%s: not a PCI address", target);
	b = vi_binding_new(ctx);
	if (!b)
		return -ENOMEM;
	fd = vi_journal_open(ctx, address, &b->journal, &err);
	if (fd == -ENOENT) {
		err = 0;
	} else if (fd == -EBUSY) {
		err = fail_busy(ctx, address);
	} else if (fd < 0) {
		err = fail_folder(ctx, address, fd);
	} else {
		b->fd = fd;
		if (err)
			err = restore_damaged(ctx, address);
		else if (!vi_journal_is_ours(ctx, &b->journal))
			err = vi_journal_remove(ctx, address);
		else if (b->journal.state == VI_JOURNAL_KEPT)
			err = vi_fail(ctx, -EALREADY,
				      "%s: process %u left it taken on purpose; use --release to return it",
				      address, b->journal.pid);
		else if (vi_journal_owner_runs(ctx, &b->journal))
			err = fail_busy(ctx, address);
		else {
			b->back = false;
			err = vi_bind_give_back(b);
		}
	}
	vi_bind_free(b);
	return err;
}

/* --- The list --- */

struct taken {
	char address[VI_PCI_ADDRESS_SIZE];
	struct vi_journal j;
	struct vi_bind_facts now;
	bool known, runs;
	const char *state;
	char since[VI_SINCE_SIZE];
};

#define MAX_TAKEN	256

struct listing {
	struct vi_ctx *ctx;
	struct taken *list;
	size_t count;
};

static const char *state_of(struct vi_ctx *ctx, const struct taken *t,
			    bool locked)
{
	if (!t->known)
		return "damaged";
	if (!vi_journal_is_ours(ctx, &t->j))
		return "stale";
	if (t->j.state == VI_JOURNAL_KEPT)
		return "kept";
	if (t->runs)
		return "taken";
	return locked ? "being given back" : "left";
}

static int list_one(void *data, const char *address)
{
	struct listing *l = data;
	struct taken *t = &l->list[l->count];
	bool locked = false;

	if (l->count == MAX_TAKEN)
		return 1;
	memset(t, 0, sizeof(*t));
	snprintf(t->address, sizeof(t->address), "%s", address);
	t->known = !vi_journal_peek(l->ctx, address, &t->j, &locked);
	if (!t->known)
		memset(&t->j, 0, sizeof(t->j));
	if (vi_bind_facts(l->ctx, address, &t->now))
		memset(&t->now, 0, sizeof(t->now));
	t->runs = t->known && vi_journal_is_ours(l->ctx, &t->j) &&
		  vi_journal_owner_runs(l->ctx, &t->j);
	t->state = state_of(l->ctx, t, locked);
	if (t->known)
		vi_journal_since(&t->j, t->since);
	l->count++;
	return 0;
}

VI_EXPORT int vi_taken(struct vi_ctx *ctx, struct vi_value *v)
{
	struct vi_inventory *inv = vi_inventory(ctx);
	struct vi_batch *batch = inv ? vi_batch_new(ctx) : NULL;
	struct listing l = { .ctx = ctx };
	int err;

	if (batch)
		l.list = vi_pool_alloc(&batch->pool,
				       MAX_TAKEN * sizeof(*l.list));
	err = l.list ? vi_journals(ctx, list_one, &l) :
		       vi_fail(ctx, -ENOMEM, "out of memory");
	if (err) {
		vi_batch_free(batch);
		return err;
	}
	vi_batch_free(inv->taken);
	inv->taken = batch;
	vi_set_records(v, vi_taken_schema(), l.list, l.count, sizeof(*l.list));
	return 0;
}

#define TAKEN(name, type, member, help, ...)				\
	VI_MEMBER(name, type, help, taken, member, __VA_ARGS__)
#define TEXT(name, member, help)					\
	TAKEN(name, VI_STRING | VI_INLINE, member, help, .known = &vi_by_text)

static const struct vi_field fields[] = {
	TEXT("address", address, "address on its bus"),
	TEXT("name", j.was.virtio, "name under which it was taken"),
	TAKEN("state", VI_STRING, state, "taken, kept, left by a process that died, being given back, stale, or damaged"),
	TEXT("driver", now.driver, "current PCI driver"),
	TEXT("original_driver", j.was.driver, "original PCI driver"),
	TEXT("original_virtio_driver", j.was.virtio_driver, "original virtio driver"),
	TEXT("taken_for", j.to, "driver to which it was moved"),
	TAKEN("pid", VI_UINT, j.pid, "process that took it", VI_IF_OTHER_FLAG(taken, known)),
	TAKEN("running", VI_BOOL, runs, "whether that process runs", VI_IF_OTHER_FLAG(taken, known)),
	TEXT("since", since, "when it was taken"),
	VI_FIELDS_END,
};

static const struct vi_schema schema = { fields };

VI_EXPORT const struct vi_schema *vi_taken_schema(void)
{
	return &schema;
}
