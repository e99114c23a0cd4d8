/*
 * libgpiod.so.3 for the desk: what the daemon calls of it, over the character devices of gpio.c, which speak the
 * kernel's own uAPI. Debian 12 has no libgpiod 2, and no library opens a chip that is a file of FUSE: the real one
 * insists on a device of the kernel. That the daemon and the real one understand each other is shown in the virtual
 * machine, where there are a kernel and Debian 13.
 *
 * DESK_GPIO_CHIPS: the folder that stands for /dev.
 */
#include <errno.h>
#include <fcntl.h>
#include <linux/gpio.h>
#include <poll.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

/* gpiod.h 2.2: the enumerations begin with 1. */
enum { DIRECTION_INPUT = 2, DIRECTION_OUTPUT = 3 };
enum { EDGE_NONE = 1, EDGE_RISING, EDGE_FALLING, EDGE_BOTH };
enum { BIAS_AS_IS = 1, BIAS_UNKNOWN, BIAS_DISABLED, BIAS_PULL_UP, BIAS_PULL_DOWN };

struct gpiod_chip { int file; char path[512]; };
struct gpiod_chip_info { struct gpiochip_info kernel; };
struct gpiod_line_settings { int direction, edge, bias, active; bool active_low; };
struct gpiod_line_config {
  unsigned count;
  unsigned offsets[GPIO_V2_LINES_MAX];
  struct gpiod_line_settings settings[GPIO_V2_LINES_MAX];
};
struct gpiod_request_config { char consumer[GPIO_MAX_NAME_SIZE]; };
struct gpiod_line_request { int file; unsigned count; unsigned offsets[GPIO_V2_LINES_MAX]; };
struct gpiod_edge_event { struct gpio_v2_line_event kernel; };
struct gpiod_edge_event_buffer { size_t capacity, count; struct gpiod_edge_event events[]; };

static const char *desk_path(const char *path, char *to, size_t size) {
  const char *folder = getenv("DESK_GPIO_CHIPS");
  const char *name = strrchr(path, '/');
  snprintf(to, size, "%s%s", folder ? folder : "/nowhere", name ? name : "/nothing");
  return to;
}

bool gpiod_is_gpiochip_device(const char *path) {
  char at[512];
  return access(desk_path(path, at, sizeof at), F_OK) == 0;
}

struct gpiod_chip *gpiod_chip_open(const char *path) {
  struct gpiod_chip *chip = calloc(1, sizeof *chip);
  chip->file = open(desk_path(path, chip->path, sizeof chip->path), O_RDWR | O_CLOEXEC);
  if (chip->file >= 0) return chip;
  free(chip);
  return NULL;
}

void gpiod_chip_close(struct gpiod_chip *chip) {
  close(chip->file);
  free(chip);
}

struct gpiod_chip_info *gpiod_chip_get_info(struct gpiod_chip *chip) {
  struct gpiod_chip_info *info = calloc(1, sizeof *info);
  if (ioctl(chip->file, GPIO_GET_CHIPINFO_IOCTL, &info->kernel) == 0) return info;
  free(info);
  return NULL;
}

const char *gpiod_chip_info_get_label(struct gpiod_chip_info *info) { return info->kernel.label; }
size_t gpiod_chip_info_get_num_lines(struct gpiod_chip_info *info) { return info->kernel.lines; }
void gpiod_chip_info_free(struct gpiod_chip_info *info) { free(info); }

struct gpiod_line_settings *gpiod_line_settings_new(void) {
  struct gpiod_line_settings *settings = calloc(1, sizeof *settings);
  settings->direction = settings->edge = settings->bias = 1;
  return settings;
}

void gpiod_line_settings_free(struct gpiod_line_settings *settings) { free(settings); }

static int set(int *to, int value, int most) {
  if (value < 0 || value > most) return errno = EINVAL, -1;
  *to = value;
  return 0;
}

int gpiod_line_settings_set_direction(struct gpiod_line_settings *settings, int direction) {
  return set(&settings->direction, direction, DIRECTION_OUTPUT);
}
int gpiod_line_settings_set_edge_detection(struct gpiod_line_settings *settings, int edge) {
  return set(&settings->edge, edge, EDGE_BOTH);
}
int gpiod_line_settings_set_bias(struct gpiod_line_settings *settings, int bias) {
  return set(&settings->bias, bias, BIAS_PULL_DOWN);
}
int gpiod_line_settings_set_output_value(struct gpiod_line_settings *settings, int value) {
  return set(&settings->active, value, 1);
}
void gpiod_line_settings_set_active_low(struct gpiod_line_settings *settings, bool active_low) {
  settings->active_low = active_low;
}

struct gpiod_line_config *gpiod_line_config_new(void) { return calloc(1, sizeof(struct gpiod_line_config)); }
void gpiod_line_config_free(struct gpiod_line_config *config) { free(config); }

int gpiod_line_config_add_line_settings(struct gpiod_line_config *config, const unsigned *offsets, size_t count,
                                        struct gpiod_line_settings *settings) {
  if (config->count + count > GPIO_V2_LINES_MAX) return errno = E2BIG, -1;
  for (size_t i = 0; i < count; i++) {
    config->offsets[config->count] = offsets[i];
    config->settings[config->count++] = *settings;
  }
  return 0;
}

struct gpiod_request_config *gpiod_request_config_new(void) { return calloc(1, sizeof(struct gpiod_request_config)); }
void gpiod_request_config_free(struct gpiod_request_config *config) { free(config); }
void gpiod_request_config_set_consumer(struct gpiod_request_config *config, const char *consumer) {
  snprintf(config->consumer, sizeof config->consumer, "%s", consumer);
}

static uint64_t flags(const struct gpiod_line_settings *s) {
  return (s->direction == DIRECTION_OUTPUT ? GPIO_V2_LINE_FLAG_OUTPUT : GPIO_V2_LINE_FLAG_INPUT) |
         (s->edge == EDGE_RISING || s->edge == EDGE_BOTH ? GPIO_V2_LINE_FLAG_EDGE_RISING : 0) |
         (s->edge == EDGE_FALLING || s->edge == EDGE_BOTH ? GPIO_V2_LINE_FLAG_EDGE_FALLING : 0) |
         (s->bias == BIAS_PULL_UP ? GPIO_V2_LINE_FLAG_BIAS_PULL_UP : 0) |
         (s->bias == BIAS_PULL_DOWN ? GPIO_V2_LINE_FLAG_BIAS_PULL_DOWN : 0) |
         (s->active_low ? GPIO_V2_LINE_FLAG_ACTIVE_LOW : 0);
}

/* All lines of a request are configured alike here, save for their first level. */
struct gpiod_line_request *gpiod_chip_request_lines(struct gpiod_chip *chip, struct gpiod_request_config *how,
                                                    struct gpiod_line_config *config) {
  struct gpio_v2_line_request wanted = {.num_lines = config->count};
  struct gpio_v2_line_config_attribute *values = &wanted.config.attrs[0];
  if (config->count == 0) return errno = EINVAL, NULL;
  wanted.config.flags = flags(&config->settings[0]);
  for (unsigned i = 0; i < config->count; i++) {
    wanted.offsets[i] = config->offsets[i];
    if (config->settings[i].direction != DIRECTION_OUTPUT) continue;
    wanted.config.num_attrs = 1;
    values->attr.id = GPIO_V2_LINE_ATTR_ID_OUTPUT_VALUES;
    values->mask |= 1ULL << i;
    values->attr.values |= (uint64_t)config->settings[i].active << i;
  }
  if (how) memcpy(wanted.consumer, how->consumer, sizeof wanted.consumer);
  const int file = open(chip->path, O_RDWR | O_CLOEXEC);
  if (file < 0) return NULL;
  if (ioctl(file, GPIO_V2_GET_LINE_IOCTL, &wanted) != 0) {
    const int error = errno;
    close(file);
    return errno = error, NULL;
  }
  struct gpiod_line_request *request = calloc(1, sizeof *request);
  request->file = file;
  request->count = config->count;
  memcpy(request->offsets, config->offsets, sizeof request->offsets);
  return request;
}

void gpiod_line_request_release(struct gpiod_line_request *request) {
  close(request->file);
  free(request);
}

static int bit_of(struct gpiod_line_request *request, unsigned offset) {
  for (unsigned i = 0; i < request->count; i++) if (request->offsets[i] == offset) return (int)i;
  return errno = EINVAL, -1;
}

int gpiod_line_request_get_value(struct gpiod_line_request *request, unsigned offset) {
  const int bit = bit_of(request, offset);
  struct gpio_v2_line_values values = {.mask = 1ULL << (bit & 63)};
  if (bit < 0 || ioctl(request->file, GPIO_V2_LINE_GET_VALUES_IOCTL, &values) != 0) return -1;
  return values.bits != 0;
}

int gpiod_line_request_set_value(struct gpiod_line_request *request, unsigned offset, int value) {
  const int bit = bit_of(request, offset);
  struct gpio_v2_line_values values = {.bits = (uint64_t)(value != 0) << (bit & 63), .mask = 1ULL << (bit & 63)};
  return bit < 0 ? -1 : ioctl(request->file, GPIO_V2_LINE_SET_VALUES_IOCTL, &values);
}

int gpiod_line_request_get_fd(struct gpiod_line_request *request) { return request->file; }

int gpiod_line_request_wait_edge_events(struct gpiod_line_request *request, int64_t timeout_ns) {
  struct pollfd poller = {.fd = request->file, .events = POLLIN | POLLPRI};
  return poll(&poller, 1, timeout_ns < 0 ? -1 : (int)(timeout_ns / 1000000));
}

struct gpiod_edge_event_buffer *gpiod_edge_event_buffer_new(size_t capacity) {
  if (capacity == 0) capacity = 64;
  struct gpiod_edge_event_buffer *buffer = calloc(1, sizeof *buffer + capacity * sizeof *buffer->events);
  buffer->capacity = capacity;
  return buffer;
}

void gpiod_edge_event_buffer_free(struct gpiod_edge_event_buffer *buffer) { free(buffer); }

int gpiod_line_request_read_edge_events(struct gpiod_line_request *request, struct gpiod_edge_event_buffer *buffer,
                                        size_t most) {
  const size_t wanted = most < buffer->capacity ? most : buffer->capacity;
  const ssize_t length = read(request->file, buffer->events, wanted * sizeof *buffer->events);
  buffer->count = length < 0 ? 0 : (size_t)length / sizeof *buffer->events;
  return length < 0 ? -1 : (int)buffer->count;
}

struct gpiod_edge_event *gpiod_edge_event_buffer_get_event(struct gpiod_edge_event_buffer *buffer, unsigned long index) {
  if (index >= buffer->count) return errno = EINVAL, NULL;
  return &buffer->events[index];
}

unsigned gpiod_edge_event_get_line_offset(struct gpiod_edge_event *event) { return event->kernel.offset; }
uint64_t gpiod_edge_event_get_timestamp_ns(struct gpiod_edge_event *event) { return event->kernel.timestamp_ns; }
