import Foundation
import TestSupport
import Testing

/// Whether a Python with numpy is at hand: the peers' one, or the system's.
private let python: String? = {
  let own = ProcessInfo.processInfo.environment["PEERS_PYTHON"] ?? "python3"
  return try? withTemporaryFolder { folder in
    try ShellRun("\(own) -c 'import numpy'", folder: folder).status == 0 ? own : nil
  }
}()

private let corpora = SharedData.projectRoot.appendingPathComponent("corpora").path
private let script = SharedData.projectRoot.appendingPathComponent("Examples/python/read_model.py").path

/// Every logit of a line, by task where there are several.
private func logits(_ line: String) throws -> [Double] {
  let object = try #require(
    try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any])
  let tasks = object["tasks"] as? [String: [String: Any]] ?? ["": object]
  return try tasks.sorted { $0.key < $1.key }.flatMap { try #require($0.value["logits"] as? [Double]) }
}

/// The answers of a program written from the guide alone, against the command line's.
@Test(
  .enabled(if: python != nil),
  arguments: [
    ["reviews/train.tsv"],
    ["reviews/train.tsv", "--model", "ngrams", "--ngram-weighting", "nb"],
    [
      "questions/train.tsv", "--task", "kind", "--task", "topic", "--model", "recurrent", "--layers", "2",
      "--pooling", "last+linear+mean", "--ensemble", "2", "--max-tokens", "7", "--truncation", "head+tail",
    ],
    ["messages/train.tsv", "--multi-label", ",", "--no-bidirectional"],
    ["chinese-notes/train.tsv", "--locale", "zh"],
  ])
func aReaderMadeFromTheGuideGivesTheSameAnswers(flags: [String]) throws {
  let python = try #require(python)
  try withTemporaryFolder { folder in
    let shape = flags.contains("ngrams") ? [] : ["--epochs", "1", "--hidden", "8", "--subword-buckets", "0"]
    let train = ["train", "--train", corpora + "/" + flags[0], "--output", "m", "--quiet"]
    let training = try CommandRun(arguments: train + flags.dropFirst() + shape, folder: folder)
    #expect(training.status == 0, "\(training.errors)")
    let run = try ShellRun(
      """
      set -euo pipefail
      discern pack m m.discern --quiet
      tail -q -n 40 \(corpora)/*/test.tsv | sed 's/.*\t//' > texts
      printf '\\n%s\\n' '日本語・カタカナー ฿100 ｶﾅ 々' >> texts
      discern classify m --format jsonl --details < texts > answers
      discern tokenize --model m --format jsonl < texts > words
      \(python) \(script) m < words > read
      \(python) \(script) m.discern < words | cmp - read
      """, folder: folder)
    #expect(run.status == 0, "\(run.errors)")
    let (answers, read) = try (lines("answers", folder), lines("read", folder))
    #expect(answers.count == 162 && read.count == 162)
    var largest = 0.0
    for (answer, line) in zip(answers, read) {
      let (expected, found) = try (logits(answer), logits(line))
      #expect(expected.count == found.count)
      for (a, b) in zip(expected, found) { largest = max(largest, abs(a - b)) }
    }
    #expect(largest < 1e-5, "\(largest)")
  }
}

private func lines(_ name: String, _ folder: String) throws -> [String] {
  try String(contentsOfFile: folder + "/" + name, encoding: .utf8).split(separator: "\n").map(String.init)
}

@Test(.enabled(if: python != nil)) func aReaderMadeFromTheGuideNamesWhatItCannotRead() throws {
  let python = try #require(python)
  try withTemporaryFolder { folder in
    let run = try ShellRun(
      """
      train() { discern train --train \(corpora)/chinese-notes/train.tsv --quiet "$@" > /dev/null 2>&1; }
      train --output gru --model recurrent --epochs 1 --hidden 4 --cell gru
      train --output blocks --model recurrent --epochs 1 --hidden 4 --encoder hybrid
      train --output letters --model recurrent --epochs 1 --hidden 4 --subword-buckets 50
      train --output hashed --model ngrams --ngram-hash-bits 12
      discern quantize gru --output small --quiet > /dev/null
      cp -r hashed damaged; printf x >> damaged/ngrams.txt
      for model in gru blocks letters hashed small damaged absent; do
        \(python) \(script) $model < /dev/null 2>&1; echo $?
      done
      """, folder: folder)
    let expected = [
      "plain LSTM", "attention", "requires subwords", "share numbers", "requires int8.1",
      "ngrams.txt is damaged",
      "is not there",
    ]
    let said = run.output.split(separator: "\n").map(String.init)
    #expect(said.count == 2 * expected.count, "\(run.output) \(run.errors)")
    for (index, words) in expected.enumerated() where said.count == 2 * expected.count {
      #expect(said[2 * index].contains(words) && said[2 * index + 1] == "65", "\(said[2 * index])")
    }
  }
}
