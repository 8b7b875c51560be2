/*
 * Discern's C interface: models that classify columns of texts.
 *
 * Every function that returns int32_t returns 0, or an error code; discern_last_error() then describes the error
 * in words. No function traps, prints or exits, whatever its arguments, as long as pointers refer to as much
 * memory as the accompanying numbers state.
 *
 * A model may be used by any number of threads at once. A process may fork while models are open: the fork waits
 * until other threads have finished their current texts (2,048 at most), and the child continues with the
 * same models and its own threads.
 */
#ifndef DISCERN_H
#define DISCERN_H

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Error codes: the exit codes of the command line, after sysexits.h. */
#define DISCERN_OK 0
#define DISCERN_USAGE 64     /* an invalid argument, such as NULL or a wrong capacity */
#define DISCERN_BAD_DATA 65  /* a damaged model, or a column with invalid offsets */
#define DISCERN_NOT_FOUND 66 /* no such file or folder */
#define DISCERN_INTERNAL 70
#define DISCERN_MEMORY 71
#define DISCERN_IO 74

/* The status of a row. Rows from DISCERN_ROW_NULL on have no result: their numbers are NaN. */
#define DISCERN_ROW_NORMAL 0
#define DISCERN_ROW_EMPTY 1       /* a text without words: the model's prior */
#define DISCERN_ROW_ALL_UNKNOWN 2 /* no word of it is known */
#define DISCERN_ROW_NULL 3        /* the column has no text there */
#define DISCERN_ROW_NOT_UTF8 4
#define DISCERN_ROW_HOLDS_NUL 5
#define DISCERN_ROW_TOO_LONG 6 /* more than half a gigabyte */

typedef struct discern_model discern_model;

/* UTF-8 followed by a 0, which the length does not include. */
typedef struct {
  const char *bytes;
  int64_t length;
} discern_string;

/* Facts about a model. Strings are valid until the model is closed. */
typedef struct {
  int64_t task_count;
  int64_t output_count;   /* labels of all tasks together: the columns of probabilities */
  int32_t has_attention;
  int32_t has_network;    /* 0: only n-grams, and no word ids */
  int32_t has_letters;    /* whether it reads the letters of unknown words */
  int32_t has_ngrams;
  discern_string warning; /* a note for users of this model; empty: none */
} discern_model_info;

/* A question that a model answers for every text. */
typedef struct {
  discern_string name;     /* empty for a model's only task if it was not named */
  int64_t label_count;
  int64_t first_output;    /* the index of its first label among the outputs */
  const float *thresholds; /* [label_count] every label that reaches its threshold is given; NULL: the best */
} discern_task;

/* Texts in Arrow's layout: row i is data[offsets[offset + i] ..< offsets[offset + i + 1]], in UTF-8. */
typedef struct {
  const uint8_t *validity; /* bit (offset + i) % 8 of byte (offset + i) / 8; NULL: every row has a text */
  int64_t validity_size;   /* in bytes */
  const void *offsets;     /* int32_t or int64_t */
  int64_t offset_count;    /* at least offset + length + 1, or 0 with a length of 0 */
  int32_t offset_bits;     /* 32 or 64 */
  const uint8_t *data;
  int64_t data_size;       /* in bytes */
  int64_t offset;          /* the first row of this slice */
  int64_t length;          /* the number of rows */
} discern_column;

/* Buffers for answers. */
typedef struct {
  int64_t row_capacity;   /* at least the column's length */
  int64_t output_count;   /* the same as the model's */
  float *probabilities;   /* [row_capacity, output_count] */
  float *logits;          /* the same shape, before temperature and softmax or sigmoid; NULL: not wanted */
  uint8_t *status;        /* [row_capacity] */
} discern_answers;

/* The parts of texts. All arrays belong to the library and are valid until discern_free_tokens; NULL if a
 * model or a function does not have them. Rows without a result have no parts. */
typedef struct {
  int64_t row_count;
  /* Words: those of row r are [token_offsets[r], token_offsets[r + 1]). */
  const int64_t *token_offsets; /* [row_count + 1] */
  const int32_t *tokens;        /* ids of the vocabulary; 1 is an unknown word */
  const float *attention;       /* each word's weight; their sum is 1 in each row */
  const int64_t *starts;        /* the word's bytes in the row's text, or -1 if not certain */
  const int64_t *ends;
  const int64_t *text_offsets;  /* [words + 1] the word itself, normalised */
  const char *text;
  /* Letters: bags in the order of the row's unknown words. */
  const int64_t *bag_offsets;    /* [row_count + 1] */
  const int64_t *letter_offsets; /* [bags + 1] */
  const int32_t *letters;
  /* N-grams and the value of each. */
  const int64_t *ngram_offsets; /* [row_count + 1] */
  const int32_t *ngrams;
  const float *ngram_values;
} discern_tokens;

/* The version, such as "0.1.0". */
const char *discern_version(void);

/* The error of this thread's last failing call; "" if none failed. Valid until this thread's next call. */
const char *discern_last_error(void);

/* A row's status in words; NULL for a number that is not a status. */
const char *discern_status_text(int32_t status);

/* Opens a model. threads: 1 to 1024; 0 for one per core. Answers do not depend on the number of threads. The
 * environment variable DISCERN_KERNELS chooses the kernels, as for the command line. */
int32_t discern_open(const char *path, int32_t threads, discern_model **model);

/* Closes a model that no thread uses any more; NULL is ignored. */
void discern_close(discern_model *model);

int32_t discern_info(const discern_model *model, discern_model_info *info);

/* Task 0 ..< task_count. */
int32_t discern_get_task(const discern_model *model, int64_t task, discern_task *description);

/* Label 0 ..< label_count of a task. */
int32_t discern_get_label(const discern_model *model, int64_t task, int64_t label, discern_string *name);

/* Classifies a column. If tokens is not NULL, it receives the texts' words, their places and their attention
 * weights. A row that cannot be read is not an error of the call: its status says so. After an error the
 * answers are invalid. */
int32_t discern_classify(
    const discern_model *model, const discern_column *texts, const discern_answers *answers,
    discern_tokens **tokens);

/* Gives the numbers that the model reads from texts, as discern encode does: word ids, letters of unknown
 * words, n-grams. status: [status_capacity], at least the column's length. Fails with DISCERN_USAGE for a
 * network that reads sentences, and for a transformer with word networks alongside it. */
int32_t discern_encode(
    const discern_model *model, const discern_column *texts, uint8_t *status, int64_t status_capacity,
    discern_tokens **tokens);

/* Frees the tokens that another function returned; NULL is ignored. */
void discern_free_tokens(discern_tokens *tokens);

#ifdef __cplusplus
}
#endif
#endif
