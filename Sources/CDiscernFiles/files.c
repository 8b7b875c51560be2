#define _GNU_SOURCE
#include "CDiscernFiles.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>
#ifdef __GLIBC__
#include <malloc.h>
#endif

int discern_rename(
    int old_folder, const char *old_name, int new_folder, const char *new_name, unsigned flags) {
  if (flags == 0) return renameat(old_folder, old_name, new_folder, new_name);
#if defined(__APPLE__)
  return renameatx_np(
      old_folder, old_name, new_folder, new_name,
      flags == DISCERN_RENAME_EXCHANGE ? RENAME_SWAP : RENAME_EXCL);
#elif defined(RENAME_EXCHANGE)
  return renameat2(
      old_folder, old_name, new_folder, new_name,
      flags == DISCERN_RENAME_EXCHANGE ? RENAME_EXCHANGE : RENAME_NOREPLACE);
#else
  errno = ENOSYS;
  return -1;
#endif
}

int discern_unlisted_folder_flags(void) {
#ifdef O_PATH
  return O_PATH;
#else
  return 0;
#endif
}

int discern_open_nameless(const char *folder, unsigned mode) {
#if defined(O_TMPFILE)
  // Without /proc, the file could not be given a name.
  if (access("/proc/self/fd", X_OK) == 0) return open(folder, O_TMPFILE | O_WRONLY | O_CLOEXEC, mode);
#endif
  (void)folder, (void)mode;
  errno = EOPNOTSUPP;
  return -1;
}

int discern_name_file(int descriptor, const char *path) {
#if defined(O_TMPFILE)
  char source[64];
  snprintf(source, sizeof source, "/proc/self/fd/%d", descriptor);
  return linkat(AT_FDCWD, source, AT_FDCWD, path, AT_SYMLINK_FOLLOW);
#else
  (void)descriptor, (void)path;
  errno = EOPNOTSUPP;
  return -1;
#endif
}

void discern_share_one_heap(void) {
#ifdef __GLIBC__
  mallopt(M_ARENA_MAX, 1);
#endif
}

typedef struct {
  void (*body)(void *);
  void *context;
} thread_work;

static void *run_thread(void *pointer) {
  thread_work work = *(thread_work *)pointer;
  free(pointer);
  work.body(work.context);
  return NULL;
}

int discern_start_thread(size_t stack_size, void (*body)(void *), void *context) {
  thread_work *work = malloc(sizeof *work);
  if (!work) return ENOMEM;
  *work = (thread_work){body, context};
  pthread_attr_t attributes;
  pthread_attr_init(&attributes);
  pthread_attr_setdetachstate(&attributes, PTHREAD_CREATE_DETACHED);
  pthread_attr_setstacksize(&attributes, stack_size);
  pthread_t thread;
  int code = pthread_create(&thread, &attributes, run_thread, work);
  pthread_attr_destroy(&attributes);
  if (code) free(work);
  return code;
}
