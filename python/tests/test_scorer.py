"""The function that workers of Spark run, without Spark."""

import shutil
import warnings

import numpy
import pytest

import discern

pyarrow = pytest.importorskip("pyarrow")
TEXTS = ["A lovely film.", None, "", "I want my money back", "qqq zzz", None, "Not bad at all!"]


def load(path):
    with warnings.catch_warnings():
        # Fixtures were made with another ICU.
        warnings.simplefilter("ignore", discern.DiscernWarning)
        return discern.load(path)


def scored(path, batches, all_probabilities=True, wanted=None):
    from discern._model_files import digest
    from discern._scorer import Scorer, opened

    with warnings.catch_warnings():
        warnings.simplefilter("ignore", discern.DiscernWarning)
        opened(path, wanted or digest(path))
    names = [f"{index}" for index in range(1 + (3 if all_probabilities else 2) * len(load(path).tasks))]
    return list(Scorer(path, wanted or digest(path), False, 1, names, all_probabilities)(batches))


def batch(texts, kind=pyarrow.string()):
    ids = pyarrow.array(range(len(texts)))
    return pyarrow.RecordBatch.from_arrays([ids, pyarrow.array(texts, kind)], ["id", "text"])


def test_columns_are_the_answers(any_model):
    model = load(any_model)
    answers = model(TEXTS)
    whole = batch(TEXTS)
    for parts in ([whole], [whole[:3], whole[3:3], whole[3:]], [batch(TEXTS, pyarrow.large_string())]):
        table = pyarrow.Table.from_batches(scored(any_model, parts))
        assert table.column(0).to_pylist() == list(range(len(TEXTS)))
        assert table.column(1).to_pylist() == TEXTS
        columns = iter(table.columns[2:])
        for task in answers.tasks.values():
            labels, probabilities, by_label = (next(columns).to_pylist() for _ in range(3))
            for row, text in enumerate(TEXTS):
                label, probability = task.answer(row)
                if text is None:
                    assert labels[row] is probabilities[row] is by_label[row] is None
                elif task.thresholds is None:
                    assert (labels[row], probabilities[row]) == (label, probability)
                else:
                    assert (tuple(labels[row]), tuple(probabilities[row])) == (label, probability)
                if text is not None:
                    assert by_label[row] == list(zip(task.classes, map(float, task.probabilities[row])))
        expected = [None if found == "null" else found for found in answers.evidence]
        assert next(columns).to_pylist() == expected


def test_labels_that_just_reach_their_thresholds():
    from types import SimpleNamespace

    from discern._scorer import _reached

    values = numpy.array([[0.5, 0.25, 0.75], [0.125, 0.125, 0.125]], numpy.float32)
    task = SimpleNamespace(probabilities=values, thresholds=numpy.array([0.5, 0.5, 0.5], numpy.float32))
    labels, probabilities = _reached(task, pyarrow.array(["a", "b", "c"]), numpy.array([False, False]))
    assert labels.to_pylist() == [["c", "a"], []] and probabilities.to_pylist() == [[0.75, 0.5], []]


def test_nulls_alone(any_model):
    (answered,) = scored(any_model, [batch([None, None])])
    assert all(column.null_count == 2 for column in answered.columns[1:])


def test_rows_that_cannot_be_read(model_path):
    texts = [b"good", b"a\xff", b"nul\0", b"\xfe", None]
    with pytest.warns(discern.DiscernWarning) as caught:
        answered = pyarrow.Table.from_batches(scored(model_path, [batch(texts[:2], pyarrow.binary())] + [batch(texts[2:], pyarrow.binary())]))
    assert answered.column(5).to_pylist()[1:] == ["error", "error", "error", None]
    assert all(answered.column(index).null_count == 4 for index in (2, 3, 4))
    assert [str(warning.message) for warning in caught] == [
        "2 rows of a partition not classified: the text is not valid UTF-8",
        "1 row of a partition not classified: the text contains a NUL",
    ]


def test_a_model_is_loaded_once(model_path, tmp_path):
    from discern._scorer import opened

    path = shutil.copytree(model_path, tmp_path / "model")
    before = opened.cache_info().misses
    for _ in range(3):
        scored(str(path), [batch(TEXTS), batch(TEXTS)])
    assert opened.cache_info().misses == before + 1


def test_another_model_is_refused(model_path):
    with pytest.raises(discern.DiscernError, match="a different model from the driver's"):
        scored(model_path, [batch(TEXTS)], wanted="0" * 64)


def test_archives_hold_the_model_alone(any_model, model_path, program, tmp_path):
    import zipfile

    from discern._model_files import digest, pack, unpacked

    path = shutil.copytree(any_model, tmp_path / "model")
    (path / "mine.txt").write_text("my own")
    (path / "README.md").unlink(missing_ok=True)
    program("pack", any_model, str(tmp_path / "model.discern"), text="")
    for source in (path, tmp_path / "model.discern"):
        archive, folder = tmp_path / f"{source.name}.zip", tmp_path / f"{source.name}-there"
        pack(str(source), str(archive))
        with zipfile.ZipFile(archive) as file:
            assert "mine.txt" not in file.namelist()
            file.extractall(folder)
        assert digest(unpacked(str(folder))) == digest(str(source))
        assert numpy.array_equal(load(unpacked(str(folder)))(["good"]).probabilities, load(any_model)(["good"]).probabilities)
    (path / "vocabulary.txt").unlink(missing_ok=True)
    (path / "ngrams.txt").unlink(missing_ok=True)
    with pytest.raises(discern.DiscernError, match="is missing, though the manifest lists it"):
        pack(str(path), str(tmp_path / "other.zip"))
    (path / "manifest.json").write_text('{"files": {"../secret": {}}}')
    with pytest.raises(discern.DiscernError, match="lists “../secret”"):
        pack(str(path), str(tmp_path / "other.zip"))
    (path / "manifest.json").write_text("[]")
    with pytest.raises(discern.DiscernError, match="lists no files"):
        pack(str(path), str(tmp_path / "other.zip"))
