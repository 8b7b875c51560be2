import numpy

from ._answers import NULL
from ._model import Classifier


class Estimator:
    """A trained model with scikit-learn's methods. `fit` is refused: `discern train` does that.

    model: a folder, or the result of `discern.load`.
    task: the name of one of several tasks; None for the first.
    """

    _estimator_type = "classifier"

    def __init__(self, model, task=None):
        self.model = model
        self.task = task
        self._classifier = model if isinstance(model, Classifier) else Classifier(model)
        names = [known.name for known in self._classifier.tasks]
        if task is not None and task not in names:
            raise ValueError(f"the model has no task {task!r}, but {', '.join(map(repr, names))}")
        self._name = names[0] if task is None else task
        self.classes_ = self._classifier.tasks[names.index(self._name)].classes

    def __repr__(self):
        task = "" if self.task is None else f", task={self.task!r}"
        return f"Estimator({self._classifier.path!r}{task})"

    def fit(self, texts, labels=None):
        raise NotImplementedError("the model is already trained; discern train trains a new one")

    def predict_proba(self, texts):
        """[texts, classes_]"""
        return self._answers(texts).probabilities

    def predict(self, texts):
        """One label per text; for a multi-label task [texts, classes_], 1 where a label is given."""
        answers = self._answers(texts)
        if answers.thresholds is None:
            return self.classes_[answers.probabilities.argmax(axis=1)]
        return (answers.probabilities >= answers.thresholds).astype(int)

    def score(self, texts, labels):
        """The fraction of texts whose labels are all correct."""
        hits = self.predict(texts) == numpy.asarray(labels)
        return float(numpy.mean(hits if hits.ndim == 1 else hits.all(axis=1)))

    def _answers(self, texts):
        answers = self._classifier(texts)
        rows = numpy.flatnonzero(answers.status >= NULL)
        if len(rows):
            raise ValueError(
                f"{len(rows)} of {len(answers)} rows have no text that can be read, the first is {rows[0]}"
            )
        return answers.tasks[self._name]

    def get_params(self, deep=True):
        return {"model": self.model, "task": self.task}

    def set_params(self, **parameters):
        self.__init__(**{**self.get_params(), **parameters})
        return self

    def __sklearn_is_fitted__(self):
        return True
