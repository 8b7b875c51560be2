#include <discern.h>
#include <stdio.h>
#include <string.h>

int main(void) {
  discern_model *model;
  if (discern_open("model", 0, &model)) {
    fprintf(stderr, "%s\n", discern_last_error());
    return 1;
  }
  const char text[] = "What a lovely film!I want my money back.";
  const int32_t offsets[] = {0, 19, 40};
  discern_column texts = {
      .offsets = offsets, .offset_count = 3, .offset_bits = 32,
      .data = (const uint8_t *)text, .data_size = strlen(text), .length = 2};
  float probabilities[2 * 2];
  uint8_t status[2];
  discern_answers answers = {
      .row_capacity = 2, .output_count = 2, .probabilities = probabilities, .status = status};
  int code = discern_classify(model, &texts, &answers, NULL);
  if (code) fprintf(stderr, "%s\n", discern_last_error());
  for (int64_t row = 0; !code && row < 2; row++)
    for (int64_t label = 0; label < 2; label++) {
      discern_string name;
      discern_get_label(model, 0, label, &name);
      printf("%s %.4f%s", name.bytes, probabilities[2 * row + label], label ? "\n" : "  ");
    }
  discern_close(model);
  return code;
}
