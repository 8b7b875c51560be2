"""Prints ComparingFigures.swift: intervals, tests, curves and suspected labels by other programs.

    python comparing.py > ../DiscernEvaluationTests/ComparingFigures.swift

Cases are those of evaluation.py and multilabel.py. Resamples are drawn here with the formula of
RandomStream; their figures are scikit-learn's, percentiles numpy's, McNemar's test and Wilson's interval
statsmodels', suspected labels cleanlab's. Needs numpy, scikit-learn, statsmodels and cleanlab.
"""

import contextlib
import io
import warnings

import cleanlab
import numpy as np
import sklearn
import statsmodels
from sklearn import metrics
from statsmodels.stats.contingency_tables import mcnemar
from statsmodels.stats.proportion import proportion_confint

from golden import MASK, THRESHOLDS, calibration_error, make, make_labels, swift

warnings.filterwarnings("ignore")
REPLICATES = 60
SEED = 7
RESAMPLING = 14


def mix(value):
    z = (value + 0x9E3779B97F4A7C15) & MASK
    z = ((z ^ (z >> 30)) * 0xBF58476D1CE4E5B9) & MASK
    z = ((z ^ (z >> 27)) * 0x94D049BB133111EB) & MASK
    return z ^ (z >> 31)


def draws(replicate, n):
    key = mix(mix(mix(SEED) ^ RESAMPLING) ^ replicate)
    return np.array([mix((key + i * 0xD1342543DE82EF95) & MASK) * n >> 64 for i in range(n)])


def class_figures(p, y):
    classes = p.shape[1]
    labels = list(range(classes))
    predicted = p.argmax(axis=1)
    if classes == 2:
        rankings = [
            metrics.roc_auc_score(y, p[:, 1]) if len(set(y)) > 1 else None,
            metrics.average_precision_score(y, p[:, 1]) if (y == 1).any() else None,
        ]
    else:
        whole = all((y == c).any() for c in labels)
        rankings = [
            metrics.roc_auc_score(y, p, multi_class="ovr", labels=labels) if whole else None,
            float(np.mean([metrics.average_precision_score(y == c, p[:, c]) for c in labels]))
            if whole
            else None,
        ]
    return [
        metrics.accuracy_score(y, predicted),
        metrics.balanced_accuracy_score(y, predicted),
        metrics.f1_score(y, predicted, average="macro", zero_division=0),
        metrics.f1_score(y, predicted, average="weighted", zero_division=0),
        metrics.matthews_corrcoef(y, predicted),
        *rankings,
        metrics.log_loss(y, p, labels=labels),
        metrics.brier_score_loss(y, p, labels=labels)
        if classes > 2
        else metrics.brier_score_loss(y, p[:, 1], labels=labels),
        calibration_error(p.max(axis=1), predicted == y),
    ]


def label_figures(p, y):
    n, labels = y.shape
    t = np.array([THRESHOLDS[c % 4] for c in range(labels)], dtype=np.float32)
    given = (p >= t).astype(int)
    q = p.astype(np.float64)
    f1 = lambda kind: metrics.f1_score(y, given, average=kind, zero_division=0)
    eps = np.finfo(np.float32).eps
    clipped = np.clip(q, eps, 1 - eps)
    return [
        metrics.accuracy_score(y, given),
        f1("micro"),
        f1("macro"),
        f1("samples"),
        metrics.hamming_loss(y, given),
        float(np.mean([metrics.roc_auc_score(y[:, c], p[:, c]) for c in range(labels)])),
        float(np.mean([metrics.average_precision_score(y[:, c], p[:, c]) for c in range(labels)])),
        float(-np.mean(np.where(y == 1, np.log(clipped), np.log(1 - clipped)))),
        calibration_error(np.maximum(q, 1 - q).ravel(), ((q >= 0.5) == (y == 1)).ravel()),
    ]


def interval(values):
    values = [v for v in values if v is not None]
    return [float(v) for v in np.percentile(values, [2.5, 97.5])]


def paired(name, y, first, second, figures):
    n = len(y)
    wholes = [figures(p, y) for p in (first, second)]
    resampled = [[], []]
    for replicate in range(REPLICATES):
        rows = draws(replicate, n)
        for index, p in enumerate((first, second)):
            resampled[index].append(figures(p[rows], y[rows]))
    print(f"  PairedFigures(\n    name: \"{name}\",")
    print("    first: [")
    for index, value in enumerate(wholes[0]):
        print(f"      {swift([value] + interval([r[index] for r in resampled[0]]))},")
    print("    ],\n    differences: [")
    for index in range(len(wholes[0])):
        d = np.array([b[index] - a[index] for a, b in zip(*resampled)])
        smaller = min((d <= 0).sum(), (d >= 0).sum())
        p = min(1.0, 2 * (int(smaller) + 1) / (len(d) + 1))
        print(f"      {swift([wholes[1][index] - wholes[0][index]] + interval(d) + [p])},")
    print("    ]),")


print(
    f"// Made by comparing.py with scikit-learn {sklearn.__version__}, numpy {np.__version__}, statsmodels "
    f"{statsmodels.__version__}, cleanlab {cleanlab.__version__}.\n// Do not edit."
)
print("\nlet pairedFigures: [PairedFigures] = [")
for name, n, classes, levels, seeds in [("binary", 200, 2, 1_000_000, (1, 22)), ("five", 300, 5, 40, (5, 23))]:
    first, y = make(seeds[0], n, classes, levels)
    second, _ = make(seeds[1], n, classes, levels)
    paired(name, y, first, second, class_figures)
first, y = make_labels(1, 200, 4, 1024)
second, _ = make_labels(31, 200, 4, 64)
paired("four labels", y, first, second, label_figures)
print("]")

print("\n/// Disagreements, and the p-value.\nlet mcnemarFigures: [(Int, Int, Double)] = [")
for b, c in [(1, 0), (3, 9), (7, 7), (10, 25), (120, 90), (400, 480), (600, 700), (2000, 1990)]:
    result = mcnemar([[100, b], [c, 100]], exact=b + c <= 1000, correction=True)
    print(f"  ({b}, {c}, {float(result.pvalue)!r}),")
print("]")

print("\n/// Count, total, and Wilson's bounds.\nlet wilsonFigures: [(Int, Int, Double, Double)] = [")
for count, total in [(0, 10), (1, 10), (10, 10), (37, 50), (900, 1000), (5, 12345)]:
    low, high = proportion_confint(count, total, method="wilson")
    print(f"  ({count}, {total}, {float(low)!r}, {float(high)!r}),")
print("]")

p, y = make(24, 40, 2, 12)
fpr, tpr, _ = metrics.roc_curve(y, p[:, 1], drop_intermediate=False)
precision, recall, _ = metrics.precision_recall_curve(y, p[:, 1])
print("\n/// Of the second of two classes: GoldenCase 24, 40 examples, 12 levels.")
print(f"let curveFigures: [String: [Double]] = [")
for name, values in [("fpr", fpr), ("tpr", tpr), ("precision", precision[:-1][::-1]), ("recall", recall[:-1][::-1])]:
    lines, line = [], ""
    for v in values:
        text = repr(float(v))
        if len(line) + len(text) > 96:
            lines.append(line)
            line = ""
        line += ("" if not line else " ") + text + ","
    print(f'  "{name}": [\n    ' + "\n    ".join(lines + [line]) + "\n  ],")
print("]")


def issues(y, p):
    with contextlib.redirect_stderr(io.StringIO()), contextlib.redirect_stdout(io.StringIO()):
        found = cleanlab.filter.find_label_issues(y, p, filter_by="confident_learning", n_jobs=1)
        joint = cleanlab.count.compute_confident_joint(y, p, calibrate=True)
    # The paper's rule, where cleanlab takes the most probable class of all.
    thresholds = np.array([p[y == c, c].mean() for c in range(p.shape[1])]) - 1e-6
    reached = p >= thresholds
    guess = np.where(reached, p, -1).argmax(axis=1)
    by_paper = reached.any(axis=1) & (guess != y) & (p.argmax(axis=1) != y)
    assert (by_paper == found).all(), (by_paper.sum(), found.sum())
    share = 1 - np.trace(joint) / joint.sum()
    return np.flatnonzero(found).tolist(), float(share)


def print_rows(rows):
    lines, line = [], ""
    for row in rows:
        if len(line) + len(str(row)) > 96:
            lines.append(line)
            line = ""
        line += ("" if not line else " ") + f"{row},"
    print("    rows: [\n      " + "\n      ".join(lines + [line]) + "\n    ],")


print("\nlet suspicionFigures: [SuspicionFigures] = [")
for seed, n, classes, levels in [(41, 200, 2, 1_000_000), (42, 250, 4, 1_000_000), (43, 60, 3, 1_000_000)]:
    p, y = make(seed, n, classes, levels)
    rows, share = issues(y, p)
    print(f"  SuspicionFigures(\n    seed: {seed}, exampleCount: {n}, classCount: {classes},")
    print_rows(rows)
    print(f"    share: {share!r}),")
print("]")
