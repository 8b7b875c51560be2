"""Models on Spark: the command line's bits, models that are sent, workers that are killed. Skipped where there is no
pyspark or no Java."""

import datetime
import hashlib
import json
import os
import pathlib
import shlex
import shutil
import signal
import struct
import subprocess
import sys
import threading
import warnings

import pytest

import discern

NEEDS = ["spark.sql.execution.arrow.maxRecordsPerBatch=70", "spark.ui.enabled=false", "spark.driver.memory=512m"]
WORDS = ["lovely", "film", "not", "bad", "refund", "dull", "price", "food", "cheap", "qqq"]
ODD = ["", "two\nlines", "a\r\nb\u2028c\x85d", '"quoted", \\n', "😀 fine", None, "good " * 3000, "\ufeffgood", None]
TEXTS = ODD + [
    f"{WORDS[number % 10]} {WORDS[number // 10 % 10]} {WORDS[number // 7 % 10]} number {number}" for number in range(391)
]


@pytest.fixture(scope="module", params=["local[2,4]", "local-cluster[2,1,1024]"])
def spark(request):
    pyspark = pytest.importorskip("pyspark")
    pytest.importorskip("pandas")
    if shutil.which("java") is None:
        pytest.skip("there is no Java")
    from pyspark.sql import SparkSession

    os.environ["PYSPARK_PYTHON"] = sys.executable
    # Where executors of a cluster find Spark itself.
    os.environ.setdefault("SPARK_HOME", os.path.dirname(pyspark.__file__))
    builder = SparkSession.builder.master(request.param).appName("discern")
    for setting in NEEDS + ["spark.sql.shuffle.partitions=2", "spark.task.maxFailures=4", "spark.executor.memory=512m"]:
        builder = builder.config(*setting.split("="))
    session = builder.getOrCreate()
    session.sparkContext.setLogLevel("OFF")
    yield session
    session.stop()


@pytest.fixture
def frame(spark):
    day = datetime.datetime(2026, 11, 26, 12)
    rows = [(number, text, [number, 1], day) for number, text in enumerate(TEXTS)]
    return spark.createDataFrame(rows, "id int, text string, more array<int>, at timestamp").repartition(3)


def classify(*arguments, **named):
    with warnings.catch_warnings():
        # Fixtures were made with another ICU.
        warnings.simplefilter("ignore", discern.DiscernWarning)
        return discern.spark.classify(*arguments, **named)


def float32(value):
    return struct.pack("f", value)


def floats(values):
    return [float32(value) for value in values]


def rows_of(answered):
    return sorted(answered.collect(), key=lambda row: row.id)


@pytest.fixture
def said(program):
    """The command line's answers, by the text's number; null texts have none."""

    def run(model):
        there = [number for number, text in enumerate(TEXTS) if text is not None]
        lines = program(
            "classify", model, "--input-format", "jsonl", "--text-column", "text", "--format", "jsonl", "--top", "1000",
            "-q", text="".join(json.dumps({"text": TEXTS[number]}) + "\n" for number in there),
        ).split("\n")  # fmt: skip
        return dict(zip(there, map(json.loads, filter(None, lines))))

    return run


def same_as_command_line(answered, tasks, said):
    """Whether rows have the command line's answers, bit for bit."""
    rows = rows_of(answered)
    assert [row.id for row in rows] == list(range(len(TEXTS)))
    for row in rows:
        assert row.text == TEXTS[row.id] and row.more == [row.id, 1] and row.at.hour == 12
        added = row.asDict()
        if row.text is None:
            assert all(value is None for name, value in added.items() if name not in ("id", "more", "at"))
            continue
        line = said[row.id]
        assert row.evidence == line["evidence"]
        for task in tasks:
            start = f"{task.name}_" if len(tasks) > 1 else ""
            mine = line["tasks"][task.name] if "tasks" in line else line
            if task.thresholds is None:
                assert added[start + "label"] == mine["label"]
                assert float32(added[start + "probability"]) == float32(mine["probability"])
            else:
                assert added[start + "labels"] == mine["labels"]
                assert floats(added[start + "probabilities"]) == floats(mine["probabilities"])
            by_label = {candidate["label"]: float32(candidate["probability"]) for candidate in mine["top"]}
            assert {name: float32(value) for name, value in added[start + "all_probabilities"].items()} == by_label


def test_bits_are_the_command_lines(frame, any_model, said):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", discern.DiscernWarning)
        tasks = discern.load(any_model).tasks
    same_as_command_line(classify(frame, "text", any_model, all_probabilities=True), tasks, said(any_model))


def test_large_strings_and_binaries(spark, frame, model, model_path, said):
    spark.conf.set("spark.sql.execution.arrow.useLargeVarTypes", "true")
    try:
        answered = classify(frame, "text", model_path, all_probabilities=True)
        same_as_command_line(answered, model.tasks, said(model_path))
    finally:
        spark.conf.unset("spark.sql.execution.arrow.useLargeVarTypes")
    binaries = frame.withColumn("text", frame.text.cast("binary"))
    answered = classify(binaries, "text", model_path, all_probabilities=True)
    same_as_command_line(answered.withColumn("text", answered.text.cast("string")), model.tasks, said(model_path))


def test_added_columns(frame, model_path):
    added = classify(frame, "text", model_path, prefix="my_").schema.fields[4:]
    assert [(field.name, field.dataType.simpleString()) for field in added] == [
        ("my_label", "string"), ("my_probability", "float"), ("my_evidence", "string")
    ]  # fmt: skip
    assert classify(frame.limit(0), "text", model_path).count() == 0


def test_a_packed_file_travels(frame, model, model_path, said, program, tmp_path):
    packed = str(tmp_path / "model.discern")
    program("pack", model_path, packed, text="")
    answered = classify(frame, "text", pathlib.Path(packed), all_probabilities=True)
    same_as_command_line(answered, model.tasks, said(model_path))


def test_a_model_that_is_replaced(frame, model, model_path, said, tmp_path):
    path = tmp_path / "model"
    shutil.copytree(model_path, path)
    (path / "mine.txt").write_text("my own file stays here")
    before = classify(frame, "text", path, all_probabilities=True)
    there = classify(frame.coalesce(1), "text", path, send=False)
    shutil.rmtree(path)
    shutil.copytree(pathlib.Path(model_path).parent / "ensemble", path)
    # Earlier queries keep the earlier model; those that read the model from its path refuse another one.
    same_as_command_line(before, model.tasks, said(model_path))
    with pytest.raises(Exception, match="is a different model from the driver's"):
        there.count()
    after = classify(frame, "text", path, all_probabilities=True)
    same_as_command_line(after, model.tasks, said(str(path)))
    same_as_command_line(classify(frame, "text", path, all_probabilities=True, send=False), model.tasks, said(str(path)))


def test_texts_that_cannot_be_read(spark, model_path):
    rows = [(0, b"a\xff"), (1, b"good"), (2, b"nul\0"), (3, None)]
    answered = classify(spark.createDataFrame(rows, "id int, text binary"), "text", model_path, all_probabilities=True)
    assert [row.evidence for row in rows_of(answered)] == ["error", "all-unknown", "error", None]
    assert [row.label is None for row in rows_of(answered)] == [True, False, True, True]
    assert [row.all_probabilities is None for row in rows_of(answered)] == [True, False, True, True]


def test_refusals(spark, frame, model_path):
    for wrong, named in [(("other",), "no column 'other'"), (("id",), "expected string"), ((frame.text,), "its name")]:
        with pytest.raises((ValueError, TypeError), match=named):
            classify(frame, *wrong, model_path)
    with pytest.raises(discern.DiscernError, match="/nowhere does not exist"):
        classify(frame, "text", "/nowhere")
    with pytest.raises(discern.DiscernError, match="holds no manifest.json"):
        classify(frame, "text", os.path.dirname(model_path))
    with pytest.raises(ValueError, match="two columns 'label'; choose a prefix"):
        classify(frame.withColumnRenamed("id", "Label"), "text", model_path)
    with pytest.raises(ValueError, match="several columns 'text'"):
        classify(frame.join(frame, "id"), "text", model_path)


def watched(frame, model_path, folder, pause=0):
    """The frame with answers; in the folder, for each worker process the number of its loads of a model and, while it
    works, a file that ends in -busy."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", discern.DiscernWarning)
        scorer, schema = discern.spark._plan(frame, "text", model_path, all_probabilities=True)

    def watch(batches):
        import time

        from discern._scorer import opened

        path = os.path.join(folder, str(os.getpid()))
        for batch in scorer(batches):
            open(path + "-busy", "w").close()
            with open(path, "w") as file:
                file.write(str(opened.cache_info().misses))
            time.sleep(pause)
            yield batch
        if os.path.exists(path + "-busy"):
            os.remove(path + "-busy")

    return frame.mapInArrow(watch, schema)


def test_one_load_a_worker(frame, model, model_path, said, tmp_path):
    # Workers of other tests have not loaded this one.
    path = tmp_path / "model"
    shutil.copytree(model_path, path)
    manifest = (path / "manifest.json").read_bytes() + b"\n"
    (path / "manifest.json").write_bytes(manifest)
    (path / "manifest.sha256").write_text(hashlib.sha256(manifest).hexdigest() + "  manifest.json\n")
    folder = tmp_path / "loads"
    folder.mkdir()

    def loads():
        return {name.name: int(name.read_text()) for name in folder.iterdir()}

    watched(frame, model_path, str(folder)).count()
    before = loads()
    assert 1 <= len(before) <= 2
    expected = said(str(path))
    for _ in range(2):
        same_as_command_line(watched(frame, path, str(folder)), model.tasks, expected)
    after = loads()
    more = [after[name] - before[name] for name in before]
    assert max(more) == 1 and set(after) == set(before)


def test_killed_workers(spark, frame, model, model_path, said, tmp_path):
    ended = threading.Event()
    killed = set()

    def kill():
        while len(killed) < 3 and not ended.wait(0.05):
            for name in os.listdir(tmp_path):
                if name.endswith("-busy") and name not in killed:
                    killed.add(name)
                    os.kill(int(name.partition("-")[0]), signal.SIGKILL)
                    break

    killer = threading.Thread(target=kill)
    killer.start()
    spark.conf.set("spark.sql.execution.arrow.maxRecordsPerBatch", "10")
    try:
        answered = watched(frame, model_path, str(tmp_path), pause=0.05)
        same_as_command_line(answered, model.tasks, said(model_path))
    finally:
        spark.conf.set("spark.sql.execution.arrow.maxRecordsPerBatch", "70")
        ended.set()
        killer.join()
    # Those that were busy when they were killed.
    assert killed & set(os.listdir(tmp_path))


def test_pipe(spark, frame, model_path, said, program):
    from conftest import program_path

    command = (
        f"{shlex.quote(program_path())} classify {shlex.quote(model_path)} --threads 1 --input-format jsonl "
        "--text-column text --keep id --format jsonl --top 1000 -q"
    )
    objects = frame.where("text is not null").select("id", "text").rdd.map(lambda row: json.dumps(row.asDict()))
    lines = objects.pipe(command, checkCode=True).collect()
    expected = said(model_path)
    assert len(lines) == len(expected)
    for line in map(json.loads, lines):
        kept = line.pop("kept")["id"]
        assert {**line, "line": 0} == {**expected[kept], "line": 0}
    broken = command.replace("classify ", "classify /nowhere")
    with pytest.raises(Exception, match="exited with error code 66|failed with exit code 66"):
        objects.coalesce(1).pipe(broken, checkCode=True).collect()


def run(text):
    return subprocess.run([sys.executable, "-c", text], capture_output=True, text=True)


def test_pyspark_is_asked_for_when_it_is_used():
    assert run("import discern, sys; discern.spark; assert 'pyspark' not in sys.modules").returncode == 0
    without = run("import sys; sys.modules['pyspark'] = None\nimport discern; discern.spark.classify(None, 'a', 'b')")
    assert "pyspark is missing; pip install 'discern[spark]'" in without.stderr
