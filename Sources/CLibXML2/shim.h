#ifndef DISCERN_CLIBXML2_SHIM_H
#define DISCERN_CLIBXML2_SHIM_H

// If libxml2 was built with ICU, its headers include ICU's, and those clash with the copy in Foundation (see
// CICU.h). They are needed only for one structure, the character encoding handler, which Discern does not
// use.
#include <libxml/xmlversion.h>
#undef LIBXML_ICU_ENABLED

#include <libxml/HTMLparser.h>
#include <libxml/parser.h>

#endif
