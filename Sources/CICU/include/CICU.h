// The few functions of ICU that Discern uses, under plain names.
//
// ICU's own headers are hidden from Swift for two reasons. Its symbols include the library's version
// (`ubrk_next_72`), added by macros that Swift cannot import. And Foundation has its own copy of ICU, in
// another version: types of the same name (`UErrorCode`) from both clash in any file that imports Foundation.
//
// A status is ICU's `UErrorCode`: above 0 for failures.
#ifndef DISCERN_CICU_H
#define DISCERN_CICU_H

#include <stdbool.h>
#include <stdint.h>

enum { DISCERN_ICU_VERSION_CAPACITY = 20 };

// The version of the running library, which may differ from that of the headers.
void discern_icu_version(char *_Nonnull text);

const char *_Nonnull discern_icu_errorName(int32_t status);

// ICU's identifier for a BCP-47 tag; returns its length, and in `parsed` the length of the part of the tag
// that was used.
int32_t discern_icu_localeForTag(const char *_Nonnull tag, char *_Nonnull locale, int32_t capacity,
                                 int32_t *_Nonnull parsed, int32_t *_Nonnull status);

// Whether each part of an identifier is in ICU's lists of ISO 639, 15924 and 3166 (or UN M.49); a missing
// part counts as known.
bool discern_icu_knowsLanguage(const char *_Nonnull locale);
bool discern_icu_knowsScript(const char *_Nonnull locale);
bool discern_icu_knowsRegion(const char *_Nonnull locale);

// The codes of all languages, those with data of their own first. Null after the last.
const char *_Nullable discern_icu_language(int32_t index);

// The English name of a language; returns its length, even if that exceeds the capacity.
int32_t discern_icu_languageName(const char *_Nonnull language, uint16_t *_Nonnull name, int32_t capacity,
                                 int32_t *_Nonnull status);

// Break iterators

typedef struct discern_breaks discern_breaks;

discern_breaks *_Nullable discern_icu_openWords(const char *_Nonnull locale, int32_t *_Nonnull status);

discern_breaks *_Nullable discern_icu_openSentences(const char *_Nonnull locale, int32_t *_Nonnull status);

void discern_icu_close(discern_breaks *_Nonnull breaks);

// The text must stay in place until the last boundary is read.
void discern_icu_setUTF16(discern_breaks *_Nonnull breaks, const uint16_t *_Nonnull text, int32_t length,
                          int32_t *_Nonnull status);

// Boundaries are byte offsets; ill-formed sequences are read as U+FFFD.
void discern_icu_setUTF8(discern_breaks *_Nonnull breaks, const uint8_t *_Nonnull text, int64_t length,
                         int32_t *_Nonnull status);

// The next boundary after the text's start; below 0 after the last one.
int32_t discern_icu_next(discern_breaks *_Nonnull breaks);

// Normalisation and case. The length of the result is returned even if it exceeds the capacity; the status is
// then DISCERN_ICU_OVERFLOW.

extern const int32_t DISCERN_ICU_OVERFLOW;

typedef struct discern_normalizer discern_normalizer;

const discern_normalizer *_Nullable discern_icu_normalizer(bool compatibility, int32_t *_Nonnull status);

// The same without composition.
const discern_normalizer *_Nullable discern_icu_decomposer(bool compatibility, int32_t *_Nonnull status);

// Whether no preceding characters can change the normalised form of this one and those that follow.
bool discern_icu_hasBoundaryBefore(const discern_normalizer *_Nonnull normalizer, uint32_t character);

// The canonical combining class; 0 except for combining marks.
uint8_t discern_icu_combiningClass(uint32_t character);

// The length of the beginning of the text that is certainly normalised.
int32_t discern_icu_normalizedSpan(const discern_normalizer *_Nonnull normalizer,
                                   const uint16_t *_Nonnull text, int32_t length, int32_t *_Nonnull status);

int32_t discern_icu_normalize(const discern_normalizer *_Nonnull normalizer, const uint16_t *_Nonnull text,
                              int32_t length, uint16_t *_Nonnull result, int32_t capacity,
                              int32_t *_Nonnull status);

// The full canonical decomposition of a character, in UTF-16; -1: it has none.
int32_t discern_icu_decomposition(uint32_t character, uint16_t *_Nonnull result, int32_t capacity);

int32_t discern_icu_toLower(uint16_t *_Nonnull result, int32_t capacity, const uint16_t *_Nonnull text,
                            int32_t length, const char *_Nonnull locale, int32_t *_Nonnull status);

// Encodings

typedef struct discern_converter discern_converter;

// A converter from an encoding's bytes to UTF-16 that stops at invalid input.
discern_converter *_Nullable discern_icu_openConverter(const char *_Nonnull name, int32_t *_Nonnull status);

void discern_icu_closeConverter(discern_converter *_Nonnull converter);

// Resets to the state at the beginning of a text.
void discern_icu_resetConverter(discern_converter *_Nonnull converter);

// The converter's name on the internet (MIME or IANA) or, if it has none, ICU's own.
const char *_Nullable discern_icu_converterName(discern_converter *_Nonnull converter);

// Converts as much as there is room for, moves `source` past it and returns the number of units written. The
// status is DISCERN_ICU_OVERFLOW if there is more to write, another failure after an invalid sequence.
// `flush` means that no more input follows.
int32_t discern_icu_convert(discern_converter *_Nonnull converter, const uint8_t *_Nonnull *_Nonnull source,
                            const uint8_t *_Nonnull end, uint16_t *_Nonnull target, int32_t capacity,
                            bool flush, int32_t *_Nonnull status);

// The encodings for which ICU has converters, by index, and the aliases of each.
int32_t discern_icu_encodingCount(void);
const char *_Nullable discern_icu_encoding(int32_t index);
int32_t discern_icu_aliasCount(const char *_Nonnull encoding);
const char *_Nullable discern_icu_alias(const char *_Nonnull encoding, int32_t index);

typedef struct discern_detector discern_detector;

// Guesses at the encoding of bytes, which must stay in place; the most probable first.
discern_detector *_Nullable discern_icu_openDetector(const uint8_t *_Nonnull bytes, int32_t length,
                                                     int32_t *_Nonnull count, int32_t *_Nonnull status);
const char *_Nullable discern_icu_guess(discern_detector *_Nonnull detector, int32_t index,
                                        int32_t *_Nonnull confidence);
void discern_icu_closeDetector(discern_detector *_Nonnull detector);

// Properties of characters

bool discern_icu_isAlphabetic(uint32_t character);

// General category Nd.
bool discern_icu_isDigit(uint32_t character);

bool discern_icu_isWhiteSpace(uint32_t character);

// Whether the character is punctuation or a sign that is typed like punctuation (general categories P,
// Sm, Sc and Sk); So, where emoji are, is not.
bool discern_icu_isPunctuationOrSign(uint32_t character);

// Whether the character's script puts no spaces between words: Han, Hiragana, Katakana, Bopomofo, Thai, Lao,
// Khmer, Myanmar.
bool discern_icu_isWrittenWithoutSpaces(uint32_t character);

#endif
