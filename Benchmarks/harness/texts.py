"""The texts of the benchmark: seeded synthetic ones, and reviews in the format that each program reads."""

import itertools
import math
import os
import random
from dataclasses import dataclass
from typing import Callable

VOCABULARY_SIZE = 25_000
EMBEDDING_SIZE = 100
BATCH_SIZE = 64
CORPUS_SIZE = 6_400  # texts whose lengths are drawn; only those of the chosen batches get words
SEED = 20_251


@dataclass(frozen=True)
class Shape:
    """A model's size, and its training texts."""

    name: str
    hidden: int
    layers: int
    batches: int
    slow_batches: int  # for modes that take minutes over all batches
    single: int  # words of the single text to classify
    length: Callable[[random.Random], int]


def _sentence(generator):
    return min(56, max(2, round(generator.gammavariate(4.2, 19 / 4.2))))


def _review(generator):
    return int(min(400, max(10, generator.lognormvariate(math.log(175), 0.757))))


SHAPES = {
    shape.name: shape
    for shape in [
        Shape("small", hidden=128, layers=1, batches=100, slow_batches=100, single=20, length=_sentence),
        Shape("medium", hidden=128, layers=1, batches=10, slow_batches=4, single=200, length=_review),
        Shape("big", hidden=256, layers=2, batches=4, slow_batches=2, single=200, length=_review),
    ]
}


@dataclass(frozen=True)
class SyntheticTexts:
    path: str
    tokens: int
    batches: int


def write_vocabulary(path):
    """A vocabulary file in which the word `w12` has the id 12; its counts fall as the words' frequencies."""
    with open(path, "w", encoding="utf-8") as file:
        file.write("<pad>\t0\n<unk>\t0\n")
        for number in range(2, VOCABULARY_SIZE):
            file.write(f"w{number}\t{max(1, round(1e7 / number**1.05))}\n")


def write_synthetic(shape, path, batches):
    """Writes `label<TAB>w12 w7 ...` lines; every 64 of them are a batch of texts of similar length.

    The batches are at even quantiles of a corpus sorted by length, in shuffled order. Words are drawn by Zipf's law;
    six in a hundred are words that hint at the label.
    """
    generator = random.Random(f"{SEED} {shape.name}")
    lengths = sorted(shape.length(generator) for _ in range(CORPUS_SIZE))
    count = CORPUS_SIZE // BATCH_SIZE
    picked = sorted({int((number + 0.5) * count / batches) for number in range(batches)})
    generator.shuffle(picked)
    words = range(2, VOCABULARY_SIZE)
    weights = list(itertools.accumulate(1 / number**1.05 for number in words))
    hints = generator.sample(range(100, 4000), 1000)
    tokens = 0
    with open(path, "w", encoding="utf-8") as file:
        for batch in picked:
            for length in lengths[batch * BATCH_SIZE : (batch + 1) * BATCH_SIZE]:
                label = generator.randrange(2)
                text = generator.choices(words, cum_weights=weights, k=length)
                for place in range(length):
                    if generator.random() < 0.06:
                        side = label if generator.random() < 0.62 else 1 - label
                        text[place] = hints[500 * side + generator.randrange(500)]
                file.write(("negative", "positive")[label] + "\t" + " ".join(f"w{word}" for word in text) + "\n")
                tokens += length
    return SyntheticTexts(path, tokens, len(picked))


def read_labelled(path):
    """(label, text) of each line of a TSV file without quotes, shuffled with a seed; a header is left out."""
    with open(path, encoding="utf-8", newline="\n") as file:
        rows = [tuple(line.rstrip("\n").split("\t")[:2]) for line in file if "\t" in line]
    if rows and rows[0][0].lower() == "label":
        rows = rows[1:]
    random.Random(SEED).shuffle(rows)
    return rows


def write_labelled(rows, path):
    with open(path, "w", encoding="utf-8", newline="\n") as file:
        file.writelines(f"{label}\t{text}\n" for label, text in rows)


def write_lines(rows, path):
    with open(path, "w", encoding="utf-8", newline="\n") as file:
        file.writelines(text + "\n" for _, text in rows)


def repeated(rows, at_least_bytes):
    """The rows, repeated until their texts have a number of bytes; no text is cut."""
    size = sum(len(text.encode()) + 1 for _, text in rows)
    return rows * max(1, math.ceil(at_least_bytes / size))


def file_megabytes(path):
    """Millions of bytes."""
    return os.path.getsize(path) / 1e6
