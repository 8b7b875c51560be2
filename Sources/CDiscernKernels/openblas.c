#include "openblas.h"

#include <dlfcn.h>
#include <pthread.h>
#include <signal.h>
#include <stddef.h>

// The names under which Debian's libopenblas-dev and Homebrew's openblas install it.
static const char *const names[] = {
#ifdef __APPLE__
    "libopenblas.0.dylib", "/opt/homebrew/opt/openblas/lib/libopenblas.0.dylib",
    "/usr/local/opt/openblas/lib/libopenblas.0.dylib",
#else
    "libopenblas.so.0", "libopenblas.so",
#endif
};

static openblas_sgemm sgemm;

static void load(void) {
  // The library starts threads when it is loaded; they inherit this thread's signal mask.
  sigset_t all, before;
  sigfillset(&all);
  pthread_sigmask(SIG_SETMASK, &all, &before);
  void *library = NULL;
  for (size_t i = 0; !library && i < sizeof(names) / sizeof(names[0]); i++)
    library = dlopen(names[i], RTLD_NOW | RTLD_LOCAL);
  pthread_sigmask(SIG_SETMASK, &before, NULL);
  if (!library) return;
  void (*set_threads)(int) = (void (*)(int))dlsym(library, "openblas_set_num_threads");
  openblas_sgemm product = (openblas_sgemm)dlsym(library, "cblas_sgemm");
  if (!set_threads || !product) return;
  set_threads(1);
  sgemm = product;
}

openblas_sgemm openblas_load(void) {
  static pthread_once_t once = PTHREAD_ONCE_INIT;
  pthread_once(&once, load);
  return sgemm;
}
