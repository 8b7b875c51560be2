"""A model's answers for texts."""

from dataclasses import dataclass
from functools import cached_property

import numpy

NULL = 3
"""Rows of this status and above have no result."""

EVIDENCE = ("normal", "empty", "all-unknown", "null", "error")


@dataclass(frozen=True)
class Answer:
    """The answer for one text."""

    label: object
    """The label, or a tuple of labels of a multi-label task; None without a result."""
    probability: object
    """The label's probability, or a tuple of the labels'."""
    evidence: str


class TaskAnswers:
    """The answers for all texts for one task."""

    def __init__(self, task, probabilities, status):
        self.name = task.name
        self.classes = task.classes
        self.thresholds = task.thresholds
        self.probabilities = probabilities
        """[texts, labels]; NaN if there is no result."""
        self._status = status

    @cached_property
    def labels(self):
        """For each text the most probable label, or the labels that reach their thresholds, best first; None if
        there is no result."""
        result = numpy.full(len(self._status), None, object)
        rows = numpy.flatnonzero(self._status < NULL)
        if self.thresholds is None:
            result[rows] = self.classes[self.probabilities[rows].argmax(axis=1)] if len(rows) else []
        else:
            for row in rows:
                result[row] = tuple(self.classes[index] for index in self._given(row))
        return result

    def __repr__(self):
        name = f" {self.name!r}" if self.name else ""
        kind = "labels" if self.thresholds is None else "labels, any number a text"
        return f"<task{name}: answers to {len(self._status)} texts by {len(self.classes)} {kind}>"

    def _given(self, row):
        values = self.probabilities[row]
        order = numpy.argsort(-values, kind="stable")
        return order[values[order] >= self.thresholds[order]]

    def answer(self, row):
        """(label, probability) of one text."""
        if self._status[row] >= NULL:
            return None, None
        values = self.probabilities[row]
        if self.thresholds is None:
            index = int(values.argmax())
            return self.classes[index], float(values[index])
        given = self._given(row)
        return tuple(self.classes[index] for index in given), tuple(float(values[index]) for index in given)


class Answers:
    """The answers for texts, in their order; with several tasks the first one's, and all of them in `tasks`."""

    def __init__(self, tasks, probabilities, logits, status, texts, tokens=None, ids=None, places=None, attention=None):
        self.status = status
        self.tasks = {
            task.name: TaskAnswers(task, probabilities[:, task.range], status) for task in tasks
        }
        self._first = self.tasks[tasks[0].name]
        self.logits = logits
        """[texts, labels of all tasks] with details, otherwise None."""
        self.errors = {int(row): texts(int(status[row])) for row in numpy.flatnonzero(status > NULL)}
        """For each row the reason why it could not be read."""
        self.tokens = tokens
        """With details, the words of each text, normalised."""
        self.ids = ids
        """With details, the word ids of each text; None for a model of n-grams."""
        self.places = places
        """With details, for each text [words, 2]: start and end of each word in the text's UTF-8; -1 where that is not
        certain."""
        self.attention = attention
        """With details, the attention weights of each text's words; None for a model without attention."""

    @property
    def classes(self):
        return self._first.classes

    @property
    def labels(self):
        return self._first.labels

    @property
    def probabilities(self):
        """[texts, labels]; NaN if there is no result."""
        return self._first.probabilities

    @property
    def evidence(self):
        """For each text: normal, empty (no words), all-unknown (no known word), null or error."""
        return [EVIDENCE[min(status, 4)] for status in self.status]

    def __len__(self):
        return len(self.status)

    def __getitem__(self, row):
        row = range(len(self))[row]
        label, probability = self._first.answer(row)
        return Answer(label, probability, EVIDENCE[min(self.status[row], 4)])

    def __iter__(self):
        return (self[row] for row in range(len(self)))

    def __repr__(self):
        tasks = f" for {len(self.tasks)} tasks" if len(self.tasks) > 1 else ""
        errors = f", {len(self.errors)} of which cannot be read" if self.errors else ""
        return f"<answers to {len(self)} texts{tasks}{errors}>"


class Encoded:
    """The numbers that a model reads from texts, as `discern encode` gives them."""

    def __init__(self, status, texts, tokens, letters, ngrams, values):
        self.status = status
        self.errors = {int(row): texts(int(status[row])) for row in numpy.flatnonzero(status > NULL)}
        self.tokens = tokens
        """The word ids of each text; None for a model of n-grams."""
        self.letters = letters
        """For each text and unknown word, the buckets of its letters; None where they are not read."""
        self.ngrams = ngrams
        """The n-gram ids of each text; None for a network alone."""
        self.values = values
        """The value of each of them."""

    @property
    def evidence(self):
        return [EVIDENCE[min(status, 4)] for status in self.status]

    def __len__(self):
        return len(self.status)

    def __repr__(self):
        parts = [name for name in ("tokens", "letters", "ngrams", "values") if getattr(self, name) is not None]
        return f"<{', '.join(parts)} of {len(self)} texts>"
