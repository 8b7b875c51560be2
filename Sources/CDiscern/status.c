#include "discern.h"

#include <stddef.h>

static const char *const texts[] = {
    "normal",
    "empty",
    "all-unknown",
    "null",
    "the text is not valid UTF-8",
    "the text contains a NUL",
    "the text is longer than half a gigabyte",
};

const char *discern_status_text(int32_t status) {
  return status >= 0 && (size_t)status < sizeof(texts) / sizeof(texts[0]) ? texts[status] : NULL;
}
