"""Prints MultiLabelFigures.swift: scikit-learn's figures for cases that a formula makes.

    python multilabel.py > ../DiscernEvaluationTests/MultiLabelFigures.swift

The same cases are made by MultiLabelCase.make in Swift: SplitMix64, whole numbers over 1024, so that
both languages hold the same bits. Needs numpy and scikit-learn.
"""

import warnings

import numpy as np
import sklearn
from sklearn import metrics

warnings.filterwarnings("ignore")

MASK = (1 << 64) - 1


class SplitMix64:
    def __init__(self, seed):
        self.state = seed

    def next(self):
        self.state = (self.state + 0x9E3779B97F4A7C15) & MASK
        z = self.state
        z = ((z ^ (z >> 30)) * 0xBF58476D1CE4E5B9) & MASK
        z = ((z ^ (z >> 27)) * 0x94D049BB133111EB) & MASK
        return z ^ (z >> 31)


THRESHOLDS = [0.5, 0.25, 0.75, 0.125]

# name, seed, examples, labels, levels of the scores (a power of two), labels that never hold, labels that
# always hold, labels with probability 0
CASES = [
    ("four labels", 1, 200, 4, 1024, [], [], []),
    ("many ties", 2, 150, 5, 4, [], [], []),
    ("one label", 3, 60, 1, 1024, [], [], []),
    ("a label that never holds", 4, 80, 4, 1024, [1], [], []),
    ("a label that always holds", 5, 80, 4, 1024, [], [2], []),
    ("a label never given", 6, 80, 4, 1024, [], [], [0]),
    ("a label neither given nor held", 7, 80, 3, 1024, [2], [], [2]),
    ("one example", 8, 1, 3, 1024, [], [], []),
    ("nothing holds", 9, 20, 3, 1024, [0, 1, 2], [], []),
    ("nothing is given", 10, 20, 3, 1024, [], [], [0, 1, 2]),
    ("everything holds", 11, 20, 2, 1024, [], [0, 1], []),
]


def make(seed, n, labels, levels, never, always, zero):
    random = SplitMix64(seed)
    p = np.zeros((n, labels), dtype=np.float32)
    y = np.zeros((n, labels), dtype=np.int64)
    for row in range(n):
        for c in range(labels):
            k = random.next() % levels * (1024 // levels)
            held = random.next() % 1024 < k
            p[row, c] = 0 if c in zero else k / 1024
            y[row, c] = c not in never and (held or c in always)
    return p, y


def swift(value):
    if isinstance(value, (list, tuple)):
        return "[" + ", ".join(swift(v) for v in value) + "]"
    if isinstance(value, str):
        return f'"{value}"'
    if value is None or value != value:
        return "nil"
    return repr(int(value)) if isinstance(value, (int, np.integer)) else repr(float(value))


def figures(p, y):
    n, labels = y.shape
    t = np.array([THRESHOLDS[c % 4] for c in range(labels)], dtype=np.float32)
    given = (p >= t).astype(int)

    def average(kind):
        return [float(v) for v in metrics.precision_recall_fscore_support(
            y, given, average=kind, zero_division=0)[:3]]

    def best(c):
        cuts = [(p[:, c] >= cut).astype(int) for cut in np.unique(p[:, c])]
        return max(metrics.f1_score(y[:, c], cut, zero_division=0) for cut in cuts)

    # One label is a plain vector to scikit-learn's averages over samples.
    both = y if labels > 1 else np.hstack([y, y]), given if labels > 1 else np.hstack([given, given])
    samples = metrics.precision_recall_fscore_support(*both, average="samples", zero_division=0)[:3]
    if labels == 1:
        one = metrics.precision_recall_fscore_support(y[:, 0], given[:, 0], zero_division=0, average="binary")[:3]
        micro = macro = weighted = [float(v) for v in one]
    else:
        micro, macro, weighted = average("micro"), average("macro"), average("weighted")
    each = [metrics.precision_recall_fscore_support(
        y[:, c], given[:, c], average="binary", zero_division=0)[:3] for c in range(labels)]
    return [
        ("subsetAccuracy", metrics.accuracy_score(y, given)),
        ("hammingLoss", metrics.hamming_loss(y, given)),
        ("logLoss", float(np.mean([metrics.log_loss(y[:, c], p[:, c], labels=[0, 1]) for c in range(labels)]))),
        ("micro", micro), ("macro", macro), ("weighted", weighted), ("samples", [float(v) for v in samples]),
        ("precision", [float(e[0]) for e in each]), ("recall", [float(e[1]) for e in each]),
        ("f1", [float(e[2]) for e in each]), ("support", [int(v) for v in y.sum(axis=0)]),
        ("rocAUC", [float(metrics.roc_auc_score(y[:, c], p[:, c])) if 0 < y[:, c].sum() < n else None
                    for c in range(labels)]),
        ("averagePrecision", [float(metrics.average_precision_score(y[:, c], p[:, c])) if y[:, c].sum() else None
                              for c in range(labels)]),
        ("bestF1", [float(best(c)) for c in range(labels)]),
    ]


def main():
    print(f"// Made by multilabel.py with scikit-learn {sklearn.__version__}, numpy {np.__version__}. Do not edit.\n")
    print("let multiLabelFigures: [MultiLabelFigures] = [")
    for name, seed, n, labels, levels, never, always, zero in CASES:
        p, y = make(seed, n, labels, levels, never, always, zero)
        print("  MultiLabelFigures(")
        print("    input: MultiLabelCase(")
        print(f'      name: "{name}", seed: {seed}, exampleCount: {n}, labelCount: {labels}, levels: {levels},')
        print(f"      never: {never}, always: {always}, zero: {zero}),")
        lines = [f"    {key}: {swift(value)}" for key, value in figures(p, y)]
        print(",\n".join(lines) + "),")
    print("]")


if __name__ == "__main__":
    main()
