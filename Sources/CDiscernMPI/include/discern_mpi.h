#ifndef DISCERN_MPI_H
#define DISCERN_MPI_H

#include <stddef.h>

/// Whether this program was built with MPI.
int discern_mpi_is_there(void);
/// Joins the other processes; 0, or MPI's error number.
int discern_mpi_begin(void);
int discern_mpi_rank(void);
int discern_mpi_size(void);
/// MPI itself ends all processes if these fail.
void discern_mpi_send(const void *bytes, size_t count, int rank);
void discern_mpi_receive(void *bytes, size_t count, int rank);
/// Leaves the other processes.
void discern_mpi_end(void);
/// Ends all processes.
void discern_mpi_abort(int status);

#endif
