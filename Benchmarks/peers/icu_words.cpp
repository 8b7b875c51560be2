// Raw bytes to word ids by ICU's word iterator, one thread: MB a second.
//
// Each line is a text. Words are what ICU calls words (numbers, letters, kana, ideographs; no punctuation, no spaces);
// each is lower-cased and looked up in a hash table. Prints a JSON object.
//
// g++ -O2 -std=c++17 icu_words.cpp -o icu_words $(pkg-config --cflags --libs icu-uc)
// ./icu_words TEXTS VOCABULARY LOCALE REPEATS

#include <unicode/ubrk.h>
#include <unicode/ucasemap.h>
#include <unicode/utext.h>
#include <unicode/uversion.h>

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <sstream>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

using Vocabulary = std::unordered_map<std::string, int32_t>;

static std::string contents(const char *path) {
  std::ifstream file(path, std::ios::binary);
  if (!file) {
    std::fprintf(stderr, "%s cannot be read\n", path);
    std::exit(1);
  }
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

static std::vector<std::string_view> lines(const std::string &text) {
  std::vector<std::string_view> result;
  for (size_t start = 0; start < text.size();) {
    size_t end = std::min(text.find('\n', start), text.size());
    result.emplace_back(text.data() + start, end - start);
    start = end + 1;
  }
  return result;
}

static void check(UErrorCode status, const char *what) {
  if (U_SUCCESS(status)) return;
  std::fprintf(stderr, "%s: %s\n", what, u_errorName(status));
  std::exit(1);
}

struct Reader {
  const Vocabulary &vocabulary;
  UBreakIterator *iterator;
  UCaseMap *cases;
  UText *text = nullptr;
  std::string word;
  std::vector<char> lowered = std::vector<char>(1 << 16);

  Reader(const Vocabulary &words, const char *locale) : vocabulary(words) {
    UErrorCode status = U_ZERO_ERROR;
    iterator = ubrk_open(UBRK_WORD, locale, nullptr, 0, &status);
    cases = ucasemap_open(locale, 0, &status);
    check(status, locale);
  }

  void append(std::string_view line, std::vector<int32_t> &ids) {
    UErrorCode status = U_ZERO_ERROR;
    text = utext_openUTF8(text, line.data(), static_cast<int64_t>(line.size()), &status);
    ubrk_setUText(iterator, text, &status);
    check(status, "text");
    int32_t start = ubrk_first(iterator);
    for (int32_t end = ubrk_next(iterator); end != UBRK_DONE; end = ubrk_next(iterator)) {
      int32_t kind = ubrk_getRuleStatus(iterator);
      if (kind >= UBRK_WORD_NONE_LIMIT) {
        bool isPlain = true;
        word.assign(line.data() + start, end - start);
        for (char &byte : word) {
          if (byte >= 'A' && byte <= 'Z') byte += 'a' - 'A';
          isPlain = isPlain && static_cast<unsigned char>(byte) < 0x80;
        }
        // Kana and ideographs have no case.
        if (!isPlain && kind >= UBRK_WORD_LETTER && kind < UBRK_WORD_LETTER_LIMIT) {
          UErrorCode folding = U_ZERO_ERROR;
          int32_t size = ucasemap_utf8ToLower(
              cases, lowered.data(), static_cast<int32_t>(lowered.size()), word.data(),
              static_cast<int32_t>(word.size()), &folding);
          if (U_SUCCESS(folding)) word.assign(lowered.data(), size);
        }
        auto found = vocabulary.find(word);
        ids.push_back(found == vocabulary.end() ? 1 : found->second);
      }
      start = end;
    }
  }
};

int main(int count, char **arguments) {
  if (count != 5) {
    std::fprintf(stderr, "usage: icu_words TEXTS VOCABULARY LOCALE REPEATS\n");
    return 64;
  }
  std::string text = contents(arguments[1]), words = contents(arguments[2]);
  int repeats = std::atoi(arguments[4]);
  Vocabulary vocabulary;
  for (auto line : lines(words))
    vocabulary.emplace(line.substr(0, line.find('\t')), static_cast<int32_t>(vocabulary.size()));
  auto texts = lines(text);
  Reader reader(vocabulary, arguments[3]);
  std::vector<int32_t> ids;
  std::vector<double> seconds;
  for (int pass = 0; pass <= repeats; ++pass) {  // the first one warms up
    auto started = std::chrono::steady_clock::now();
    ids.clear();
    for (auto line : texts) reader.append(line, ids);
    std::chrono::duration<double> taken = std::chrono::steady_clock::now() - started;
    if (pass > 0) seconds.push_back(taken.count());
  }
  std::sort(seconds.begin(), seconds.end());
  std::printf(
      "{\"peer\": \"ICU\", \"version\": \"%s\", \"threads\": 1, \"bytes\": %zu, \"words\": %zu, "
      "\"unknown\": %ld, \"seconds\": [",
      U_ICU_VERSION, text.size(), ids.size(), static_cast<long>(std::count(ids.begin(), ids.end(), 1)));
  for (size_t pass = 0; pass < seconds.size(); ++pass) std::printf("%s%.6f", pass ? ", " : "", seconds[pass]);
  std::printf("], \"megabytes_per_second\": %.3f}\n", text.size() / seconds[seconds.size() / 2] / 1e6);
}
