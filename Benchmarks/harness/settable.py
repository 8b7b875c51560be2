"""The table of Benchmarks/sets from its rows."""

import json
import math
import os
import statistics
from collections import defaultdict


def key(row):
    return row["set"], row["model"], row["part"], row["seed"]


def rows(path):
    """The rows measured so far, without a last line that was cut off."""
    if not os.path.exists(path):
        return []
    found = []
    with open(path, encoding="utf-8") as file:
        for line in file:
            try:
                found.append(json.loads(line))
            except ValueError:
                continue
    return found


class Summary:
    """A model on a set: means over parts and seeds."""

    def __init__(self, measured):
        texts = {row["part"]: row["texts"] for row in measured}
        self.texts = sum(texts.values())
        self.several = measured[0]["several"]
        for name in ("accuracy", "macro", "micro", "cpu", "bytes"):
            setattr(self, name, statistics.mean(row[name] for row in measured))
        self.seeds = sorted({row["seed"] for row in measured})
        self.score = self.micro if self.several else self.accuracy
        self.half = 1.96 * math.sqrt(max(1e-9, self.score * (1 - self.score)) / self.texts)

    def cells(self):
        accuracy = f"{100 * self.accuracy:.1f}" if self.several else f"{100 * self.accuracy:.1f} ± {100 * self.half:.1f}"
        micro = f"{100 * self.micro:.1f} ± {100 * self.half:.1f}" if self.several else ""
        return [accuracy, f"{100 * self.macro:.1f}", micro, f"{self.cpu:.1f}", f"{self.bytes / 1e6:.1f}"]


def line(*cells):
    return "| " + " | ".join(cells) + " |"


def markdown(measured, models, own):
    """A table for each set, and the differences of Discern's models from the best of the others.

    - own: the names of Discern's models.
    """
    by_set = defaultdict(lambda: defaultdict(list))
    for row in measured:
        by_set[row["set"]][row["model"]].append(row)
    lines = [line("set", "model", "accuracy", "macro F1", "micro F1", "CPU s", "MB"), line(*["---"] * 2 + ["---:"] * 5)]
    above = defaultdict(dict)
    for name in sorted(by_set):
        found = {model: Summary(by_set[name][model]) for model in models if model in by_set[name]}
        for place, (model, summary) in enumerate(found.items()):
            title = f"{name} ({summary.texts} texts)" if place == 0 else ""
            lines.append(line(title, model, *summary.cells()))
        best = max((summary.score for model, summary in found.items() if model not in own), default=None)
        if best is not None:
            for model in own:
                if model in found:
                    above[model][name] = (found[model].score - best, found[model].half)
    if above:
        lines += ["", "Above (+) or below (−) the best of the linear models and fastText, in points:", ""]
        lines += [line("model", "sets", "mean", "worst", "below by more than the interval"), line("---", *["---:"] * 3, "---")]
        for model, differences in above.items():
            worst = min(differences, key=lambda name: differences[name][0])
            below = [name for name, (difference, half) in differences.items() if difference < -half]
            lines.append(line(
                model, str(len(differences)), f"{100 * statistics.mean(d for d, _ in differences.values()):+.1f}",
                f"{100 * differences[worst][0]:+.1f} ({worst})", ", ".join(below) or "none"))
    return "\n".join(lines)
