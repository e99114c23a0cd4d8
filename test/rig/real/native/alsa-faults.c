/*
 * Breaks sound devices under programs that use ALSA, by LD_PRELOAD: arecord, aplay and `speaker` then meet the
 * error codes that a device in use, an unplugged or a hung one gives, and do and say what they really do.
 *
 * $ALSA_DESK_FAULTS/capture and $ALSA_DESK_FAULTS/playback hold what is wrong at the moment; no file, nothing wrong.
 *   busy      opening fails with EBUSY; what is open already goes on
 *   gone      opening fails with ENOENT (ALSA's answer for a card that isn't there), reading and writing
 *             with ENODEV (its answer once the card has been pulled)
 *   stalled   reading and writing block, without an error
 *   muted     what is read is zeros
 *
 * $ALSA_DESK_CAPTURE_DELAY_MS: what is read was captured so long ago, as with a card on USB. The virtual one hands
 * sound over as soon as it is mixed, which no microphone does.
 */
#define _GNU_SOURCE
#include <alsa/asoundlib.h>
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

static const char *const FILES[] = {"playback", "capture"}; /* by snd_pcm_stream_t */

/* A look at the file on every call costs microseconds 50 times a second, and needs nothing to be told. */
static int is(snd_pcm_stream_t stream, const char *fault) {
  const char *folder = getenv("ALSA_DESK_FAULTS");
  char path[512], text[16] = "";
  if (!folder) return 0;
  snprintf(path, sizeof path, "%s/%s", folder, FILES[stream]);
  const int file = open(path, O_RDONLY | O_CLOEXEC);
  if (file < 0) return 0;
  const ssize_t length = read(file, text, sizeof text - 1);
  close(file);
  return length > 0 && strncmp(text, fault, strlen(fault)) == 0;
}

/* Not RTLD_NEXT: an addon of Node brings libasound in its own scope, where NEXT does not look. */
static void *real(const char *name) {
  static void *library;
  if (!library) library = dlopen("libasound.so.2", RTLD_LAZY | RTLD_LOCAL);
  void *found = library ? dlsym(library, name) : NULL;
  if (!found) abort();
  return found;
}

static snd_pcm_sframes_t broken(snd_pcm_stream_t stream) {
  const struct timespec pause = {0, 5000000};
  while (is(stream, "stalled")) {
    if (nanosleep(&pause, NULL) != 0) return -EINTR; /* a signal ends a blocking call of ALSA too */
  }
  return is(stream, "gone") ? -ENODEV : 0;
}

/* ---- capture delay: a ring of bytes, one capturing PCM a process (arecord) -------------------------------- */

static size_t delay_bytes(snd_pcm_t *pcm) {
  const char *text = getenv("ALSA_DESK_CAPTURE_DELAY_MS");
  snd_pcm_hw_params_t *params;
  unsigned rate = 0;
  int direction = 0;
  if (!text || atoi(text) <= 0) return 0;
  if (((int (*)(snd_pcm_hw_params_t **))real("snd_pcm_hw_params_malloc"))(&params) < 0) abort();
  ((int (*)(snd_pcm_t *, snd_pcm_hw_params_t *))real("snd_pcm_hw_params_current"))(pcm, params);
  ((int (*)(const snd_pcm_hw_params_t *, unsigned *, int *))real("snd_pcm_hw_params_get_rate"))(params, &rate, &direction);
  ((void (*)(snd_pcm_hw_params_t *))real("snd_pcm_hw_params_free"))(params);
  return ((ssize_t(*)(snd_pcm_t *, snd_pcm_sframes_t))real("snd_pcm_frames_to_bytes"))(pcm, rate * atol(text) / 1000);
}

static void delay(snd_pcm_t *pcm, char *sound, snd_pcm_sframes_t frames) {
  static char *ring;
  static size_t size, at;
  static int known;
  if (!known) {
    known = 1;
    size = delay_bytes(pcm);
    ring = calloc(1, size ? size : 1);
  }
  if (!size || !ring || frames <= 0) return;
  const size_t bytes = ((ssize_t(*)(snd_pcm_t *, snd_pcm_sframes_t))real("snd_pcm_frames_to_bytes"))(pcm, frames);
  for (size_t i = 0; i < bytes; i++, at = (at + 1) % size) {
    const char older = ring[at];
    ring[at] = sound[i];
    sound[i] = older;
  }
}

int snd_pcm_open(snd_pcm_t **pcm, const char *name, snd_pcm_stream_t stream, int mode) {
  static int (*open_pcm)(snd_pcm_t **, const char *, snd_pcm_stream_t, int);
  if (is(stream, "busy")) return -EBUSY;
  if (is(stream, "gone")) return -ENOENT;
  if (!open_pcm) *(void **)&open_pcm = real("snd_pcm_open");
  return open_pcm(pcm, name, stream, mode);
}

snd_pcm_sframes_t snd_pcm_readi(snd_pcm_t *pcm, void *to, snd_pcm_uframes_t frames) {
  static snd_pcm_sframes_t (*read_frames)(snd_pcm_t *, void *, snd_pcm_uframes_t);
  const snd_pcm_sframes_t error = broken(SND_PCM_STREAM_CAPTURE);
  if (error) return error;
  if (!read_frames) *(void **)&read_frames = real("snd_pcm_readi");
  const snd_pcm_sframes_t got = read_frames(pcm, to, frames);
  if (got > 0 && is(SND_PCM_STREAM_CAPTURE, "muted"))
    memset(to, 0, ((ssize_t(*)(snd_pcm_t *, snd_pcm_sframes_t))real("snd_pcm_frames_to_bytes"))(pcm, got));
  delay(pcm, to, got);
  return got;
}

snd_pcm_sframes_t snd_pcm_writei(snd_pcm_t *pcm, const void *from, snd_pcm_uframes_t frames) {
  static snd_pcm_sframes_t (*write_frames)(snd_pcm_t *, const void *, snd_pcm_uframes_t);
  const snd_pcm_sframes_t error = broken(SND_PCM_STREAM_PLAYBACK);
  if (error) return error;
  if (!write_frames) *(void **)&write_frames = real("snd_pcm_writei");
  return write_frames(pcm, from, frames);
}
