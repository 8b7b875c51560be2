"""A linear model of n-grams: trains, measures, prints a JSON object.

usage: linear.py TRAIN TEST words|letters|nbsvm [--no-spaces]

The files are .tsv, lines of label<TAB>text under a header with these names first, or have {"text": …, "label": … or
[labels]} a line; with lists a text has any number of labels, and each label has its own model. words: sublinear TF-IDF of words and pairs, logistic regression; letters: also of 2 to 5 letters
inside words; nbsvm: binary 1- to 3-grams times log-count ratios, one class against the rest (Wang and Manning 2012,
with logistic regression in the SVM's place). --no-spaces: characters are the words.
"""

import argparse
import json
import re

import numpy
from scipy import sparse
from sklearn.feature_extraction.text import CountVectorizer, TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import accuracy_score, f1_score


def read(path):
    with open(path, encoding="utf-8", newline="\n") as file:
        if path.endswith(".tsv"):
            cells = [line.rstrip("\n").split("\t") for line in file][1:]
            return [cell[1] for cell in cells], [cell[0] for cell in cells]
        lines = [json.loads(line) for line in file]
    return [line["text"] for line in lines], [line["label"] for line in lines]


def words(text):
    return re.findall(r"\w+|[!?]", text.lower())


def characters(text):
    return [character for character in text.lower() if not character.isspace()]


class Features:
    """Matrices of texts, in the words of a model."""

    def __init__(self, model, has_spaces):
        common = {
            "analyzer": "word", "tokenizer": words if has_spaces else characters, "token_pattern": None,
            "lowercase": False,
        }
        if model == "nbsvm":
            self.parts = [CountVectorizer(binary=True, ngram_range=(1, 3), **common)]
        else:
            self.parts = [TfidfVectorizer(sublinear_tf=True, ngram_range=(1, 2 if has_spaces else 3), **common)]
        if model == "letters" and has_spaces:
            self.parts.append(TfidfVectorizer(sublinear_tf=True, analyzer="char_wb", ngram_range=(2, 5), min_df=2))

    def fit(self, texts):
        return sparse.hstack([part.fit_transform(texts) for part in self.parts]).tocsr()

    def transform(self, texts):
        return sparse.hstack([part.transform(texts) for part in self.parts]).tocsr()

    def size(self):
        return sum(len(word.encode()) + 1 for part in self.parts for word in part.vocabulary_)


def ratios(x, is_class):
    """The log ratios of a feature's probabilities in the class and outside."""
    inside = (numpy.asarray(x[is_class].sum(0)).ravel() + 1) / (is_class.sum() + 2)
    outside = (numpy.asarray(x[~is_class].sum(0)).ravel() + 1) / ((~is_class).sum() + 2)
    return sparse.diags(numpy.log(inside / outside))


def against_rest(x, held, is_class, model):
    """Scores of one class; above 0 is yes."""
    if is_class.all() or not is_class.any():
        return numpy.full(held.shape[0], 1.0 if is_class.all() else -1.0)
    solver = LogisticRegression(C=1 if model == "nbsvm" else 10, solver="liblinear", dual=True, max_iter=200)
    if model == "nbsvm":
        scale = ratios(x, is_class)
        x, held = x @ scale, held @ scale
    return solver.fit(x, is_class).decision_function(held)


def predictions(x, held, labels, model):
    """For each held-out text its class, or its set of labels; and the number of weights."""
    several = isinstance(labels[0], list)
    sets = [set(own) if several else {own} for own in labels]
    classes = sorted(set().union(*sets))
    if several or model == "nbsvm":
        names = classes if several or len(classes) > 2 else classes[1:]
        scores = numpy.stack(
            [against_rest(x, held, numpy.array([name in own for own in sets]), model) for name in names])
        if several:
            return [{classes[k] for k in numpy.flatnonzero(column > 0)} for column in scores.T], x.shape[1] * len(names)
        if len(names) == 1:
            return [classes[int(score > 0)] for score in scores[0]], x.shape[1]
        return [classes[k] for k in scores.argmax(0)], x.shape[1] * len(names)
    fitted = LogisticRegression(C=10, max_iter=300).fit(x, labels)
    return list(fitted.predict(held)), fitted.coef_.size


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("train")
    parser.add_argument("test")
    parser.add_argument("model", choices=["words", "letters", "nbsvm"])
    parser.add_argument("--no-spaces", action="store_true")
    arguments = parser.parse_args()
    texts, labels = read(arguments.train)
    held, wanted = read(arguments.test)
    features = Features(arguments.model, not arguments.no_spaces)
    x = features.fit(texts)
    given, weights = predictions(x, features.transform(held), labels, arguments.model)
    if isinstance(wanted[0], list):
        names = sorted(set().union(*labels, *wanted))
        true = numpy.array([[name in own for name in names] for own in wanted])
        said = numpy.array([[name in own for name in names] for own in given])
        # The labels that occur in the evaluated texts, as in Discern's own mean.
        present = true.any(0)
        macro = f1_score(true[:, present], said[:, present], average="macro", zero_division=0)
        micro = f1_score(true, said, average="micro", zero_division=0)
    else:
        true, said = wanted, given
        macro = f1_score(true, said, labels=sorted(set(true)), average="macro", zero_division=0)
        micro = accuracy_score(true, said)
    print(json.dumps({
        "accuracy": accuracy_score(true, said), "macro": macro, "micro": micro, "bytes": 4 * weights + features.size()}))


if __name__ == "__main__":
    main()
