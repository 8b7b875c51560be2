"""Models over the columns of Spark's data frames.

>>> import discern.spark
>>> answered = discern.spark.classify(dataframe, "text", "model")
"""

import atexit
import os
import shutil
import tempfile

from ._errors import DiscernError

__all__ = ["classify"]

_sent = {}
"""Names of archives by Spark's application and the model's digest."""


def classify(dataframe, column, model, *, prefix="", all_probabilities=False, send=True):
    """Adds a model's answers for a column of texts to a data frame; the rest is unchanged.

    It adds, for a model that gives one label, `label` (string) and `probability` (float); for a multi-label model
    `labels` (array of strings, most probable first) and `probabilities` (array of floats, in the same order); with
    all_probabilities also `all_probabilities` (map from every label to a float). A model of several tasks adds these for
    each, as `TASK_label` and so on. `evidence` is last: normal, empty (no words), all-unknown (no known word) or error.
    Null texts get nulls; so do texts that cannot be read (not UTF-8, a NUL), whose evidence is error.

    column: the name of a column of strings, or of binaries in UTF-8.
    model: a folder that `discern train` wrote, or a packed file.
    prefix: prepended to each added name, for a data frame that already has such columns.
    send: False if the model lies at that path on every machine; otherwise Spark sends it there.

    Every worker process loads the model once and classifies on one thread, since Spark counts cores. Probabilities are
    the command line's, to the bit, on processors that choose the same kernels. Needs Spark 4.
    """
    try:
        import pyspark  # noqa: F401
    except ImportError:
        raise ImportError("pyspark is missing; pip install 'discern[spark]'") from None
    return dataframe.mapInArrow(*_plan(dataframe, column, model, prefix, all_probabilities, send))


def _plan(dataframe, column, model, prefix="", all_probabilities=False, send=True):
    """The workers' function, and its output columns."""
    from pyspark.sql.types import StructType

    from ._model import Classifier
    from ._model_files import digest
    from ._scorer import Scorer

    place = _place_of_texts(dataframe.schema, column)
    path = os.fspath(model)
    wanted = digest(path)
    name = path
    if send:
        name, path = _send(dataframe.sparkSession, path, wanted)
    with Classifier(path, threads=1) as opened:
        fields = _fields(opened.tasks, prefix, all_probabilities)
    _refuse_twins(dataframe, fields)
    scorer = Scorer(name, wanted, send, place, [field.name for field in fields], all_probabilities)
    return scorer, StructType(dataframe.schema.fields + fields)


def _place_of_texts(schema, column):
    from pyspark.sql.types import BinaryType, CharType, StringType, VarcharType

    if not isinstance(column, str):
        raise TypeError(f"the column is {type(column).__name__}, expected its name")
    places = [place for place, field in enumerate(schema.fields) if field.name == column]
    if len(places) != 1:
        names = ", ".join(field.name for field in schema.fields)
        count = "several columns" if places else "no column"
        raise ValueError(f"the data frame has {count} {column!r} among {names}")
    kind = schema.fields[places[0]].dataType
    if not isinstance(kind, (StringType, CharType, VarcharType, BinaryType)):
        raise TypeError(f"column {column!r} is {kind.simpleString()}, expected string or binary; cast it")
    return places[0]


def _fields(tasks, prefix, all_probabilities):
    from pyspark.sql.types import ArrayType, FloatType, MapType, StringType, StructField

    label, probability = StringType(), FloatType()
    fields = []

    def add(name, kind):
        fields.append(StructField(prefix + name, kind))

    for task in tasks:
        start = f"{task.name}_" if len(tasks) > 1 else ""
        if task.thresholds is None:
            add(start + "label", label)
            add(start + "probability", probability)
        else:
            add(start + "labels", ArrayType(label, False))
            add(start + "probabilities", ArrayType(probability, False))
        if all_probabilities:
            add(start + "all_probabilities", MapType(label, probability, False))
    add("evidence", label)
    return fields


def _refuse_twins(dataframe, fields):
    """Spark would create both columns, and then find each ambiguous."""
    is_exact = str(dataframe.sparkSession.conf.get("spark.sql.caseSensitive")).lower() == "true"
    known = {name if is_exact else name.lower() for name in dataframe.columns}
    for field in fields:
        name = field.name if is_exact else field.name.lower()
        if name in known:
            raise ValueError(
                f"the data frame would have two columns {field.name!r}; choose a prefix, such as prefix='predicted_'"
            )
        known.add(name)


def _send(session, path, wanted):
    """Has Spark send a model to every machine; returns the archive's name, and the driver's copy."""
    from pyspark import SparkFiles

    from ._model_files import digest, pack, unpacked

    context = getattr(session, "sparkContext", None)
    if context is None:
        raise ValueError(
            "Spark Connect cannot bring the model to the workers; put it at the same path on every machine and pass "
            "send=False"
        )
    key = context.applicationId, wanted
    if key not in _sent:
        # If a model is replaced meanwhile, the copy counts. Machines that join later fetch it as well.
        folder = tempfile.mkdtemp(prefix="discern-")
        atexit.register(shutil.rmtree, folder, ignore_errors=True)
        name = f"discern-{wanted[:32]}"
        archive = os.path.join(folder, name + ".zip")
        pack(path, archive)
        context.addArchive(f"{archive}#{name}")
        found = digest(unpacked(SparkFiles.get(name)))
        if found != wanted:
            raise DiscernError(f"{path} was replaced while it was read; try again", 65)
        _sent[key] = name
    return _sent[key], unpacked(SparkFiles.get(_sent[key]))
