#ifndef DISCERN_FILES_H
#define DISCERN_FILES_H

#include <stddef.h>

/// Fail with EEXIST if the new name is taken.
#define DISCERN_RENAME_NOREPLACE 1
/// Exchange the two in one step, so that each name always exists.
#define DISCERN_RENAME_EXCHANGE 2

/// renameat(2), with one of the flags or 0.
///
/// Returns 0, or -1 with errno; ENOSYS or EINVAL if the system or the file system does not support flags. It
/// is in C because Swift's import of the C library omits what needs _GNU_SOURCE.
int discern_rename(
    int old_folder, const char *_Nonnull old_name, int new_folder, const char *_Nonnull new_name,
    unsigned flags);

/// The flags for opening a folder that may be entered but not listed; 0 if there are none.
int discern_unlisted_folder_flags(void);

/// Opens a new file without a name in a folder, for writing; it disappears with its descriptor unless it is
/// given a name. Returns the descriptor, or -1 with errno: EOPNOTSUPP, EISDIR or EINVAL if the system or the
/// file system has no such files.
int discern_open_nameless(const char *_Nonnull folder, unsigned mode);

/// Gives such a file a name. Returns 0, or -1 with errno: EEXIST if the name is taken.
int discern_name_file(int descriptor, const char *_Nonnull path);

/// Makes all threads allocate from one heap, if the C library would otherwise reserve addresses for each.
void discern_share_one_heap(void);

/// Runs body(context) on a detached thread with a stack of this size. Returns 0 or the error number. It is in
/// C because Swift sees the types of threads in two modules.
int discern_start_thread(size_t stack_size, void (*_Nonnull body)(void *_Nonnull), void *_Nonnull context);

/// The commit of the sources, as named by `git describe --always --dirty`; empty if it was not passed to the
/// build.
const char *_Nonnull discern_commit(void);

#endif
