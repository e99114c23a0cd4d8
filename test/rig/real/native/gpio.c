/*
 * A Raspberry Pi's /sys/class/gpio as a FUSE file system, for the unmodified `onoff`; and its GPIO chips as the
 * character devices that libgpiod opens.
 *
 * A plain file can't stand in for a GPIO: onoff waits with epoll for POLLPRI on `value`, and only a real
 * driver or FUSE can raise that. What is modelled is what the kernel's gpiolib-sysfs.c does, its errors too.
 *
 *   gpio-desk MOUNTPOINT BASE LATE_MS
 *
 *   MOUNTPOINT/gpio/      what the daemon sees as /sys/class/gpio
 *   MOUNTPOINT/chips/     gpiochip0, gpiochip1: what it would find in /dev, see gpio-chardev.h
 *   MOUNTPOINT/control    the other side of the wires. Write `17=0` to put line 17 low, `17=1` to put it high,
 *                         `absent` to take the whole GPIO away, `present` to bring it back; `forgets`: outputs of the
 *                         character device fall back when they are given back. Read: all lines in use.
 *
 * Lines are numbered as on the board (BCM), files in gpio/ by BASE + line, as kernels since 6.6 do.
 * LATE_MS: a freshly exported line can't be opened for so long, like while udev sets its permissions.
 *
 * On standard output, one line an event, flushed, times in nanoseconds of CLOCK_MONOTONIC:
 *   ready | out LINE LEVEL NS | float LINE NS | in LINE LEVEL NS | export LINE NS | unexport LINE NS |
 *   request LINE BIAS NS | free LINE NS
 */
#define FUSE_USE_VERSION 31
#define _GNU_SOURCE
#include <errno.h>
#include <fuse.h>
#include <poll.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#define LINES 58      /* of a Raspberry Pi 4 */
#define EXPANDER 8    /* its second chip: so that a program has to look at the labels */
#define LABEL "pinctrl-bcm2711"
#define EXPANDER_LABEL "raspberrypi-exp-gpio"
#define HEADER_CHIP 1 /* as a device: not the first one, for the same reason */

enum edge { NONE, RISING, FALLING, BOTH };
static const char *const EDGES[] = {"none", "rising", "falling", "both"};

enum kind { ROOT, CONTROL, CLASS, EXPORT, UNEXPORT, CHIP, CHIP_FILE, LINE_DIR, VALUE, DIRECTION, EDGE, ACTIVE_LOW, DEVICES, DEVICE };
static const char *const LINE_FILES[] = {"value", "direction", "edge", "active_low"};
static const char *const CHIP_FILES[] = {"label", "base", "ngpio"};

/* One pin. Level and direction belong to the hardware and outlive an unexport, as they do on a board. */
struct line {
  int exported, output, driven, applied, active_low;
  enum edge edge;
  long events;       /* interrupts so far */
  long long exported_at;
  struct request *request; /* whose it is through the character device */
};

/* One opened `value` file: which interrupts its reader has seen, and whom to wake. */
struct opened {
  struct line *line;
  long seen;
  struct fuse_pollhandle *poller;
  struct opened *next;
};

struct node {
  enum kind kind;
  struct line *line;
  int chip, file;
};

static struct line lines[LINES];
static struct opened *all_opened;
static int base, absent;
static long long late_ns;
static const char *mountpoint;

static long long now(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return t.tv_sec * 1000000000LL + t.tv_nsec;
}

static void tell(const char *format, ...) {
  va_list arguments;
  va_start(arguments, format);
  vprintf(format, arguments);
  va_end(arguments);
  fflush(stdout);
}

static int number(const struct line *line) { return (int)(line - lines); }
static int level(const struct line *line) { return line->output ? line->driven : line->applied; }
static int value(const struct line *line) { return level(line) ^ line->active_low; }

static void drive(struct line *line, int to) {
  if (line->output && line->driven == to) return;
  line->output = 1;
  line->driven = to;
  tell("out %d %d %lld\n", number(line), to, now());
}

#include "gpio-chardev.h"

/* The program is single-threaded (-s), so nothing here needs a lock. */
static void wake(const struct line *line) {
  for (struct opened *o = all_opened; o; o = o->next) {
    if (o->line != line || !o->poller) continue;
    fuse_notify_poll(o->poller);
    fuse_pollhandle_destroy(o->poller);
    o->poller = NULL;
  }
}

static void apply(struct line *line, int to) {
  const int before = value(line);
  if (line->applied == to) return;
  line->applied = to;
  tell("in %d %d %lld\n", number(line), to, now());
  if (line->output || value(line) == before) return;
  if (line->request) line_moved(line);
  if (!line->exported) return;
  if (line->edge == BOTH || line->edge == (value(line) ? RISING : FALLING)) {
    line->events++;
    wake(line);
  }
}

/* ---- paths ------------------------------------------------------------------------------------------- */

static int index_of(const char *name, const char *const *names, int count) {
  for (int i = 0; i < count; i++) if (strcmp(name, names[i]) == 0) return i;
  return -1;
}

static int find(const char *path, struct node *node) {
  char file[32] = "";
  int id, used = 0;
  memset(node, 0, sizeof *node);
  if (strcmp(path, "/") == 0) return node->kind = ROOT, 0;
  if (strcmp(path, "/control") == 0) return node->kind = CONTROL, 0;
  if (strcmp(path, "/gpio") == 0) return node->kind = CLASS, 0;
  if (strcmp(path, "/chips") == 0) return node->kind = DEVICES, 0;
  if (sscanf(path, "/chips/gpiochip%d%n", &node->chip, &used) == 1 && path[used] == 0) {
    node->kind = DEVICE;
    return node->chip == 0 || node->chip == 1 ? 0 : -ENOENT;
  }
  if (absent) return -ENOENT;
  if (strcmp(path, "/gpio/export") == 0) return node->kind = EXPORT, 0;
  if (strcmp(path, "/gpio/unexport") == 0) return node->kind = UNEXPORT, 0;
  if (sscanf(path, "/gpio/gpiochip%d%n/%31s%n", &id, &used, file, &used) >= 1 && path[used] == 0) {
    if (id != base && id != base + LINES) return -ENOENT;
    node->chip = id != base;
    node->kind = *file ? CHIP_FILE : CHIP;
    node->file = index_of(file, CHIP_FILES, 3);
    return *file && node->file < 0 ? -ENOENT : 0;
  }
  *file = 0;
  if (sscanf(path, "/gpio/gpio%d%n/%31s%n", &id, &used, file, &used) >= 1 && path[used] == 0) {
    if (id < base || id >= base + LINES || !lines[id - base].exported) return -ENOENT;
    node->line = &lines[id - base];
    node->file = index_of(file, LINE_FILES, 4);
    node->kind = *file ? VALUE + node->file : LINE_DIR;
    return *file && node->file < 0 ? -ENOENT : 0;
  }
  return -ENOENT;
}

static int is_directory(enum kind kind) { return kind == ROOT || kind == CLASS || kind == CHIP || kind == LINE_DIR || kind == DEVICES; }

/* By its path alone: an opened device outlives the GPIO's absence. */
static int is_device(const char *path) { return strncmp(path, "/chips/", 7) == 0; }

static int on_getattr(const char *path, struct stat *stat, struct fuse_file_info *info) {
  struct node node;
  const int error = find(path, &node);
  (void)info;
  if (error) return error;
  if (node.kind == DEVICE && absent) return -ENOENT;
  memset(stat, 0, sizeof *stat);
  stat->st_uid = getuid();
  stat->st_gid = getgid();
  stat->st_nlink = 1;
  stat->st_size = is_directory(node.kind) ? 0 : 4096;
  stat->st_mode = is_directory(node.kind)                         ? S_IFDIR | 0755
                  : node.kind == EXPORT || node.kind == UNEXPORT ? S_IFREG | 0220
                  : node.kind == CHIP_FILE                       ? S_IFREG | 0444
                                                                 : S_IFREG | 0664;
  return 0;
}

static int on_readdir(const char *path, void *to, fuse_fill_dir_t fill, off_t offset, struct fuse_file_info *info,
                      enum fuse_readdir_flags flags) {
  struct node node;
  char name[32];
  const int error = find(path, &node);
  (void)offset, (void)info, (void)flags;
  if (error) return error;
  if (node.kind == ROOT) {
    fill(to, "control", NULL, 0, 0);
    fill(to, "gpio", NULL, 0, 0);
    fill(to, "chips", NULL, 0, 0);
  } else if (node.kind == DEVICES && !absent) {
    fill(to, "gpiochip0", NULL, 0, 0);
    fill(to, "gpiochip1", NULL, 0, 0);
  } else if (node.kind == CLASS && !absent) {
    fill(to, "export", NULL, 0, 0);
    fill(to, "unexport", NULL, 0, 0);
    for (int chip = 0; chip < 2; chip++) {
      snprintf(name, sizeof name, "gpiochip%d", base + chip * LINES);
      fill(to, name, NULL, 0, 0);
    }
    for (int i = 0; i < LINES; i++) {
      if (!lines[i].exported) continue;
      snprintf(name, sizeof name, "gpio%d", base + i);
      fill(to, name, NULL, 0, 0);
    }
  } else if (node.kind == CHIP) {
    for (int i = 0; i < 3; i++) fill(to, CHIP_FILES[i], NULL, 0, 0);
  } else if (node.kind == LINE_DIR) {
    for (int i = 0; i < 4; i++) fill(to, LINE_FILES[i], NULL, 0, 0);
  }
  return 0;
}

/* ---- files ------------------------------------------------------------------------------------------- */

static int on_open(const char *path, struct fuse_file_info *info) {
  struct node node;
  const int error = find(path, &node);
  if (error) return error;
  if (node.line && now() < node.line->exported_at + late_ns) return -EACCES;
  if (node.kind == DEVICE && absent) return -ENOENT;
  if (node.kind == DEVICE) return info->direct_io = 1, chardev_open(info);
  info->direct_io = 1; /* every read asks here, and the size above is never believed */
  if (node.kind == VALUE) {
    struct opened *o = calloc(1, sizeof *o);
    if (!o) return -ENOMEM;
    o->line = node.line;
    o->seen = -1; /* as in sysfs, a poll before the first read fires at once */
    o->next = all_opened;
    all_opened = o;
    info->fh = (uintptr_t)o;
  }
  return 0;
}

static int on_release(const char *path, struct fuse_file_info *info) {
  struct opened *o = (struct opened *)(uintptr_t)info->fh;
  if (!o) return 0;
  if (is_device(path)) return chardev_release((struct request *)o), 0;
  for (struct opened **at = &all_opened; *at; at = &(*at)->next) {
    if (*at != o) continue;
    *at = o->next;
    break;
  }
  if (o->poller) fuse_pollhandle_destroy(o->poller);
  free(o);
  return 0;
}

static int on_read(const char *path, char *to, size_t size, off_t offset, struct fuse_file_info *info) {
  static char text[8192];
  struct node node;
  const int error = find(path, &node);
  size_t length = 0;
  if (error) return error;
  if (node.kind == DEVICE) return chardev_read((struct request *)(uintptr_t)info->fh, to, size);
  *text = 0;
  if (node.kind == CONTROL) {
    for (int i = 0; i < LINES; i++) {
      const struct line *line = &lines[i];
      if (!line->exported && !line->output && line->applied) continue;
      length += snprintf(text + length, sizeof text - length, "%d %s %d%s\n", i, line->output ? "out" : "in",
                         level(line), line->exported ? " exported" : "");
    }
  } else if (node.kind == CHIP_FILE) {
    if (node.file == 0) snprintf(text, sizeof text, "%s\n", node.chip ? EXPANDER_LABEL : LABEL);
    else snprintf(text, sizeof text, "%d\n", node.file == 1 ? base + node.chip * LINES : node.chip ? EXPANDER : LINES);
  } else if (node.kind == VALUE) {
    struct opened *o = (struct opened *)(uintptr_t)info->fh;
    if (o) o->seen = o->line->events;
    snprintf(text, sizeof text, "%d\n", value(node.line));
  } else if (node.kind == DIRECTION) {
    snprintf(text, sizeof text, "%s\n", node.line->output ? "out" : "in");
  } else if (node.kind == EDGE) {
    snprintf(text, sizeof text, "%s\n", EDGES[node.line->edge]);
  } else if (node.kind == ACTIVE_LOW) {
    snprintf(text, sizeof text, "%d\n", node.line->active_low);
  } else {
    return -EIO;
  }
  length = strlen(text);
  if ((size_t)offset >= length) return 0;
  if (size > length - offset) size = length - offset;
  memcpy(to, text + offset, size);
  return (int)size;
}

static int write_control(const char *text) {
  int line, to;
  if (strcmp(text, "absent") == 0) return absent = 1, wake_requests(), 0;
  if (strcmp(text, "present") == 0) return absent = 0, 0;
  if (strcmp(text, "forgets") == 0) return persists = 0, 0;
  if (sscanf(text, "%d=%d", &line, &to) != 2 || line < 0 || line >= LINES || to < 0 || to > 1) return -EINVAL;
  apply(&lines[line], to);
  return 0;
}

static int write_export(int id, int wanted) {
  if (id < base || id >= base + LINES) return -EINVAL;
  struct line *line = &lines[id - base];
  if (line->exported == wanted) return wanted ? -EBUSY : -EINVAL;
  if (line->request) return -EBUSY;
  line->exported = wanted;
  line->exported_at = now();
  line->edge = NONE;
  line->active_low = 0;
  tell("%s %d %lld\n", wanted ? "export" : "unexport", number(line), now());
  return 0;
}

static int write_direction(struct line *line, const char *text) {
  if (strcmp(text, "in") == 0) {
    if (line->output) tell("float %d %lld\n", number(line), now());
    line->output = 0;
    return 0;
  }
  if (line->edge != NONE) return -EIO; /* the kernel drives no line that is an interrupt */
  if (strcmp(text, "high") == 0) return drive(line, 1), 0;
  if (strcmp(text, "out") == 0 || strcmp(text, "low") == 0) return drive(line, 0), 0;
  return -EINVAL;
}

static int on_write(const char *path, const char *from, size_t size, off_t offset, struct fuse_file_info *info) {
  char text[64];
  struct node node;
  int error = find(path, &node), edge;
  (void)offset, (void)info;
  if (error) return error;
  if (size >= sizeof text) return -EINVAL;
  memcpy(text, from, size);
  text[size] = 0;
  text[strcspn(text, "\n")] = 0;
  if (node.kind == CONTROL) error = write_control(text);
  else if (node.kind == EXPORT) error = write_export(atoi(text), 1);
  else if (node.kind == UNEXPORT) error = write_export(atoi(text), 0);
  else if (node.kind == DIRECTION) error = write_direction(node.line, text);
  else if (node.kind == ACTIVE_LOW) node.line->active_low = atoi(text) != 0;
  else if (node.kind == EDGE) {
    edge = index_of(text, EDGES, 4);
    if (edge < 0) error = -EINVAL;
    else if (edge != NONE && node.line->output) error = -EIO;
    else node.line->edge = (enum edge)edge;
  } else if (node.kind == VALUE) {
    if (!node.line->output) error = -EPERM;
    else drive(node.line, (atoi(text) != 0) ^ node.line->active_low);
  } else error = -EIO;
  return error ? error : (int)size;
}

static int on_poll(const char *path, struct fuse_file_info *info, struct fuse_pollhandle *poller, unsigned *events) {
  struct opened *o = (struct opened *)(uintptr_t)info->fh;
  if (!o) return -ENOTSUP;
  if (is_device(path)) return chardev_poll((struct request *)o, poller, events);
  *events = POLLIN | POLLOUT | POLLRDNORM | POLLWRNORM;
  if (o->seen != o->line->events) *events |= POLLPRI | POLLERR;
  if (poller) {
    if (o->poller) fuse_pollhandle_destroy(o->poller);
    o->poller = poller;
  }
  return 0;
}

static int on_ioctl(const char *path, int command, void *argument, struct fuse_file_info *info, unsigned flags,
                    void *data) {
  struct node node;
  const int error = find(path, &node);
  (void)argument, (void)flags;
  if (error) return error;
  if (node.kind != DEVICE) return -ENOTTY;
  return chardev_ioctl((struct request *)(uintptr_t)info->fh, node.chip, (unsigned)command, data);
}

/* fs.writeFile() opens with O_TRUNC and O_CREAT: the first does nothing in sysfs, the second is refused. */
static int on_truncate(const char *path, off_t size, struct fuse_file_info *info) {
  struct node node;
  (void)size, (void)info;
  return find(path, &node);
}

static int on_create(const char *path, mode_t mode, struct fuse_file_info *info) {
  (void)path, (void)mode, (void)info;
  return -EACCES;
}

static struct fuse *running;

static void *on_init(struct fuse_conn_info *connection, struct fuse_config *config) {
  (void)connection;
  config->entry_timeout = config->attr_timeout = config->negative_timeout = 0; /* lines come and go */
  running = fuse_get_context()->fuse;
  tell("ready\n");
  return NULL;
}

static const struct fuse_operations operations = {
  .init = on_init, .getattr = on_getattr, .readdir = on_readdir, .open = on_open, .release = on_release,
  .read = on_read, .write = on_write, .poll = on_poll, .truncate = on_truncate, .create = on_create, .ioctl = on_ioctl,
};

/*
 * libfuse's own handlers are off again before it unmounts, and a parent of several threads that is killed sends its
 * death signal once a thread: the second one would leave the mount behind. This handler stays, and doesn't rely on
 * the loop to come round.
 */
static void on_end(int signal) {
  (void)signal;
  if (fork() == 0) {
    execl("/usr/bin/fusermount3", "fusermount3", "-u", "-z", "-q", mountpoint, NULL);
    _exit(1);
  }
  if (running) fuse_exit(running);
}

int main(int count, char **arguments) {
  if (count != 4) return fprintf(stderr, "usage: gpio-desk MOUNTPOINT BASE LATE_MS\n"), 2;
  mountpoint = arguments[1];
  base = atoi(arguments[2]);
  late_ns = atoll(arguments[3]) * 1000000LL;
  for (int i = 0; i < LINES; i++) lines[i].applied = 1; /* pulled up, as a button to ground needs it */
  const struct sigaction end = {.sa_handler = on_end}, ignore = {.sa_handler = SIG_IGN};
  sigaction(SIGTERM, &end, NULL);
  sigaction(SIGINT, &end, NULL);
  sigaction(SIGPIPE, &ignore, NULL); /* whoever read the events is dead, the mount still has to go */
  /* By root: for every user, since a daemon in a container has one of its own. Others may not allow it. */
  char *options = geteuid() == 0 ? "fsname=dragoman-desk,allow_other" : "fsname=dragoman-desk";
  char *fuse[] = {arguments[0], "-f", "-s", "-o", options, arguments[1], NULL};
  return fuse_main(6, fuse, &operations, NULL);
}
