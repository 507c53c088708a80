// Preloaded into the program under test (LD_PRELOAD): counts every call by which it, or the database inside it, changes
// a file below the folders named, and at one named point kills the process (before, half-way, after) or lets the call
// fail. A point is "call label/path ordinal", so that it means the same in every run. Never part of the product.
//   PW_WRITES_UNDER  label=/folder, separated by ':'
//   PW_WRITES_LOG    file that the names are appended to
//   PW_WRITES_POINT  the point at which PW_WRITES_DO happens
//   PW_WRITES_DO     before | during | after | the errno to fail with, from this point on
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

enum { BEFORE, DURING, AFTER, FAIL, NONE };
#define MOST 65536
static pthread_mutex_t door = PTHREAD_MUTEX_INITIALIZER;
static struct { char *key; long count; } *seen;
static long used;
static int failing;

static const char *setting(const char *name) {
  const char *value = getenv(name);
  return value && *value ? value : NULL;
}

static int hexRun(const char *at) {
  int n = 0;
  while ((at[n] >= '0' && at[n] <= '9') || (at[n] >= 'a' && at[n] <= 'f')) n++;
  return n;
}

// A process number in a name ("lock.4711", ".out.4711.partial") and a key's fingerprint are others in every run.
static void append(char *out, size_t size, const char *whole) {
  char path[1100];
  size_t to = 0;
  for (const char *from = whole; *from && to < sizeof path - 4;) {
    if (hexRun(from) == 64) {
      memcpy(path + to, "HASH", 4);
      to += 4;
      from += 64;
    } else path[to++] = *from++;
  }
  path[to] = 0;
  char pid[32];
  snprintf(pid, sizeof pid, ".%d", (int)getpid());
  const char *at = strstr(path, pid);
  size_t have = strlen(out);
  if (!at) snprintf(out + have, size - have, "%s", path);
  else snprintf(out + have, size - have, "%.*s.PID%s", (int)(at - path), path, at + strlen(pid));
}

// label/rest of a path below one of the folders; 0 where it lies elsewhere.
static int below(const char *path, char *out, size_t size) {
  const char *under = setting("PW_WRITES_UNDER");
  while (under && *under) {
    const char *equals = strchr(under, '=');
    if (!equals) return 0;
    size_t label = (size_t)(equals - under);
    const char *folder = equals + 1;
    const char *end = strchr(folder, ':');
    size_t length = end ? (size_t)(end - folder) : strlen(folder);
    if (strncmp(path, folder, length) == 0) {
      snprintf(out, size, "%.*s", (int)label, under);
      append(out, size, path + length);
      return 1;
    }
    under = end ? end + 1 : NULL;
  }
  return 0;
}

// What is to happen at this call, and its place in the log.
static int point(const char *call, const char *path) {
  char name[1200], key[1300], full[1400];
  if (!setting("PW_WRITES_UNDER") || !path || !below(path, name, sizeof name)) return NONE;
  int saved = errno, answer = NONE;
  pthread_mutex_lock(&door);
  if (!seen) seen = calloc(MOST, sizeof *seen);
  snprintf(key, sizeof key, "%s %s", call, name);
  long i = 0;
  while (i < used && strcmp(seen[i].key, key) != 0) i++;
  if (i == used && used < MOST - 1) seen[used++].key = strdup(key);
  long count = ++seen[i].count;
  snprintf(full, sizeof full, "%s %ld\n", key, count);
  const char *log = setting("PW_WRITES_LOG");
  if (log) {
    int fd = (int)syscall(SYS_openat, AT_FDCWD, log, O_WRONLY | O_CREAT | O_APPEND, 0600);
    if (fd >= 0) {
      syscall(SYS_write, fd, full, strlen(full));
      syscall(SYS_close, fd);
    }
  }
  full[strlen(full) - 1] = 0;
  const char *wanted = setting("PW_WRITES_POINT"), *what = setting("PW_WRITES_DO");
  if (failing) answer = FAIL;
  else if (wanted && what && strcmp(wanted, full) == 0) {
    answer = !strcmp(what, "before") ? BEFORE : !strcmp(what, "during") ? DURING : !strcmp(what, "after") ? AFTER : FAIL;
    if (answer == FAIL) failing = 1;
  }
  pthread_mutex_unlock(&door);
  errno = saved;
  return answer;
}

static void die(void) {
  syscall(SYS_kill, getpid(), SIGKILL);
  for (;;) pause();
}
static int refusal(void) {
  const char *what = setting("PW_WRITES_DO");
  errno = what ? atoi(what) : EIO;
  return -1;
}
static const char *pathOf(int fd, char *out, size_t size) {
  char link[64];
  snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
  ssize_t n = readlink(link, out, size - 1);
  if (n <= 0 || out[0] != '/') return NULL;
  out[n] = 0;
  return out;
}
static const char *absolute(int dir, const char *path, char *out, size_t size) {
  if (path[0] == '/') return path;
  char folder[1100];
  if (dir == AT_FDCWD) {
    if (!getcwd(folder, sizeof folder)) return NULL;
  } else if (!pathOf(dir, folder, sizeof folder)) return NULL;
  snprintf(out, size, "%s/%s", folder, path);
  return out;
}

#define REAL(type, name, ...) \
  static type (*real)(__VA_ARGS__); \
  if (!real) real = (type(*)(__VA_ARGS__))dlsym(RTLD_NEXT, name)
// Only what makes room or bytes fails on a full disk; taking away does not.
#define WHOLE(call, where, fails, run) \
  int at = point(call, where); \
  if (at == BEFORE || at == DURING) die(); \
  if (at == FAIL && (fails)) return refusal(); \
  __typeof__(run) result = run; \
  if (at == AFTER) die(); \
  return result

#define WRITER(fn, name, parameters, types, whole, half, length) \
  ssize_t fn parameters { \
    REAL(ssize_t, #fn, types); \
    char held[1100]; \
    int at = point(name, fd > 2 ? pathOf(fd, held, sizeof held) : NULL); \
    if (at == BEFORE) die(); \
    if (at == DURING) { if ((length) > 1) half; die(); } \
    if (at == FAIL) return refusal(); \
    ssize_t result = whole; \
    if (at == AFTER) die(); \
    return result; \
  }
#define LIST(...) __VA_ARGS__
WRITER(write, "write", (int fd, const void *b, size_t n), LIST(int, const void *, size_t), real(fd, b, n), real(fd, b, n / 2), n)
WRITER(pwrite, "write", (int fd, const void *b, size_t n, off_t o), LIST(int, const void *, size_t, off_t), real(fd, b, n, o), real(fd, b, n / 2, o), n)
WRITER(pwrite64, "write", (int fd, const void *b, size_t n, off64_t o), LIST(int, const void *, size_t, off64_t), real(fd, b, n, o), real(fd, b, n / 2, o), n)
WRITER(writev, "write", (int fd, const struct iovec *v, int n), LIST(int, const struct iovec *, int), real(fd, v, n), real(fd, v, n / 2), n)
WRITER(pwritev, "write", (int fd, const struct iovec *v, int n, off_t o), LIST(int, const struct iovec *, int, off_t), real(fd, v, n, o), real(fd, v, n / 2, o), n)
WRITER(pwritev64, "write", (int fd, const struct iovec *v, int n, off64_t o), LIST(int, const struct iovec *, int, off64_t), real(fd, v, n, o), real(fd, v, n / 2, o), n)

#define ON_FD(fn, name, parameters, types, arguments, fails) \
  int fn parameters { \
    REAL(int, #fn, types); \
    char held[1100]; \
    WHOLE(name, pathOf(fd, held, sizeof held), fails, real arguments); \
  }
ON_FD(fsync, "sync", (int fd), int, (fd), 1)
ON_FD(fdatasync, "sync", (int fd), int, (fd), 1)
ON_FD(ftruncate, "truncate", (int fd, off_t n), LIST(int, off_t), (fd, n), 0)
ON_FD(ftruncate64, "truncate", (int fd, off64_t n), LIST(int, off64_t), (fd, n), 0)
ON_FD(fallocate, "allocate", (int fd, int m, off_t o, off_t n), LIST(int, int, off_t, off_t), (fd, m, o, n), 1)
ON_FD(fchmod, "chmod", (int fd, mode_t m), LIST(int, mode_t), (fd, m), 0)

#define ON_PATH(fn, name, parameters, types, arguments, dir, path, fails) \
  int fn parameters { \
    REAL(int, #fn, types); \
    char held[2300]; \
    WHOLE(name, absolute(dir, path, held, sizeof held), fails, real arguments); \
  }
ON_PATH(truncate, "truncate", (const char *p, off_t n), LIST(const char *, off_t), (p, n), AT_FDCWD, p, 0)
ON_PATH(truncate64, "truncate", (const char *p, off64_t n), LIST(const char *, off64_t), (p, n), AT_FDCWD, p, 0)
ON_PATH(rename, "rename", (const char *a, const char *b), LIST(const char *, const char *), (a, b), AT_FDCWD, b, 1)
ON_PATH(link, "link", (const char *a, const char *b), LIST(const char *, const char *), (a, b), AT_FDCWD, b, 1)
ON_PATH(unlink, "remove", (const char *p), const char *, (p), AT_FDCWD, p, 0)
ON_PATH(unlinkat, "remove", (int d, const char *p, int f), LIST(int, const char *, int), (d, p, f), d, p, 0)
ON_PATH(remove, "remove", (const char *p), const char *, (p), AT_FDCWD, p, 0)
ON_PATH(rmdir, "remove", (const char *p), const char *, (p), AT_FDCWD, p, 0)
ON_PATH(mkdir, "folder", (const char *p, mode_t m), LIST(const char *, mode_t), (p, m), AT_FDCWD, p, 1)
ON_PATH(chmod, "chmod", (const char *p, mode_t m), LIST(const char *, mode_t), (p, m), AT_FDCWD, p, 0)

// Only an opening that makes a file or empties one changes the disk.
#define OPENER(fn, parameters, types, arguments, dir) \
  int fn parameters { \
    REAL(int, #fn, types); \
    mode_t mode = 0; \
    if (flags & O_CREAT) { va_list rest; va_start(rest, flags); mode = (mode_t)va_arg(rest, int); va_end(rest); } \
    if (!(flags & (O_CREAT | O_TRUNC))) return real arguments; \
    char held[2300]; \
    const char *full = absolute(dir, p, held, sizeof held); \
    struct stat there; \
    if (full && !(flags & O_TRUNC) && stat(full, &there) == 0) return real arguments; \
    WHOLE("create", full, 1, real arguments); \
  }
OPENER(open, (const char *p, int flags, ...), LIST(const char *, int, ...), (p, flags, mode), AT_FDCWD)
OPENER(open64, (const char *p, int flags, ...), LIST(const char *, int, ...), (p, flags, mode), AT_FDCWD)
OPENER(openat, (int d, const char *p, int flags, ...), LIST(int, const char *, int, ...), (d, p, flags, mode), d)
OPENER(openat64, (int d, const char *p, int flags, ...), LIST(int, const char *, int, ...), (d, p, flags, mode), d)
