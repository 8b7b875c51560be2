"""Reads a model and classifies texts with numpy alone, written from Guides/ModelFormat.md.

usage: discern tokenize --model MODEL --format jsonl < texts | python3 read_model.py MODEL

MODEL is a folder, or a file that `discern pack` made. Prints a JSON object for each text with its label (or
labels), probabilities and logits, by task where there are several. Dividing texts into words is ICU's work, so
the words come from `discern tokenize`. Reads n-grams, recurrent networks of 32- and 16-bit floats with LSTMs, and
both joined; several layers, any pooling, several networks, tasks and labels. What it does not read (8-bit
networks, letters of unknown words, transformers, other cells, norms, residuals, hashed n-grams) is named, and
the exit code is 65.
"""

import collections
import hashlib
import json
import os
import re
import sys

import numpy as np

TYPES = {"F32": "<f4", "F16": "<f2", "I8": "i1", "U8": "u1"}
# Han, Hiragana, Katakana, Bopomofo, Thai, Lao, Khmer, Myanmar: scripts without spaces between words.
WITHOUT_SPACES = re.compile(
    "[\u2e80-\u2ef3\u2f00-\u2fd5\u3005\u3007\u3021-\u3029\u3038-\u303b\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufad9"
    "\U00020000-\U0003ffff\u3041-\u3096\u309d-\u309f\u30a1-\u30fa\u30fd-\u30ff\u31f0-\u31ff\u32d0-\u32fe"
    "\u3300-\u3357\uff66-\uff6f\uff71-\uff9d\U0001b000-\U0001b167\U0001f200\u02ea\u02eb\u3105-\u312f\u31a0-\u31bf"
    "\u0e01-\u0e3a\u0e40-\u0e5b\u0e81-\u0edf\u1780-\u17dd\u17e0-\u17f9\u19e0-\u19ff\u1000-\u109f\ua9e0-\ua9fe"
    "\uaa60-\uaa7f]")

# The settings of a network that are supported, or that matter only in training; others would change answers.
KNOWN = {
    "embeddingSize", "cell", "hiddenSize", "layerCount", "isBidirectional", "pooling", "attentionSize", "layerNorm",
    "batchNorm", "residual", "trainsEmbedding", "dropoutKind", "embeddingDropout", "wordDropout", "layerDropout",
    "weightDropout", "outputDropout", "backpropagationWindow"}


def tensors_of(data):  # of a safetensors file: name → array; and the header's text map
    size = int.from_bytes(data[:8], "little")
    header = json.loads(data[8:8 + size])
    metadata = header.pop("__metadata__", {})
    return {name: np.frombuffer(data[8 + size:][slice(*t["data_offsets"])], TYPES[t["dtype"]]).reshape(t["shape"])
            for name, t in header.items()}, metadata


def demand(holds, message):
    if not holds:
        sys.exit(print(f"error: {message}", file=sys.stderr) or 65)


def unescaped(token):
    parts = token.split("\\\\")
    return "\\".join(p.replace("\\t", "\t").replace("\\n", "\n").replace("\\r", "\r") for p in parts)


def load(path):  # manifest, text files by name, tensors by the name of their file
    demand(os.path.exists(path), f"{path} is not there")
    if os.path.isfile(path):
        packed, metadata = tensors_of(open(path, "rb").read())
        source, digest = packed.pop("manifest").tobytes(), metadata["manifest.sha256"]
        texts = {f"{name}.txt": packed.pop(name).tobytes() for name in ("vocabulary", "ngrams") if name in packed}
        files = collections.defaultdict(dict)
        packed.pop("card", None)
        for name, values in packed.items():
            folder, _, own = name.rpartition("/")
            files[(folder or "weights") + ".safetensors"][own] = values
    else:
        read = lambda name: open(os.path.join(path, name), "rb").read()
        source, digest = read("manifest.json"), read("manifest.sha256").split()[0].decode()
        bodies = {name: read(name) for name in json.loads(source)["files"]}
        for name, own in json.loads(source)["files"].items():
            demand(hashlib.sha256(bodies[name]).hexdigest() == own["sha256"], f"{name} is damaged")
        texts = {name: body for name, body in bodies.items() if name.endswith(".txt")}
        files = {name: tensors_of(body)[0] for name, body in bodies.items() if name.endswith(".safetensors")}
    demand(hashlib.sha256(source).hexdigest() == digest, "the manifest is damaged")
    return json.loads(source), {name: text.decode() for name, text in texts.items()}, files


class NGrams:
    def __init__(self, text, tensors):
        lines = text.split("\n")[:-1]
        _, count, self.text_count, configuration = lines[0].split("\t")
        self.configuration, self.places, counts, path = json.loads(configuration), {}, [], []
        demand("hashBits" not in self.configuration, "n-grams that share numbers are not read")
        letters = False
        for line in lines[1:]:
            if line == "<letters>":
                letters = True
                continue
            written, seen = line.lstrip("\t").rsplit("\t", 1)
            path[len(line) - len(line.lstrip("\t")):] = [unescaped(written)]
            self.places[path[0] if letters else tuple(path)] = len(counts)
            counts.append(int(seen))
        counts = np.array(counts)
        self.numbers = np.argsort(np.argsort(-counts, kind="stable"), kind="stable")  # by place in the file
        is_letters = np.array([isinstance(key, str) for key in self.places])
        rare = np.log((1 + int(self.text_count)) / (1 + counts)) + 1
        self.factors = np.where(is_letters, rare * self.configuration["letterScale"], rare)  # by place
        self.bias, self.scale = tensors["ngrams.bias"], tensors["ngrams.scale"]
        present = np.unpackbits(tensors["ngrams.present"].view(np.uint8), bitorder="little")[:int(count)]
        self.weights = np.zeros((int(count), len(self.bias)))
        self.weights[present == 1] = tensors["ngrams.weight"]

    def found(self, words):  # every n-gram of a text, known or not
        for length in range(1, self.configuration["longestWords"] + 1):
            yield from zip(*(words[start:] for start in range(length)))
        shortest, longest = self.configuration["shortestLetters"], self.configuration["longestLetters"]
        run = ""
        for word in [*words, ""] if longest else []:
            if WITHOUT_SPACES.search(word):
                run += word
            elif word or run:
                for length in range(1, min(longest, len(run)) + 1):
                    yield from (run[start:start + length] for start in range(len(run) - length + 1))
                run, padded = "", f" {word} "
                for length in range(shortest, longest + 1) if word else []:
                    yield from (padded[start:start + length] for start in range(max(1, len(padded) - length + 1)))
                    if len(padded) <= length:
                        break

    def columns(self, words):
        seen = collections.Counter(self.places[gram] for gram in self.found(words) if gram in self.places)
        places, counts = np.array(list(seen), int), np.array(list(seen.values()), float)
        values = (1 + np.log(counts)) * self.factors[places]
        if self.configuration.get("weighting") == "nb":
            values = np.ones(len(places))
        elif len(places):
            values /= np.sqrt((values ** 2).sum())
        return self.bias + self.scale * (values @ self.weights[self.numbers[places]])


def sigmoid(x):
    return 1 / (1 + np.exp(-x))


def softmax(x):
    e = np.exp(x - x.max())
    return e / e.sum()


def lstm(x, weights, suffix):  # [T, D] to [T, H]
    w, u, b, c = (weights[f"lstm.{name}_{suffix}"] for name in ("weight_ih", "weight_hh", "bias_ih", "bias_hh"))
    h, memory, states = np.zeros(u.shape[1]), np.zeros(u.shape[1]), []
    for row in x @ w.T + b + c:
        i, f, g, o = np.split(row + u @ h, 4)
        memory = sigmoid(f) * memory + sigmoid(i) * np.tanh(g)
        h = sigmoid(o) * np.tanh(memory)
        states.append(h)
    return np.stack(states)


def pooled(kind, states, weights, hidden):  # [T, F] to [F]
    if kind in ("max", "mean"):
        return getattr(states, kind)(0)
    if kind == "last":  # each direction's own
        return np.concatenate([states[-1, :hidden], states[0, hidden:]])
    prefix, keys = "linear_attention", states
    if kind == "additive":
        prefix = "attention"
        keys = np.tanh(states @ weights["attention.projection.weight"].T + weights["attention.projection.bias"])
    return softmax(keys @ weights[f"{prefix}.score.weight"][0]) @ states


def network(ids, weights, shape, heads):  # logits by head
    x = weights["embedding.weight"][ids]
    for layer in range(shape["layerCount"]):
        states = [lstm(x, weights, f"l{layer}")]
        if shape["isBidirectional"]:
            states.append(lstm(x[::-1], weights, f"l{layer}_reverse")[::-1])
        x = np.concatenate(states, 1)
    features = np.concatenate([pooled(kind, x, weights, shape["hiddenSize"]) for kind in shape["pooling"]])
    prefixes = ["output"] if len(heads) == 1 else [f"output.{head['name']}" for head in heads]
    return [weights[f"{prefix}.weight"] @ features + weights[f"{prefix}.bias"] for prefix in prefixes]


def mean(members, separator):  # of several networks' probabilities, as logits
    if len(members) == 1:
        return members[0]
    if separator:
        return np.log(np.mean([sigmoid(z) for z in members], 0)) - np.log(np.mean([sigmoid(-z) for z in members], 0))
    return np.log(np.mean([softmax(z) for z in members], 0))


def kept(words, limit, truncation):
    if not limit or len(words) <= limit:
        return words
    last = {"head": 0, "tail": limit, "head+tail": limit // 2}[truncation]
    return words[:limit - last] + words[len(words) - last:]


class Model:
    def __init__(self, path):
        manifest, texts, files = load(path)
        demand(manifest["format"] == "discern-model" and manifest["formatVersion"] == 2, "not a model of format 2")
        others = set(manifest.get("requires", [])) - {"ngrams"}
        demand(not others, f"requires {', '.join(others)}, which is not read here")
        self.content = content = manifest["content"]
        self.tasks = content.get("tasks") or [
            {"name": "", "labels": content["labels"], "temperature": content["temperature"]}]
        self.ngrams = NGrams(texts["ngrams.txt"], files["ngrams.safetensors"]) if "ngrams" in content else None
        self.networks = []
        if "model" in content:
            demand("recurrent" in content["model"]["encoder"], "another network than a recurrent one is not read here")
            self.shape = content["model"]["encoder"]["recurrent"]
            demand(not set(self.shape) - KNOWN, f"a network with {', '.join(set(self.shape) - KNOWN)} is not read here")
            plain = (self.shape["cell"], self.shape["batchNorm"], self.shape["layerNorm"], self.shape["residual"])
            demand(plain == ("lstm", "none", [], False), "another network than plain LSTM layers is not read here")
            lines = texts["vocabulary.txt"].split("\n")[:-1]
            self.ids = {unescaped(line.split("\t")[0]): number for number, line in enumerate(lines) if number > 1}
            self.networks = [{name: values.astype(float) for name, values in files[name].items()}
                             for name in sorted(files) if name.startswith("weights")]

    def logits(self, words):  # by task
        heads = [2 if len(task["labels"]) == 2 and "separator" not in task else 0 for task in self.tasks]
        if self.ngrams:
            columns, wide = list(self.ngrams.columns(words)), []
            for task, two in zip(self.tasks, heads):
                own = [columns.pop(0) for _ in range(1 if two else len(task["labels"]))]
                wide.append(np.array([-own[0] / 2, own[0] / 2] if two else own))
        if self.networks:
            cut = kept(words, self.content.get("maximumTokens"), self.content["truncation"])
            ids = [self.ids.get(word, 1) for word in cut] or [1]
            members = [network(ids, weights, self.shape, self.content["model"]["heads"]) for weights in self.networks]
            deep = [mean([m[k] for m in members], t.get("separator")) for k, t in enumerate(self.tasks)]
        if not self.ngrams or not self.networks:
            return wide if self.ngrams else deep
        mixing = self.content["ngrams"]["mixing"]
        return [m["ngrams"] * w + m["network"] * d for m, w, d in zip(mixing, wide, deep)]

    def answer(self, words):
        answers = {}
        for task, logits in zip(self.tasks, self.logits(words)):
            scaled, labels = logits / task["temperature"], task["labels"]
            probabilities = sigmoid(scaled) if "separator" in task else softmax(scaled)
            if "separator" in task:
                given = [label for label, p, t in zip(labels, probabilities, task["thresholds"]) if p >= t]
            answers[task["name"]] = {
                **({"labels": given} if "separator" in task else {"label": labels[int(probabilities.argmax())]}),
                "probabilities": dict(zip(labels, probabilities.tolist())), "logits": logits.tolist()}
        return answers[""] if list(answers) == [""] else {"tasks": answers}


if __name__ == "__main__":
    demand(len(sys.argv) == 2, "usage: discern tokenize --model MODEL --format jsonl < texts | read_model.py MODEL")
    model = Model(sys.argv[1])
    for line in sys.stdin:
        print(json.dumps(model.answer([token["token"] for token in json.loads(line)["tokens"]]), ensure_ascii=False))
