"""Cases that a formula makes, and how Swift spells figures: what evaluation.py, multilabel.py and comparing.py
share. Swift makes the same cases (GoldenCase.make, MultiLabelCase.make): SplitMix64, whole numbers, one
division, so that both languages hold the same bits."""

import numpy as np

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


def make(seed, n, classes, levels, zero=(), absent=(), one_hot=False):
    random = SplitMix64(seed)
    present = [c for c in range(classes) if c not in absent]
    p = np.zeros((n, classes))
    y = np.zeros(n, dtype=np.int64)
    for row in range(n):
        scores = [random.next() % levels + 1 for _ in range(classes)]
        for c in zero:
            scores[c] = 0
        top = max(range(classes), key=lambda c: scores[c])
        if one_hot:
            scores = [1 if c == top else 0 for c in range(classes)]
        p[row] = [s / sum(scores) for s in scores]
        guess = random.next() % 2 == 0
        other = present[random.next() % len(present)]
        y[row] = top if guess and top in present else other
    return p, y


def make_labels(seed, n, labels, levels, never=(), always=(), zero=()):
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


THRESHOLDS = [0.5, 0.25, 0.75, 0.125]


def calibration_error(confidence, right, bins=15):
    edges = [k / bins for k in range(bins + 1)]
    error = 0.0
    for low, high in zip(edges, edges[1:]):
        inside = (confidence > low) & (confidence <= high)
        if inside.any():
            error += abs(right[inside].mean() - confidence[inside].mean()) * inside.mean()
    return error


def swift(value):
    """A value as Swift spells it; NaN as none."""
    if value is None or (isinstance(value, (float, np.floating)) and np.isnan(value)):
        return "nil"
    if isinstance(value, str):
        return f'"{value}"'
    if isinstance(value, (list, tuple, np.ndarray)):
        return "[" + ", ".join(swift(v) for v in value) + "]"
    if isinstance(value, (bool, np.bool_)):
        return str(bool(value)).lower()
    return repr(value.item() if hasattr(value, "item") else value)
