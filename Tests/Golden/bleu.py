#!/usr/bin/env python3
"""Writes bleu.json: texts, references and what sacrebleu makes of them (pip install sacrebleu).

usage: bleu.py > bleu.json
"""

import json
import random

import sacrebleu
from sacrebleu.tokenizers.tokenizer_13a import Tokenizer13a

WORDS = ("the a film cat sat on mat was good bad 3.14 1,000 it's well-known (really) “so” e.g., U.S. 5-4 &amp; "
         "x/y 20-year-old Straße 東京 café... ,, .5 5. don't [a] {b} a_b #1 $5 50% ~ ^ & &lt;br&gt;").split(" ")
SENTENCES = [
    "Hello, world!", "1,000.5 of 3-4 (and -5)", "a..b ,,c .5, 5.", "It's &quot;well-known&quot; &amp; U.S. law.",
    "tabs\tand\u00a0no-break\u2003spaces", "<skipped> text - here", "émigré—naïve “quotes” …", "", "   ",
    "2021-03-04 12:30", "a,b;c:d|e\\f/g", "x1-y2 3-z 4--5 .-.",
]


def corpora():
    draw = random.Random(1)
    sentence = lambda low, high: " ".join(draw.choice(WORDS) for _ in range(draw.randint(low, high)))
    noisy = []
    for _ in range(12):
        reference = sentence(4, 12)
        words = [w if draw.random() > 0.25 else draw.choice(WORDS) for w in reference.split(" ")]
        noisy.append((" ".join(words[: max(1, len(words) - draw.randint(0, 2))]), reference))
    yield "near", noisy
    yield "same", [(reference, reference) for _, reference in noisy]
    yield "far", [(sentence(5, 9), sentence(5, 9)) for _ in range(6)]
    yield "no runs of four", [("the cat sat here", "the cat sat on the mat"), ("a film", "a film was good")]
    yield "nothing in common", [("x", "y"), ("p q r s t", "a b c d e")]
    yield "empty", [("", "a film was good"), ("", "")]
    yield "too short", [("good film", "good film")]
    yield "long", [("the the the the the the the", "the cat the dog sat there")]


tokenizer = Tokenizer13a()
figures = []
for name, pairs in corpora():
    result = sacrebleu.corpus_bleu([text for text, _ in pairs], [[reference for _, reference in pairs]])
    figures.append({"name": name, "pairs": pairs, "score": result.score, "precisions": result.precisions,
                    "penalty": result.bp})
words = [{"text": text, "words": " ".join(tokenizer(text.rstrip()).split())}
         for text in SENTENCES + [" ".join(WORDS)]]
print(json.dumps({"sacrebleu": sacrebleu.__version__, "words": words, "figures": figures}, indent=1))
