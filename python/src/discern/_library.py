"""The C functions of discern.h."""

import ctypes
import os
from ctypes import POINTER, Structure, byref, c_char_p, c_int32, c_int64, c_void_p

from ._errors import DiscernError


class String(Structure):
    _fields_ = [("bytes", c_void_p), ("length", c_int64)]

    def __str__(self):
        return ctypes.string_at(self.bytes, self.length).decode("utf-8") if self.length else ""


class Info(Structure):
    _fields_ = [
        ("task_count", c_int64), ("output_count", c_int64), ("has_attention", c_int32),
        ("has_network", c_int32), ("has_letters", c_int32), ("has_ngrams", c_int32), ("warning", String),
    ]  # fmt: skip


class Task(Structure):
    _fields_ = [("name", String), ("label_count", c_int64), ("first_output", c_int64), ("thresholds", c_void_p)]


class Column(Structure):
    _fields_ = [
        ("validity", c_void_p), ("validity_size", c_int64), ("offsets", c_void_p), ("offset_count", c_int64),
        ("offset_bits", c_int32), ("data", c_void_p), ("data_size", c_int64), ("offset", c_int64),
        ("length", c_int64),
    ]  # fmt: skip


class Answers(Structure):
    _fields_ = [
        ("row_capacity", c_int64), ("output_count", c_int64), ("probabilities", c_void_p), ("logits", c_void_p),
        ("status", c_void_p),
    ]  # fmt: skip


class Tokens(Structure):
    _fields_ = [
        ("row_count", c_int64), ("token_offsets", c_void_p), ("tokens", c_void_p), ("attention", c_void_p),
        ("starts", c_void_p), ("ends", c_void_p), ("text_offsets", c_void_p), ("text", c_void_p),
        ("bag_offsets", c_void_p), ("letter_offsets", c_void_p), ("letters", c_void_p),
        ("ngram_offsets", c_void_p), ("ngrams", c_void_p), ("ngram_values", c_void_p),
    ]  # fmt: skip


def _path():
    chosen = os.environ.get("DISCERN_LIBRARY")
    return chosen or os.path.join(os.path.dirname(os.path.abspath(__file__)), "lib", "libDiscernC.so")


def _load():
    path = _path()
    try:
        library = ctypes.CDLL(path)
    except OSError as error:
        raise ImportError(
            f"{path} cannot be loaded ({error}); install the wheel that Scripts/wheel builds, or name a built "
            "library in DISCERN_LIBRARY"
        ) from None
    result, arguments = c_int32, {
        "discern_open": [c_char_p, c_int32, POINTER(c_void_p)],
        "discern_info": [c_void_p, POINTER(Info)],
        "discern_get_task": [c_void_p, c_int64, POINTER(Task)],
        "discern_get_label": [c_void_p, c_int64, c_int64, POINTER(String)],
        "discern_classify": [c_void_p, POINTER(Column), POINTER(Answers), POINTER(POINTER(Tokens))],
        "discern_encode": [c_void_p, POINTER(Column), c_void_p, c_int64, POINTER(POINTER(Tokens))],
    }
    for name, types in arguments.items():
        function = getattr(library, name)
        function.argtypes, function.restype = types, result
    for name, types, kind in [
        ("discern_version", [], c_char_p),
        ("discern_last_error", [], c_char_p),
        ("discern_status_text", [c_int32], c_char_p),
        ("discern_close", [c_void_p], None),
        ("discern_free_tokens", [POINTER(Tokens)], None),
    ]:
        function = getattr(library, name)
        function.argtypes, function.restype = types, kind
    return library


library = _load()


def check(code):
    """Raises the library's error for the call that gave this code."""
    if code:
        raise DiscernError(library.discern_last_error().decode("utf-8"), code)


class Handle:
    """An open model, closed with its last holder: a call in progress holds it too."""

    def __init__(self, path, threads):
        self.pointer = c_void_p()
        check(library.discern_open(path, threads, byref(self.pointer)))

    def __del__(self):
        if getattr(self, "pointer", None):
            library.discern_close(self.pointer)
            self.pointer = None
