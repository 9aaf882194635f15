// SPDX-License-Identifier: 0BSD
/*
 * list_devices [TARGET...]: print all properties of this machine's virtio
 * devices, or of the named ones, such as virtio0, vda or sim:blk. The library
 * describes each property, so this program need not know any.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include <virtio-inspect/inspect.h>

/* Text from devices and files may hold control sequences: escape it. */
static void print_text(const char *text)
{
	size_t size = vi_escape(NULL, 0, text, NULL) + 1;
	char *safe = malloc(size);

	if (!safe) {
		perror("list_devices");
		exit(1);
	}
	vi_escape(safe, size, text, NULL);
	fputs(safe, stdout);
	free(safe);
}

static void print_value(const struct vi_value *v)
{
	size_t i;

	switch (v->type) {
	case VI_BOOL:
		fputs(v->boolean ? "yes" : "no", stdout);
		break;
	case VI_UINT:
		printf("%" PRIu64, v->number);
		break;
	case VI_HEX:
		printf("0x%" PRIx64, v->number);
		break;
	case VI_REAL:
		printf("%g", v->real);
		break;
	case VI_FEATURES:
		printf("0x%016" PRIx64 "%016" PRIx64, v->features.w[1],
		       v->features.w[0]);
		break;
	case VI_STRING:
		print_text(v->string);
		break;
	case VI_LIST:
		for (i = 0; i < v->count; i++) {
			fputs(i ? ", " : "", stdout);
			print_text(v->list[i]);
		}
		break;
	case VI_NUMBERS:
		for (i = 0; i < v->count; i++)
			printf("%s%" PRIu64, i ? ", " : "", v->numbers[i]);
		break;
	case VI_VALUES:
		for (i = 0; i < v->count; i++) {
			printf("%s%s ", i ? ", " : "", v->values[i].name);
			print_value(&v->values[i].value);
		}
		break;
	case VI_RECORDS:
	case VI_RECORD:
		printf("(%zu)", v->count);
		break;
	}
}

static void print_record(const struct vi_schema *schema, const void *object,
			 int indent);

/* Leave out unknown fields. */
static void print_field(const struct vi_field *field, const void *object,
			int indent)
{
	struct vi_value v;
	size_t i;

	if (vi_get(field, object, &v))
		return;
	printf("%*s%s: ", indent, "", vi_field_name(field));
	print_value(&v);
	putchar('\n');
	if (v.type == VI_RECORDS || v.type == VI_RECORD)
		for (i = 0; i < v.count; i++)
			print_record(vi_field_schema(field), vi_record(&v, i),
				     indent + 4);
}

static void print_record(const struct vi_schema *schema, const void *object,
			 int indent)
{
	const struct vi_field *field;
	size_t i;

	for (i = 0; (field = vi_schema_field(schema, i)); i++)
		print_field(field, object, indent);
}

static int print_targets(struct vi_ctx *ctx, char **target)
{
	struct vi_device *dev;

	for (; *target; target++) {
		dev = vi_device_find(ctx, *target);
		if (!dev) {
			fprintf(stderr, "list_devices: %s\n", vi_error(ctx));
			return 1;
		}
		print_record(vi_device_schema(), dev, 0);
	}
	return 0;
}

static int print_all(struct vi_ctx *ctx)
{
	struct vi_device *dev = NULL;

	while ((dev = vi_device_next(ctx, dev))) {
		print_record(vi_device_schema(), dev, 0);
		putchar('\n');
	}
	return 0;
}

int main(int argc, char **argv)
{
	struct vi_ctx *ctx = vi_ctx_new();
	int status;

	if (!ctx) {
		perror("list_devices");
		return 1;
	}
	if (vi_scan(ctx)) {
		fprintf(stderr, "list_devices: %s\n", vi_error(ctx));
		vi_ctx_free(ctx);
		return 1;
	}
	status = argc > 1 ? print_targets(ctx, argv + 1) : print_all(ctx);
	/* A failed read must not pass for a value that does not exist. */
	if (vi_failures(ctx)) {
		fprintf(stderr, "list_devices: something could not be read\n");
		status = 1;
	}
	vi_ctx_free(ctx);
	return status;
}
