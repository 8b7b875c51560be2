"""A trigram NB-SVM (Wang and Manning 2012, with logistic regression in the SVM's place): binary 1- to 3-grams times
log-count ratios, L2 logistic regression. Prints JSON.

usage: nbsvm.py TRAIN.tsv DEV.tsv [--c 1]    (files of label<TAB>text)
"""

import argparse
import json
import re

import numpy
from sklearn.feature_extraction.text import CountVectorizer
from sklearn.linear_model import LogisticRegression


def rows(path):
    with open(path, encoding="utf-8") as file:
        pairs = [line.rstrip("\n").split("\t", 1) for line in file]
    return [text for _, text in pairs], numpy.array([label for label, _ in pairs])


def words(text):
    return re.findall(r"[^\W_]+(?:'[^\W_]+)?|[!?]", text.replace("<br />", " ").lower())


parser = argparse.ArgumentParser(description=__doc__)
parser.add_argument("train")
parser.add_argument("dev")
parser.add_argument("--c", type=float, default=1)
arguments = parser.parse_args()
texts, labels = rows(arguments.train)
held, wanted = rows(arguments.dev)
vectorizer = CountVectorizer(analyzer="word", tokenizer=words, token_pattern=None, lowercase=False, ngram_range=(1, 3),
                             binary=True, min_df=2)
x = vectorizer.fit_transform(texts)
positive = labels == sorted(set(labels))[1]
p, q = 1 + x[positive].sum(0), 1 + x[~positive].sum(0)
ratio = numpy.log((p / p.sum()) / (q / q.sum()))
model = LogisticRegression(C=arguments.c, max_iter=200, solver="liblinear", dual=True)
model.fit(x.multiply(ratio).tocsr(), labels)
accuracy = model.score(vectorizer.transform(held).multiply(ratio).tocsr(), wanted)
print(json.dumps({"accuracy": accuracy, "features": x.shape[1], "c": arguments.c}))
