#ifndef DISCERN_ERROR_H
#define DISCERN_ERROR_H

#include <stdint.h>

/// Stores a message for this thread's discern_last_error, replacing the previous one; not exported.
void discern_set_last_error(const char *bytes, int64_t length);

#endif
