#!/usr/bin/env python3
"""fastText's predictions on reviews from standard input: reviews a second, one thread.

The time to load the model is excluded: the figure is the difference between all texts and their first tenth.
The model (word vectors of 100 numbers, words alone) is trained first, if --model does not exist.
"""

import argparse
import os
import shutil
import subprocess
import sys
import time

from common import show

arguments = argparse.ArgumentParser(description=__doc__)
arguments.add_argument("train", help="lines of label<TAB>text to train on")
arguments.add_argument("texts", help="each line a text to classify")
arguments.add_argument("--model", default=".build/benchmarks/fasttext", help="path of the model, without .bin")
arguments.add_argument("--threads", type=int, default=2, help="for training")
arguments.add_argument("--repeats", type=int, default=5)
arguments = arguments.parse_args()
program = shutil.which("fasttext") or sys.exit("fasttext is not installed")
model = arguments.model + ".bin"

if not os.path.exists(model):
    labelled = arguments.model + ".train"
    with open(arguments.train, encoding="utf-8", newline="\n") as source, \
            open(labelled, "w", encoding="utf-8", newline="\n") as target:
        for line in source:
            label, text = line.split("\t", 1)
            target.write(f"__label__{label} {text}")
    subprocess.run(
        [program, "supervised", "-input", labelled, "-output", arguments.model, "-thread", str(arguments.threads)],
        check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def classify(path):
    started = time.perf_counter()
    with open(path, "rb") as source:
        subprocess.run([program, "predict-prob", model, "-"], stdin=source, stdout=subprocess.DEVNULL, check=True)
    return time.perf_counter() - started


with open(arguments.texts, "rb") as file:
    texts = file.readlines()
tenth = arguments.model + ".tenth"
with open(tenth, "wb") as file:
    file.writelines(texts[: len(texts) // 10])
classify(arguments.texts)  # warms the files
seconds = [classify(arguments.texts) for _ in range(arguments.repeats)]
short = [classify(tenth) for _ in range(arguments.repeats)]
median = sorted(seconds)[len(seconds) // 2] - sorted(short)[len(short) // 2]
show(
    peer="fastText", threads=1, reviews=len(texts), seconds=seconds, seconds_of_a_tenth=short,
    reviews_per_second=(len(texts) - len(texts) // 10) / max(1e-3, median))
