"""Tests of the Python package. They run against the installed package, or against the one beside them with the
library that DISCERN_LIBRARY names; without either they are skipped."""

import importlib.util
import os
import pathlib
import subprocess
import sys

import pytest

ROOT = pathlib.Path(__file__).resolve().parents[2]
FIXTURES = ROOT / "Tests" / "Fixtures"


def newest(paths):
    there = [path for path in paths if path.exists()]
    return str(max(there, key=lambda path: path.stat().st_mtime)) if there else None


if importlib.util.find_spec("discern") is None:
    sys.path.insert(0, str(ROOT / "python" / "src"))
    os.environ["PYTHONPATH"] = os.pathsep.join(
        [str(ROOT / "python" / "src")] + os.environ.get("PYTHONPATH", "").split(os.pathsep)
    )
    if "DISCERN_LIBRARY" not in os.environ:
        built = newest(ROOT / ".build" / kind / "libDiscernC.so" for kind in ("release", "debug"))
        if built:
            os.environ["DISCERN_LIBRARY"] = built

try:
    import discern._library  # noqa: F401

    problem = None
except ImportError as error:
    problem = str(error)


def pytest_collection_modifyitems(items):
    if problem:
        for item in items:
            item.add_marker(pytest.mark.skip(reason=problem))


@pytest.fixture(params=["format-1/ordinary", "format-2/tasks", "format-2/ensemble", "joined", "ngrams"])
def any_model(request):
    if "/" in request.param:
        return str(FIXTURES / request.param)
    return request.getfixturevalue("trained")(request.param)


@pytest.fixture(scope="session")
def trained(tmp_path_factory):
    """Makes small models of the kinds without a fixture."""
    folder = tmp_path_factory.mktemp("models")

    def train(kind):
        texts = (ROOT / "corpora/reviews/train.tsv").read_text().splitlines()[:120]
        (folder / "train.tsv").write_text("\n".join(texts) + "\n")
        model = folder / kind
        if not model.exists():
            command = [
                program_path(), "train", "-q", "--train", "train.tsv", "--output", kind, "--model", kind, "--threads",
                "1",
            ]  # fmt: skip
            if kind == "joined":
                command += ["--epochs", "1", "--hidden", "8", "--embedding-dim", "8", "--subword-buckets", "64"]
            subprocess.run(command, cwd=folder, check=True, capture_output=True)
        return str(model)

    return train


@pytest.fixture
def model_path():
    return str(FIXTURES / "format-2" / "ordinary")


@pytest.fixture
def model(model_path):
    import discern

    return discern.load(model_path, threads=2)


def program_path():
    path = os.environ.get("DISCERN") or newest(ROOT / ".build" / kind / "discern" for kind in ("release", "debug"))
    return path or pytest.skip("there is no built program; DISCERN may name one")


@pytest.fixture
def program():
    """The command line, to compare its bits."""
    path = program_path()

    def run(*arguments, text):
        done = subprocess.run([path, *arguments], input=text.encode(), capture_output=True, check=True)
        return done.stdout.decode()

    return run
