// Where ICU lies is found through this target. Only CICU's C code reads ICU's headers.
#include <unicode/uvernum.h>
