import Foundation
import TestSupport
import Testing

/// Texts with labels by Zipf's law, each with its own words: most labels occur a few times.
private func news(_ folder: String, count: Int = 150, labels: Int = 30) throws {
  var random = SeededGenerator(seed: 4)
  let rows = (0..<count).map { _ in
    let own = Set(
      (0..<2).map { _ in min(labels, Int(1 / Double.random(in: 0.03...1, using: &random))) - 1 }
    ).sorted()
    let words = own.flatMap { label in
      (0..<3).map { _ in "l\(label)w\(Int.random(in: 0..<4, using: &random))" }
    }
    return own.map { "L\($0)" }.joined(separator: ",") + "\t" + words.joined(separator: " ") + "\n"
  }
  try ("labels\ttext\n" + rows.joined()).write(
    toFile: folder + "/news.tsv", atomically: true, encoding: .utf8)
}

@Test func aTrainingSaysWhatItsFiguresSuggest() throws {
  try withTemporaryFolder { folder in
    try news(folder)
    let run = try CommandRun(
      "train", "--train", "news.tsv", "--output", "m", "--multi-label", ",", "--label-column", "labels",
      "--text-column", "text", "--hidden", "8", "--embedding-dim", "8", "--threads", "1", "--epochs", "6",
      "--batch-size", "8", "--learning-rate", "0.01", "--label-smoothing", "0", "--validation-fraction",
      "0.3",
      "--json-log", "log", "--checkpoint", "c", folder: folder)
    #expect(run.status == 0, "\(run.errors)")
    #expect(run.errors.contains("thresholds: "), "\(run.errors)")
    #expect(
      run.errors.contains("hint: the last epoch was the best, so more epochs may be better: --epochs 9, or ")
        && run.errors.contains("discern train --resume c --more-epochs 3"), "\(run.errors)")
    #expect(
      run.errors.contains("is far below micro F1") && run.errors.contains("too few training texts (“L"),
      "\(run.errors)")
    let log = try String(contentsOfFile: folder + "/log", encoding: .utf8)
    #expect(log.contains(#""event":"thresholds""#) && log.contains(#""kind":"last-epoch-was-best""#))
    #expect(log.contains(#""kind":"few-texts""#) && !log.contains("--resume"))
    let quiet = try CommandRun(
      "train", "--train", "news.tsv", "--output", "n", "--multi-label", ",", "--label-column", "labels",
      "--text-column", "text", "--hidden", "2", "--embedding-dim", "2", "--threads", "1", "--epochs", "1",
      "--quiet", folder: folder)
    #expect(quiet.status == 0 && !quiet.errors.contains("hint") && !quiet.errors.contains("thresholds"))
  }
}
