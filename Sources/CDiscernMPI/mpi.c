#include "discern_mpi.h"

// Open MPI and MPICH have different types with the same names, so the program only runs with the one whose
// header it was compiled with.
#ifdef DISCERN_MPI

#if __has_include(<mpi.h>)
#include <mpi.h>
#else
#include <mpi/mpi.h>
#endif

#include <time.h>

static const size_t part = (size_t)1 << 30;

// MPI's own calls wait by polling, which occupies a core while another rank computes.
static void wait_for(MPI_Request *request) {
  for (int round = 0;; round++) {
    int is_done = 0;
    MPI_Test(request, &is_done, MPI_STATUS_IGNORE);
    if (is_done) return;
    if (round >= 200) nanosleep(&(struct timespec){.tv_nsec = 20000}, NULL);
  }
}

int discern_mpi_is_there(void) { return 1; }

int discern_mpi_begin(void) {
  int provided;
  return MPI_Init_thread(NULL, NULL, MPI_THREAD_SERIALIZED, &provided);
}

int discern_mpi_rank(void) {
  int rank = 0;
  MPI_Comm_rank(MPI_COMM_WORLD, &rank);
  return rank;
}

int discern_mpi_size(void) {
  int size = 1;
  MPI_Comm_size(MPI_COMM_WORLD, &size);
  return size;
}

void discern_mpi_send(const void *bytes, size_t count, int rank) {
  const char *next = bytes;
  while (count > 0) {
    size_t length = count < part ? count : part;
    MPI_Request request;
    MPI_Isend(next, (int)length, MPI_BYTE, rank, 0, MPI_COMM_WORLD, &request);
    wait_for(&request);
    next += length;
    count -= length;
  }
}

void discern_mpi_receive(void *bytes, size_t count, int rank) {
  char *next = bytes;
  while (count > 0) {
    size_t length = count < part ? count : part;
    MPI_Request request;
    MPI_Irecv(next, (int)length, MPI_BYTE, rank, 0, MPI_COMM_WORLD, &request);
    wait_for(&request);
    next += length;
    count -= length;
  }
}

void discern_mpi_end(void) {
  MPI_Request request;
  MPI_Ibarrier(MPI_COMM_WORLD, &request);
  wait_for(&request);
  MPI_Finalize();
}

void discern_mpi_abort(int status) { MPI_Abort(MPI_COMM_WORLD, status); }

#else

int discern_mpi_is_there(void) { return 0; }
int discern_mpi_begin(void) { return 1; }
int discern_mpi_rank(void) { return 0; }
int discern_mpi_size(void) { return 1; }
void discern_mpi_send(const void *bytes, size_t count, int rank) {
  (void)bytes;
  (void)count;
  (void)rank;
}
void discern_mpi_receive(void *bytes, size_t count, int rank) {
  (void)bytes;
  (void)count;
  (void)rank;
}
void discern_mpi_end(void) {}
void discern_mpi_abort(int status) { (void)status; }

#endif
