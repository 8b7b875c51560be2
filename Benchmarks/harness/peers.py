"""Which peers are installed, and how their scripts are called."""

import json
import os
import shlex
import shutil
import subprocess

from harness.measuring import ProgramFailed, run, sample

PACKAGES = {
    "torch": "PyTorch", "onnxruntime": "ONNX Runtime", "onnx": "onnx", "numpy": "NumPy",
    "tokenizers": "Hugging Face tokenizers", "scikit-learn": "scikit-learn",
}
_VERSIONS = """
import importlib.metadata, json, sys
found = {}
for name in sys.argv[1:]:
    try:
        found[name] = importlib.metadata.version(name)
    except importlib.metadata.PackageNotFoundError:
        pass
print(json.dumps(found))
"""


class Peers:
    """The peers of one run: interpreter, versions, scripts."""

    def __init__(self, scripts, python, work, threads):
        self.scripts, self.python, self.work, self.threads = scripts, python, work, threads
        try:
            self.versions = json.loads(run([python, "-c", _VERSIONS, *PACKAGES]).output)
        except ProgramFailed:
            self.versions = {}
        self.fasttext = shutil.which("fasttext")

    def lacking(self, *packages):
        """The reason why a peer that needs these packages cannot run; empty if it can."""
        missing = [name for name in packages if name not in self.versions]
        return f"{' and '.join(missing)} not installed for {self.python}" if missing else ""

    def script(self, name, *arguments):
        """Runs a peer's script for one pass; its JSON object and the run."""
        done = run([self.python, os.path.join(self.scripts, name), *map(str, arguments), "--repeats", "1"])
        return json.loads(done.output.strip().splitlines()[-1]), done

    def train(self, shape, texts, mode):
        few = ["--batches", min(shape.slow_batches, texts.batches)] if mode == "packed" else []
        found, done = self.script(
            "pytorch_train.py", texts.path, "--mode", mode, "--hidden", shape.hidden, "--layers", shape.layers,
            "--threads", self.threads, *few)
        return sample(
            {"tokens": found["tokens_per_second"], "step": 1000 * found["seconds"][0] / found["batches"],
             "peak": done.peak_megabytes}, done)

    def classify(self, shape, texts, runtime):
        found, done = self.script(
            "inference.py", texts.path, "--runtime", runtime, "--hidden", shape.hidden, "--layers", shape.layers,
            "--threads", self.threads, "--single", shape.single, "--folder", self.work)
        return sample(
            {"tokens": found["tokens_per_second"], "single": found["single_median_milliseconds"],
             "tail": found["single_tail_milliseconds"]}, done)

    def icu(self):
        """The ICU program, compiled if necessary; (path, reason of a failure)."""
        program, source = os.path.join(self.work, "icu_words"), os.path.join(self.scripts, "icu_words.cpp")
        if os.path.exists(program) and os.path.getmtime(program) > os.path.getmtime(source):
            return program, ""
        if not shutil.which("g++") or not shutil.which("pkg-config"):
            return None, "g++ or pkg-config is not installed"
        found = subprocess.run(["pkg-config", "--cflags", "--libs", "icu-uc"], capture_output=True, text=True)
        if found.returncode:
            return None, "ICU's headers are not installed"
        made = subprocess.run(
            ["g++", "-O2", "-std=c++17", source, "-o", program, *shlex.split(found.stdout)],
            capture_output=True, text=True)
        return (None, "icu_words.cpp does not compile: " + made.stderr[:200]) if made.returncode else (program, "")

    def icu_words(self, program, texts, vocabulary, locale):
        done = run([program, texts, vocabulary, locale, "1"])
        return sample({"speed": json.loads(done.output)["megabytes_per_second"]}, done)

    def tokenizers_words(self, texts, vocabulary):
        found, done = self.script("tokenizers_words.py", texts, vocabulary)
        return sample({"speed": found["megabytes_per_second"]}, done)

    def fasttext_reviews(self, train, texts):
        found, done = self.script(
            "fasttext_classify.py", train, texts, "--model", os.path.join(self.work, "fasttext"),
            "--threads", self.threads)
        return sample({"reviews": found["reviews_per_second"]}, done)

    def sklearn_reviews(self, train, texts):
        found, done = self.script("sklearn_classify.py", train, texts)
        return sample({"reviews": found["reviews_per_second"]}, done)
