#include "discern_error.h"

#include "discern.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

static pthread_key_t key;
static int has_key;

static void make_key(void) { has_key = pthread_key_create(&key, free) == 0; }

static int prepare(void) {
  static pthread_once_t once = PTHREAD_ONCE_INIT;
  pthread_once(&once, make_key);
  return has_key;
}

void discern_set_last_error(const char *bytes, int64_t length) {
  if (!prepare()) return;
  char *copy = length > 0 ? malloc((size_t)length + 1) : NULL;
  if (copy) {
    memcpy(copy, bytes, (size_t)length);
    copy[length] = 0;
  }
  free(pthread_getspecific(key));
  if (pthread_setspecific(key, copy)) free(copy);
}

const char *discern_last_error(void) {
  const char *message = prepare() ? pthread_getspecific(key) : NULL;
  return message ? message : "";
}
