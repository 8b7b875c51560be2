"""Self-attention by PyTorch in float64, one text at a time: contexts, and the gradients of all that is given.

Reads {"heads", "texts": [{"q", "k", "v", "d"}]} of standard input, rows of features each, d the contexts' gradient, and
maybe "window", tokens on each side of one that it attends to, or "keys" and "values": Linformer's projections along the
text, a list of matrices [K, N] each, one for all heads or one for each. Writes {"texts": [{"context", "q", "k", "v"}]},
with projections also their gradients.
"""

import json
import sys

import torch

torch.set_default_dtype(torch.float64)


def leaf(values):
    return torch.tensor(values, dtype=torch.float64, requires_grad=True)


def heads(matrix, count):
    return matrix.reshape(len(matrix), count, -1).transpose(0, 1)


def projected(matrices, states):
    """By head [min(K, L), D] of [L, D]: as many rows as there are tokens, at most."""
    length = states.shape[1]
    each = matrices if len(matrices) > 1 else matrices * len(states)
    return torch.stack([
        matrix[:length, :length] @ own[: matrix.shape[1]] for matrix, own in zip(each, states)])


def band(length, window):
    places = torch.arange(length)
    return (places[:, None] - places[None, :]).abs() <= window


case = json.load(sys.stdin)
projections = {name: [leaf(matrix) for matrix in case[name]] for name in ("keys", "values") if name in case}
results = []
for text in case["texts"]:
    q, k, v = [leaf(text[name]) for name in "qkv"]
    own = [heads(states, case["heads"]) for states in (q, k, v)]
    if projections:
        own[1] = projected(projections["keys"], own[1])
        own[2] = projected(projections["values"], own[2])
    mask = band(len(q), case["window"]) if "window" in case else None
    context = torch.nn.functional.scaled_dot_product_attention(*own, attn_mask=mask)
    context = context.transpose(0, 1).reshape(len(q), -1)
    (context * torch.tensor(text["d"])).sum().backward()
    results.append({"context": context.tolist()} | {name: x.grad.tolist() for name, x in zip("qkv", (q, k, v))})
answer = {"texts": results}
for name, matrices in projections.items():
    answer[name] = [matrix.grad.tolist() for matrix in matrices]
print(json.dumps(answer))
