"""Prints MultiLabelFigures.swift: scikit-learn's figures for cases that a formula makes.

    python multilabel.py > ../DiscernEvaluationTests/MultiLabelFigures.swift

The same cases are made by MultiLabelCase.make in Swift: SplitMix64, whole numbers over 1024, so that
both languages hold the same bits. Needs numpy and scikit-learn.
"""

import warnings

import numpy as np
import sklearn
from sklearn import metrics

from golden import THRESHOLDS, make_labels, swift

warnings.filterwarnings("ignore")


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
        p, y = make_labels(seed, n, labels, levels, never, always, zero)
        print("  MultiLabelFigures(")
        print("    input: MultiLabelCase(")
        print(f'      name: "{name}", seed: {seed}, exampleCount: {n}, labelCount: {labels}, levels: {levels},')
        print(f"      never: {never}, always: {always}, zero: {zero}),")
        lines = [f"    {key}: {swift(value)}" for key, value in figures(p, y)]
        print(",\n".join(lines) + "),")
    print("]")


if __name__ == "__main__":
    main()
