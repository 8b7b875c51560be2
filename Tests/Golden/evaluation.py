"""Prints GoldenFigures.swift: scikit-learn's figures for cases that a formula makes.

    python evaluation.py > ../DiscernEvaluationTests/GoldenFigures.swift

The same cases are made by GoldenCase.make in Swift: SplitMix64, whole numbers, one division, so that
both languages hold the same bits. Needs numpy and scikit-learn (1.9 clips log loss by the precision
of its input).
"""

import warnings

import numpy as np
import sklearn
from sklearn import metrics

from golden import calibration_error, make, swift

warnings.filterwarnings("ignore")


# name, seed, examples, classes, levels of the scores, classes with probability 0, classes that never
# are true, one-hot probabilities
CASES = [
    ("binary", 1, 200, 2, 1_000_000, [], [], False),
    ("binary, many ties", 2, 200, 2, 4, [], [], False),
    ("binary, one true class", 3, 40, 2, 1000, [], [0], False),
    ("binary, zeros and ones", 4, 60, 2, 1000, [], [], True),
    ("five classes", 5, 300, 5, 1_000_000, [], [], False),
    ("five classes, many ties", 6, 300, 5, 3, [], [], False),
    ("a class never predicted", 7, 120, 4, 1000, [2], [], False),
    ("a class never true", 8, 120, 4, 1000, [], [1], False),
    ("a class neither true nor predicted", 9, 120, 4, 1000, [3], [3], False),
    ("one row", 10, 1, 3, 1000, [], [], False),
    ("one row of two classes", 11, 1, 2, 1000, [], [], False),
    ("all of one true class", 12, 50, 3, 1000, [], [0, 1], False),
    ("everything one class, rightly", 13, 30, 3, 1000, [0, 2], [0, 2], False),
    ("zeros and ones", 14, 90, 3, 1000, [], [], True),
]


def average(y, predicted, kind, labels=None):
    figures = metrics.precision_recall_fscore_support(
        y, predicted, average=kind, labels=labels, zero_division=0
    )
    return list(figures[:3])


def auc(y, scores, **options):
    try:
        return float(metrics.roc_auc_score(y, scores, **options))
    except ValueError:
        return None


print(f"// Made by evaluation.py with scikit-learn {sklearn.__version__}, numpy {np.__version__}. Do not edit.")
print("\nlet goldenFigures: [GoldenFigures] = [")
for name, *recipe in CASES:
    p, y = make(*recipe)
    n, classes = p.shape
    labels = list(range(classes))
    predicted = p.argmax(axis=1)
    precision, recall, f1, support = metrics.precision_recall_fscore_support(
        y, predicted, labels=labels, zero_division=0
    )
    aucs = [auc(y == c, p[:, c]) for c in labels]
    aps = [float(metrics.average_precision_score(y == c, p[:, c])) if (y == c).any() else None for c in labels]
    if classes == 2:
        # Of two columns scikit-learn takes the second alone; both are averaged here.
        present = [c for c in labels if (y == c).any()]
        macro_auc = None if len(present) < 2 else float(np.mean(aucs))
        weighted_auc = None if len(present) < 2 else float(np.average(aucs, weights=support))
        head_auc = auc(y, p[:, 1])
    else:
        macro_auc = auc(y, p, multi_class="ovr", average="macro", labels=labels)
        weighted_auc = auc(y, p, multi_class="ovr", average="weighted", labels=labels)
        head_auc = macro_auc
    # Ties are ranked by Swift's rule (lower class first); scikit-learn is asked where it agrees.
    order = np.argsort(-p, axis=1, kind="stable")
    top2 = float(np.mean((order[:, :2] == y[:, None]).any(axis=1)))
    if classes > 2 and all(len(set(row)) == classes for row in p.tolist()):
        assert top2 == metrics.top_k_accuracy_score(y, p, k=2, labels=labels)
    zero, absent, one_hot = recipe[4:]
    fields = {
        "input": f"GoldenCase(name: {swift(name)}, seed: {recipe[0]}, exampleCount: {n}, "
        f"classCount: {classes}, levels: {recipe[3]}, zero: {swift(zero)}, absent: {swift(absent)}, "
        f"oneHot: {swift(one_hot)})",
        "confusion": swift(metrics.confusion_matrix(y, predicted, labels=labels).ravel()),
        "accuracy": swift(float(metrics.accuracy_score(y, predicted))),
        "balancedAccuracy": swift(float(metrics.balanced_accuracy_score(y, predicted))),
        "matthews": swift(float(metrics.matthews_corrcoef(y, predicted))),
        "precision": swift(precision),
        "recall": swift(recall),
        "f1": swift(f1),
        "support": swift(support),
        "macro": swift(average(y, predicted, "macro")),
        "macroOfAll": swift(average(y, predicted, "macro", labels)),
        "weighted": swift(average(y, predicted, "weighted")),
        "rocAUC": swift(head_auc),
        "macroROCAUC": swift(macro_auc),
        "weightedROCAUC": swift(weighted_auc),
        "classROCAUC": swift(aucs),
        "classAveragePrecision": swift(aps),
        "logLoss": swift(float(metrics.log_loss(y, p, labels=labels))),
        "logLossFloat": swift(float(metrics.log_loss(y, p.astype(np.float32), labels=labels))),
        "brier": swift(float(metrics.brier_score_loss(y, p if classes > 2 else p[:, 1],
                                                      **({"labels": labels} if classes > 2 else {"pos_label": 1})))),
        "topTwo": swift(top2),
        "calibrationError": swift(float(calibration_error(p.max(axis=1), predicted == y))),
    }
    print("GoldenFigures(\n" + ",\n".join(f"{k}: {v}" for k, v in fields.items()) + "),")
print("]")
