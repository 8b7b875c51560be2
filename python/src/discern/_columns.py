"""Texts of all usual kinds as the library's columns; Arrow's without a copy."""

import numpy

from . import _library


class Column:
    """A column, and the objects that own its memory."""

    def __init__(self, structure, memory):
        self.structure = structure
        self.memory = memory

    def __len__(self):
        return self.structure.length


def columns(texts):
    """The texts as columns, one after the other."""
    module = type(texts).__module__.partition(".")[0]
    if isinstance(texts, (str, bytes)):
        raise TypeError("expected several texts, such as [text], and not one")
    if module == "pyarrow":
        return _of_arrow(texts)
    if module == "pandas":
        return _of_pandas(texts)
    if isinstance(texts, numpy.ndarray):
        return [_of_numpy(texts)]
    return [_of_list(texts if isinstance(texts, (list, tuple)) else list(texts))]


def _of_list(texts):
    try:
        parts = [text.encode("utf-8") for text in texts]
        missing = None
    except (AttributeError, UnicodeEncodeError):
        parts = [_bytes(text, row) for row, text in enumerate(texts)]
        missing = [part is None for part in parts]
        parts = [part or b"" for part in parts]
    count = len(parts)
    offsets = numpy.zeros(count + 1, numpy.int64)
    numpy.cumsum(numpy.fromiter(map(len, parts), numpy.int64, count), out=offsets[1:])
    data = b"".join(parts)
    validity = None
    if missing and any(missing):
        validity = numpy.packbits(~numpy.array(missing, bool), bitorder="little")
    view = numpy.frombuffer(data, numpy.uint8)
    return Column(
        _library.Column(
            validity=None if validity is None else validity.ctypes.data,
            validity_size=0 if validity is None else validity.size,
            offsets=offsets.ctypes.data, offset_count=count + 1, offset_bits=64,
            data=view.ctypes.data, data_size=len(data), offset=0, length=count,
        ),
        (data, offsets, validity),
    )  # fmt: skip


def _bytes(text, row):
    """A text's UTF-8; None if there is none. Lone surrogates become bytes that the library refuses."""
    if isinstance(text, str):
        return text.encode("utf-8", "surrogatepass")
    if isinstance(text, (bytes, bytearray, memoryview)):
        return bytes(text)
    # NaN, and pandas's NA, whose comparisons are not truth values.
    if text is None or type(text).__name__ in ("NAType", "NaTType") or (isinstance(text, float) and text != text):
        return None
    raise TypeError(f"row {row} is {type(text).__name__}, expected str, bytes or None")


def _of_numpy(texts):
    if texts.ndim != 1:
        raise TypeError(f"expected one dimension, not {texts.ndim}")
    if texts.dtype.kind not in "OUST":
        raise TypeError(f"expected an array of texts, not of {texts.dtype}")
    return _of_list(texts.tolist())


def _of_pandas(texts):
    if getattr(texts, "ndim", 1) != 1:
        raise TypeError("expected a Series of texts; choose a column of the DataFrame")
    array = texts.array
    dtype = texts.dtype
    is_arrow = getattr(dtype, "storage", "").startswith("pyarrow") or type(dtype).__name__ == "ArrowDtype"
    if is_arrow and hasattr(array, "__arrow_array__"):
        return _of_arrow(array.__arrow_array__())
    if type(dtype).__name__ != "StringDtype" and getattr(dtype, "kind", "O") not in "OUST":
        if type(dtype).__name__ != "CategoricalDtype":
            raise TypeError(f"expected a Series of texts, not of {dtype}")
    return [_of_list(texts.tolist())]


def _of_arrow(texts):
    import pyarrow

    if isinstance(texts, pyarrow.ChunkedArray):
        return [column for chunk in texts.chunks for column in _of_arrow(chunk)]
    if not isinstance(texts, pyarrow.Array):
        raise TypeError(f"expected an array of texts, not {type(texts).__name__}; choose a column of it")
    types, kind = pyarrow.types, texts.type
    if types.is_dictionary(kind):
        texts = texts.dictionary_decode()
        return _of_arrow(texts)
    if types.is_string(kind) or types.is_binary(kind):
        bits = 32
    elif types.is_large_string(kind) or types.is_large_binary(kind):
        bits = 64
    elif types.is_null(kind) or (hasattr(types, "is_string_view") and types.is_string_view(kind)):
        return _of_arrow(texts.cast(pyarrow.large_string()))
    else:
        raise TypeError(f"expected an array of texts, not of {kind}")
    validity, offsets, data = texts.buffers()
    if len(texts) == 0:
        return [Column(_library.Column(offset_bits=bits), None)]
    if texts.null_count == 0:
        validity = None
    return [
        Column(
            _library.Column(
                validity=None if validity is None else validity.address,
                validity_size=0 if validity is None else validity.size,
                offsets=offsets.address, offset_count=offsets.size * 8 // bits, offset_bits=bits,
                data=None if data is None else data.address, data_size=0 if data is None else data.size,
                offset=texts.offset, length=len(texts),
            ),
            texts,
        )
    ]  # fmt: skip
