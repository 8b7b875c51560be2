"""The version is defined in one place in the whole project."""

import pathlib
import re

import discern


def test_the_version_is_that_of_the_sources():
    root = pathlib.Path(__file__).resolve().parent.parent.parent
    text = (root / "Sources" / "DiscernIO" / "DiscernVersion.swift").read_text(encoding="utf-8")
    assert discern.__version__ == re.search(r'number = "([0-9.]+)"', text).group(1)
    for name in ["pyproject.toml", "setup.py", "src/discern/__init__.py"]:
        assert discern.__version__ not in (root / "python" / name).read_text(encoding="utf-8")
