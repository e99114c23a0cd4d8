/*
 * The kernel's other door to the same lines: a GPIO chip's character device, uAPI version 2 (linux/gpio.h), as
 * libgpiod 2 uses it. One thing is not as in the kernel: where that hands out a file of its own for requested lines,
 * here the opened chip itself becomes the request. An opened file that ends, however its process ended, gives its
 * lines back.
 *
 * Bias is told and otherwise not modelled: what is at the other end of a wire stays in the test's hand.
 */
#include <linux/gpio.h>

#define QUEUE 1024 /* events, of 64 lines at most: 16 a line in the kernel */

struct request {
  unsigned count;
  struct line *lines[GPIO_V2_LINES_MAX];
  struct gpio_v2_line_event queue[QUEUE];
  unsigned first, queued, seqno;
  struct fuse_pollhandle *poller;
  struct request *next;
};

static struct request *all_requests;
/* Whether an output stays as it is when it is given back, as on the kernels of Raspberry Pi OS. */
static int persists = 1;

static void wake_request(struct request *request) {
  if (!request->poller) return;
  fuse_notify_poll(request->poller);
  fuse_pollhandle_destroy(request->poller);
  request->poller = NULL;
}

/* The whole GPIO comes or goes: who waits for events is to notice. */
static void wake_requests(void) {
  for (struct request *r = all_requests; r; r = r->next) wake_request(r);
}

static void line_moved(struct line *line) {
  struct request *r = line->request;
  if (line->edge != BOTH && line->edge != (value(line) ? RISING : FALLING)) return;
  if (r->queued == r->count * 16) { /* the kernel drops the oldest */
    r->first = (r->first + 1) % QUEUE;
    r->queued--;
  }
  r->queue[(r->first + r->queued++) % QUEUE] = (struct gpio_v2_line_event){
    .timestamp_ns = now(), .id = value(line) ? GPIO_V2_LINE_EVENT_RISING_EDGE : GPIO_V2_LINE_EVENT_FALLING_EDGE,
    .offset = number(line), .seqno = ++r->seqno,
  };
  wake_request(r);
}

static int chardev_open(struct fuse_file_info *info) {
  struct request *request = calloc(1, sizeof *request);
  if (!request) return -ENOMEM;
  request->next = all_requests;
  all_requests = request;
  info->fh = (uintptr_t)request;
  info->nonseekable = 1;
  return 0;
}

static void chardev_release(struct request *request) {
  for (unsigned i = 0; i < request->count; i++) {
    struct line *line = request->lines[i];
    tell("free %d %lld\n", number(line), now());
    line->request = NULL;
    line->edge = NONE;
    line->active_low = 0;
    if (!line->output || persists) continue;
    line->output = 0;
    tell("float %d %lld\n", number(line), now());
  }
  for (struct request **at = &all_requests; *at; at = &(*at)->next) {
    if (*at != request) continue;
    *at = request->next;
    break;
  }
  if (request->poller) fuse_pollhandle_destroy(request->poller);
  free(request);
}

static int chardev_read(struct request *request, char *to, size_t size) {
  size_t length = 0;
  if (absent) return -ENODEV;
  if (!request->queued) return -EAGAIN; /* the kernel would wait; this program has one thread */
  for (; request->queued && length + sizeof *request->queue <= size; length += sizeof *request->queue) {
    memcpy(to + length, &request->queue[request->first], sizeof *request->queue);
    request->first = (request->first + 1) % QUEUE;
    request->queued--;
  }
  return length ? (int)length : -EINVAL;
}

static int chardev_poll(struct request *request, struct fuse_pollhandle *poller, unsigned *events) {
  *events = absent ? POLLHUP | POLLERR : request->queued ? POLLIN | POLLRDNORM : 0;
  if (poller) {
    if (request->poller) fuse_pollhandle_destroy(request->poller);
    request->poller = poller;
  }
  return 0;
}

/* What the configuration says of the i-th line: its own attribute, or the flags of all. */
static uint64_t flags_of(const struct gpio_v2_line_config *config, unsigned i) {
  for (unsigned a = 0; a < config->num_attrs; a++) {
    const struct gpio_v2_line_config_attribute *one = &config->attrs[a];
    if (one->attr.id == GPIO_V2_LINE_ATTR_ID_FLAGS && (one->mask >> i & 1)) return one->attr.flags;
  }
  return config->flags;
}

static int starts_active(const struct gpio_v2_line_config *config, unsigned i) {
  for (unsigned a = 0; a < config->num_attrs; a++) {
    const struct gpio_v2_line_config_attribute *one = &config->attrs[a];
    if (one->attr.id == GPIO_V2_LINE_ATTR_ID_OUTPUT_VALUES && (one->mask >> i & 1)) return one->attr.values >> i & 1;
  }
  return 0;
}

static int request_lines(struct request *request, const struct gpio_v2_line_request *wanted) {
  if (request->count || wanted->num_lines == 0 || wanted->num_lines > GPIO_V2_LINES_MAX) return -EINVAL;
  for (unsigned i = 0; i < wanted->num_lines; i++) {
    if (wanted->offsets[i] >= LINES) return -EINVAL;
    const struct line *line = &lines[wanted->offsets[i]];
    if (line->exported || line->request) return -EBUSY;
  }
  request->count = wanted->num_lines;
  for (unsigned i = 0; i < wanted->num_lines; i++) {
    struct line *line = request->lines[i] = &lines[wanted->offsets[i]];
    const uint64_t flags = flags_of(&wanted->config, i);
    line->request = request;
    line->active_low = (flags & GPIO_V2_LINE_FLAG_ACTIVE_LOW) != 0;
    line->edge = (flags & GPIO_V2_LINE_FLAG_EDGE_RISING ? RISING : NONE) | (flags & GPIO_V2_LINE_FLAG_EDGE_FALLING ? FALLING : NONE);
    tell("request %d %s %lld\n", number(line),
         flags & GPIO_V2_LINE_FLAG_BIAS_PULL_UP ? "pull-up" : flags & GPIO_V2_LINE_FLAG_BIAS_PULL_DOWN ? "pull-down" : "as-is",
         now());
    if (flags & GPIO_V2_LINE_FLAG_OUTPUT) {
      drive(line, starts_active(&wanted->config, i) ^ line->active_low);
    } else if (line->output) {
      line->output = 0;
      tell("float %d %lld\n", number(line), now());
    }
  }
  return 0;
}

static int chardev_ioctl(struct request *request, int chip, unsigned command, void *data) {
  if (absent) return -ENODEV;
  if (command == GPIO_GET_CHIPINFO_IOCTL) {
    struct gpiochip_info *info = data;
    memset(info, 0, sizeof *info);
    snprintf(info->name, sizeof info->name, "gpiochip%d", chip);
    snprintf(info->label, sizeof info->label, "%s", chip == HEADER_CHIP ? LABEL : EXPANDER_LABEL);
    info->lines = chip == HEADER_CHIP ? LINES : EXPANDER;
    return 0;
  }
  if (command == GPIO_V2_GET_LINE_IOCTL) return chip == HEADER_CHIP ? request_lines(request, data) : -EBUSY;
  struct gpio_v2_line_values *values = data;
  if (command == GPIO_V2_LINE_GET_VALUES_IOCTL) {
    values->bits = 0;
    for (unsigned i = 0; i < request->count; i++) {
      if (values->mask >> i & 1 && value(request->lines[i])) values->bits |= 1ULL << i;
    }
    return 0;
  }
  if (command == GPIO_V2_LINE_SET_VALUES_IOCTL) {
    for (unsigned i = 0; i < request->count; i++) {
      struct line *line = request->lines[i];
      if (!(values->mask >> i & 1)) continue;
      if (!line->output) return -EPERM;
      drive(line, (values->bits >> i & 1) ^ line->active_low);
    }
    return 0;
  }
  return -ENOTTY;
}
