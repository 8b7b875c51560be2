"""The wheel holds a library of this machine's kind, and no extension of one version of Python."""

import os
import pathlib
import re

from setuptools import Distribution, setup
from setuptools.command.bdist_wheel import bdist_wheel


class WithLibrary(Distribution):
    def has_ext_modules(self):
        return True


class OneForEveryPython(bdist_wheel):
    def get_tag(self):
        return "py3", "none", os.environ.get("DISCERN_WHEEL_PLATFORM") or super().get_tag()[2]


def version():
    """The whole project's version; Scripts/wheel passes it, as a copy of this folder has no sources beside it."""
    if "DISCERN_VERSION" in os.environ:
        return os.environ["DISCERN_VERSION"]
    sources = pathlib.Path(__file__).resolve().parent.parent / "Sources" / "DiscernIO" / "DiscernVersion.swift"
    return re.search(r'number = "([0-9.]+)"', sources.read_text(encoding="utf-8")).group(1)


setup(version=version(), distclass=WithLibrary, cmdclass={"bdist_wheel": OneForEveryPython})
