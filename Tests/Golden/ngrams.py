#!/usr/bin/env python3
"""The figures of Tests/DiscernTrainingTests/NGrams/NGramFigures.swift, by scikit-learn.

usage: ngrams.py > ../DiscernTrainingTests/NGrams/NGramFigures.swift
"""
import numpy as np
from scipy.sparse import csr_matrix, hstack
from sklearn.feature_extraction.text import CountVectorizer, TfidfTransformer
from sklearn.linear_model import LogisticRegression

TEXTS = [
    "a fine film not bad at all", "not bad not bad at all", "a bad film", "bad bad acting and a bad plot",
    "fine acting and a fine plot", "the plot is not fine", "a film of fine acting", "the acting is bad",
    "not a fine film at all", "the film is fine", "is the film bad or fine", "naïve acting in a naïve plot",
]
BINARY = [1, 1, 0, 0, 1, 0, 1, 0, 0, 1, 0, 1]
CLASSES = [0, 1, 2, 2, 0, 1, 0, 2, 1, 0, 1, 2]

words = CountVectorizer(analyzer="word", token_pattern=r"\S+", ngram_range=(1, 3), min_df=2)
letters = CountVectorizer(analyzer="char_wb", ngram_range=(2, 5), min_df=2)
counts = hstack([words.fit_transform(TEXTS), letters.fit_transform(TEXTS)]).tocsr()
names = [("words", n) for n in words.get_feature_names_out()] + [("letters", n) for n in letters.get_feature_names_out()]
frequencies = np.asarray((counts > 0).sum(0)).ravel()
values = TfidfTransformer(sublinear_tf=True).fit_transform(counts).tocsr()
with_bias = hstack([values, csr_matrix(np.ones((len(TEXTS), 1)))]).tocsr()

# liblinear has its bias as one more weight, as we do.
binary = LogisticRegression(C=3, solver="liblinear", tol=1e-12, max_iter=100000).fit(values, BINARY)
several = LogisticRegression(C=3, fit_intercept=False, tol=1e-10, max_iter=100000).fit(with_bias, CLASSES)


def strings(list_):
    return ", ".join('"%s"' % s for s in list_)


def floats(list_):
    return ", ".join("%.6f" % v for v in list_)


def wrapped(name, type_, items):
    print(f"  static let {name}: {type_} = [")
    line = "   "
    for item in items:
        if len(line) + len(item) + 2 > 108:
            print(line)
            line = "   "
        line += f" {item},"
    print(line)
    print("  ]")


print("// Printed by Tests/Golden/ngrams.py (scikit-learn 1.9).")
print("enum NGramFigures {")
wrapped("texts", "[String]", ['"%s"' % t for t in TEXTS])
wrapped("binary", "[Int32]", map(str, BINARY))
wrapped("classes", "[Int32]", map(str, CLASSES))
order = sorted(range(len(names)), key=lambda i: (names[i][0], names[i][1].encode()))
print("  /// Kind, name, texts that have it, the number in the first text.")
row = values[0].toarray().ravel()
wrapped("features", "[(String, String, Int32, Float)]",
        ['("%s", "%s", %d, %.6f)' % (*names[i], frequencies[i], row[i]) for i in order])
print("  /// Of the texts, for class 1 against 0.")
wrapped("binaryScores", "[Float]", ["%.6f" % v for v in binary.decision_function(values)])
print("  /// [texts, 3]")
wrapped("classScores", "[Float]", ["%.6f" % v for v in several.decision_function(with_bias).ravel()])
print("}")
