"""Blocks of self-attention over segments of texts by PyTorch in float64: outputs, and the gradients of all that is given.

Reads {"heads", "length", "memory", "causal", "frequencies", "blocks": [{name: [rows]}], "texts": [{"x", "d"}]} of standard
input: tokens of a segment, states kept of those before it, whether a token sees those after it, of relative
positions the waves' frequencies (none: no positions), by block its weights by name, and by text its states and the gradient
of what comes out. States of segments before are detached. Writes {"texts": [{"output", "x"}], "blocks": [{name: [rows]}]}.
"""

import json
import sys

import torch

torch.set_default_dtype(torch.float64)
case = json.load(sys.stdin)
blocks = [
    {name: torch.tensor(values, requires_grad=True) for name, values in block.items()} for block in case["blocks"]]
frequencies = torch.tensor(case["frequencies"], dtype=torch.float32)


def norm(x, block, name):
    return torch.nn.functional.layer_norm(
        x, x.shape[-1:], block[name + ".weight"][0], block[name + ".bias"][0])


def linear(x, block, name):
    bias = block.get(name + ".bias")
    return torch.nn.functional.linear(x, block[name + ".weight"], None if bias is None else bias[0])


def heads(x):
    return x.reshape(len(x), case["heads"], -1).transpose(0, 1)


def waves(distances):
    # Angles are rounded to floats before their sines.
    angles = (distances.to(torch.float32)[..., None] * frequencies).double()
    return torch.cat([angles.sin(), angles.cos()], -1)[..., : blocks[0]["query.weight"].shape[0]]


def attention(x, before, block):
    count = len(before)
    every = norm(torch.cat([before, x]), block, "attention_norm")
    q, k, v = [heads(linear(states, block, name)) for states, name in (
        (every[count:], "query"), (every, "key"), (every, "value"))]
    places = torch.arange(len(x)) + count
    distances = places[:, None] - torch.arange(len(every))[None, :]
    if len(frequencies):
        r = torch.nn.functional.linear(waves(distances), block["position.weight"])  # [L, K, F]
        r = r.reshape(len(x), len(every), case["heads"], -1).permute(2, 0, 1, 3)
        u, w = [block[name][0].reshape(case["heads"], 1, -1) for name in ("content_bias", "position_bias")]
        scores = (q + u) @ k.transpose(1, 2) + torch.einsum("hid,hijd->hij", q + w, r)
    else:
        scores = q @ k.transpose(1, 2)
    scores = scores / q.shape[-1] ** 0.5
    if case["causal"]:
        scores = scores.masked_fill(distances < 0, -torch.inf)
    context = (scores.softmax(-1) @ v).transpose(0, 1).reshape(len(x), -1)
    x = x + linear(context, block, "output")
    return x + linear(
        torch.nn.functional.gelu(linear(norm(x, block, "norm"), block, "inner")), block, "outer")


texts = []
for text in case["texts"]:
    x = torch.tensor(text["x"], requires_grad=True)
    memories = [x.new_zeros(0, x.shape[1]) for _ in blocks]
    outputs = []
    for values in x.split(case["length"]):
        for index, block in enumerate(blocks):
            before = memories[index]
            memories[index] = torch.cat([before, values])[-case["memory"]:].detach()
            values = attention(values, before, block)
        outputs.append(values)
    output = torch.cat(outputs)
    (output * torch.tensor(text["d"])).sum().backward()
    texts.append({"output": output.tolist(), "x": x.grad.tolist()})
print(json.dumps({
    "texts": texts, "blocks": [{name: value.grad.tolist() for name, value in block.items()} for block in blocks]}))
