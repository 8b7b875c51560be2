// Makes one call of the C library fail, be cut short or end the process (LD_PRELOAD; see Benchmarks/faults).
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

static atomic_long calls;
static long chosen = -1;
static char kind[16];
static const char *mark;

__attribute__((constructor)) static void begin(void) {
  const char *number = getenv("FAULT_CALL"), *name = getenv("FAULT_KIND");
  mark = getenv("FAULT_MARK");
  if (!number || !name || !mark) return;
  snprintf(kind, sizeof kind, "%s", name);
  chosen = atol(number);
  // Programs that this one starts are left alone.
  unsetenv("LD_PRELOAD");
}

static int real_open(const char *path, int flags, mode_t mode) {
  static int (*open_)(const char *, int, ...);
  if (!open_) open_ = (int (*)(const char *, int, ...))dlsym(RTLD_NEXT, "open");
  return open_(path, flags, mode);
}

/// Whether this call is the chosen one; sets errno, ends the process, or returns 2 for a short transfer.
static int fault(const char *name, int can_be_short) {
  if (chosen < 0 || atomic_fetch_add(&calls, 1) != chosen) return 0;
  int is_short = strcmp(kind, "short") == 0;
  int descriptor = real_open(mark, O_WRONLY | O_CREAT | O_TRUNC, 0644);
  if (descriptor >= 0) {
    static ssize_t (*write_)(int, const void *, size_t);
    write_ = (ssize_t(*)(int, const void *, size_t))dlsym(RTLD_NEXT, "write");
    write_(descriptor, name, strlen(name));
    close(descriptor);
  }
  if (strcmp(kind, "kill") == 0) kill(getpid(), SIGKILL);
  if (is_short) return can_be_short ? 2 : 0;
  errno = strcmp(kind, "EIO") == 0 ? EIO : strcmp(kind, "ENOSPC") == 0 ? ENOSPC : EINTR;
  return 1;
}

#define REAL(type, name, ...) \
  static type (*real)(__VA_ARGS__); \
  if (!real) real = (type(*)(__VA_ARGS__))dlsym(RTLD_NEXT, name)

/// libdispatch reads the states of its threads now and then, and ends the process where it cannot.
static int is_state_of_thread(const char *path) {
  return strncmp(path, "/proc/", 6) == 0 && path[6] >= '0' && path[6] <= '9';
}

#define OPEN(function) \
  int function(const char *path, int flags, ...) { \
    va_list list; \
    va_start(list, flags); \
    mode_t mode = flags & (O_CREAT | O_TMPFILE) ? va_arg(list, mode_t) : 0; \
    va_end(list); \
    REAL(int, #function, const char *, int, ...); \
    return !is_state_of_thread(path) && fault(#function, 0) ? -1 : real(path, flags, mode); \
  }
OPEN(open)
OPEN(open64)

#define OPENAT(function) \
  int function(int folder, const char *path, int flags, ...) { \
    va_list list; \
    va_start(list, flags); \
    mode_t mode = flags & (O_CREAT | O_TMPFILE) ? va_arg(list, mode_t) : 0; \
    va_end(list); \
    REAL(int, #function, int, const char *, int, ...); \
    return fault(#function, 0) ? -1 : real(folder, path, flags, mode); \
  }
OPENAT(openat)
OPENAT(openat64)

ssize_t write(int descriptor, const void *bytes, size_t count) {
  REAL(ssize_t, "write", int, const void *, size_t);
  int found = descriptor > 2 ? fault("write", count > 1) : 0;
  return found == 1 ? -1 : real(descriptor, bytes, found == 2 ? 1 : count);
}

ssize_t read(int descriptor, void *bytes, size_t count) {
  REAL(ssize_t, "read", int, void *, size_t);
  int found = descriptor > 2 ? fault("read", count > 1) : 0;
  return found == 1 ? -1 : real(descriptor, bytes, found == 2 ? 1 : count);
}

#define PWRITE(function, offset_type) \
  ssize_t function(int descriptor, const void *bytes, size_t count, offset_type offset) { \
    REAL(ssize_t, #function, int, const void *, size_t, offset_type); \
    int found = fault(#function, count > 1); \
    return found == 1 ? -1 : real(descriptor, bytes, found == 2 ? 1 : count, offset); \
  }
PWRITE(pwrite, off_t)
PWRITE(pwrite64, off64_t)

#define CALL(function, parameters, arguments, ...) \
  int function parameters { \
    REAL(int, #function, __VA_ARGS__); \
    return fault(#function, 0) ? -1 : real arguments; \
  }
CALL(fsync, (int descriptor), (descriptor), int)
CALL(fdatasync, (int descriptor), (descriptor), int)
CALL(ftruncate, (int descriptor, off_t size), (descriptor, size), int, off_t)
CALL(ftruncate64, (int descriptor, off64_t size), (descriptor, size), int, off64_t)
CALL(fchmod, (int descriptor, mode_t mode), (descriptor, mode), int, mode_t)
CALL(fchmodat, (int folder, const char *path, mode_t mode, int flags), (folder, path, mode, flags), int,
     const char *, mode_t, int)
CALL(rename, (const char *from, const char *to), (from, to), const char *, const char *)
CALL(renameat, (int a, const char *from, int b, const char *to), (a, from, b, to), int, const char *, int,
     const char *)
CALL(renameat2, (int a, const char *from, int b, const char *to, unsigned flags), (a, from, b, to, flags), int,
     const char *, int, const char *, unsigned)
CALL(mkdir, (const char *path, mode_t mode), (path, mode), const char *, mode_t)
CALL(mkdirat, (int folder, const char *path, mode_t mode), (folder, path, mode), int, const char *, mode_t)
CALL(unlink, (const char *path), (path), const char *)
CALL(unlinkat, (int folder, const char *path, int flags), (folder, path, flags), int, const char *, int)
CALL(rmdir, (const char *path), (path), const char *)
CALL(link, (const char *from, const char *to), (from, to), const char *, const char *)
CALL(linkat, (int a, const char *from, int b, const char *to, int flags), (a, from, b, to, flags), int,
     const char *, int, const char *, int)
CALL(flock, (int descriptor, int operation), (descriptor, operation), int, int)
