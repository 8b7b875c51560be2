#!/usr/bin/env python3
"""Predictions of scikit-learn's TF-IDF (words and pairs) and logistic regression, strings to labels: reviews a second."""

import argparse

import sklearn
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression

from common import show, timed

arguments = argparse.ArgumentParser(description=__doc__)
arguments.add_argument("train", help="lines of label<TAB>text to train on")
arguments.add_argument("texts", help="each line a text to classify")
arguments.add_argument("--repeats", type=int, default=5)
arguments = arguments.parse_args()

with open(arguments.train, encoding="utf-8", newline="\n") as file:
    labels, examples = zip(*(line.rstrip("\n").split("\t", 1) for line in file))
with open(arguments.texts, encoding="utf-8", newline="\n") as file:
    texts = [line.rstrip("\n") for line in file]
vectorizer = TfidfVectorizer(ngram_range=(1, 2))
model = LogisticRegression(max_iter=200).fit(vectorizer.fit_transform(examples), labels)
seconds = timed(lambda: model.predict(vectorizer.transform(texts)), arguments.repeats)
show(
    peer="scikit-learn", version=sklearn.__version__, threads=1, reviews=len(texts), seconds=seconds,
    reviews_per_second=len(texts) / sorted(seconds)[len(seconds) // 2])
