"""Code shared by the peers' scripts: reading the synthetic texts, timing, output."""

import json
import resource
import sys
import time

VOCABULARY_SIZE = 25_000
EMBEDDING_SIZE = 100
BATCH_SIZE = 64


def read_texts(path):
    """(ids, label) of each line `label<TAB>w12 w7 ...`; the word `w12` has the id 12."""
    with open(path, encoding="utf-8") as file:
        rows = [line.rstrip("\n").split("\t") for line in file]
    return [([int(word[1:]) for word in text.split(" ")], int(label == "positive")) for label, text in rows]


def batches_in_order(texts, at_most=None):
    """Batches of 64 texts; with a limit, those at even quantiles of the batches' lengths."""
    batches = [texts[start : start + BATCH_SIZE] for start in range(0, len(texts), BATCH_SIZE)]
    if at_most and at_most < len(batches):
        by_length = sorted(range(len(batches)), key=lambda number: len(batches[number][0][0]))
        picked = {by_length[int((number + 0.5) * len(batches) / at_most)] for number in range(at_most)}
        batches = [batch for number, batch in enumerate(batches) if number in picked]
    return batches


def timed(work, repeats, warm_up=None):
    """Seconds of each of `repeats` passes, after a warm-up pass, or a shorter `warm_up`."""
    (warm_up or work)()
    seconds = []
    for _ in range(repeats):
        started = time.perf_counter()
        work()
        seconds.append(time.perf_counter() - started)
    return seconds


def show(**values):
    """Prints a JSON object on a line, with the peak memory of this process."""
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    values["peak_megabytes"] = round(peak / (1024 if sys.platform.startswith("linux") else 1 << 20), 1)
    print(json.dumps(values), flush=True)
