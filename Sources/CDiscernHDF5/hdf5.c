#include "discern_hdf5.h"

#ifdef DISCERN_HDF5

// The interface of 1.10, also with later versions.
#define H5_USE_110_API
#include <hdf5.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

struct file {
  hid_t id;
  /// Refuses links to other files.
  hid_t access;
};

struct dataset {
  hid_t id, type, space;
};

// The innermost reason describes the actual fault of the file.
static herr_t keep_reason(unsigned depth, const H5E_error2_t *error, void *reason) {
  (void)depth;
  if (error->desc && error->desc[0]) {
    strncpy(reason, error->desc, DISCERN_HDF5_REASON - 1);
    ((char *)reason)[DISCERN_HDF5_REASON - 1] = 0;
  }
  return 0;
}

static int failed(char *reason) {
  strcpy(reason, "no reason is given");
  H5Ewalk2(H5E_DEFAULT, H5E_WALK_DOWNWARD, keep_reason, reason);
  return -1;
}

int64_t discern_hdf5_size(const char *path) {
  struct stat status;
  if (stat(path, &status) != 0 || !S_ISREG(status.st_mode)) return -1;
  // Otherwise libhdf5 reports objects of a damaged file that it cannot close when the process ends.
  H5dont_atexit();
  H5Eset_auto2(H5E_DEFAULT, NULL, NULL);
  return H5Fis_hdf5(path) > 0 ? (int64_t)status.st_size : -1;
}

static herr_t refuse_link(
    const char *parent_file, const char *parent_group, const char *child_file, const char *child_object,
    unsigned *flags, hid_t access, void *context) {
  (void)parent_file;
  (void)parent_group;
  (void)child_file;
  (void)child_object;
  (void)flags;
  (void)access;
  (void)context;
  return -1;
}

void *discern_hdf5_open(const char *path, char *reason) {
  H5Eset_auto2(H5E_DEFAULT, NULL, NULL);
  struct file *file = malloc(sizeof *file);
  if (!file) return NULL;
  // H5F_ACC_RDONLY without its check, which ends the process if the versions of library and header differ in
  // their last number.
  file->id = H5Fopen(path, 0u, H5P_DEFAULT);
  if (file->id < 0) {
    failed(reason);
    free(file);
    return NULL;
  }
  file->access = H5Pcreate(H5P_DATASET_ACCESS);
  if (file->access < 0 || H5Pset_elink_cb(file->access, refuse_link, NULL) < 0) {
    failed(reason);
    discern_hdf5_close(file);
    return NULL;
  }
  return file;
}

void discern_hdf5_close(void *opened) {
  struct file *file = opened;
  if (file->access >= 0) H5Pclose(file->access);
  H5Fclose(file->id);
  free(file);
}

struct listing {
  /// For soft links, which may lead on to another file.
  hid_t access;
  int (*visit)(const struct discern_hdf5_entry *, void *);
  void *context;
};

/// Sets the target of a link, unless it is longer than any path.
static void read_target(
    hid_t group, const char *name, const H5L_info_t *link, char *bytes, size_t room,
    struct discern_hdf5_entry *entry) {
  if (link->u.val_size > room || H5Lget_val(group, name, bytes, room, H5P_DEFAULT) < 0) return;
  if (link->type == H5L_TYPE_SOFT) {
    bytes[room - 1] = 0;
    entry->target = bytes;
  } else if (link->type == H5L_TYPE_EXTERNAL) {
    const char *file, *path;
    if (H5Lunpack_elink_val(bytes, link->u.val_size, NULL, &file, &path) < 0) return;
    entry->target_file = file;
    entry->target = path;
  }
}

static herr_t list_link(hid_t group, const char *name, const H5L_info_t *link, void *context) {
  struct listing *listing = context;
  struct discern_hdf5_entry entry = {name, DISCERN_HDF5_OUTER_LINK, 0, "", ""};
  char target[4096];
  if (link->type != H5L_TYPE_HARD) read_target(group, name, link, target, sizeof target, &entry);
  if (link->type == H5L_TYPE_HARD || link->type == H5L_TYPE_SOFT) {
    int is_hard = link->type == H5L_TYPE_HARD;
    H5O_info_t object;
    if (H5Oget_info_by_name(group, name, &object, is_hard ? H5P_DEFAULT : listing->access) >= 0) {
      if (object.type != H5O_TYPE_GROUP && object.type != H5O_TYPE_DATASET) return 0;
      entry.object = !is_hard                         ? DISCERN_HDF5_ALIAS
                     : object.type == H5O_TYPE_GROUP ? DISCERN_HDF5_GROUP
                                                     : DISCERN_HDF5_DATASET;
      entry.address = object.addr;
    } else if (is_hard) {
      return -1;
    } else {
      entry.object = DISCERN_HDF5_DEAD_LINK;
    }
  }
  return listing->visit(&entry, listing->context) != 0;
}

int discern_hdf5_list(
    void *opened, uint64_t group, int (*visit)(const struct discern_hdf5_entry *, void *), void *context,
    char *reason) {
  struct file *file = opened;
  hid_t id = group ? H5Oopen_by_addr(file->id, group) : H5Gopen2(file->id, "/", H5P_DEFAULT);
  if (id < 0) return failed(reason);
  struct listing listing = {file->access, visit, context};
  herr_t result = H5Literate(id, H5_INDEX_NAME, H5_ITER_INC, NULL, list_link, &listing);
  if (result < 0) failed(reason);
  H5Oclose(id);
  return result < 0 ? -1 : 0;
}

void *discern_hdf5_open_dataset(void *opened, const char *path, char *reason) {
  struct file *file = opened;
  struct dataset *dataset = malloc(sizeof *dataset);
  if (!dataset) return NULL;
  dataset->type = dataset->space = -1;
  dataset->id = H5Dopen2(file->id, path, file->access);
  if (dataset->id >= 0) {
    dataset->type = H5Dget_type(dataset->id);
    dataset->space = H5Dget_space(dataset->id);
  }
  if (dataset->type < 0 || dataset->space < 0) {
    failed(reason);
    discern_hdf5_close_dataset(dataset);
    return NULL;
  }
  return dataset;
}

void discern_hdf5_close_dataset(void *opened) {
  struct dataset *dataset = opened;
  if (dataset->space >= 0) H5Sclose(dataset->space);
  if (dataset->type >= 0) H5Tclose(dataset->type);
  if (dataset->id >= 0) H5Dclose(dataset->id);
  free(dataset);
}

static enum discern_hdf5_class class_of(hid_t type) {
  switch (H5Tget_class(type)) {
    case H5T_INTEGER: return H5Tget_sign(type) == H5T_SGN_2 ? DISCERN_HDF5_SIGNED : DISCERN_HDF5_UNSIGNED;
    case H5T_FLOAT: return DISCERN_HDF5_FLOAT;
    case H5T_STRING: return H5Tis_variable_str(type) > 0 ? DISCERN_HDF5_STRING : DISCERN_HDF5_FIXED_STRING;
    case H5T_ENUM: return DISCERN_HDF5_ENUMERATION;
    case H5T_COMPOUND: return DISCERN_HDF5_COMPOUND;
    default: return DISCERN_HDF5_OTHER;
  }
}

/// Sets the name of a missing filter. Returns the number of filters.
static int filters_of(hid_t plist, struct discern_hdf5_description *description) {
  int count = H5Pget_nfilters(plist);
  for (int index = 0; index < count; index++) {
    unsigned flags = 0, configuration = 0;
    size_t values = 0;
    char name[sizeof description->filter] = "";
    H5Z_filter_t filter = H5Pget_filter2(
        plist, (unsigned)index, &flags, &values, NULL, sizeof name, name, &configuration);
    if (filter < 0) return -1;
    if (H5Zfilter_avail(filter) > 0) continue;
    description->storage = DISCERN_HDF5_UNKNOWN_FILTER;
    name[sizeof name - 1] = 0;
    if (name[0]) {
      memcpy(description->filter, name, sizeof name);
    } else {
      snprintf(description->filter, sizeof description->filter, "number %d", (int)filter);
    }
  }
  return count;
}

/// Sets the sizes of chunks, and whether all of them exist.
static int describe_chunks(
    struct dataset *dataset, hid_t plist, const hsize_t *lengths,
    struct discern_hdf5_description *description) {
  hsize_t chunk[H5S_MAX_RANK], written = 0, needed = 1;
  if (H5Pget_chunk(plist, H5S_MAX_RANK, chunk) != description->rank) return -1;
  description->chunk_elements = 1;
  for (int axis = 0; axis < description->rank; axis++) {
    if (chunk[axis] == 0) return -1;
    // A chunk has less than 4 GiB; a larger number shows damage.
    if (__builtin_mul_overflow(description->chunk_elements, chunk[axis], &description->chunk_elements)
        || __builtin_mul_overflow(
            needed, lengths[axis] / chunk[axis] + (lengths[axis] % chunk[axis] != 0), &needed))
      return -1;
  }
  description->chunk_rows = chunk[0];
  if (H5Dget_num_chunks(dataset->id, dataset->space, &written) < 0) return -1;
  if (written < needed) description->storage = DISCERN_HDF5_PARTIAL;
  return 0;
}

static int describe_storage(
    struct dataset *dataset, hid_t plist, const hsize_t *lengths,
    struct discern_hdf5_description *description) {
  H5D_layout_t layout = H5Pget_layout(plist);
  if (layout < 0) return -1;
  int external = layout == H5D_CONTIGUOUS ? H5Pget_external_count(plist) : 0;
  if (external < 0) return -1;
  if (layout == H5D_VIRTUAL || external > 0) {
    description->storage = DISCERN_HDF5_ELSEWHERE;
    return 0;
  }
  int filters = filters_of(plist, description);
  if (filters < 0) return -1;
  description->is_packed = filters > 0;
  if (description->storage != DISCERN_HDF5_WHOLE) return 0;
  if (layout == H5D_CHUNKED) return describe_chunks(dataset, plist, lengths, description);
  H5D_space_status_t status;
  if (H5Dget_space_status(dataset->id, &status) < 0) return -1;
  if (status != H5D_SPACE_STATUS_ALLOCATED) description->storage = DISCERN_HDF5_PARTIAL;
  return 0;
}

int discern_hdf5_describe(void *opened, struct discern_hdf5_description *description, char *reason) {
  struct dataset *dataset = opened;
  memset(description, 0, sizeof *description);
  description->elements = class_of(dataset->type);
  description->element_size = H5Tget_size(dataset->type);
  description->rows = description->columns = 1;
  hsize_t lengths[H5S_MAX_RANK];
  description->rank = H5Sget_simple_extent_dims(dataset->space, lengths, NULL);
  if (description->element_size == 0 || description->rank < 0) return failed(reason);
  H5O_info_t object;
  if (H5Oget_info(dataset->id, &object) < 0) return failed(reason);
  description->address = object.addr;
  if (description->rank > 0) description->rows = lengths[0];
  if (description->rank > 1) description->columns = lengths[1];
  hid_t plist = H5Dget_create_plist(dataset->id);
  if (plist < 0) return failed(reason);
  int result = describe_storage(dataset, plist, lengths, description);
  if (result != 0) failed(reason);
  H5Pclose(plist);
  return result;
}

/// Reads rows of the file into memory without gaps.
static int read_rows(
    struct dataset *dataset, hid_t type, uint64_t row, uint64_t rows, uint64_t columns, hid_t transfer,
    void *values, char *reason) {
  hsize_t start[2] = {row, 0}, count[2] = {rows, columns};
  int rank = H5Sget_simple_extent_ndims(dataset->space);
  if (rank != 1 && rank != 2) return failed(reason);
  hid_t memory = H5Screate_simple(rank, count, NULL);
  if (memory < 0) return failed(reason);
  herr_t result = H5Sselect_hyperslab(dataset->space, H5S_SELECT_SET, start, NULL, count, NULL);
  if (result >= 0) result = H5Dread(dataset->id, type, memory, dataset->space, transfer, values);
  if (result < 0) failed(reason);
  H5Sclose(memory);
  return result < 0 ? -1 : 0;
}

int discern_hdf5_read(
    void *dataset, enum discern_hdf5_class elements, uint64_t row, uint64_t rows, uint64_t columns, void *values,
    char *reason) {
  hid_t type = elements == DISCERN_HDF5_SIGNED     ? H5T_NATIVE_INT64
               : elements == DISCERN_HDF5_UNSIGNED ? H5T_NATIVE_UINT64
                                                   : H5T_NATIVE_DOUBLE;
  return read_rows(dataset, type, row, rows, columns, H5P_DEFAULT, values, reason);
}

int discern_hdf5_read_strings(
    void *opened, uint64_t row, uint64_t rows, void (*visit)(const char *, size_t, void *), void *context,
    char *reason) {
  struct dataset *dataset = opened;
  size_t size = H5Tget_size(dataset->type);
  char *bytes = calloc(rows, size);
  int result = bytes ? read_rows(dataset, dataset->type, row, rows, 1, H5P_DEFAULT, bytes, reason) : -1;
  for (uint64_t index = 0; result == 0 && index < rows; index++) {
    const char *string = bytes + index * size;
    visit(string, strnlen(string, size), context);
  }
  free(bytes);
  return result;
}

#endif
