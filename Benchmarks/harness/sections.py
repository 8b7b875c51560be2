"""The parts of the benchmark. Each runs Discern and its peers in turn and adds figures and ratios to the report."""

import json
import os
import shutil

from harness import texts as made
from harness.measuring import measure, run, sample

SPEED, STEP, PEAK = "tokens a second", "milliseconds a step", "peak memory, MB"
MODES = {  # PyTorch's ways to train
    "PyTorch, bucketed and padded": "bucketed", "PyTorch, packed": "packed",
    "PyTorch, shuffled and padded": "shuffled", "PyTorch, bucketed and padded, FGM": "bucketed-fgm",
}
PLAIN_MODES = [name for name in MODES if "FGM" not in name]
# Targets by shape.
AGAINST_BEST = {"small": 2.6, "medium": 1.9, "big": 1.7}
AGAINST_PACKED = {"small": 3, "medium": 15, "big": 6}
SHARE_OF_PEAK = {"small": 0.75, "medium": 0.75, "big": 0.80}
SCALING_LENGTHS = [50, 100, 200, 400, 800, 1600, 3200]
TOKENS_A_STEP = 12_800


class Benchmark:
    def __init__(self, discern, work, peers, report, settings, say):
        """`settings`: shapes, threads, repeats, extra, limit, wait, quick, reviews, chinese, corpus."""
        self.discern_path, self.work, self.peers, self.report = discern, work, peers, report
        self.settings, self.say = settings, say
        self.vocabulary = self.path("vocabulary.txt")
        made.write_vocabulary(self.vocabulary)
        self.synthetic = {}
        self.trained = {}  # results of training passes by shape, for the section on memory

    def path(self, name):
        return os.path.join(self.work, name)

    # Running

    def discern(self, *arguments, **options):
        return run([self.discern_path, *map(str, arguments)], **options)

    def measured(self, contenders, repeats=None):
        settings = self.settings
        results, failed = measure(
            contenders, repeats or settings.repeats, settings.extra, settings.limit, settings.wait, self.say)
        for who, why in failed.items():
            self.report.lacks(who, why)
        return results

    def texts(self, shape):
        if shape.name not in self.synthetic:
            batches = 2 if self.settings.quick else shape.batches
            self.synthetic[shape.name] = made.write_synthetic(shape, self.path(f"{shape.name}.tsv"), batches)
        return self.synthetic[shape.name]

    def shape_arguments(self, shape):
        return [
            "--embedding-dim", made.EMBEDDING_SIZE, "--hidden", shape.hidden, "--layers", shape.layers,
            "--batch-size", made.BATCH_SIZE, "--max-tokens", 0, "--dropout", 0.5]

    def texts_arguments(self, texts):
        return [
            "--train", texts.path, "--vocab", self.vocabulary, "--input-format", "tsv", "--no-header",
            "--label-column", 1, "--text-column", 2]

    def bench_train(self, *arguments, threads=None, tokens=None):
        done = self.discern(
            "bench", "train", "--json", "--repeats", 1, "--threads", threads or self.settings.threads, *arguments)
        found = json.loads(done.output)
        if tokens is not None and found["tokens"] != tokens:
            raise SystemExit(f"discern read {found['tokens']} tokens where {tokens} were written")
        return sample(
            {"tokens": found["tokensPerSecond"], "step": found["millisecondsPerStep"], "flops": found["gigaflops"],
             "peak": done.peak_megabytes}, done)

    def train_discern(self, shape, *arguments, threads=None):
        texts = self.texts(shape)
        return self.bench_train(
            *self.texts_arguments(texts), "--in-order", *self.shape_arguments(shape), *arguments, threads=threads,
            tokens=texts.tokens)

    # Sections

    def train(self):
        """Tokens a second of training steps, by shape and mode; FGM; threads; share of the practical GEMM peak."""
        settings, report = self.settings, self.report
        for shape in settings.shapes:
            self.say(f"train, {shape.name}")
            texts = self.texts(shape)
            contenders = {
                "Discern": lambda: self.train_discern(shape),
                "Discern, FGM": lambda: self.train_discern(shape, "--adversarial", "fgm"),
                "Discern, matrix product": self.product,
            }
            if settings.threads > 1:
                contenders["Discern, 1 thread"] = lambda: self.train_discern(shape, threads=1)
            if lacking := self.peers.lacking("torch"):
                report.lacks("PyTorch", lacking)
            else:
                for name, mode in MODES.items():
                    if mode not in settings.modes:
                        continue
                    contenders[name] = lambda mode=mode: self.peers.train(shape, texts, mode)
            results = self.measured(contenders)
            self.trained[shape.name] = results
            report.add("train", shape.name, results, {
                "tokens": SPEED, "step": STEP, "flops": "GFLOP/s", "product": "practical GEMM peak, GFLOP/s"})
            median = {who: series.median("tokens") for who, series in results.items() if series.values("tokens")}
            ours = median["Discern"]
            best = max((name for name in PLAIN_MODES if name in median), key=median.get, default=None)
            if best:
                report.compare(
                    "train", shape.name, f"training, {SPEED}", ours, median[best], best, AGAINST_BEST[shape.name],
                    series=[results["Discern"], results[best]])
            if (packed := "PyTorch, packed") in median:
                report.compare(
                    "train", shape.name, f"training, {SPEED}", ours, median[packed], packed,
                    AGAINST_PACKED[shape.name], series=[results["Discern"], results[packed]])
            if (adversarial := "PyTorch, bucketed and padded, FGM") in median:
                report.compare(
                    "train", shape.name, f"training with FGM, {SPEED}", median["Discern, FGM"], median[adversarial],
                    adversarial, series=[results["Discern, FGM"], results[adversarial]])
            report.compare(
                "train", shape.name, "whole step, GFLOP/s", results["Discern"].median("flops"),
                results["Discern, matrix product"].median("product"), "practical GEMM peak", SHARE_OF_PEAK[shape.name],
                series=[results["Discern"], results["Discern, matrix product"]])
            report.compare(
                "train", shape.name, "a step with FGM, ms", results["Discern, FGM"].median("step"),
                results["Discern"].median("step"), "Discern without", 1.85, at_most=True,
                series=[results["Discern"], results["Discern, FGM"]])
            if settings.threads > 1:
                report.compare(
                    "train", shape.name, f"{settings.threads} threads, {SPEED}", ours, median["Discern, 1 thread"],
                    "Discern, 1 thread", 1.85 if settings.threads == 2 else None,
                    series=[results["Discern"], results["Discern, 1 thread"]])

    def product(self):
        """The best large matrix product on all threads."""
        done = self.discern("bench", "machine", "--json", "--repeats", 1, "--threads", self.settings.threads)
        return sample({"product": json.loads(done.output)["productAllThreads"]}, done)

    def memory(self):
        """Peak memory of training: the whole process, as the system counts it."""
        peer = "PyTorch, bucketed and padded"
        for shape in self.settings.shapes:
            self.say(f"memory, {shape.name}")
            results = self.trained.get(shape.name)
            if results is None:
                texts = self.texts(shape)
                contenders = {"Discern": lambda: self.train_discern(shape)}
                if lacking := self.peers.lacking("torch"):
                    self.report.lacks("PyTorch", lacking)
                else:
                    contenders[peer] = lambda: self.peers.train(shape, texts, "bucketed")
                results = self.measured(contenders)
            self.report.add("memory", shape.name, results, {"peak": PEAK})
            if peer in results:
                self.report.compare(
                    "memory", shape.name, f"training, {PEAK}", results["Discern"].largest("peak"),
                    results[peer].largest("peak"), peer, 0.5, at_most=True)

    def scaling(self):
        """Cost of a token as random texts grow, with the same number of tokens in a step (medium shape)."""
        self.say("scaling")
        shape = made.SHAPES["medium"]
        step, steps = (3_200, 1) if self.settings.quick else (TOKENS_A_STEP, 10)

        def contender(length):
            batch = step // length
            return lambda: self.bench_train(
                *self.shape_arguments(shape), "--vocab-size", made.VOCABULARY_SIZE, "--length", length,
                "--texts", batch * steps, "--batch-size", batch, "--in-order", tokens=batch * steps * length)

        names = {f"Discern, texts of {length} tokens": length for length in SCALING_LENGTHS}
        results = self.measured({name: contender(length) for name, length in names.items()})
        self.report.add("scaling", shape.name, results, {"tokens": SPEED, "peak": PEAK})
        cost = {name: 1e6 / series.median("tokens") for name, series in results.items()}
        dearest, cheapest = max(cost, key=cost.get), min(cost, key=cost.get)
        self.report.compare(
            "scaling", shape.name, f"{dearest}: µs a token", cost[dearest], cost[cheapest], cheapest, 1.15,
            at_most=True, series=[results[dearest], results[cheapest]])

    def inference(self):
        """Predictions in batches of 64 and of one text alone."""
        runtimes = {
            "ONNX Runtime fp32": ("onnxruntime", ["onnxruntime", "onnx", "torch", "numpy"]),
            "ONNX Runtime int8": ("onnxruntime-int8", ["onnxruntime", "onnx", "torch", "numpy"]),
            "PyTorch fp32": ("pytorch", ["torch", "numpy"]),
        }
        for shape in self.settings.shapes:
            self.say(f"inference, {shape.name}")
            texts = self.texts(shape)
            contenders = {
                "Discern": lambda: self.classify_discern(shape),
                "Discern int8": lambda: self.classify_discern(shape, "--int8"),
            }
            for name, (runtime, packages) in runtimes.items():
                if lacking := self.peers.lacking(*packages):
                    self.report.lacks(name, lacking)
                else:
                    contenders[name] = lambda runtime=runtime: self.peers.classify(shape, texts, runtime)
            results = self.measured(contenders)
            single = f"one text of {shape.single} tokens"
            self.report.add("inference", shape.name, results, {
                "tokens": f"batches of 64, {SPEED}", "single": f"{single}, median ms",
                "tail": f"{single}, 99th percentile, ms"})
            # For batches a minimum, for one text a maximum.
            eight_bits = {"small": (1.7, 0.65), "medium": (1.4, 0.8), "big": (1.0, 1.0)}[shape.name]
            wanted = {
                ("Discern", "ONNX Runtime fp32"): (2, 0.5), ("Discern int8", "ONNX Runtime int8"): eight_bits,
                ("Discern int8", "Discern"): (1.45 if shape.name == "medium" else 1.6, 0.5),
            }
            for own in ("Discern", "Discern int8"):
                for name in results:
                    if name == own or (own, name) == ("Discern", "Discern int8"):
                        continue
                    batches, alone = wanted.get((own, name), (None, None))
                    prefix = "8 bits, " if own == "Discern int8" else ""
                    pair = [results[own], results[name]]
                    self.report.compare(
                        "inference", shape.name, f"{prefix}batches of 64, {SPEED}", pair[0].median("tokens"),
                        pair[1].median("tokens"), name, batches, series=pair)
                    self.report.compare(
                        "inference", shape.name, f"{prefix}{single}, median ms", pair[0].median("single"),
                        pair[1].median("single"), name, alone, at_most=True, series=pair)

    def classify_discern(self, shape, *arguments):
        texts = self.texts(shape)
        done = self.discern(
            "bench", "classify", "--json", "--repeats", 1, "--threads", self.settings.threads, "--length", shape.single,
            *self.texts_arguments(texts), *self.shape_arguments(shape), *arguments)
        found = json.loads(done.output)
        if found["tokens"] != texts.tokens:
            raise SystemExit(f"discern read {found['tokens']} tokens where {texts.tokens} were written")
        return sample(
            {"tokens": found["tokensPerSecond"], "single": 1000 * found["singleMedian"],
             "tail": 1000 * found["singleTail"]}, done)

    def text(self):
        """Raw bytes to token ids; building a vocabulary; reviews a second of `classify`, all stages."""
        rows = self.reviews()
        vocabulary = self.build_vocabulary(rows, "english", [])
        quick = self.settings.quick
        self.words("English", "en", rows, vocabulary, 4, [])
        if self.settings.chinese:
            chinese = made.read_labelled(self.settings.chinese)
            locale = ["--locale", "zh"]
            self.words(
                "Chinese", "zh", chinese, self.build_vocabulary(chinese, "chinese", locale), 1, locale)
        else:
            self.report.lacks("Other scripts", "no --chinese FILE was given")
        self.vocabulary_build(rows, 2e6 if quick else 100e6)
        self.classify_reviews(rows, vocabulary, 300 if quick else 10_000)

    def reviews(self):
        """The given labelled reviews, or the small corpus that comes with Discern."""
        if not self.settings.reviews:
            self.report.lacks("IMDB reviews", "no --reviews FILE was given; Discern's own corpus, repeated, is used instead")
        rows = made.read_labelled(self.settings.reviews or self.settings.corpus)
        return rows[:2_000] if self.settings.quick else rows

    def build_vocabulary(self, rows, name, arguments):
        texts, vocabulary = self.path(f"{name}.txt"), self.path(f"{name}-vocabulary.txt")
        made.write_lines(rows, texts)
        self.discern(
            "vocab", "build", "--quiet", "--input", texts, "--input-format", "lines", "--output", vocabulary,
            *arguments)
        return vocabulary

    def words(self, script, locale, rows, vocabulary, target, arguments):
        self.say(f"words, {script}")
        texts = self.path(f"{script.lower()}-words.txt")
        size = 1e6 if self.settings.quick else 10e6
        made.write_lines(made.repeated(rows, size), texts)

        def discern():
            done = self.discern("bench", "text", texts, "--vocab", vocabulary, "--json", "--repeats", 1, *arguments)
            return sample({"speed": json.loads(done.output)["megabytesPerSecond"]}, done)

        contenders = {"Discern": discern}
        program, why = self.peers.icu()
        if program:
            contenders["ICU + lookup"] = lambda: self.peers.icu_words(program, texts, vocabulary, locale)
        else:
            self.report.lacks("ICU", why)
        if lacking := self.peers.lacking("tokenizers"):
            self.report.lacks("Hugging Face tokenizers", lacking)
        elif locale == "en":  # it does not divide Chinese into words
            contenders["Hugging Face tokenizers"] = lambda: self.peers.tokenizers_words(texts, vocabulary)
        results = self.measured(contenders)
        title = f"{script} bytes to ids, one thread, MB/s"
        self.report.add("text", "", results, {"speed": title})
        for who in results:
            if who != "Discern":
                self.report.compare(
                    "text", "", title, results["Discern"].median("speed"), results[who].median("speed"), who,
                    target if who == "ICU + lookup" else None, series=[results["Discern"], results[who]])

    def vocabulary_build(self, rows, size):
        self.say("vocab build")
        texts = self.path("vocab-build.tsv")
        made.write_labelled(made.repeated(rows, size), texts)
        megabytes = made.file_megabytes(texts)

        def build():
            done = self.discern(
                "vocab", "build", "--quiet", "--input", texts, "--input-format", "tsv", "--no-header",
                "--label-column", 1, "--text-column", 2, "--output", self.path("built.txt"), "--threads",
                self.settings.threads)
            return sample({"speed": megabytes / done.seconds, "peak": done.peak_megabytes}, done)

        results = self.measured({"Discern": build})
        title = f"vocab build over {megabytes:.0f} MB, {self.settings.threads} threads, MB/s"
        self.report.add("text", "", results, {"speed": title, "peak": PEAK})
        self.report.compare("text", "", title, results["Discern"].median("speed"), 150, "150 MB/s", 1,
                            series=results.values())

    def classify_reviews(self, rows, vocabulary, count):
        self.say("classify")
        settings = self.settings
        train, all_reviews = self.path("reviews-train.tsv"), self.path("reviews.tsv")
        texts, tenth = self.path("reviews.txt"), self.path("reviews-tenth.txt")
        made.write_labelled(rows[: 200 if settings.quick else 2_000], train)
        made.write_labelled(rows, all_reviews)
        rows = (rows * (count // len(rows) + 1))[:count]
        made.write_lines(rows, texts)
        made.write_lines(rows[: count // 10], tenth)
        model = self.path("model")
        shutil.rmtree(model, ignore_errors=True)
        shape = made.SHAPES["medium"]
        self.discern(
            "train", "--quiet", "--model", "recurrent", "--train", train, "--input-format", "tsv", "--no-header", "--label-column", 1,
            "--text-column", 2, "--vocab", vocabulary, "--epochs", 1, "--hidden", shape.hidden, "--layers",
            shape.layers, "--embedding-dim", made.EMBEDDING_SIZE, "--output", model, "--threads", settings.threads)

        def classify():
            whole, part = (
                self.discern("classify", model, "--quiet", "--threads", settings.threads, standard_input=path)
                for path in (texts, tenth))
            if whole.output.count("\n") != count:
                raise SystemExit(f"discern classify gave {whole.output.count(chr(10))} lines for {count} texts")
            return sample(
                {"reviews": (count - count // 10) / max(1e-3, whole.seconds - part.seconds),
                 "whole": count / whole.seconds,
                 "peak": whole.peak_megabytes}, whole, part)

        contenders = {"Discern": classify}
        if self.peers.fasttext:
            if os.path.exists(self.path("fasttext.bin")):
                os.remove(self.path("fasttext.bin"))
            contenders["fastText"] = lambda: self.peers.fasttext_reviews(all_reviews, texts)
        else:
            self.report.lacks("fastText", "no program fasttext on the path")
        if lacking := self.peers.lacking("scikit-learn"):
            self.report.lacks("scikit-learn", lacking)
        else:
            contenders["scikit-learn TF-IDF + logistic regression"] = (
                lambda: self.peers.sklearn_reviews(train, texts))
        results = self.measured(contenders)
        title = f"classify {count:,} reviews, medium model, reviews/s"
        self.report.add("text", "medium", results, {
            "reviews": title + ", model loaded", "whole": title + ", whole command", "peak": PEAK})
        for who in results:
            if who != "Discern":
                self.report.compare(
                    "text", "medium", title, results["Discern"].median("reviews"), results[who].median("reviews"), who,
                    0.25 if who == "fastText" else None, series=[results["Discern"], results[who]])

    def job(self):
        """The whole job, raw file to model, one epoch: the share of the time before the first step."""
        self.say("job")
        rows = self.reviews()
        count = 300 if self.settings.quick else 25_000
        rows = (rows * (count // len(rows) + 1))[:count]
        train, model, log = self.path("job.tsv"), self.path("job-model"), self.path("job.jsonl")
        made.write_labelled(rows, train)

        def job():
            shutil.rmtree(model, ignore_errors=True)
            if os.path.exists(log):
                os.remove(log)
            done = self.discern(
                "train", "--quiet", "--model", "recurrent", "--train", train, "--input-format", "tsv", "--no-header", "--label-column", 1,
                "--text-column", 2, "--epochs", 1, "--output", model, "--json-log", log, "--threads",
                self.settings.threads, watch=log)
            # The log's first line is written when reading, counting and encoding are done.
            return sample(
                {"seconds": done.seconds, "before": done.noticed, "share": done.noticed / done.seconds,
                 "peak": done.peak_megabytes}, done)

        results = self.measured({"Discern": job})
        title = f"{count:,} reviews, file to model, one epoch"
        self.report.add("job", "medium", results, {
            "seconds": f"{title}, s", "before": "before the first step, s", "share": "share before the first step",
            "peak": PEAK})
        ours = results["Discern"]
        self.report.compare(
            "job", "medium", "before the first step, s", ours.median("before"), ours.median("seconds"), title, 0.05,
            at_most=True, ratio=ours.median("share"), series=[ours])
