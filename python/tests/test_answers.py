"""The content of answers; their bits are the command line's."""

import json
import struct
import warnings

import numpy
import pytest

import discern

TEXTS = ["A lovely film.", "I want my money back", "", "qqq zzz", "Not bad at all!", "food good <b>and</b> cheap"] * 2


def load(path):
    with warnings.catch_warnings():
        # Fixtures were made with another ICU.
        warnings.simplefilter("ignore", discern.DiscernWarning)
        return discern.load(path)


def float32(value):
    return struct.pack("f", value)


def test_bits_are_the_command_lines(any_model, program):
    model = load(any_model)
    lines = program(
        "classify", any_model, "--format", "jsonl", "--top", "1000", "--details", "-q", text="\n".join(TEXTS) + "\n"
    ).splitlines()
    answers = model(TEXTS, details=True)
    assert len(lines) == len(TEXTS)
    for row, line in enumerate(map(json.loads, lines)):
        assert line["evidence"] == answers.evidence[row]
        if "tokens" in line:
            assert ("ids" in line) == (answers.ids is not None)
            if "ids" in line:
                assert answers.ids[row].tolist() == line["ids"]
        for task in model.tasks:
            said = line["tasks"][task.name] if "tasks" in line else line
            mine = answers.tasks[task.name]
            by_name = {candidate["label"]: candidate["probability"] for candidate in said["top"]}
            for place, name in enumerate(task.classes):
                assert float32(mine.probabilities[row, place]) == float32(by_name[name])
            assert answers.logits[row, task.range].tolist() == [numpy.float32(value) for value in said["logits"]]
            if task.thresholds is None:
                assert mine.labels[row] == said["label"]
            else:
                assert list(mine.labels[row]) == said["labels"]


def test_encoded_numbers_are_the_command_lines(any_model, program):
    model = load(any_model)
    encoded = model.encode(TEXTS)
    for row, line in enumerate(map(json.loads, program("encode", any_model, "-q", text="\n".join(TEXTS) + "\n").splitlines())):
        assert encoded.evidence[row] == line["evidence"]
        assert ("tokens" in line) == (encoded.tokens is not None)
        if "tokens" in line:
            assert encoded.tokens[row].tolist() == line["tokens"]
        assert ("letters" in line) == (encoded.letters is not None)
        assert ("ngrams" in line) == (encoded.ngrams is not None)
        if "letters" in line:
            assert [bag.tolist() for bag in encoded.letters[row]] == line["letters"]
        if "ngrams" in line:
            assert encoded.ngrams[row].tolist() == line["ngrams"]
            assert encoded.values[row].tolist() == [numpy.float32(value) for value in line["values"]]


def test_one_file_is_the_folder(model, model_path, program, tmp_path):
    packed = str(tmp_path / "model.discern")
    program("pack", model_path, packed, text="")
    assert numpy.array_equal(load(packed)(TEXTS).probabilities, model(TEXTS).probabilities)


def test_details(model):
    answers = model(["A lovely film.", None, "Not bad"], details=True)
    if model.has_attention:
        for weights in (answers.attention[0], answers.attention[2]):
            assert abs(weights.sum() - 1) < 1e-5
    assert answers.tokens[0][:3] == ["a", "lovely", "film"] and len(answers.tokens[1]) == 0
    start, end = answers.places[0][1]
    assert "A lovely film."[start:end] == "lovely"
    assert len(answers.ids[0]) == len(answers.tokens[0])
    assert model(["a"]).tokens is None and model(["a"]).logits is None


def test_several_columns_are_one(model):
    pyarrow = pytest.importorskip("pyarrow")
    chunks = pyarrow.chunked_array([TEXTS[:3], TEXTS[3:]])
    whole, parts = model(TEXTS, details=True), model(chunks, details=True)
    assert list(whole.tokens) == list(parts.tokens)
    assert all(numpy.array_equal(a, b) for a, b in zip(whole.places, parts.places))
    assert all(numpy.array_equal(a, b) for a, b in zip(model.encode(TEXTS).tokens, model.encode(chunks).tokens))


def test_errors(model_path):
    with pytest.raises(discern.DiscernError, match="nowhere") as caught:
        discern.load("/nowhere/model")
    assert caught.value.code == 66
    with pytest.raises(ValueError):
        discern.load(model_path, threads=0)
    with load(model_path) as model:
        pass
    with pytest.raises(ValueError, match="closed"):
        model(["a"])


def test_estimator(model, any_model):
    estimator = discern.Estimator(model)
    assert estimator.classes_ is model.classes
    assert numpy.array_equal(estimator.predict_proba(TEXTS), model(TEXTS).probabilities)
    assert estimator.predict(TEXTS).tolist() == list(model(TEXTS).labels)
    assert estimator.score(TEXTS, estimator.predict(TEXTS)) == 1
    with pytest.raises(ValueError, match="the first is 1"):
        estimator.predict(["a", None])
    with pytest.raises(NotImplementedError):
        estimator.fit(TEXTS)
    with pytest.raises(ValueError, match="no task"):
        discern.Estimator(model, task="other")
    classifier = load(any_model)
    for task in classifier.tasks:
        predicted = discern.Estimator(classifier, task=task.name).predict(TEXTS)
        labels = classifier(TEXTS).tasks[task.name].labels
        if task.thresholds is None:
            assert predicted.tolist() == list(labels)
        else:
            assert [set(task.classes[row.astype(bool)]) for row in predicted] == list(map(set, labels))
