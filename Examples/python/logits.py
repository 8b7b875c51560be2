"""Recomputes a model's logits from its weights and compares: with PyTorch's own LSTM, GRU or RNN where torch
is installed, else with their equations in numpy.

usage: discern classify MODEL --format jsonl --details < texts | python3 logits.py MODEL

Needs numpy and safetensors. Handles networks of floats: every cell (batch-normalised LSTMs in numpy), pooling,
normalisation and residual connection, several layers, several tasks, any number of labels a text, and several
models that decide together. Of other models (n-grams, weights of 8 or 16 bits, words read by letters) it says so
and exits with 65. Prints the
largest difference for each task; exits with 1 if one is above 1e-5 (of the logit, where that is above 1).
"""

import json
import os
import sys

import numpy as np
from safetensors.numpy import load_file

try:
    import torch
except ImportError:
    torch = None



def stop(code, message):
    print(f"error: {message}", file=sys.stderr)
    sys.exit(code)


if len(sys.argv) != 2:
    stop(64, "usage: discern classify MODEL --format jsonl --details < texts | python3 logits.py MODEL")
folder = sys.argv[1]
if os.path.isfile(folder):
    stop(65, f"{folder} is a file; make the model's folder of it: discern unpack {folder} FOLDER")
try:
    with open(f"{folder}/manifest.json", encoding="utf-8") as file:
        manifest = json.load(file)
except OSError as error:
    stop(66, f"{folder} is not a model: {error.strerror}: {error.filename}")
except ValueError:
    stop(65, f"{folder}/manifest.json is not JSON")


def refuse_others():
    """Only networks of 32-bit floats are recomputed here."""
    if manifest.get("format") not in (None, "discern-model"):
        stop(65, f"{folder} holds a {manifest['format']}, not a model")
    kind = manifest["content"]
    if "ngrams" in kind:
        stop(65, f"{folder} has n-grams{' beside its network' if 'model' in kind else ' alone'}; logits.py recomputes "
             "networks alone (discern train --model recurrent)")
    if "arithmetic" in kind:
        stop(65, f"{folder} has weights of 8 bits ({kind['arithmetic']}), whose sums have an order of their own; give "
             "the model that it was made from")
    if "subwords" in manifest.get("requires", []):
        stop(65, f"{folder} reads the letters of unknown words, which logits.py does not (--subword-buckets 0)")


refuse_others()
content = manifest["content"]["model"]
# The first format had the network's choices beside the others, and a number of directions.
model = content["encoder"]["recurrent"] if "encoder" in content else content
cell, hidden = model["cell"], model["hiddenSize"]
directions = 2 if model.get("isBidirectional", model.get("directionCount") == 2) else 1


def sigmoid(x):
    return 1 / (1 + np.exp(-x))


def softmax(x):
    e = np.exp(x - x.max())
    return e / e.sum()


def with_torch(x, weights):  # [T, D] to [T, directions * H]
    kinds = {"lstm": torch.nn.LSTM, "gru": torch.nn.GRU, "rnn": torch.nn.RNN}
    layer = kinds[cell](x.shape[1], hidden, batch_first=True, bidirectional=directions == 2)
    layer.load_state_dict({name: torch.from_numpy(weight) for name, weight in weights.items()})
    with torch.no_grad():
        return layer(torch.from_numpy(x)[None])[0][0].numpy()


def with_numpy(x, weights):  # the same, by PyTorch's documented equations
    outputs = []
    for suffix in ["", "_reverse"][:directions]:
        w, u, b, c = (weights[f"{name}_l0{suffix}"] for name in ("weight_ih", "weight_hh", "bias_ih", "bias_hh"))
        h, memory, states = np.zeros(hidden, x.dtype), np.zeros(hidden, x.dtype), []
        for row in x if suffix == "" else x[::-1]:
            a, r = w @ row + b, u @ h + c
            if cell == "lstm":
                i, f, g, o = np.split(a + r, 4)
                memory = sigmoid(f) * memory + sigmoid(i) * np.tanh(g)
                h = sigmoid(o) * np.tanh(memory)
            elif cell == "gru":
                (ar, az, an), (rr, rz, rn) = np.split(a, 3), np.split(r, 3)
                z = sigmoid(az + rz)
                h = (1 - z) * np.tanh(an + sigmoid(ar + rr) * rn) + z * h
            else:
                h = np.tanh(a + r)
            states.append(h)
        outputs.append(np.stack(states if suffix == "" else states[::-1]))
    return np.concatenate(outputs, 1)


def with_batch_norm(x, weights):  # Cooijmans et al. 2017, eq. 6 to 8, by the running statistics
    def normalised(values, name, step):
        seen = int(weights[f"{name}.steps_seen"].item())
        row = max(min(step, seen - 1), 0)
        mean, variance = (weights[f"{name}.running_{kind}"][row] for kind in ("mean", "var"))
        shift = weights.get(f"{name}.bias", 0)
        return (values - mean) / np.sqrt(variance + np.float32(1e-5)) * weights[f"{name}.weight"] + shift

    outputs = []
    for suffix in ["", "_reverse"][:directions]:
        w, u, b, c = (weights[f"{name}_l0{suffix}"] for name in ("weight_ih", "weight_hh", "bias_ih", "bias_hh"))
        h, memory, states = np.zeros(hidden, x.dtype), np.zeros(hidden, x.dtype), []
        for step, row in enumerate(x if suffix == "" else x[::-1]):
            z = normalised(w @ row, f"norm_ih_l0{suffix}", step) + b + c
            if step > 0:
                z = z + normalised(u @ h, f"norm_hh_l0{suffix}", step - 1)
            i, f, g, o = np.split(z, 4)
            memory = sigmoid(f) * memory + sigmoid(i) * np.tanh(g)
            h = sigmoid(o) * np.tanh(normalised(memory, f"norm_c_l0{suffix}", step))
            states.append(h)
        outputs.append(np.stack(states if suffix == "" else states[::-1]))
    return np.concatenate(outputs, 1)


class Network:
    """One set of weights, on one text at a time."""

    def __init__(self, path):
        self.weights = load_file(path)
        if any(weight.dtype == np.float16 for weight in self.weights.values()):
            stop(65, f"{path} has weights of 16 bits; give the model that it was made from")

    def layer(self, index, x):
        weights = {}
        for name, weight in self.weights.items():
            part = name.removeprefix(cell + ".")
            if part != name and part.split(".")[0].removesuffix("_reverse").endswith(f"_l{index}"):
                weights[part.replace(f"_l{index}", "_l0")] = weight
        if model["batchNorm"] == "recurrent":
            return with_batch_norm(x, weights)
        return (with_torch if torch else with_numpy)(x, weights)

    def scaled(self, x, mean, variance, name):
        scale, shift = self.weights[f"{name}.weight"], self.weights[f"{name}.bias"]
        return (x - mean) / np.sqrt(variance + np.float32(1e-5)) * scale + shift

    def layer_normalised(self, x, name):  # where the model has it
        if f"{name}.weight" not in self.weights:
            return x
        return self.scaled(x, x.mean(1, keepdims=True), x.var(1, keepdims=True), name)

    def batch_normalised(self, x, name):  # by the running statistics, [F] or [steps, F]
        mean, variance = (self.weights[f"{name}.running_{kind}"] for kind in ("mean", "var"))
        if f"{name}.steps_seen" in self.weights:
            last = int(self.weights[f"{name}.steps_seen"].item()) - 1
            rows = np.minimum(np.arange(len(x)), max(last, 0))
            mean, variance = mean[rows], variance[rows]
        return self.scaled(x, mean, variance, name)

    def pooled(self, kind, states):  # [T, F] to [F]
        if kind == "max":
            return states.max(0)
        if kind == "mean":
            return states.mean(0)
        if kind == "last":  # each direction's own last state
            return np.concatenate([states[-1, :hidden], states[0, hidden:]])
        prefix, keys = "linear_attention", states
        if kind == "additive":
            prefix, w = "attention", self.weights
            keys = np.tanh(states @ w["attention.projection.weight"].T + w["attention.projection.bias"])
        return softmax(keys @ self.weights[f"{prefix}.score.weight"][0]) @ states

    def logits(self, ids):  # by task
        x = self.layer_normalised(self.weights["embedding.weight"][ids], "layer_norm.input")
        for index in range(model["layerCount"]):
            states = self.layer(index, x)
            if model["residual"]:
                shortcut = self.weights.get(f"residual.l{index}.weight")
                states = states + (x if shortcut is None else x @ shortcut.T)
            if model["batchNorm"] in ("flattened", "per-step"):
                states = self.batch_normalised(states, f"batch_norm.l{index}")
            is_last = index == model["layerCount"] - 1
            x = self.layer_normalised(states, "layer_norm.output" if is_last else f"layer_norm.l{index}")
        features = np.concatenate([self.pooled(kind, x) for kind in model["pooling"]])
        names = [head["name"] for head in content["heads"]]
        prefixes = ["output"] if len(names) == 1 else [f"output.{name}" for name in names]
        return [self.weights[f"{p}.weight"] @ features + self.weights[f"{p}.bias"] for p in prefixes]


def together(members, is_multi_label):
    """The mean of several models' probabilities, as logits."""
    if len(members) == 1:
        return members[0].astype(np.float64)
    logits = np.stack(members).astype(np.float64)
    if is_multi_label:
        return np.log(sigmoid(logits).mean(0)) - np.log(sigmoid(-logits).mean(0))
    return np.log(np.mean([softmax(row) for row in logits], 0))


files = sorted(name for name in manifest["files"] if name.endswith(".safetensors"))
networks = [Network(f"{folder}/{name}") for name in files]
heads, lines = content["heads"], 0
largest = [0.0] * len(heads)
for number, line in enumerate(sys.stdin, start=1):
    try:
        row = json.loads(line)
        given = [row if len(heads) == 1 else row["tasks"][head["name"]] for head in heads]
        ids, expected = row["ids"], [np.array(own["logits"], np.float64) for own in given]
    except (ValueError, TypeError, KeyError):
        stop(65, f"-:{number}: is not a line of discern classify --format jsonl --details")
    members = [network.logits(ids) for network in networks]
    for index, head in enumerate(heads):
        # The first format had a flag instead of the kind's name.
        is_multi_label = "labels" in head or head.get("isMultiLabel", False)
        computed = together([logits[index] for logits in members], is_multi_label)
        difference = np.abs(computed - expected[index]) / np.maximum(np.abs(expected[index]), 1)
        largest[index] = max(largest[index], float(difference.max()))
    lines += 1
for head, difference in zip(heads, largest):
    name = f" of {head['name']}" if head["name"] else ""
    print(
        f"{lines} texts, {len(networks)} network(s), {'torch' if torch else 'numpy'}: "
        f"largest difference of a logit{name} {difference:.2e}"
    )
sys.exit(0 if lines and max(largest) <= 1e-5 else 1)
