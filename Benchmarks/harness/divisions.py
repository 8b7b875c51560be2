"""Labelled sets in a folder, and their division into training and held-out parts."""

import os
import random
from collections import defaultdict, namedtuple

# Facts that a file does not show: the columns of labels, the character between several labels of a text, the
# language, and whether neighbouring rows belong together (reviews of one film), so that they stay on one
# side.
KNOWN = {
    "ajgt": {"locale": "ar"},
    "amazon": {"columns": ["polarity"]},
    "clinc150": {"columns": ["intent"]},
    "goemotions": {"columns": ["labels"], "separator": ","},
    "imdb": {"run": 250},
    "trec": {"columns": ["fine", "coarse"]},
    "waimai": {"locale": "zh"},
}
# Parts below this are too small to distinguish methods.
SMALL = 1000
FIFTHS = 5

# A set with one column of labels: rows are (text, labels).
Task = namedtuple("Task", "name training held separator locale run")
# Training and held-out rows; several divisions of one task have numbers from 0.
Division = namedtuple("Division", "number training held")


def cells(path):
    with open(path, encoding="utf-8", newline="\n") as file:
        return [line.rstrip("\r").split("\t") for line in file.read().rstrip("\n").split("\n")]


def rows(path, column, separator):
    """Texts and labels of a file with a header that names `text`, or of label<TAB>text; empty texts are left out."""
    lines = cells(path)
    label, text = 0, 1
    if "text" in lines[0]:
        text = lines[0].index("text")
        names = [name for name in lines[0] if name not in ("text", "id")]
        label = lines[0].index(column or names[0])
        lines = lines[1:]
    found = []
    for line in lines:
        if len(line) > max(label, text) and line[text].strip():
            value = line[label]
            found.append((line[text], sorted(filter(None, value.split(separator))) if separator else [value]))
    return found


def tasks(folder, name):
    """A task for each column of labels of the set in `folder/name`; none if there is no train.tsv."""
    facts = KNOWN.get(name, {})
    path = os.path.join(folder, name)
    if not os.path.exists(os.path.join(path, "train.tsv")):
        return []
    found = []
    for column in facts.get("columns", [None]):
        separator = facts.get("separator")
        training = rows(os.path.join(path, "train.tsv"), column, separator)
        held = []
        for part in ("dev.tsv", "val.tsv"):
            if os.path.exists(os.path.join(path, part)):
                held = rows(os.path.join(path, part), column, separator)
        suffix = f" {column}" if len(facts.get("columns", [])) > 1 else ""
        found.append(Task(name + suffix, training, held, separator, facts.get("locale"), facts.get("run", 1)))
    return found


def fifths(task):
    """Every row's fifth: at random within a class, the same in every run; runs of rows stay together."""
    all_rows = task.training + task.held
    if task.run > 1:
        return [(place // task.run) % FIFTHS for place in range(len(all_rows))]
    members = defaultdict(list)
    for place, (_, labels) in enumerate(all_rows):
        members[labels[0] if labels else ""].append(place)
    result, turn = [0] * len(all_rows), 0
    for label in sorted(members):
        places = members[label]
        random.Random(f"{task.name} {label}").shuffle(places)
        for place in places:
            result[place] = turn % FIFTHS
            turn += 1
    return result


def divisions(task):
    """The held-out part if it is large enough, else fifths of all rows: one of a large set, all of a small one."""
    if len(task.held) >= SMALL:
        return [Division(0, task.training, task.held)]
    all_rows, fifth = task.training + task.held, fifths(task)
    count = FIFTHS if len(all_rows) < FIFTHS * SMALL or task.held else 1
    return [
        Division(
            number, [row for row, own in zip(all_rows, fifth) if own != number],
            [row for row, own in zip(all_rows, fifth) if own == number])
        for number in range(count)
    ]
