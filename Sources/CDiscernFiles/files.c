#define _GNU_SOURCE
#include "CDiscernFiles.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
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
  // Without /proc the file could not be given a name.
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
