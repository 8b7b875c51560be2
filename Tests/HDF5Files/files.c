#include "hdf5_files.h"

#ifdef DISCERN_HDF5

#define H5_USE_110_API
#include <hdf5.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static int64_t checked(int64_t result, const char *what) {
  if (result >= 0) return result;
  fprintf(stderr, "the test's HDF5 file: %s\n", what);
  exit(1);
}

int64_t hdf5_file_begin(const char *path) {
  return checked(H5Fcreate(path, H5F_ACC_TRUNC, H5P_DEFAULT, H5P_DEFAULT), path);
}

void hdf5_file_end(int64_t file) { checked(H5Fclose(file), "end"); }

static hid_t type_of(const char *name) {
  int is_big = name[0] == '>', size = name[2] - '0';
  hid_t base = name[1] == 'f'   ? (size == 8 ? H5T_IEEE_F64LE : H5T_IEEE_F32LE)
               : name[1] == 'i' ? H5T_STD_I64LE
                                : H5T_STD_U64LE;
  hid_t type = checked(H5Tcopy(base), name);
  if (name[1] == 'f' && size == 2) {
    checked(H5Tset_fields(type, 15, 10, 5, 0, 10), name);
    checked(H5Tset_size(type, 2), name);
    checked(H5Tset_ebias(type, 15), name);
  } else if (name[1] != 'f') {
    checked(H5Tset_size(type, (size_t)size), name);
  }
  checked(H5Tset_order(type, is_big ? H5T_ORDER_BE : H5T_ORDER_LE), name);
  return type;
}

/// Makes the groups of its path.
static hid_t dataset(int64_t file, const char *path, hid_t type, hid_t space, hid_t plist) {
  hid_t links = checked(H5Pcreate(H5P_LINK_CREATE), path);
  checked(H5Pset_create_intermediate_group(links, 1), path);
  hid_t dataset = checked(H5Dcreate2(file, path, type, space, links, plist, H5P_DEFAULT), path);
  H5Pclose(links);
  return dataset;
}

static hid_t plist_of(int rank, const hsize_t *lengths, uint64_t chunk, unsigned level) {
  hid_t plist = checked(H5Pcreate(H5P_DATASET_CREATE), "plist");
  if (chunk == 0) return plist;
  hsize_t chunks[2] = {chunk, rank > 1 ? lengths[1] : 1};
  checked(H5Pset_chunk(plist, rank, chunks), "chunks");
  if (level > 0) checked(H5Pset_shuffle(plist), "shuffle");
  if (level > 0) checked(H5Pset_deflate(plist, level), "gzip");
  return plist;
}

static void write_dataset(
    int64_t file, const char *path, hid_t type, hid_t memory, int rank, const hsize_t *lengths, hid_t plist,
    const void *values) {
  hid_t space = checked(H5Screate_simple(rank, lengths, NULL), path);
  hid_t id = dataset(file, path, type, space, plist);
  if (values) checked(H5Dwrite(id, memory, H5S_ALL, H5S_ALL, H5P_DEFAULT, values), path);
  H5Dclose(id);
  H5Sclose(space);
  H5Pclose(plist);
}

void hdf5_file_numbers(
    int64_t file, const char *path, const char *type, uint64_t rows, uint64_t columns, const double *values,
    uint64_t chunk, unsigned level) {
  hsize_t lengths[2] = {rows, columns};
  int rank = columns == 0 ? 1 : 2;
  hid_t stored = type_of(type);
  write_dataset(
      file, path, stored, H5T_NATIVE_DOUBLE, rank, lengths, plist_of(rank, lengths, chunk, level), values);
  H5Tclose(stored);
}

void hdf5_file_integers(
    int64_t file, const char *path, int is_signed, uint64_t rows, const int64_t *values) {
  hsize_t lengths[1] = {rows};
  write_dataset(
      file, path, is_signed ? H5T_STD_I64BE : H5T_STD_U64BE, is_signed ? H5T_NATIVE_INT64 : H5T_NATIVE_UINT64,
      1, lengths, plist_of(1, lengths, 0, 0), values);
}

void hdf5_file_strings(
    int64_t file, const char *path, uint64_t rows, const char *const *values, uint64_t size) {
  hsize_t lengths[1] = {rows};
  hid_t type = checked(H5Tcopy(H5T_C_S1), path);
  checked(H5Tset_size(type, size ? size : H5T_VARIABLE), path);
  char *bytes = size ? calloc(rows, size) : NULL;
  for (uint64_t row = 0; size && row < rows; row++) strncpy(bytes + row * size, values[row], size);
  write_dataset(
      file, path, type, type, 1, lengths, plist_of(1, lengths, 0, 0), size ? (void *)bytes : (void *)values);
  free(bytes);
  H5Tclose(type);
}

void hdf5_file_odd(int64_t file, const char *path, const char *what) {
  hsize_t lengths[3] = {4, 2, 2}, huge[1] = {(hsize_t)1 << 40};
  double values[16] = {0};
  hid_t plist = checked(H5Pcreate(H5P_DATASET_CREATE), path);
  hid_t type = checked(H5Tcopy(H5T_IEEE_F64LE), path);
  int rank = 1;
  const void *written = values;
  const hsize_t *shape = lengths;
  if (!strcmp(what, "scalar")) rank = 0;
  if (!strcmp(what, "cube")) rank = 3;
  if (!strcmp(what, "compound")) {
    type = checked(H5Tcreate(H5T_COMPOUND, 16), path);
    checked(H5Tinsert(type, "a", 0, H5T_IEEE_F64LE), path);
    checked(H5Tinsert(type, "b", 8, H5T_IEEE_F64LE), path);
  }
  if (!strcmp(what, "enumeration")) {
    type = checked(H5Tenum_create(H5T_STD_I8LE), path);
    signed char zero = 0;
    checked(H5Tenum_insert(type, "FALSE", &zero), path);
  }
  if (!strcmp(what, "unwritten")) written = NULL;
  if (!strcmp(what, "huge")) {
    written = NULL;
    shape = huge;
    hsize_t chunk[1] = {1 << 20};
    checked(H5Pset_chunk(plist, 1, chunk), path);
    checked(H5Pset_deflate(plist, 1), path);
  }
  if (!strcmp(what, "external")) checked(H5Pset_external(plist, "/etc/hostname", 0, 32), path);
  if (!strcmp(what, "virtual")) {
    hid_t space = checked(H5Screate_simple(1, lengths, NULL), path);
    checked(H5Pset_virtual(plist, space, "other.h5", "/load", space), path);
    written = NULL;
  }
  if (!strcmp(what, "external")) written = NULL;
  hid_t space = checked(rank == 0 ? H5Screate(H5S_SCALAR) : H5Screate_simple(rank, shape, NULL), path);
  hid_t id = dataset(file, path, type, space, plist);
  if (written) checked(H5Dwrite(id, type, H5S_ALL, H5S_ALL, H5P_DEFAULT, written), path);
  H5Dclose(id);
}

void hdf5_file_partial(int64_t file, const char *path) {
  hsize_t lengths[1] = {4}, chunk[1] = {2}, start[1] = {0}, count[1] = {2};
  double values[2] = {1, 2};
  hid_t plist = checked(H5Pcreate(H5P_DATASET_CREATE), path);
  checked(H5Pset_chunk(plist, 1, chunk), path);
  hid_t space = checked(H5Screate_simple(1, lengths, NULL), path);
  hid_t memory = checked(H5Screate_simple(1, count, NULL), path);
  hid_t id = dataset(file, path, H5T_IEEE_F64LE, space, plist);
  checked(H5Sselect_hyperslab(space, H5S_SELECT_SET, start, NULL, count, NULL), path);
  checked(H5Dwrite(id, H5T_NATIVE_DOUBLE, memory, space, H5P_DEFAULT, values), path);
  H5Dclose(id);
}

void hdf5_file_link(int64_t file, const char *path, const char *other, const char *target) {
  if (other) {
    checked(H5Lcreate_external(other, target, file, path, H5P_DEFAULT, H5P_DEFAULT), path);
  } else {
    checked(H5Lcreate_soft(target, file, path, H5P_DEFAULT, H5P_DEFAULT), path);
  }
}

#endif
