#ifndef DISCERN_CLIBXML2_SHIM_H
#define DISCERN_CLIBXML2_SHIM_H

// Where libxml2 is built on ICU, its headers show ICU's, and those clash with the copy in Foundation
// (see CICU.h). They are needed for one structure only, the character encoding handler, which Discern
// does not touch.
#include <libxml/xmlversion.h>
#undef LIBXML_ICU_ENABLED

#include <libxml/HTMLparser.h>
#include <libxml/parser.h>

#endif
