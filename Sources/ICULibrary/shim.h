// This target locates ICU. Only CICU's C code reads ICU's headers.
#include <unicode/uvernum.h>
