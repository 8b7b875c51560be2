#!/usr/bin/env python3
"""Made `transformer` here: a tiny BERT with random weights, in the files that sentence-transformers' folders have.

usage: transformer.py FOLDER
"""

import json
import os
import random
import struct
import sys

PIECES = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", "good", "film", "##s", ".", "bad", "dull", "fine", "plot"]
CONFIG = {
    "model_type": "bert", "hidden_size": 4, "num_hidden_layers": 1, "num_attention_heads": 2, "intermediate_size": 4,
    "max_position_embeddings": 16, "type_vocab_size": 2, "vocab_size": len(PIECES), "hidden_act": "gelu",
    "layer_norm_eps": 1e-12}


def shapes():
    yield "embeddings.word_embeddings.weight", [len(PIECES), 4]
    yield "embeddings.position_embeddings.weight", [16, 4]
    yield "embeddings.token_type_embeddings.weight", [2, 4]
    for name in ["embeddings", "encoder.layer.0.attention.output", "encoder.layer.0.output"]:
        yield f"{name}.LayerNorm.weight", [4]
        yield f"{name}.LayerNorm.bias", [4]
    for name in ["attention.self.query", "attention.self.key", "attention.self.value", "attention.output.dense",
                 "intermediate.dense", "output.dense"]:
        yield f"encoder.layer.0.{name}.weight", [4, 4]
        yield f"encoder.layer.0.{name}.bias", [4]


def tokenizer():
    def special(piece):
        return {"SpecialToken": {"id": piece, "type_id": 0}}

    added = [{"id": number, "content": piece, "single_word": False, "lstrip": False, "rstrip": False,
              "normalized": False, "special": True} for number, piece in enumerate(PIECES[:5])]
    return {
        "version": "1.0", "truncation": None, "padding": None, "added_tokens": added,
        "normalizer": {"type": "BertNormalizer", "clean_text": True, "handle_chinese_chars": True,
                       "strip_accents": None, "lowercase": True},
        "pre_tokenizer": {"type": "BertPreTokenizer"},
        "post_processor": {
            "type": "TemplateProcessing",
            "single": [special("[CLS]"), {"Sequence": {"id": "A", "type_id": 0}}, special("[SEP]")],
            "pair": [special("[CLS]"), {"Sequence": {"id": "A", "type_id": 0}}, special("[SEP]"),
                     {"Sequence": {"id": "B", "type_id": 1}}, {"SpecialToken": {"id": "[SEP]", "type_id": 1}}],
            "special_tokens": {piece: {"id": piece, "ids": [PIECES.index(piece)], "tokens": [piece]}
                               for piece in ("[CLS]", "[SEP]")}},
        "decoder": {"type": "WordPiece", "prefix": "##", "cleanup": True},
        "model": {"type": "WordPiece", "unk_token": "[UNK]", "continuing_subword_prefix": "##",
                  "max_input_chars_per_word": 100, "vocab": {piece: number for number, piece in enumerate(PIECES)}}}


def main(folder):
    os.makedirs(folder, exist_ok=True)
    for name, value in [("config.json", CONFIG), ("tokenizer.json", tokenizer()),
                        ("tokenizer_config.json", {"do_lower_case": True})]:
        with open(os.path.join(folder, name), "w", encoding="utf-8") as file:
            json.dump(value, file)
    draw = random.Random(3)
    header, data = {}, b""
    for name, shape in shapes():
        count = shape[0] * (shape[1] if len(shape) > 1 else 1)
        numbers = struct.pack(f"<{count}f", *(draw.uniform(-0.5, 0.5) for _ in range(count)))
        header[name] = {"dtype": "F32", "shape": shape, "data_offsets": [len(data), len(data) + len(numbers)]}
        data += numbers
    text = json.dumps(header).encode()
    text += b" " * (-len(text) % 8)
    with open(os.path.join(folder, "model.safetensors"), "wb") as file:
        file.write(struct.pack("<Q", len(text)) + text + data)


if __name__ == "__main__":
    main(sys.argv[1])
