#ifndef ALLOCATION_COUNT_H
#define ALLOCATION_COUNT_H

/// How often this thread asked the C library for memory; -1 where that cannot be counted (not glibc, or a
/// sanitizer whose own allocator is in use). Programs that link this count.
long allocation_count(void);

#endif
