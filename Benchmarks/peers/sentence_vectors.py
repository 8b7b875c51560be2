"""Sentence vectors by PyTorch or ONNX Runtime: reads texts a line, prints figures as JSON.

  python3 sentence_vectors.py FOLDER TEXTS torch|onnx|onnx-int8 THREADS LONGEST [GRAPH]

Texts are sorted by length and padded in batches of 64. GRAPH is the path of the ONNX file, which is exported if it does not exist.
"""

import json
import os
import resource
import sys
import time

folder, path, kind, threads, longest = sys.argv[1], sys.argv[2], sys.argv[3], int(sys.argv[4]), int(sys.argv[5])
os.environ["OMP_NUM_THREADS"] = str(threads)
os.environ["TOKENIZERS_PARALLELISM"] = "false"
import numpy as np  # noqa: E402
from tokenizers import Tokenizer  # noqa: E402

texts = open(path, encoding="utf-8").read().split("\n")[:-1]
tokenizer = Tokenizer.from_file(os.path.join(folder, "tokenizer.json"))
tokenizer.enable_truncation(longest)
tokenizer.no_padding()


def batches(size=64):
    ids = [encoding.ids for encoding in tokenizer.encode_batch(texts)]
    order = sorted(range(len(ids)), key=lambda i: len(ids[i]))
    for start in range(0, len(order), size):
        part = order[start : start + size]
        width = max(len(ids[i]) for i in part)
        tokens = np.zeros((len(part), width), np.int64)
        mask = np.zeros((len(part), width), np.int64)
        for row, i in enumerate(part):
            tokens[row, : len(ids[i])] = ids[i]
            mask[row, : len(ids[i])] = 1
        yield part, tokens, mask


def pooled(states, mask):
    mask = mask[:, :, None].astype(np.float32)
    mean = (states * mask).sum(1) / mask.sum(1)
    return mean / np.linalg.norm(mean, axis=1, keepdims=True)


def torch_model(attention="sdpa"):
    import torch
    from transformers import AutoModel

    torch.set_num_threads(threads)
    return torch, AutoModel.from_pretrained(folder, attn_implementation=attention).eval()


def export(graph):
    torch, model = torch_model("eager")

    class States(torch.nn.Module):
        def __init__(self):
            super().__init__()
            self.model = model

        def forward(self, ids, mask):
            return self.model(input_ids=ids, attention_mask=mask).last_hidden_state

    ones = torch.ones(2, 8, dtype=torch.int64)
    axes = {0: "batch", 1: "time"}
    torch.onnx.export(
        States(), (ones, ones), graph, input_names=["ids", "mask"], output_names=["states"],
        dynamic_axes={"ids": axes, "mask": axes, "states": axes}, opset_version=17, dynamo=False)


if kind == "torch":
    torch, model = torch_model()

    def run(tokens, mask):
        with torch.inference_mode():
            return model(torch.from_numpy(tokens), attention_mask=torch.from_numpy(mask)).last_hidden_state.numpy()
else:
    import onnxruntime as ort

    graph = sys.argv[6]
    if not os.path.exists(graph):
        if os.fork() == 0:
            try:
                export(graph)
            finally:
                os._exit(0)
        os.wait()
    if kind == "onnx-int8":
        small = graph + ".int8"
        if not os.path.exists(small):
            from onnxruntime.quantization import QuantType, quantize_dynamic

            quantize_dynamic(graph, small, weight_type=QuantType.QInt8)
        graph = small
    options = ort.SessionOptions()
    options.intra_op_num_threads, options.inter_op_num_threads = threads, 1
    session = ort.InferenceSession(graph, options, providers=["CPUExecutionProvider"])

    def run(tokens, mask):
        return session.run(["states"], {"ids": tokens, "mask": mask})[0]


for _, tokens, mask in list(batches())[:2]:
    run(tokens, mask)
before, began = time.process_time(), time.monotonic()
result = np.zeros((len(texts), 384), np.float32)
for part, tokens, mask in batches():
    result[part] = pooled(run(tokens, mask), mask)
print(json.dumps({
    "cpu": time.process_time() - before, "seconds": time.monotonic() - began, "texts": len(texts),
    "peak": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024, "sum": float(np.abs(result).sum())}))
