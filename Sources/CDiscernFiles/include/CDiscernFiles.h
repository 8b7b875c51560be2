#ifndef DISCERN_FILES_H
#define DISCERN_FILES_H

/// Exchanges the two paths in one step, so that each always names something.
///
/// Returns 0, or the errno; ENOSYS or EINVAL where the system or the file system has no such call.
/// It is C because Swift's view of the C library leaves out what needs _GNU_SOURCE.
int discern_exchange_paths(const char *first, const char *second);

#endif
