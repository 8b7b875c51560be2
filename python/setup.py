"""The wheel holds a library of this machine's kind, and no extension of one version of Python."""

import os

from setuptools import Distribution, setup
from setuptools.command.bdist_wheel import bdist_wheel


class WithLibrary(Distribution):
    def has_ext_modules(self):
        return True


class OneForEveryPython(bdist_wheel):
    def get_tag(self):
        return "py3", "none", os.environ.get("DISCERN_WHEEL_PLATFORM") or super().get_tag()[2]


setup(distclass=WithLibrary, cmdclass={"bdist_wheel": OneForEveryPython})
