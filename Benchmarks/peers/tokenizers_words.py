#!/usr/bin/env python3
"""Raw text to word ids by Hugging Face tokenizers, word level, lower-cased, one thread: MB a second."""

import argparse
import os

arguments = argparse.ArgumentParser(description=__doc__)
arguments.add_argument("texts", help="each line a text")
arguments.add_argument("vocabulary", help="a vocabulary file that discern vocab build wrote")
arguments.add_argument("--repeats", type=int, default=5)
arguments = arguments.parse_args()
os.environ["TOKENIZERS_PARALLELISM"] = "false"
os.environ["RAYON_NUM_THREADS"] = "1"

import tokenizers  # after the number of threads is set
from tokenizers import models, normalizers, pre_tokenizers

from common import show, timed

with open(arguments.vocabulary, encoding="utf-8", newline="\n") as file:
    words = {line.split("\t")[0]: number for number, line in enumerate(file)}
tokenizer = tokenizers.Tokenizer(models.WordLevel(words, unk_token="<unk>"))
tokenizer.normalizer = normalizers.Lowercase()
tokenizer.pre_tokenizer = pre_tokenizers.Whitespace()
with open(arguments.texts, encoding="utf-8", newline="\n") as file:
    texts = [line.rstrip("\n") for line in file]
size = os.path.getsize(arguments.texts)
count = 0


def encode():
    global count
    count = 0
    for start in range(0, len(texts), 1000):
        count += sum(len(encoding) for encoding in tokenizer.encode_batch_fast(texts[start : start + 1000]))


seconds = timed(encode, arguments.repeats)
show(
    peer="Hugging Face tokenizers", version=tokenizers.__version__, threads=1, bytes=size, tokens=count,
    seconds=seconds, megabytes_per_second=size / sorted(seconds)[len(seconds) // 2] / 1e6)
