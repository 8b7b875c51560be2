"""Lists of lists, flat as in the library."""

import ctypes

import numpy


class Lists:
    """Row r is values[offsets[r]:offsets[r + 1]]."""

    def __init__(self, offsets, values):
        self.offsets = offsets
        self.values = values

    def __len__(self):
        return len(self.offsets) - 1

    def __getitem__(self, row):
        row = range(len(self))[row]
        return self.values[self.offsets[row] : self.offsets[row + 1]]

    def __iter__(self):
        return (self[row] for row in range(len(self)))

    def __repr__(self):
        return f"<{len(self)} lists of {len(self.values)} values>"


def joined(parts):
    """Several concatenated, row after row; None if there is none."""
    parts = list(parts)
    if not parts or parts[0] is None:
        return None
    offsets = [parts[0].offsets[:1]]
    for part in parts:
        offsets.append(part.offsets[1:] + offsets[-1][-1])
    if isinstance(parts[0].values, list):
        values = [value for part in parts for value in part.values]
    else:
        values = numpy.concatenate([part.values for part in parts])
    return Lists(numpy.concatenate(offsets), values)


def array(address, kind, count):
    """A copy of the library's memory; None for NULL."""
    if not address:
        return None
    if count == 0:
        return numpy.empty(0, kind)
    memory = (ctypes.c_char * (count * numpy.dtype(kind).itemsize)).from_address(address)
    return numpy.frombuffer(memory, kind).copy()


def lists(offsets, rows, kind, *addresses):
    """Lists with the same offsets, of [(address, kind)] or of one kind."""
    offsets = array(offsets, numpy.int64, rows + 1)
    if offsets is None:
        return tuple(None for _ in addresses)
    kinds = kind if isinstance(kind, tuple) else (kind,) * len(addresses)
    values = [array(address, kind, int(offsets[-1])) for address, kind in zip(addresses, kinds)]
    return tuple(None if value is None else Lists(offsets, value) for value in values)
