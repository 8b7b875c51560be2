"""Checks exported graphs with onnx and ONNX Runtime against what the models said of the same texts.

usage: onnx_graphs.py FOLDER, with predict.py and a folder for each graph: model.onnx, maybe int8.onnx, texts.jsonl
"""

import json
import os
import sys

import numpy as np
import onnx
import onnxruntime

folder = sys.argv[1]
sys.path.insert(0, folder)
import predict  # noqa: E402

greatest = {"logits": 0.0, "attention": 0.0, "padding": 0.0, "alone": 0.0, "ids": 0.0, "int8": 0.0}
failures = []
random = np.random.default_rng(1)


def note(kind, case, difference, bar):
    greatest[kind] = max(greatest[kind], difference)
    if not difference <= bar:
        failures.append(f"{case}: {kind} differ by {difference}")


def session(path):
    onnx.checker.check_model(path, full_check=True)
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    options.log_severity_level = 3
    return onnxruntime.InferenceSession(path, options, providers=["CPUExecutionProvider"])


def distance(a, b):
    """Relative to numbers above 1."""
    return float((np.abs(a - b) / np.maximum(1, np.abs(b))).max()) if a.size else 0.0


def widened(feed, by):
    """With more columns after the texts' ends, of any ids."""
    wide = dict(feed)
    for name, low, high in (
        ("tokens", -3, 99), ("ngrams", -3, 0), ("letters", -3, 0), ("word_letters", 0, 1), ("sentences", -3, 0)):
        if name in feed:
            more = random.integers(low, high, (len(feed[name]), by))
            wide[name] = np.concatenate([feed[name], more], axis=1).astype(np.int64)
    if "values" in feed:
        wide["values"] = np.concatenate([feed["values"], random.normal(size=(len(feed["values"]), by))], axis=1)
        wide["values"] = wide["values"].astype(np.float32)
    return wide


def is_single(path):
    """Whether there is one network: weights of several have its number before their names."""
    graph = onnx.load(os.path.join(path, "model.onnx")).graph
    return not any(tensor.name.startswith("network2.") for tensor in graph.initializer)


def check(case, path):
    graph = session(os.path.join(path, "model.onnx"))
    names = {value.name for value in graph.get_inputs()}
    outputs = [value.name for value in graph.get_outputs()]
    with open(os.path.join(path, "texts.jsonl"), encoding="utf-8") as file:
        texts = [json.loads(line) for line in file]
    feed = predict.inputs(texts, names)
    got = graph.run(None, feed)
    logits = [index for index, name in enumerate(outputs) if name.startswith("logits")]
    for task, index in enumerate(logits):
        for offset, key in enumerate(("logits", "probabilities")):
            expected = np.array([text[key][task] for text in texts], np.float32)
            note("logits", case, distance(got[index + offset], expected), 1e-5)
        probabilities, labels = got[index + 1], got[index + 2]
        thresholds = np.array(texts[0]["thresholds"][task], np.float32)
        right = probabilities >= thresholds if thresholds.size else probabilities.argmax(1)
        if not np.array_equal(labels, right):
            failures.append(f"{case}: labels")
    if outputs[-1] == "attention" and "sentences" not in feed:
        for row, text in zip(got[-1], texts):
            expected = np.zeros(len(row), np.float32)
            expected[: len(text["attention"])] = text["attention"]
            note("attention", case, distance(row, expected), 1e-5)
    if outputs[-1] == "attention" and "sentences" in feed:
        # What a sentence weighs is what its words weigh in the text; of one network the product is the model's.
        sentences = got[outputs.index("sentence_attention")]
        for row, places, text in zip(sentences, feed["sentences"], texts):
            starts = text["sentences"] + [len(text["tokens"])]
            for weight, place, a, b in zip(row, places, starts, starts[1:]):
                expected = np.array(text["attention"][a:b], np.float32)
                if is_single(path):
                    note("attention", case, distance(got[-1][place][: b - a] * weight, expected), 1e-5)
                note("attention", case, abs(float(got[-1][place].sum()) - 1), 1e-5)
            note("attention", case, float(np.abs(row[len(starts) - 1 :]).sum()), 0)
    padded = graph.run(None, widened(feed, 7))
    note("padding", case, max(distance(padded[index], got[index]) for index in logits), 1e-6)
    for place, text in enumerate(texts):
        alone = graph.run(None, predict.inputs([text], names))
        note("alone", case, max(distance(alone[index], got[index][place : place + 1]) for index in logits), 1e-6)
    if "tokens" in feed and "letters" not in feed and "sentences" not in feed:
        # Ids that the vocabulary does not have are unknown words, and lengths below 1 are 1.
        strange = dict(feed, tokens=np.array([[-1, 40, 3]]), lengths=np.array([3], np.int32))
        plain = dict(feed, tokens=np.array([[1, 1, 3]]), lengths=np.array([3], np.int32))
        for name in ("ngrams", "values"):
            if name in feed:
                strange[name] = plain[name] = feed[name][:1]
        a, b = graph.run(None, strange), graph.run(None, plain)
        note("ids", case, max(distance(a[index], b[index]) for index in logits), 0)
        strange["lengths"], plain["lengths"] = np.array([-5], np.int32), np.array([1], np.int32)
        a, b = graph.run(None, strange), graph.run(None, plain)
        note("ids", case, max(distance(a[index], b[index]) for index in logits), 0)
    small = os.path.join(path, "int8.onnx")
    if os.path.exists(small):
        a = session(small).run(None, feed)
        # A block of self-attention is six products more, each of which is rounded.
        weights = onnx.load(os.path.join(path, "model.onnx")).graph.initializer
        bar = 0.1 if any("self_attention" in weight.name for weight in weights) else 0.05
        note("int8", case, max(distance(a[index], got[index]) for index in logits), bar)


cases = sorted((name for name in os.listdir(folder) if name.isdigit()), key=int)
for case in cases:
    try:
        check(case, os.path.join(folder, case))
    except Exception as error:  # whatever a graph does, the others are checked too
        failures.append(f"{case}: {type(error).__name__}: {str(error)[:300]}")
for failure in failures[:40]:
    print(failure)
print(f"{len(cases)} graphs; greatest differences:", json.dumps(greatest))
sys.exit(bool(failures))
