/// The `predict.py` of an export.
package enum PredictScript {
  /// - Parameters:
  ///   - isInt8: whether the graph's logits differ a little from those of the classifier.
  ///   - isTransformer: whether the model is a transformer. Its layers spread each difference in rounding to
  ///     all later numbers, so that logits in 8 bits differ as much as from those in 32 bits.
  package static func text(isInt8: Bool, isTransformer: Bool = false) -> String {
    let tolerance = isInt8 ? (isTransformer ? "0.5" : "0.02") : "0.0001"
    return script.replacing("TOLERANCE = 0", with: "TOLERANCE = \(tolerance)")
  }

  private static let script = #"""
    #!/usr/bin/env python3
    """Labels texts with model.onnx.

        python3 predict.py [FILE...]                                  what `discern classify MODEL` prints
        discern encode . < texts.txt | python3 predict.py --encoded   the same in two steps
        python3 predict.py --check                                    compares with golden.jsonl

    Needs numpy and onnxruntime, and for texts the program discern (DISCERN, if set, is its path).
    """

    import argparse
    import itertools
    import json
    import os
    import subprocess
    import sys

    import numpy as np
    import onnxruntime

    FOLDER = os.path.dirname(os.path.abspath(__file__))
    # Of logits, for --check.
    TOLERANCE = 0
    UNKNOWN = 1


    class Problem(Exception):
        """A message for standard error, with the exit code that discern has for it."""

        def __init__(self, code, message):
            super().__init__(message)
            self.code = code


    def read(name):
        with open(os.path.join(FOLDER, name), encoding="utf-8") as file:
            return file.read()


    def filled(lists, filler, kind):
        """Lists of different lengths as one array."""
        array = np.full((len(lists), max(1, max(map(len, lists), default=0))), filler, kind)
        for row, values in zip(array, lists):
            row[: len(values)] = values
        return array


    def inputs(texts, names):
        """A batch's inputs, limited to the names that the graph has."""
        feed = {}
        # A graph may read both the pieces of a transformer and words with letters and sentences.
        lists = [name for name in ("tokens", "words") if name in names]
        for name in lists:
            rows = [text[name] for text in texts]
            if "sentences" in names and name == lists[-1]:
                # Each sentence is a row of words.
                starts = [text["sentences"] + [len(text[name])] for text in texts]
                rows = [row[a:b] for row, own in zip(rows, starts) for a, b in zip(own, own[1:])]
                numbers = itertools.count()
                feed["sentences"] = filled(
                    [list(itertools.islice(numbers, len(own) - 1)) for own in starts], -1, np.int64)
            feed[name] = filled(rows, 0, np.int64)
            lengths = "lengths" if name == "tokens" else "words_lengths"
            feed[lengths] = np.array([len(row) for row in rows], np.int32)
        if "letters" in names:
            feed["letters"] = filled([bag for text in texts for bag in text["letters"]] or [[]], -1, np.int64)
            # Unknown words are numbered from 1, in order.
            places = (feed[lists[-1]] == UNKNOWN).astype(np.int64)
            feed["word_letters"] = places * np.cumsum(places).reshape(places.shape)
        if "ngrams" in names:
            feed["ngrams"] = filled([text["ngrams"] for text in texts], -1, np.int64)
            feed["values"] = filled([text["values"] for text in texts], 0, np.float32)
        return feed


    class Classifier:
        def __init__(self, threads):
            options = onnxruntime.SessionOptions()
            options.intra_op_num_threads = threads
            self.session = onnxruntime.InferenceSession(
                os.path.join(FOLDER, "model.onnx"), options, providers=["CPUExecutionProvider"])
            self.inputs = {value.name for value in self.session.get_inputs()}
            self.outputs = [value.name for value in self.session.get_outputs()]
            self.tasks = json.loads(read("labels.json"))
            self.source = json.loads(read("manifest.json"))["content"].get("source")

        def __call__(self, texts):
            """The outputs by name, for texts as `discern encode` writes them."""
            return dict(zip(self.outputs, self.session.run(None, inputs(texts, self.inputs))))

        def ending(self, task):
            return "" if len(self.tasks) == 1 else "." + task["task"]

        def answers(self, texts):
            """For each text and task: the assigned labels and their probabilities."""
            outputs = self(texts)
            answers = [[] for _ in texts]
            for task in self.tasks:
                probabilities = outputs["probabilities" + self.ending(task)]
                given = outputs["labels" + self.ending(task)]
                for answer, row, labels in zip(answers, probabilities, given):
                    if "thresholds" in task:
                        numbers = sorted(np.flatnonzero(labels), key=lambda number: (-row[number], number))
                    else:
                        numbers = [labels]
                    answer.append([(task["labels"][number], float(row[number])) for number in numbers])
            return answers

        def line(self, text, answer):
            """An answer as `discern classify` prints it."""
            fields = []
            for task, labels in zip(self.tasks, answer):
                separator = task.get("separator", "")
                fields.append(separator.join(label for label, _ in labels))
                fields.append(separator.join("%.4f" % probability for _, probability in labels))
            if text["evidence"] != "normal":
                fields.append(text["evidence"])
            return "\t".join(map(escaped, fields))


    def escaped(field):
        for character, name in (("\\", "\\\\"), ("\t", "\\t"), ("\n", "\\n"), ("\r", "\\r")):
            field = field.replace(character, name)
        return field


    def parsed(classifier, file, number, line):
        """A text from a line that `discern encode` wrote."""
        place = "%s:%d: " % (file, number)
        try:
            text = json.loads(line)
        except (ValueError, RecursionError):
            raise Problem(65, place + "not JSON; --encoded takes the output of `discern encode`") from None
        if not isinstance(text, dict) or not isinstance(text.get("evidence"), str):
            raise Problem(65, place + "not a line of `discern encode`; leave out --encoded for plain texts")
        if "error" in text:
            return text
        if text.get("source") != classifier.source:
            raise Problem(65, place + "was encoded for another model; run discern encode with this folder")
        for name in ("tokens", "words", "sentences", "letters", "ngrams", "values"):
            if name in classifier.inputs and not isinstance(text.get(name), list):
                raise Problem(65, place + "has no list “%s”; run discern encode with this folder" % name)
        return text


    def lines(classifier, batch):
        texts = [text for text in batch if "error" not in text]
        answers = iter(classifier.answers(texts) if texts else [])
        for text in batch:
            yield classifier.line(text, [[]] * len(classifier.tasks) if "error" in text else next(answers))


    def check(classifier, size):
        """Compares logits with Discern's; returns the exit code."""
        golden = [json.loads(line) for line in read("golden.jsonl").split("\n") if line]
        greatest = 0.0
        for start in range(0, len(golden), size):
            batch = golden[start : start + size]
            outputs = classifier(batch)
            for task in classifier.tasks:
                expected = [text["logits"] for text in batch]
                if len(classifier.tasks) > 1:
                    expected = [logits[task["task"]] for logits in expected]
                got = outputs["logits" + classifier.ending(task)]
                greatest = max(greatest, float(np.abs(got - np.array(expected, np.float32)).max()))
        ending = "" if greatest <= TOLERANCE else ": more than the allowed %.0e" % TOLERANCE
        print("%d texts, logits differ by %.1e at most" % (len(golden), greatest) + ending)
        return 1 if ending else 0


    def encoded(options):
        """The encoded texts' files with their names, and the program that writes them, if any."""
        if options.encoded:
            # Only a line feed ends a line.
            return [(file, open(file, "rb")) for file in options.files] or [("-", sys.stdin.buffer)], None
        command = [os.environ.get("DISCERN", "discern"), "encode", FOLDER] + options.files
        try:
            program = subprocess.Popen(command, stdout=subprocess.PIPE)
        except OSError:
            raise Problem(
                66, "the program %s cannot be run: put discern on the PATH, set DISCERN to its path, or give "
                "the output of `discern encode` with --encoded" % command[0]) from None
        return [("discern encode", program.stdout)], program


    def run(options):
        if options.batch < 1:
            raise Problem(64, "--batch %d: expected 1 or more" % options.batch)
        classifier = Classifier(options.threads)
        if options.check:
            return check(classifier, options.batch)
        sys.stdout.reconfigure(encoding="utf-8", newline="\n")
        files, program = encoded(options)
        numbered = (
            (name, number, line) for name, file in files for number, line in enumerate(file, start=1))
        while batch := [parsed(classifier, *line) for line in itertools.islice(numbered, options.batch)]:
            for line in lines(classifier, batch):
                print(line)
        sys.stdout.flush()
        return program.wait() if program else 0


    def main():
        parser = argparse.ArgumentParser(description="Labels texts with model.onnx.")
        parser.add_argument("files", nargs="*", help="texts, as discern reads them; default: standard input")
        parser.add_argument("--encoded", action="store_true", help="read the output of `discern encode`")
        parser.add_argument("--check", action="store_true", help="compare with golden.jsonl")
        parser.add_argument("--batch", type=int, default=32, help="batch size")
        parser.add_argument("--threads", type=int, default=0, help="threads; default: one per core")
        try:
            return run(parser.parse_args())
        except Problem as problem:
            message, code = str(problem), problem.code
        except BrokenPipeError:
            # The reader has closed the pipe: the rest of the buffer is dropped.
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            return 0
        except KeyboardInterrupt:
            return 130
        except OSError as error:
            message = "%s: %s" % (error.filename or "standard output", error.strerror)
            code = 66 if error.filename else 74
        print("error:", message, file=sys.stderr)
        return code


    if __name__ == "__main__":
        sys.exit(main())

    """#
}
