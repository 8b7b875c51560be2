#define _GNU_SOURCE
#include "CDiscernFiles.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
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

void discern_share_one_heap(void) {
#ifdef __GLIBC__
  mallopt(M_ARENA_MAX, 1);
#endif
}
