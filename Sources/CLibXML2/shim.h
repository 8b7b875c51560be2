#ifndef DISCERN_CLIBXML2_SHIM_H
#define DISCERN_CLIBXML2_SHIM_H

#include <libxml/HTMLparser.h>
#include <libxml/parser.h>

#endif
