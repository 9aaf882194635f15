/* SPDX-License-Identifier: LGPL-2.1-or-later */
/**
 * @file recording.h
 * Samples as JSON, and recordings of them: a header and then a sample a line.
 * Continues <virtio-inspect/sampler.h>, whose rules hold here.
 *
 *	vi_json_recording(json);
 *	while (!vi_sampler_sample(s) && (sample = vi_sampler_keep(s))) {
 *		vi_json_sample(json, sample, NULL);
 *		vi_json_newline(json, 0);
 *		vi_sample_unref(sample);
 *	}
 */
#ifndef VIRTIO_INSPECT_RECORDING_H
#define VIRTIO_INSPECT_RECORDING_H

#include <virtio-inspect/json.h>
#include <virtio-inspect/sampler.h>

#ifdef __cplusplus
extern "C" {
#endif

/** vi_json_recording - the line that a recording begins with, and its end. */
void vi_json_recording(struct vi_json *json);

/**
 * vi_json_sample - a sample as an object: the fields of its summary, and
 * "queues". Numbers with a fraction are written to the millionth. Queues are
 * absent where there are none and the summary has an error, as it is unknown
 * then whether there are any.
 *
 * @names: the fields of queues, ended by NULL; NULL: all of them. What tells
 *         queues from each other is always there.
 * 0, or a negative errno with a message: there is no such field.
 */
int vi_json_sample(struct vi_json *json, const struct vi_sample *sample,
		   const char *const *names);

/** struct vi_recording - a recording that is being read. */
struct vi_recording;

/**
 * vi_recording_open - open the file @path, and find its samples.
 *
 * Files that were put behind each other are one recording. A last line that
 * was cut off is left out, with a warning. All other lines are checked when
 * they are read.
 * @ctx: for messages, and to outlive the recording; its devices stay.
 * 0, or a negative errno with a message: this is no recording, or no file.
 */
int vi_recording_open(struct vi_ctx *ctx, const char *path,
		      struct vi_recording **recording);
void vi_recording_close(struct vi_recording *recording);

/** vi_recording_count - how many lines with a sample there may be. */
size_t vi_recording_count(const struct vi_recording *recording);

/** vi_recording_at - which of them is read next, from 0. */
size_t vi_recording_at(const struct vi_recording *recording);

/** vi_recording_seek - have @at, or the end if it is beyond, be read next. */
void vi_recording_seek(struct vi_recording *recording, size_t at);

/**
 * vi_recording_next - read the next sample, into *@sample, with a reference
 * for the caller: it stays when the recording is closed.
 *
 * What the recording does not have is unknown. 1; 0: there are no more; or a
 * negative errno with a message that names the line, which stays the next one:
 * vi_recording_seek() goes past it.
 */
int vi_recording_next(struct vi_recording *recording,
		      struct vi_sample **sample);

#ifdef __cplusplus
}
#endif

#endif /* VIRTIO_INSPECT_RECORDING_H */
