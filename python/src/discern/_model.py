import os
import warnings
from ctypes import POINTER, byref
from dataclasses import dataclass

import numpy

from . import _library
from ._answers import Answers, Encoded
from ._columns import columns
from ._errors import DiscernWarning
from ._library import check, library
from ._lists import Lists, array, joined, lists


@dataclass(frozen=True)
class Task:
    """A question that a model answers for every text."""

    name: str
    classes: numpy.ndarray
    thresholds: object
    """[labels] of a multi-label task; None where the most probable label is given."""
    range: slice
    """Its columns among those of all tasks."""

    def __repr__(self):
        shown = ", ".join(map(str, self.classes[:5])) + (", …" if len(self.classes) > 5 else "")
        kind = "" if self.thresholds is None else ", any number a text"
        return f"{self.name + ': ' if self.name else ''}{len(self.classes)} labels ({shown}){kind}"


class Classifier:
    """A trained model. Any number of threads may use it at once; a forked process can keep using it, and
    one that is pickled opens the folder again."""

    def __init__(self, path, threads=None):
        self.path = os.fspath(path)
        self.threads = threads
        if threads is not None and not 1 <= threads <= 1024:
            raise ValueError(f"threads is {threads}, expected 1 to 1024, or None for one per core")
        self._handle = _library.Handle(os.fsencode(self.path), threads or 0)
        info = _library.Info()
        check(library.discern_info(self._handle.pointer, byref(info)))
        self._outputs = info.output_count
        self.has_attention = bool(info.has_attention)
        self.tasks = tuple(self._task(index) for index in range(info.task_count))
        warning = str(info.warning)
        if warning:
            warnings.warn(f"{self.path}: {warning}", DiscernWarning, stacklevel=3)

    def _task(self, index):
        task = _library.Task()
        check(library.discern_get_task(self._handle.pointer, index, byref(task)))
        names = []
        for label in range(task.label_count):
            name = _library.String()
            check(library.discern_get_label(self._handle.pointer, index, label, byref(name)))
            names.append(str(name))
        return Task(
            str(task.name), numpy.array(names, object), array(task.thresholds, numpy.float32, task.label_count),
            slice(task.first_output, task.first_output + task.label_count),
        )  # fmt: skip

    @property
    def classes(self):
        """The first task's labels."""
        return self.tasks[0].classes

    def __call__(self, texts, details=False):
        """Classifies texts: a list, or an array of numpy, pandas or pyarrow. None and other missing values give None.

        details: also give the words, their places and attention, and the logits.
        """
        result = self.classified(texts, details)
        _warn_of_errors(result.errors, "classified")
        return result

    def classified(self, texts, details=False):
        """Like a call, without a warning about rows that cannot be read."""
        handle = self._open()
        parts = columns(texts)
        count = sum(map(len, parts))
        probabilities = numpy.empty((count, self._outputs), numpy.float32)
        logits = numpy.empty_like(probabilities) if details else None
        status = numpy.empty(count, numpy.uint8)
        found = []
        row = 0
        for part in parts:
            end = row + len(part)
            answers = _library.Answers(
                row_capacity=len(part), output_count=self._outputs,
                probabilities=probabilities[row:end].ctypes.data,
                logits=logits[row:end].ctypes.data if details else None, status=status[row:end].ctypes.data,
            )  # fmt: skip
            tokens = POINTER(_library.Tokens)()
            check(
                library.discern_classify(
                    handle.pointer, byref(part.structure), byref(answers), byref(tokens) if details else None
                )
            )
            if details:
                try:
                    found.append(_words(tokens.contents))
                finally:
                    library.discern_free_tokens(tokens)
            row = end
        more = [joined(part[index] for part in found) for index in range(4)] if found else []
        return Answers(self.tasks, probabilities, logits, status, _status_text, *more)

    def encode(self, texts):
        """The numbers that the model reads from texts."""
        handle = self._open()
        parts = columns(texts)
        status = numpy.empty(sum(map(len, parts)), numpy.uint8)
        found = []
        row = 0
        for part in parts:
            tokens = POINTER(_library.Tokens)()
            end = row + len(part)
            check(
                library.discern_encode(
                    handle.pointer, byref(part.structure), status[row:end].ctypes.data, len(part), byref(tokens)
                )
            )
            try:
                found.append(_numbers(tokens.contents))
            finally:
                library.discern_free_tokens(tokens)
            row = end
        result = Encoded(status, _status_text, *(joined(part[index] for part in found) for index in range(4)))
        _warn_of_errors(result.errors, "encoded")
        return result

    def _open(self):
        if self._handle is None:
            raise ValueError(f"the model {self.path} is closed")
        return self._handle

    def close(self):
        """Frees the model's memory; calls in progress end first."""
        self._handle = None

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

    def __reduce__(self):
        return Classifier, (self.path, self.threads)

    def __repr__(self):
        tasks = "; ".join(map(repr, self.tasks))
        return f"<discern model {self.path!r}{' (closed)' if self._handle is None else ''}: {tasks}>"


def _words(tokens):
    """Words, ids, places and attention."""
    rows = tokens.row_count
    ids, attention, starts, ends = lists(
        tokens.token_offsets, rows, (numpy.int32, numpy.float32, numpy.int64, numpy.int64),
        tokens.tokens, tokens.attention, tokens.starts, tokens.ends,
    )  # fmt: skip
    offsets = array(tokens.text_offsets, numpy.int64, len(starts.values) + 1)
    text = array(tokens.text, numpy.uint8, int(offsets[-1])).tobytes()
    words = [text[start:end].decode("utf-8") for start, end in zip(offsets[:-1], offsets[1:])]
    places = numpy.stack([starts.values, ends.values], axis=1)
    return Lists(starts.offsets, words), ids, Lists(starts.offsets, places), attention


def _numbers(tokens):
    """Ids, bags of letters, n-grams and their values."""
    rows = tokens.row_count
    (ids,) = lists(tokens.token_offsets, rows, numpy.int32, tokens.tokens)
    bags = None
    offsets = array(tokens.bag_offsets, numpy.int64, rows + 1)
    if offsets is not None:
        (letters,) = lists(tokens.letter_offsets, int(offsets[-1]), numpy.int32, tokens.letters)
        bags = Lists(offsets, list(letters))
    ngrams, values = lists(
        tokens.ngram_offsets, rows, (numpy.int32, numpy.float32), tokens.ngrams, tokens.ngram_values
    )
    return ids, bags, ngrams, values


def _status_text(status):
    return library.discern_status_text(status).decode("utf-8")


def _warn_of_errors(errors, verb):
    """One for each kind, as on the command line."""
    kinds = {}
    for row, text in errors.items():
        kinds.setdefault(text, []).append(row)
    for text, rows in kinds.items():
        shown = ", ".join(map(str, rows[:5])) + (", …" if len(rows) > 5 else "")
        noun = "row" if len(rows) == 1 else "rows"
        warnings.warn(f"{len(rows)} {noun} not {verb}: {text}, at {shown}", DiscernWarning, stacklevel=3)


