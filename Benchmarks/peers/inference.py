#!/usr/bin/env python3
"""Predictions of PyTorch or ONNX Runtime on the CPU: batches of 64 in real tokens a second, and one text's latency.

ONNX Runtime runs the PyTorch model exported with the texts' lengths, so that its LSTM stops at each text's end; int8 is
its dynamic quantisation. The exported files are kept in --folder and used again.
"""

import argparse
import os
import time

arguments = argparse.ArgumentParser(description=__doc__)
arguments.add_argument("texts", help="lines of label<TAB>w12 w7 ..., every 64 a batch")
arguments.add_argument("--runtime", default="onnxruntime", choices=["pytorch", "onnxruntime", "onnxruntime-int8"])
arguments.add_argument("--hidden", type=int, default=128)
arguments.add_argument("--layers", type=int, default=1)
arguments.add_argument("--threads", type=int, default=2)
arguments.add_argument("--repeats", type=int, default=5)
arguments.add_argument("--single", type=int, default=200, help="words of the single text to classify")
arguments.add_argument("--singles", type=int, default=300, help="number of times to classify it")
arguments.add_argument("--folder", default=".build/benchmarks", help="for the exported models")
arguments = arguments.parse_args()
os.environ["OMP_NUM_THREADS"] = str(arguments.threads)

import numpy  # after the number of threads is set

from common import VOCABULARY_SIZE, batches_in_order, read_texts, show, timed


def torch_model():
    import torch
    from pytorch_model import Classifier

    torch.set_num_threads(arguments.threads)
    torch.manual_seed(1)
    return Classifier(arguments.hidden, arguments.layers).eval()


def exported(quantised):
    """The path of the model as ONNX, exported if it does not exist."""
    path = os.path.join(arguments.folder, f"bilstm-{arguments.layers}x{arguments.hidden}.onnx")
    if not os.path.exists(path):
        import torch

        os.makedirs(arguments.folder, exist_ok=True)
        example = (torch.randint(2, VOCABULARY_SIZE, (3, 7)), torch.tensor([7, 6, 4]))
        example[0][1, 6:] = 0
        example[0][2, 4:] = 0
        torch.onnx.export(
            torch_model(), example, path + ".part", dynamo=False, opset_version=17, input_names=["ids", "lengths"],
            output_names=["logits"],
            dynamic_axes={"ids": {0: "texts", 1: "words"}, "lengths": {0: "texts"}, "logits": {0: "texts"}})
        os.rename(path + ".part", path)
    if not quantised:
        return path
    smaller = path.replace(".onnx", ".int8.onnx")
    if not os.path.exists(smaller):
        from onnxruntime.quantization import QuantType, quantize_dynamic

        quantize_dynamic(path, smaller + ".part", weight_type=QuantType.QInt8)
        os.rename(smaller + ".part", smaller)
    return smaller


def padded(batch):
    """Ids and lengths, longest text first."""
    batch = sorted((ids for ids, _ in batch), key=len, reverse=True)
    table = numpy.zeros((len(batch), len(batch[0])), dtype=numpy.int64)
    for row, ids in enumerate(batch):
        table[row, : len(ids)] = ids
    return table, numpy.array([len(ids) for ids in batch], dtype=numpy.int64)


batches = [padded(batch) for batch in batches_in_order(read_texts(arguments.texts))]
single = numpy.random.default_rng(1).integers(2, VOCABULARY_SIZE, (1, arguments.single))
single = single, numpy.array([arguments.single])

if arguments.runtime == "pytorch":
    import torch

    model, version = torch_model(), torch.__version__
    batches = [tuple(torch.from_numpy(part) for part in batch) for batch in batches]
    single = torch.from_numpy(single[0])
    torch.inference_mode().__enter__()  # for the rest of the program

    def classify(batch):
        model(*batch)

    def classify_single():
        model(single)
else:
    import onnxruntime

    version = onnxruntime.__version__
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads, options.inter_op_num_threads = arguments.threads, 1
    session = onnxruntime.InferenceSession(
        exported(arguments.runtime == "onnxruntime-int8"), options, providers=["CPUExecutionProvider"])

    def classify(batch):
        session.run(None, {"ids": batch[0], "lengths": batch[1]})

    def classify_single():
        classify(single)


def classify_all():
    for batch in batches:
        classify(batch)


seconds = timed(classify_all, arguments.repeats)
tokens = sum(int(lengths.sum()) for _, lengths in batches)
for _ in range(10):
    classify_single()
latencies, ends = [], time.monotonic() + 10
while len(latencies) < arguments.singles and time.monotonic() < ends:
    started = time.perf_counter()
    classify_single()
    latencies.append(1000 * (time.perf_counter() - started))
latencies.sort()
show(
    peer=arguments.runtime, version=version, threads=arguments.threads, tokens=tokens, seconds=seconds,
    tokens_per_second=tokens / sorted(seconds)[len(seconds) // 2], single_tokens=arguments.single,
    single_median_milliseconds=latencies[len(latencies) // 2],
    single_tail_milliseconds=latencies[int(0.99 * len(latencies))])
