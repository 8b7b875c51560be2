"""Text classifiers trained by Discern.

>>> import discern
>>> model = discern.load("model")
>>> answers = model(["What a lovely film!", "I want my money back."])
>>> answers.labels, answers.probabilities
"""

__all__ = ["Answer", "Answers", "Classifier", "DiscernError", "DiscernWarning", "Encoded", "Estimator", "load"]

# By name: numpy and the library are loaded when a model is, so that importing costs nothing.
_places = {
    "Answer": "_answers",
    "Answers": "_answers",
    "Classifier": "_model",
    "DiscernError": "_errors",
    "DiscernWarning": "_errors",
    "Encoded": "_answers",
    "Estimator": "_estimator",
}


def load(path, threads=None):
    """Opens a model written by `discern train`.

    threads: 1 to 1024; None for one per core. Answers do not depend on their number.
    """
    from ._model import Classifier

    return Classifier(path, threads)


def __getattr__(name):
    from importlib import import_module

    if name == "spark":
        return import_module(".spark", __name__)
    if name == "__version__":
        # The library's, which is the whole project's; read on demand.
        return import_module("._library", __name__).library.discern_version().decode()
    if name not in _places:
        raise AttributeError(f"module 'discern' has no attribute {name!r}")
    return getattr(import_module("." + _places[name], __name__), name)


def __dir__():
    return sorted(__all__ + ["__version__", "spark"])
