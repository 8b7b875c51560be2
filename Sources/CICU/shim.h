// ICU's C functions carry the library's version in their symbols (`ubrk_next_72`), put there by
// macros that Swift cannot see. Each function that Discern uses has a plain name here.
#ifndef DISCERN_CICU_SHIM_H
#define DISCERN_CICU_SHIM_H

#include <unicode/ubrk.h>
#include <unicode/uchar.h>
#include <unicode/uloc.h>
#include <unicode/unorm2.h>
#include <unicode/ustring.h>
#include <unicode/utext.h>
#include <unicode/uversion.h>

// The version of the library that runs, which need not be the one whose headers were read.
static inline void discern_icu_version(char text[U_MAX_VERSION_STRING_LENGTH]) {
  UVersionInfo version;
  u_getVersion(version);
  u_versionToString(version, text);
}

static inline const char *discern_u_errorName(UErrorCode code) { return u_errorName(code); }

// Locales

static inline int32_t discern_uloc_forLanguageTag(const char *tag, char *locale, int32_t capacity,
                                                  int32_t *parsedLength, UErrorCode *status) {
  return uloc_forLanguageTag(tag, locale, capacity, parsedLength, status);
}

// Break iterators

static inline UBreakIterator *discern_ubrk_open(UBreakIteratorType type, const char *locale,
                                                UErrorCode *status) {
  return ubrk_open(type, locale, 0, 0, status);
}

static inline void discern_ubrk_close(UBreakIterator *iterator) { ubrk_close(iterator); }

static inline void discern_ubrk_setText(UBreakIterator *iterator, const UChar *text, int32_t length,
                                        UErrorCode *status) {
  ubrk_setText(iterator, text, length, status);
}

static inline void discern_ubrk_setUText(UBreakIterator *iterator, UText *text, UErrorCode *status) {
  ubrk_setUText(iterator, text, status);
}

static inline int32_t discern_ubrk_first(UBreakIterator *iterator) { return ubrk_first(iterator); }

static inline int32_t discern_ubrk_next(UBreakIterator *iterator) { return ubrk_next(iterator); }

static inline UText *discern_utext_openUTF8(UText *text, const char *bytes, int64_t length,
                                            UErrorCode *status) {
  return utext_openUTF8(text, bytes, length, status);
}

static inline UText *discern_utext_close(UText *text) { return utext_close(text); }

// Normalisation and case

static inline const UNormalizer2 *discern_unorm2_getNFC(UErrorCode *status) {
  return unorm2_getNFCInstance(status);
}

static inline const UNormalizer2 *discern_unorm2_getNFKC(UErrorCode *status) {
  return unorm2_getNFKCInstance(status);
}

static inline int32_t discern_unorm2_spanQuickCheckYes(const UNormalizer2 *normalizer, const UChar *text,
                                                       int32_t length, UErrorCode *status) {
  return unorm2_spanQuickCheckYes(normalizer, text, length, status);
}

static inline int32_t discern_unorm2_normalize(const UNormalizer2 *normalizer, const UChar *text,
                                               int32_t length, UChar *result, int32_t capacity,
                                               UErrorCode *status) {
  return unorm2_normalize(normalizer, text, length, result, capacity, status);
}

static inline int32_t discern_u_strToLower(UChar *result, int32_t capacity, const UChar *text,
                                           int32_t length, const char *locale, UErrorCode *status) {
  return u_strToLower(result, capacity, text, length, locale, status);
}

// Character properties

static inline UBool discern_u_isalnum(UChar32 character) { return u_isalnum(character); }

static inline UBool discern_u_isUAlphabetic(UChar32 character) { return u_isUAlphabetic(character); }

static inline UBool discern_u_isdigit(UChar32 character) { return u_isdigit(character); }

static inline UBool discern_u_isUWhiteSpace(UChar32 character) { return u_isUWhiteSpace(character); }

// Whether the character is punctuation or a symbol that is typed like punctuation (general category
// P, Sm, Sc or Sk); So, where emoji are, is not.
static inline UBool discern_u_isPunctuationOrSign(UChar32 character) {
  return (U_GET_GC_MASK(character) & (U_GC_P_MASK | U_GC_SM_MASK | U_GC_SC_MASK | U_GC_SK_MASK)) != 0;
}

#endif
