"""Models over Arrow's batches, as run by Spark's worker processes."""

import functools
import os
import warnings

import numpy
import pyarrow

from ._answers import EVIDENCE, NULL
from ._errors import DiscernError, DiscernWarning
from ._model import Classifier
from ._model_files import digest, unpacked


# Workers outlive their tasks; the number of models that two simultaneous queries need.
@functools.lru_cache(maxsize=4)
def opened(path, wanted):
    """One model per process, however many tasks it gets."""
    found = digest(path)
    if found != wanted:
        raise DiscernError(
            f"{path} on this machine is a different model from the driver's (digest {found[:16]}, not {wanted[:16]}); "
            "copy the driver's there, or leave out send=False", 65
        )  # fmt: skip
    # Spark counts cores: one per task.
    return Classifier(path, threads=1)


class Scorer:
    """A function of batches that adds a model's answers for a column of texts."""

    def __init__(self, path, wanted, is_sent, column, names, all_probabilities):
        self.path = path
        self.wanted = wanted
        self.is_sent = is_sent
        """Whether the path is the name of an archive that Spark has unpacked."""
        self.column = column
        """The position of the texts."""
        self.names = names
        self.all_probabilities = all_probabilities

    def __call__(self, batches):
        unread = {}
        try:
            for batch in batches:
                model = opened(self._place(), self.wanted)
                answers = model.classified(batch.column(self.column))
                for text in answers.errors.values():
                    unread[text] = unread.get(text, 0) + 1
                yield pyarrow.RecordBatch.from_arrays(
                    batch.columns + list(self._added(answers)), batch.schema.names + self.names
                )
        finally:
            for text, count in unread.items():
                noun = "row" if count == 1 else "rows"
                warnings.warn(f"{count} {noun} of {_partition()} not classified: {text}", DiscernWarning)

    def _place(self):
        if not self.is_sent:
            return os.path.abspath(self.path)
        from pyspark import SparkFiles

        return unpacked(SparkFiles.get(self.path))

    def _added(self, answers):
        missing = answers.status >= NULL
        for task in answers.tasks.values():
            names = pyarrow.array(task.classes, pyarrow.string())
            if task.thresholds is None:
                yield from _likeliest(task.probabilities, names, missing)
            else:
                yield from _reached(task, names, missing)
            if self.all_probabilities:
                yield _by_label(task.probabilities, names, missing)
        evidence = pyarrow.array(numpy.minimum(answers.status, len(EVIDENCE) - 1), mask=answers.status == NULL)
        yield pyarrow.array(EVIDENCE).take(evidence)


def _likeliest(probabilities, names, missing):
    """[texts] labels, [texts] their probabilities"""
    index = probabilities.argmax(axis=1)
    yield names.take(pyarrow.array(index, mask=missing))
    yield pyarrow.array(probabilities[numpy.arange(len(index)), index], mask=missing)


def _reached(task, names, missing):
    """Lists of labels that reach their thresholds, most probable first, and of their probabilities"""
    values = task.probabilities
    order = numpy.argsort(-values, axis=1, kind="stable")
    ordered = numpy.take_along_axis(values, order, axis=1)
    # NaN reaches no threshold.
    given = ordered >= task.thresholds[order]
    offsets = _offsets(given.sum(axis=1), missing)
    yield pyarrow.ListArray.from_arrays(offsets, names.take(pyarrow.array(order[given])))
    yield pyarrow.ListArray.from_arrays(offsets, pyarrow.array(ordered[given]))


def _by_label(probabilities, names, missing):
    """Maps from labels to probabilities"""
    present = numpy.flatnonzero(~missing)
    offsets = _offsets(numpy.where(missing, 0, len(names)), missing)
    keys = names.take(pyarrow.array(numpy.tile(numpy.arange(len(names)), len(present))))
    return pyarrow.MapArray.from_arrays(offsets, keys, pyarrow.array(probabilities[present].reshape(-1)))


def _offsets(counts, missing):
    """[texts + 1] where lists begin; null if there is none"""
    offsets = numpy.zeros(len(counts) + 1, numpy.int32)
    numpy.cumsum(counts, out=offsets[1:])
    return pyarrow.array(offsets, mask=numpy.append(missing, False))


def _partition():
    # There is none if called by an engine other than Spark.
    try:
        from pyspark import TaskContext
    except ImportError:
        return "a partition"
    task = TaskContext.get()
    return "a partition" if task is None else f"partition {task.partitionId()}"
