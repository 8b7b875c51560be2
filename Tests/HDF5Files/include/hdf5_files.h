#ifndef HDF5_FILES_H
#define HDF5_FILES_H

#include <stdint.h>

// Writes HDF5 files for tests, with the trait HDF5 alone. What fails ends the process.

/// Begins a file, to be ended with hdf5_file_end.
int64_t hdf5_file_begin(const char *_Nonnull path);
void hdf5_file_end(int64_t file);

/// A dataset of rank 1 or 2 (columns 0: rank 1); groups on its path are made.
///
/// `type` as NumPy writes it: <f2, >f8, <i2, >u4 and so on; `chunk`: rows of a chunk, 0: none; `level`: of gzip.
void hdf5_file_numbers(
    int64_t file, const char *_Nonnull path, const char *_Nonnull type, uint64_t rows, uint64_t columns,
    const double *_Nonnull values, uint64_t chunk, unsigned level);

/// Integers of 64 bits.
void hdf5_file_integers(
    int64_t file, const char *_Nonnull path, int is_signed, uint64_t rows, const int64_t *_Nonnull values);

/// Strings; `size` 0: of any length.
void hdf5_file_strings(
    int64_t file, const char *_Nonnull path, uint64_t rows, const char *_Nullable const *_Nonnull values,
    uint64_t size);

/// What is refused: scalar, cube, compound, enumeration, unwritten, external, virtual, huge.
void hdf5_file_odd(int64_t file, const char *_Nonnull path, const char *_Nonnull what);

/// Four rows in two chunks, one of which is not written.
void hdf5_file_partial(int64_t file, const char *_Nonnull path);

/// A link to an object of the same file, or of another one.
void hdf5_file_link(
    int64_t file, const char *_Nonnull path, const char *_Nullable other, const char *_Nonnull target);

#endif
