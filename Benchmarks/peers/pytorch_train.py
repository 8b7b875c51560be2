#!/usr/bin/env python3
"""Training steps of PyTorch on the CPU: real tokens a second, padding not counted.

Modes: bucketed (batches of texts of similar length, padded), bucketed-fgm (with a second pass from word vectors moved
along their gradient), packed (the same batches as packed sequences), shuffled (the same texts in random batches,
padded).
"""

import argparse
import os
import random

arguments = argparse.ArgumentParser(description=__doc__)
arguments.add_argument("texts", help="lines of label<TAB>w12 w7 ..., every 64 a batch")
arguments.add_argument("--mode", default="bucketed", choices=["bucketed", "bucketed-fgm", "packed", "shuffled"])
arguments.add_argument("--hidden", type=int, default=128)
arguments.add_argument("--layers", type=int, default=1)
arguments.add_argument("--threads", type=int, default=2)
arguments.add_argument("--repeats", type=int, default=5)
arguments.add_argument("--batches", type=int, help="number of batches to use, at even quantiles of their lengths")
arguments = arguments.parse_args()
os.environ["OMP_NUM_THREADS"] = str(arguments.threads)

import torch  # after the number of threads is set
from torch.nn.functional import cross_entropy

from common import batches_in_order, read_texts, show, timed
from pytorch_model import Classifier, tensors

torch.set_num_threads(arguments.threads)
torch.manual_seed(1)
texts = read_texts(arguments.texts)
if arguments.mode == "shuffled":
    random.Random(1).shuffle(texts)
batches = [tensors(batch) for batch in batches_in_order(texts, arguments.batches)]
model = Classifier(arguments.hidden, arguments.layers)
optimizer = torch.optim.Adam(model.parameters(), lr=1e-3)


def backward(ids, lengths, labels):
    logits = model(ids, lengths if arguments.mode == "packed" else None)
    loss = cross_entropy(logits, labels)
    loss.backward()
    return loss


def step(ids, lengths, labels):
    optimizer.zero_grad(set_to_none=True)
    loss = backward(ids, lengths, labels)
    if arguments.mode == "bucketed-fgm":
        table = model.embedding.weight
        saved = table.detach().clone()
        norm = float(table.grad.norm())
        if norm > 0:
            table.data.add_(table.grad, alpha=1 / norm)
        backward(ids, lengths, labels)
        table.data.copy_(saved)
    optimizer.step()
    return loss.item()


def steps(batches):
    for batch in batches:
        step(*batch)


quarter = batches[: max(1, len(batches) // 4)]
seconds = timed(lambda: steps(batches), arguments.repeats, warm_up=lambda: steps(quarter))
tokens = sum(int(lengths.sum()) for _, lengths, _ in batches)
padded = sum(ids.numel() for ids, _, _ in batches)
median = sorted(seconds)[len(seconds) // 2]
show(
    peer="PyTorch", version=torch.__version__, mode=arguments.mode, threads=arguments.threads, batches=len(batches),
    tokens=tokens, padding=round(1 - tokens / padded, 4), seconds=seconds, tokens_per_second=tokens / median)
