#ifndef DISCERN_HDF5_H
#define DISCERN_HDF5_H

#include <stddef.h>
#include <stdint.h>

// Datasets of HDF5 files, for one thread at a time: libhdf5 has one state for all threads. Available only
// with the trait HDF5. Functions return 0, or -1 with libhdf5's own message in `reason`, which holds
// DISCERN_HDF5_REASON bytes.

#define DISCERN_HDF5_REASON 256

/// The size in bytes of the regular file at the path, if it is HDF5; otherwise -1.
int64_t discern_hdf5_size(const char *_Nonnull path);

/// Opens a file for reading; nil if it cannot be opened. libhdf5 prints nothing from then on.
void *_Nullable discern_hdf5_open(const char *_Nonnull path, char *_Nonnull reason);
void discern_hdf5_close(void *_Nonnull file);

/// The kinds of entries in a group.
enum discern_hdf5_object {
  DISCERN_HDF5_GROUP,
  DISCERN_HDF5_DATASET,
  /// A soft link to a group or a dataset of the file.
  DISCERN_HDF5_ALIAS,
  /// A soft link to nothing that can be read in the file.
  DISCERN_HDF5_DEAD_LINK,
  /// A link to another file, which is not followed.
  DISCERN_HDF5_OUTER_LINK,
};

/// An entry of a group.
struct discern_hdf5_entry {
  const char *_Nonnull name;
  enum discern_hdf5_object object;
  /// The object's address in the file, the same for all its names; 0 for links that lead to no object.
  uint64_t address;
  /// The path and the file to which a link leads; empty if there is none, or no room for it.
  const char *_Nonnull target;
  const char *_Nonnull target_file;
};

/// Reports the entries of a group, in the order of the names, until `visit` returns a value other than 0. The
/// group is the object at the address, so that its depth costs nothing; 0: the root group.
int discern_hdf5_list(
    void *_Nonnull file, uint64_t group,
    int (*_Nonnull visit)(const struct discern_hdf5_entry *_Nonnull entry, void *_Nonnull context),
    void *_Nonnull context, char *_Nonnull reason);

/// The types of a dataset's elements.
enum discern_hdf5_class {
  DISCERN_HDF5_SIGNED,
  DISCERN_HDF5_UNSIGNED,
  DISCERN_HDF5_FLOAT,
  /// Of element_size bytes each.
  DISCERN_HDF5_FIXED_STRING,
  /// Of any length: references into a heap, which libhdf5 1.10 follows even if a damaged file leads them
  /// anywhere.
  DISCERN_HDF5_STRING,
  DISCERN_HDF5_ENUMERATION,
  DISCERN_HDF5_COMPOUND,
  DISCERN_HDF5_OTHER,
};

/// The places of a dataset's values.
enum discern_hdf5_storage {
  /// All are in the file.
  DISCERN_HDF5_WHOLE,
  /// Some were never written.
  DISCERN_HDF5_PARTIAL,
  /// They are in other files.
  DISCERN_HDF5_ELSEWHERE,
  /// They are packed by a filter that this libhdf5 does not have.
  DISCERN_HDF5_UNKNOWN_FILTER,
};

struct discern_hdf5_description {
  enum discern_hdf5_class elements;
  enum discern_hdf5_storage storage;
  /// The dataset's address in the file, the same for all its names.
  uint64_t address;
  /// The number of axes; 0: a single value, or none.
  int rank;
  /// The lengths of the first two axes; 1 for an axis that does not exist.
  uint64_t rows, columns;
  /// The size of an element in the file, in bytes.
  uint64_t element_size;
  /// The number of elements in a chunk along the rows, and in total; 0 without chunks.
  uint64_t chunk_rows, chunk_elements;
  /// Whether values may unpack to more bytes than are in the file.
  int is_packed;
  /// The name of the missing filter.
  char filter[64];
};

/// Opens a dataset by its path; nil if it cannot be opened. Links to other files are not followed.
void *_Nullable discern_hdf5_open_dataset(
    void *_Nonnull file, const char *_Nonnull path, char *_Nonnull reason);
void discern_hdf5_close_dataset(void *_Nonnull dataset);
int discern_hdf5_describe(
    void *_Nonnull dataset, struct discern_hdf5_description *_Nonnull description, char *_Nonnull reason);

/// Reads rows of a dataset of rank 1 or 2, each of `columns` elements, as numbers of 64 bits: signed integers
/// as int64_t, unsigned ones as uint64_t, others as double.
int discern_hdf5_read(
    void *_Nonnull dataset, enum discern_hdf5_class elements, uint64_t row, uint64_t rows, uint64_t columns,
    void *_Nonnull values, char *_Nonnull reason);

/// Reads strings of a fixed size from a dataset of rank 1, and reports their bytes.
int discern_hdf5_read_strings(
    void *_Nonnull dataset, uint64_t row, uint64_t rows,
    void (*_Nonnull visit)(const char *_Nonnull bytes, size_t count, void *_Nonnull context),
    void *_Nonnull context, char *_Nonnull reason);

#endif
