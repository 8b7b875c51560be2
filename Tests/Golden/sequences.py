#!/usr/bin/env python3
"""Writes sequences.json: logits, loss and gradients of a small encoder-decoder with attention, by PyTorch in
double precision, one pair at a time and without padding.

usage: sequences.py > sequences.json
"""

import json
import math

import torch
from torch import nn
from torch.nn import functional as F

VS, VT, D, H, SMOOTHING = 7, 6, 4, 3, 0.1
E = 2 * H
PAIRS = [([2, 3, 4, 2, 6], [3, 5, 2]), ([5], [2, 2, 4, 3]), ([6, 1, 3], []), ([2, 3], [5, 1])]


def model(cell, encoder_layers, decoder_layers):
    layer = {"lstm": nn.LSTM, "gru": nn.GRU}[cell]
    parts = nn.ModuleDict({
        "source": nn.Embedding(VS, D), "target": nn.Embedding(VT, D),
        "encoder": layer(D, H, num_layers=encoder_layers, bidirectional=True),
        "query": nn.Linear(H, E), "key": nn.Linear(E, E, bias=False), "joined": nn.Linear(H + E, H),
        "output": nn.Linear(H, VT),
    })
    parts["decoder"] = nn.ModuleList(
        layer(D + E if index == 0 else H, H) for index in range(decoder_layers))
    parts.double()
    generator = torch.Generator().manual_seed(3)
    for parameter in parts.parameters():
        parameter.data = torch.randn(parameter.shape, generator=generator, dtype=torch.float64).float().double() * 0.5
    return parts


def names(parts, cell, decoder_layers):
    """By the names of the project's weights."""
    yield "source.embedding.weight", parts["source"].weight
    yield "target.embedding.weight", parts["target"].weight
    for name, parameter in parts["encoder"].named_parameters():
        yield f"encoder.{cell}.{name}", parameter
    for index, layer in enumerate(parts["decoder"]):
        for name, parameter in layer.named_parameters():
            yield f"decoder.{cell}.{name[:-1]}{index}", parameter
    for name in ["query", "key", "joined"]:
        for kind, parameter in parts[name].named_parameters():
            yield f"attention.{name}.{kind}", parameter
    for kind, parameter in parts["output"].named_parameters():
        yield f"output.{kind}", parameter


def logits(parts, source, target):
    states, _ = parts["encoder"](parts["source"](torch.tensor(source)))
    last = torch.cat([states[-1, :H], states[0, H:]])
    read = parts["target"](torch.tensor([0] + target))
    values, _ = parts["decoder"][0](torch.cat([read, last.expand(len(read), E)], dim=1))
    scores = parts["query"](values) @ parts["key"](states).T / math.sqrt(E)
    context = scores.softmax(dim=1) @ states
    values = torch.tanh(parts["joined"](torch.cat([values, context], dim=1)))
    for layer in parts["decoder"][1:]:
        values, _ = layer(values)
    return parts["output"](values)


cases = []
for cell, encoder_layers, decoder_layers in [("lstm", 1, 1), ("lstm", 2, 2), ("gru", 1, 3)]:
    parts = model(cell, encoder_layers, decoder_layers)
    outputs = [logits(parts, source, target) for source, target in PAIRS]
    written = [torch.tensor(target + [0]) for _, target in PAIRS]
    loss = sum(F.cross_entropy(o, w, label_smoothing=SMOOTHING, reduction="sum") for o, w in zip(outputs, written))
    loss = loss / sum(len(w) for w in written)
    loss.backward()
    weights = dict(names(parts, cell, decoder_layers))
    cases.append({
        "cell": cell, "encoderLayers": encoder_layers, "decoderLayers": decoder_layers,
        "pairs": [{"source": s, "target": t} for s, t in PAIRS],
        "logits": [o.flatten().tolist() for o in outputs], "loss": loss.item(),
        "weights": {name: value.flatten().tolist() for name, value in weights.items()},
        "gradients": {name: value.grad.flatten().tolist() for name, value in weights.items()},
    })
print(json.dumps({
    "torch": torch.__version__, "sourceVocabularySize": VS, "targetVocabularySize": VT, "embeddingSize": D,
    "hiddenSize": H, "labelSmoothing": SMOOTHING, "cases": cases}))
