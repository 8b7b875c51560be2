#!/usr/bin/env python3
"""The numbers that transformers' own choice of a tokenizer gives for texts: reads JSON strings a line, writes their
numbers a line.

  python3 Tests/Golden/tokenizer_class.py FOLDER < texts.jsonl > ids.txt

Without an argument it prints the version of transformers and ends.
"""

import json
import sys

import transformers

if len(sys.argv) < 2:
    print(transformers.__version__)
    sys.exit()

tokenizer = transformers.AutoTokenizer.from_pretrained(sys.argv[1])
for line in sys.stdin:
    print(*tokenizer(json.loads(line))["input_ids"])
