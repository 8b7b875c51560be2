#include "CICU.h"

#include <stdlib.h>
#include <unicode/ubrk.h>
#include <unicode/uchar.h>
#include <unicode/ucnv.h>
#include <unicode/ucsdet.h>
#include <unicode/uloc.h>
#include <unicode/unorm2.h>
#include <unicode/uscript.h>
#include <unicode/ustring.h>
#include <unicode/utext.h>
#include <unicode/uversion.h>

#include <string.h>

_Static_assert(DISCERN_ICU_VERSION_CAPACITY >= U_MAX_VERSION_STRING_LENGTH, "room for ICU's version");
_Static_assert(sizeof(UErrorCode) == sizeof(int32_t), "a status is an int32_t");
_Static_assert(sizeof(UChar) == sizeof(uint16_t), "a UChar is a uint16_t");

const int32_t DISCERN_ICU_OVERFLOW = U_BUFFER_OVERFLOW_ERROR;

// Calls ICU with a status of its own type.
#define WITH_STATUS(call)          \
  UErrorCode code = U_ZERO_ERROR;  \
  call;                            \
  *status = (int32_t)code

void discern_icu_version(char *text) {
  UVersionInfo version;
  u_getVersion(version);
  u_versionToString(version, text);
}

const char *discern_icu_errorName(int32_t status) { return u_errorName((UErrorCode)status); }

int32_t discern_icu_localeForTag(const char *tag, char *locale, int32_t capacity, int32_t *parsed,
                                 int32_t *status) {
  WITH_STATUS(int32_t length = uloc_forLanguageTag(tag, locale, capacity, parsed, &code));
  return length;
}

enum { PART_CAPACITY = 64 };

bool discern_icu_knowsLanguage(const char *locale) {
  char part[PART_CAPACITY];
  UErrorCode code = U_ZERO_ERROR;
  int32_t length = uloc_getLanguage(locale, part, PART_CAPACITY, &code);
  if (length == 0) return true;
  return U_SUCCESS(code) && code != U_STRING_NOT_TERMINATED_WARNING && *uloc_getISO3Language(locale) != 0;
}

bool discern_icu_knowsScript(const char *locale) {
  char part[PART_CAPACITY];
  UErrorCode code = U_ZERO_ERROR;
  int32_t length = uloc_getScript(locale, part, PART_CAPACITY, &code);
  if (length == 0) return true;
  UScriptCode script;
  return uscript_getCode(part, &script, 1, &code) > 0 && U_SUCCESS(code);
}

bool discern_icu_knowsRegion(const char *locale) {
  char part[PART_CAPACITY];
  UErrorCode code = U_ZERO_ERROR;
  int32_t length = uloc_getCountry(locale, part, PART_CAPACITY, &code);
  if (length == 0) return true;
  if (U_FAILURE(code)) return false;
  bool isNumber = length == 3 && strspn(part, "0123456789") == 3;
  return isNumber || *uloc_getISO3Country(locale) != 0;
}

const char *discern_icu_language(int32_t index) {
  // Locales without script and region are the languages with data.
  int32_t available = uloc_countAvailable();
  for (int32_t place = 0; place < available; place++) {
    const char *name = uloc_getAvailable(place);
    if (!strchr(name, '_') && index-- == 0) return name;
  }
  for (const char *const *all = uloc_getISOLanguages(); *all; all++) {
    if (index-- == 0) return *all;
  }
  return NULL;
}

int32_t discern_icu_languageName(const char *language, uint16_t *name, int32_t capacity, int32_t *status) {
  WITH_STATUS(int32_t length = uloc_getDisplayLanguage(language, "en", (UChar *)name, capacity, &code));
  return length;
}

static discern_breaks *openBreaks(UBreakIteratorType type, const char *locale, int32_t *status) {
  WITH_STATUS(UBreakIterator *iterator = ubrk_open(type, locale, NULL, 0, &code));
  if (iterator && U_FAILURE(code)) {
    ubrk_close(iterator);
    iterator = NULL;
  }
  return (discern_breaks *)iterator;
}

discern_breaks *discern_icu_openWords(const char *locale, int32_t *status) {
  return openBreaks(UBRK_WORD, locale, status);
}

discern_breaks *discern_icu_openSentences(const char *locale, int32_t *status) {
  return openBreaks(UBRK_SENTENCE, locale, status);
}

void discern_icu_close(discern_breaks *breaks) { ubrk_close((UBreakIterator *)breaks); }

void discern_icu_setUTF16(discern_breaks *breaks, const uint16_t *text, int32_t length, int32_t *status) {
  WITH_STATUS(ubrk_setText((UBreakIterator *)breaks, (const UChar *)text, length, &code));
}

void discern_icu_setUTF8(discern_breaks *breaks, const uint8_t *bytes, int64_t length, int32_t *status) {
  UText text = UTEXT_INITIALIZER;
  UErrorCode code = U_ZERO_ERROR;
  utext_openUTF8(&text, (const char *)bytes, length, &code);
  // The iterator makes a shallow copy.
  ubrk_setUText((UBreakIterator *)breaks, &text, &code);
  utext_close(&text);
  *status = (int32_t)code;
}

int32_t discern_icu_next(discern_breaks *breaks) { return ubrk_next((UBreakIterator *)breaks); }

const discern_normalizer *discern_icu_normalizer(bool compatibility, int32_t *status) {
  WITH_STATUS(const UNormalizer2 *normalizer =
                  compatibility ? unorm2_getNFKCInstance(&code) : unorm2_getNFCInstance(&code));
  return (const discern_normalizer *)normalizer;
}

int32_t discern_icu_normalizedSpan(const discern_normalizer *normalizer, const uint16_t *text,
                                   int32_t length, int32_t *status) {
  WITH_STATUS(int32_t span = unorm2_spanQuickCheckYes((const UNormalizer2 *)normalizer, (const UChar *)text,
                                                      length, &code));
  return span;
}

int32_t discern_icu_normalize(const discern_normalizer *normalizer, const uint16_t *text, int32_t length,
                              uint16_t *result, int32_t capacity, int32_t *status) {
  WITH_STATUS(int32_t written = unorm2_normalize((const UNormalizer2 *)normalizer, (const UChar *)text,
                                                 length, (UChar *)result, capacity, &code));
  return written;
}

const discern_normalizer *discern_icu_decomposer(bool compatibility, int32_t *status) {
  WITH_STATUS(const UNormalizer2 *normalizer =
                  compatibility ? unorm2_getNFKDInstance(&code) : unorm2_getNFDInstance(&code));
  return (const discern_normalizer *)normalizer;
}

bool discern_icu_hasBoundaryBefore(const discern_normalizer *normalizer, uint32_t character) {
  return unorm2_hasBoundaryBefore((const UNormalizer2 *)normalizer, (UChar32)character);
}

uint8_t discern_icu_combiningClass(uint32_t character) { return u_getCombiningClass((UChar32)character); }

int32_t discern_icu_decomposition(uint32_t character, uint16_t *result, int32_t capacity) {
  UErrorCode code = U_ZERO_ERROR;
  const UNormalizer2 *normalizer = unorm2_getNFDInstance(&code);
  if (U_FAILURE(code)) return -1;
  int32_t length = unorm2_getDecomposition(normalizer, (UChar32)character, (UChar *)result, capacity, &code);
  return U_FAILURE(code) ? -1 : length;
}

int32_t discern_icu_toLower(uint16_t *result, int32_t capacity, const uint16_t *text, int32_t length,
                            const char *locale, int32_t *status) {
  WITH_STATUS(int32_t written =
                  u_strToLower((UChar *)result, capacity, (const UChar *)text, length, locale, &code));
  return written;
}

discern_converter *discern_icu_openConverter(const char *name, int32_t *status) {
  UErrorCode code = U_ZERO_ERROR;
  UConverter *converter = ucnv_open(name, &code);
  // Without replacement characters: invalid input is reported.
  if (U_SUCCESS(code)) ucnv_setToUCallBack(converter, UCNV_TO_U_CALLBACK_STOP, NULL, NULL, NULL, &code);
  if (converter && U_FAILURE(code)) {
    ucnv_close(converter);
    converter = NULL;
  }
  *status = (int32_t)code;
  return (discern_converter *)converter;
}

void discern_icu_closeConverter(discern_converter *converter) { ucnv_close((UConverter *)converter); }

void discern_icu_resetConverter(discern_converter *converter) { ucnv_resetToUnicode((UConverter *)converter); }

const char *discern_icu_converterName(discern_converter *converter) {
  UErrorCode code = U_ZERO_ERROR;
  const char *name = ucnv_getName((UConverter *)converter, &code);
  if (U_FAILURE(code) || !name) return NULL;
  const char *standard = ucnv_getStandardName(name, "MIME", &code);
  if (U_SUCCESS(code) && standard) return standard;
  code = U_ZERO_ERROR;
  standard = ucnv_getStandardName(name, "IANA", &code);
  return U_SUCCESS(code) && standard ? standard : name;
}

int32_t discern_icu_convert(discern_converter *converter, const uint8_t **source, const uint8_t *end,
                            uint16_t *target, int32_t capacity, bool flush, int32_t *status) {
  UChar *first = (UChar *)target;
  UChar *next = first;
  const char *from = (const char *)*source;
  WITH_STATUS(ucnv_toUnicode((UConverter *)converter, &next, first + capacity, &from, (const char *)end, NULL,
                             flush, &code));
  *source = (const uint8_t *)from;
  return (int32_t)(next - first);
}

int32_t discern_icu_encodingCount(void) { return ucnv_countAvailable(); }

const char *discern_icu_encoding(int32_t index) { return ucnv_getAvailableName(index); }

int32_t discern_icu_aliasCount(const char *encoding) {
  UErrorCode code = U_ZERO_ERROR;
  uint16_t count = ucnv_countAliases(encoding, &code);
  return U_FAILURE(code) ? 0 : count;
}

const char *discern_icu_alias(const char *encoding, int32_t index) {
  UErrorCode code = U_ZERO_ERROR;
  const char *alias = ucnv_getAlias(encoding, (uint16_t)index, &code);
  return U_FAILURE(code) ? NULL : alias;
}

struct discern_detector {
  UCharsetDetector *detector;
  const UCharsetMatch **matches;
};

discern_detector *discern_icu_openDetector(const uint8_t *bytes, int32_t length, int32_t *count,
                                           int32_t *status) {
  *count = 0;
  UErrorCode code = U_ZERO_ERROR;
  discern_detector *result = malloc(sizeof *result);
  if (!result) {
    *status = U_MEMORY_ALLOCATION_ERROR;
    return NULL;
  }
  result->detector = ucsdet_open(&code);
  ucsdet_setText(result->detector, (const char *)bytes, length, &code);
  result->matches = ucsdet_detectAll(result->detector, count, &code);
  *status = (int32_t)code;
  if (U_SUCCESS(code)) return result;
  *count = 0;
  discern_icu_closeDetector(result);
  return NULL;
}

const char *discern_icu_guess(discern_detector *detector, int32_t index, int32_t *confidence) {
  UErrorCode code = U_ZERO_ERROR;
  const char *name = ucsdet_getName(detector->matches[index], &code);
  *confidence = ucsdet_getConfidence(detector->matches[index], &code);
  return U_FAILURE(code) ? NULL : name;
}

void discern_icu_closeDetector(discern_detector *detector) {
  if (detector->detector) ucsdet_close(detector->detector);
  free(detector);
}

bool discern_icu_isAlphabetic(uint32_t character) { return u_isUAlphabetic((UChar32)character); }

bool discern_icu_isDigit(uint32_t character) { return u_isdigit((UChar32)character); }

bool discern_icu_isWhiteSpace(uint32_t character) { return u_isUWhiteSpace((UChar32)character); }

bool discern_icu_isPunctuationOrSign(uint32_t character) {
  return (U_GET_GC_MASK((UChar32)character) & (U_GC_P_MASK | U_GC_SM_MASK | U_GC_SC_MASK | U_GC_SK_MASK)) != 0;
}

bool discern_icu_isWrittenWithoutSpaces(uint32_t character) {
  UErrorCode code = U_ZERO_ERROR;
  switch (uscript_getScript((UChar32)character, &code)) {
    case USCRIPT_HAN:
    case USCRIPT_HIRAGANA:
    case USCRIPT_KATAKANA:
    case USCRIPT_BOPOMOFO:
    case USCRIPT_THAI:
    case USCRIPT_LAO:
    case USCRIPT_KHMER:
    case USCRIPT_MYANMAR: return U_SUCCESS(code);
    default: return false;
  }
}
