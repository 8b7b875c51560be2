"""Recomputes a model's logits with PyTorch's own LSTM, GRU or RNN from weights.safetensors, and compares.

usage: discern classify MODEL --format jsonl --details < texts | python3 logits.py MODEL

Needs torch and safetensors. Prints the largest difference; exits with 1 if it is above 1e-5.
"""

import json
import sys

import torch
from safetensors.torch import load_file

folder = sys.argv[1]
model = json.load(open(f"{folder}/manifest.json", encoding="utf-8"))["content"]["model"]
weights = load_file(f"{folder}/weights.safetensors")
if set(model["pooling"]) - {"additive", "max", "mean"}:
    sys.exit("this example knows additive, max and mean pooling")
if model["layerNorm"] or model["batchNorm"] != "none" or model["residual"]:
    sys.exit("this example knows no normalisation and no residual connections")

cell = model["cell"]
layers = {"lstm": torch.nn.LSTM, "gru": torch.nn.GRU, "rnn": torch.nn.RNN}[cell](
    model["embeddingSize"], model["hiddenSize"], model["layerCount"], batch_first=True,
    bidirectional=model["directionCount"] == 2
)
layers.load_state_dict({k.removeprefix(cell + "."): v for k, v in weights.items() if k.startswith(cell + ".")})


def pool(kind, states):  # [T, states] to [states]
    if kind == "max":
        return states.max(0).values
    if kind == "mean":
        return states.mean(0)
    keys = torch.tanh(
        states @ weights["attention.projection.weight"].T + weights["attention.projection.bias"]
    )
    return torch.softmax(keys @ weights["attention.score.weight"][0], 0) @ states


largest, lines = 0.0, 0
with torch.no_grad():
    for line in sys.stdin:
        row = json.loads(line)
        vectors = weights["embedding.weight"][torch.tensor(row["ids"])]
        states = layers(vectors[None])[0][0]
        pooled = torch.cat([pool(kind, states) for kind in model["pooling"]])
        logits = weights["output.weight"] @ pooled + weights["output.bias"]
        largest = max(largest, (logits - torch.tensor(row["logits"])).abs().max().item())
        lines += 1
print(f"{lines} texts, largest difference of a logit {largest:.2e}")
sys.exit(0 if lines and largest <= 1e-5 else 1)
