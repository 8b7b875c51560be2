#include "CDiscernFiles.h"

// Scripts/release passes it (-DDISCERN_COMMIT=…); a plain `swift build` does not know the commit.
#ifndef DISCERN_COMMIT
#define DISCERN_COMMIT
#endif
#define TEXT_OF(name) #name
#define TEXT(name) TEXT_OF(name)

const char *discern_commit(void) { return TEXT(DISCERN_COMMIT); }
