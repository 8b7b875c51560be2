#!/usr/bin/env python3
"""Writes sequence-transformer.json: logits, loss and gradients of a small transformer that reads sequences and
writes others, by PyTorch's own layers in double precision, in one padded batch with masks.

usage: sequence-transformer.py > sequence-transformer.json
"""

import json
import math

import torch
from torch import nn
from torch.nn import functional as F

VS, VT, D, H, SMOOTHING = 7, 6, 5, 8, 0.1
PAIRS = [([2, 3, 4, 2, 6], [3, 5, 2]), ([5], [2, 2, 4, 3]), ([6, 1, 3], []), ([2, 3], [5, 1])]


def model(heads, encoder_layers, decoder_layers):
    def layer(kind):
        return kind(H, heads, dim_feedforward=4 * H, dropout=0, activation="gelu", batch_first=True, norm_first=True)

    parts = nn.ModuleDict({
        "source": nn.Embedding(VS, D), "target": nn.Embedding(VT, D),
        "sourceWords": nn.Linear(D, H), "targetWords": nn.Linear(D, H),
        "encoder": nn.TransformerEncoder(
            layer(nn.TransformerEncoderLayer), encoder_layers, norm=nn.LayerNorm(H), enable_nested_tensor=False),
        "decoder": nn.TransformerDecoder(layer(nn.TransformerDecoderLayer), decoder_layers, norm=nn.LayerNorm(H)),
        "output": nn.Linear(H, VT),
    })
    parts.double()
    generator = torch.Generator().manual_seed(3)
    for name, parameter in parts.named_parameters():
        values = torch.randn(parameter.shape, generator=generator, dtype=torch.float64).float().double() * 0.5
        if name.endswith("in_proj_bias"):
            # Keys have no bias in the project: softmax cancels it.
            values[H:2 * H] = 0
        parameter.data = values
    return parts


def attention(prefix, layer, gradient):
    """By the names of the project's weights."""
    pick = (lambda p: p.grad) if gradient else (lambda p: p)
    weight, bias = pick(layer.in_proj_weight), pick(layer.in_proj_bias)
    for index, name in enumerate(["query", "key", "value"]):
        yield f"{prefix}.{name}.weight", weight[index * H:(index + 1) * H]
        if name != "key":
            yield f"{prefix}.{name}.bias", bias[index * H:(index + 1) * H]
    yield f"{prefix}.output.weight", pick(layer.out_proj.weight)
    yield f"{prefix}.output.bias", pick(layer.out_proj.bias)


def named(parts, gradient):
    pick = (lambda p: p.grad) if gradient else (lambda p: p)

    def both(prefix, layer):
        return [(f"{prefix}.weight", pick(layer.weight)), (f"{prefix}.bias", pick(layer.bias))]

    result = [("source.embedding.weight", pick(parts["source"].weight)),
              ("target.embedding.weight", pick(parts["target"].weight))]
    result += both("encoder.words", parts["sourceWords"]) + both("decoder.words", parts["targetWords"])
    for side in ["encoder", "decoder"]:
        for index, layer in enumerate(parts[side].layers):
            own, cross = f"{side}.self_attention.l{index}", f"{side}.cross_attention.l{index}"
            result += attention(own, layer.self_attn, gradient)
            result += both(f"{own}.attention_norm", layer.norm1)
            if side == "decoder":
                result += attention(cross, layer.multihead_attn, gradient)
                result += both(f"{cross}.norm", layer.norm2)
            result += both(f"{own}.norm", layer.norm3 if side == "decoder" else layer.norm2)
            result += both(f"{own}.inner", layer.linear1) + both(f"{own}.outer", layer.linear2)
        result += both(f"{side}.norm", parts[side].norm)
    return {name: numbers(value) for name, value in result + both("output", parts["output"])}


def numbers(values):
    """As many digits as a float has."""
    return [float(f"{value:.9g}") for value in values.flatten().tolist()]


def waves(length):
    count = (H + 1) // 2
    angles = torch.tensor([[place * 10_000 ** (-i / count) for i in range(count)] for place in range(length)],
                          dtype=torch.float64)
    return torch.cat([angles.sin(), angles.cos()], dim=1)[:, :H]


def padded(sequences):
    longest = max(map(len, sequences))
    ids = torch.tensor([s + [0] * (longest - len(s)) for s in sequences])
    return ids, torch.tensor([[i >= len(s) for i in range(longest)] for s in sequences])


cases = []
for heads, encoder_layers, decoder_layers in [(1, 1, 1), (4, 2, 2)]:
    parts = model(heads, encoder_layers, decoder_layers)
    source, source_mask = padded([s for s, _ in PAIRS])
    target, target_mask = padded([[0] + t for _, t in PAIRS])
    memory = parts["encoder"](
        parts["sourceWords"](parts["source"](source)) + waves(source.shape[1]), src_key_padding_mask=source_mask)
    causal = torch.triu(torch.ones(target.shape[1], target.shape[1], dtype=torch.bool), diagonal=1)
    states = parts["decoder"](
        parts["targetWords"](parts["target"](target)) + waves(target.shape[1]), memory, tgt_mask=causal,
        tgt_key_padding_mask=target_mask, memory_key_padding_mask=source_mask)
    outputs = [o[:len(t) + 1] for o, (_, t) in zip(parts["output"](states), PAIRS)]
    written = [torch.tensor(t + [0]) for _, t in PAIRS]
    loss = sum(F.cross_entropy(o, w, label_smoothing=SMOOTHING, reduction="sum") for o, w in zip(outputs, written))
    loss = loss / sum(len(w) for w in written)
    loss.backward()
    assert all(p.grad is not None and math.isfinite(p.grad.sum()) for p in parts.parameters())
    cases.append({
        "heads": heads, "encoderLayers": encoder_layers, "decoderLayers": decoder_layers,
        "pairs": [{"source": s, "target": t} for s, t in PAIRS],
        "logits": [numbers(o) for o in outputs], "loss": loss.item(),
        "weights": named(parts, False), "gradients": named(parts, True),
    })
print(json.dumps({
    "torch": torch.__version__, "sourceVocabularySize": VS, "targetVocabularySize": VT, "embeddingSize": D,
    "hiddenSize": H, "labelSmoothing": SMOOTHING, "cases": cases}))
