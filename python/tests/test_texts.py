"""Texts of every kind give the same answers; rows without a text have none."""

import warnings

import numpy
import pytest

TEXTS = ["A lovely film.", "It was not good", None, "", "qqq", "Not bad at all!", "食べ物 \U0001f600 good"] * 3


def same(answers, expected):
    assert numpy.array_equal(answers.probabilities, expected.probabilities, equal_nan=True)
    assert list(answers.labels) == list(expected.labels)
    assert answers.evidence == expected.evidence


@pytest.fixture
def expected(model):
    return model(TEXTS)


def test_lists(model, expected):
    assert len(expected) == len(TEXTS) and expected.probabilities.shape == (len(TEXTS), len(model.classes))
    assert expected.probabilities.dtype == numpy.float32
    assert expected.evidence[:5] == ["normal", "normal", "null", "empty", "all-unknown"]
    assert expected.labels[2] is None and numpy.isnan(expected.probabilities[2]).all()
    assert expected[2].label is None and not expected.errors
    assert numpy.allclose(expected.probabilities[[0, 1, 3]].sum(axis=1), 1, atol=1e-6)
    assert expected[0].label == expected.labels[0] == model.classes[expected.probabilities[0].argmax()]
    same(model(tuple(TEXTS)), expected)
    same(model(iter(TEXTS)), expected)
    same(model([None if text is None else text.encode() for text in TEXTS]), expected)
    assert len(model([])) == 0 and model([]).labels.tolist() == [] and model([]).probabilities.shape[0] == 0


def test_one_text_is_the_same_alone(model, expected):
    for row, text in enumerate(TEXTS):
        alone = model([text])
        assert numpy.array_equal(alone.probabilities[0], expected.probabilities[row], equal_nan=True)


def test_numpy(model, expected):
    same(model(numpy.array(TEXTS, object)), expected)
    present = [text for text in TEXTS if text is not None]
    same(model(numpy.array(present)), model(present))
    for wrong in (numpy.zeros(3), numpy.array([["a"]]), numpy.array([1, 2])):
        with pytest.raises(TypeError):
            model(wrong)


def test_pandas(model, expected):
    pandas = pytest.importorskip("pandas")
    same(model(pandas.Series(TEXTS)), expected)
    same(model(pandas.Series(TEXTS, dtype="string")), expected)
    same(model(pandas.Series(TEXTS, index=range(5, 5 + len(TEXTS)))), expected)
    same(model(pandas.Series(TEXTS).astype("category")), expected)
    same(model(pandas.Series(TEXTS, dtype=object)[3:]), model(TEXTS[3:]))
    for dtype in ("string[pyarrow]", "pyarrow"):
        pyarrow = pytest.importorskip("pyarrow")
        kind = pandas.ArrowDtype(pyarrow.string()) if dtype == "pyarrow" else dtype
        same(model(pandas.Series(TEXTS, dtype=kind)), expected)
        same(model(pandas.Series(TEXTS, dtype=kind)[3:]), model(TEXTS[3:]))
    with pytest.raises(TypeError):
        model(pandas.DataFrame({"text": TEXTS}))
    with pytest.raises(TypeError):
        model(pandas.Series([1.0, 2.0]))


def test_pyarrow(model, expected):
    pyarrow = pytest.importorskip("pyarrow")
    for kind in (pyarrow.string(), pyarrow.large_string(), pyarrow.binary(), pyarrow.large_binary()):
        texts = pyarrow.array([None if text is None else text.encode() for text in TEXTS], pyarrow.binary()).cast(kind)
        same(model(texts), expected)
        same(model(texts[3:9]), model(TEXTS[3:9]))
        same(model(texts[9:]), model(TEXTS[9:]))
        same(model(pyarrow.chunked_array([texts[:4], texts[4:4], texts[4:]])), expected)
        assert len(model(texts[:0])) == 0
    same(model(pyarrow.array(TEXTS).dictionary_encode()), expected)
    assert model(pyarrow.nulls(3)).evidence == ["null"] * 3
    if hasattr(pyarrow, "string_view"):
        same(model(pyarrow.array(TEXTS, pyarrow.string_view())), expected)
    with pytest.raises(TypeError):
        model(pyarrow.array([1, 2]))
    with pytest.raises(TypeError):
        model(pyarrow.table({"text": TEXTS}))


def test_arrow_is_not_copied(model):
    pyarrow = pytest.importorskip("pyarrow")
    from discern._columns import columns

    texts = pyarrow.array(TEXTS)[2:]
    (column,) = columns(texts)
    assert column.structure.data == texts.buffers()[2].address and column.structure.offset == 2


def test_rows_that_cannot_be_read(model):
    import discern

    texts = ["good", b"a\xff", "half \ud800", "nul\0", "bad"]
    with pytest.warns(discern.DiscernWarning) as caught:
        answers = model(texts)
    assert sorted(answers.errors) == [1, 2, 3]
    assert "UTF-8" in answers.errors[1] and "NUL" in answers.errors[3]
    assert [str(warning.message) for warning in caught] == [
        "2 rows not classified: the text is not valid UTF-8, at 1, 2",
        "1 row not classified: the text contains a NUL, at 3",
    ]
    assert [evidence == "error" for evidence in answers.evidence] == [False, True, True, True, False]
    assert answers.labels[1] is None and numpy.isnan(answers.probabilities[1]).all()
    assert numpy.array_equal(answers.probabilities[[0, 4]], model(["good", "bad"]).probabilities)


def test_what_is_no_text(model):
    for wrong in ("one text", b"one", [1], [["a"]], 5):
        with pytest.raises(TypeError):
            model(wrong)


def test_broken_offsets_are_refused(model):
    pyarrow = pytest.importorskip("pyarrow")
    import discern

    for offsets in ([0, 5, 3, 4], [0, 9000, 2, 4], [0, -1, 2, 4]):
        buffers = [None, pyarrow.py_buffer(numpy.array(offsets, numpy.int32)), pyarrow.py_buffer(b"abcdefgh")]
        texts = pyarrow.Array.from_buffers(pyarrow.string(), 3, buffers)
        with pytest.raises(discern.DiscernError, match="of the column begins at byte") as caught:
            model(texts)
        assert caught.value.code == 65


def test_nothing_else_is_said(model):
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        model(["good"])
