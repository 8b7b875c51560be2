import Foundation
import TestSupport
import Testing

private let tiny = [
  "train", "--output", "m", "--hidden", "2", "--embedding-dim", "2", "--threads", "1", "--epochs", "1",
]

/// Sixty texts of twenty films; each of the last twenty texts differs from an earlier one in one word.
private func table(_ folder: String) throws {
  var random = SeededGenerator(seed: 2)
  let texts = (0..<40).map { _ in
    (0..<12).map { _ in "w\(Int.random(in: 0..<300, using: &random))" }.joined(separator: " ")
  }
  let rows = (0..<60).map { index in
    let text = index < 40 ? texts[index] : texts[index - 40] + " again"
    return "\(index % 2 == 0 ? "good" : "bad")\t\(text)\tfilm \(index / 3)\n"
  }
  try ("label\ttext\tfilm\n" + rows.joined()).write(
    toFile: folder + "/t.tsv", atomically: true, encoding: .utf8)
}

/// The line that reports the division of the texts.
private func division(_ run: CommandRun) -> String {
  run.errors.split(separator: "\n").first { $0.hasPrefix("division") }.map(String.init) ?? run.errors
}

@Test func trainKeepsGroupsTogether() throws {
  try withTemporaryFolder { folder in
    try table(folder)
    func train(_ arguments: String...) throws -> CommandRun {
      let run = try CommandRun(
        arguments: tiny + ["--train", "t.tsv", "--validation-fraction", "0.2"] + arguments, folder: folder)
      #expect(run.status == 0, "\(run.errors)")
      return run
    }
    let films = try train("--group-column", "film", "--json-log", "log.jsonl")
    #expect(
      division(films)
        == "division by “film”: training has 48 texts in 16 groups, development 12 in 4; the largest has 3")
    let log = try String(contentsOfFile: folder + "/log.jsonl", encoding: .utf8)
    #expect(log.contains("\"event\":\"division\"") && log.contains("\"developmentTexts\":12"))
    let copies = division(try train("--dev-split", "near-duplicates"))
    #expect(copies.hasPrefix("division: training has 48 texts in "))
    #expect(copies.hasSuffix("; 40 texts in 20 groups of near-duplicates, at most 2 in one"))
    let both = division(try train("--group-column", "film", "--dev-split", "near-duplicates"))
    #expect(both.hasPrefix("division by “film”") && both.contains("40 texts in 20 groups of near-duplicates"))
    #expect(division(try train()).contains("division") == false)
  }
}

@Test func divisionsThatCannotBeNameTheFlag() throws {
  try withTemporaryFolder { folder in
    try table(folder)
    func fails(_ status: Int32, _ arguments: [String], _ words: String...) throws {
      let run = try CommandRun(arguments: tiny + arguments, folder: folder)
      #expect(run.status == status && run.output.isEmpty, "\(arguments): \(run.errors)")
      for word in words { #expect(run.errors.contains(word), "\(arguments): \(run.errors)") }
    }
    let own = ["--train", "t.tsv", "--dev", "t.tsv"]
    try fails(64, own + ["--group-column", "film"], "--group-column film", "--dev")
    try fails(64, own + ["--dev-split", "near-duplicates"], "--dev-split near-duplicates", "--dev")
    try fails(65, ["--train", "t.tsv", "--group-column", "movie"], "no column is named “movie”", "film")
    try fails(64, ["--train", "t.tsv", "--group-column", ""], "--group-column")
    try fails(64, ["--train", "t.tsv", "--dev-split", "near"], "dev-split", "stratified, near-duplicates")
    let large = (0..<60).map { "\($0 % 2 == 0 ? "good" : "bad")\ttext \($0)\t\($0 < 58 ? "A" : "B")\n" }
    try ("label\ttext\tfilm\n" + large.joined()).write(
      toFile: folder + "/large.tsv", atomically: true, encoding: .utf8)
    try fails(
      65, ["--train", "large.tsv", "--group-column", "film"], "--group-column film", "“A”, has 58",
      "--validation-fraction")
    try FileManager.default.createDirectory(atPath: folder + "/f/a", withIntermediateDirectories: true)
    try FileManager.default.createDirectory(atPath: folder + "/f/b", withIntermediateDirectories: true)
    for name in ["a/1.txt", "a/2.txt", "b/1.txt", "b/2.txt"] {
      try "text".write(toFile: folder + "/f/" + name, atomically: true, encoding: .utf8)
    }
    try fails(65, ["--train", "f", "--group-column", "film"], "--group-column needs CSV, TSV or JSON Lines")
  }
}

/// Resuming divides in the same way, and refuses texts that are grouped differently.
@Test func aResumedTrainingHasTheSameDivision() throws {
  try withTemporaryFolder { folder in
    try table(folder)
    let first = try CommandRun(
      arguments: tiny + ["--train", "t.tsv", "--group-column", "film", "--checkpoint", "c"], folder: folder)
    #expect(first.status == 0, "\(first.errors)")
    let more = try CommandRun("train", "--resume", "c", "--more-epochs", "1", folder: folder)
    #expect(more.status == 0, "\(more.errors)")
    #expect(division(more) == division(first))
    let path = folder + "/t.tsv"
    let moved = try String(contentsOfFile: path, encoding: .utf8).replacing("film 7\n", with: "film 8\n")
    try moved.write(toFile: path, atomically: true, encoding: .utf8)
    let other = try CommandRun("train", "--resume", "c", "--more-epochs", "1", folder: folder)
    #expect(other.status == 65 && other.errors.contains("the training data"), "\(other.errors)")
  }
}

@Test func dataCheckNamesNearCopies() throws {
  try withTemporaryFolder { folder in
    try table(folder)
    let lines = try String(contentsOfFile: folder + "/t.tsv", encoding: .utf8).split(separator: "\n")
    let (head, rows) = (lines[0], lines.dropFirst())
    for (name, part) in [("a.tsv", rows.prefix(50)), ("b.tsv", rows.suffix(10))] {
      try ([head] + part).joined(separator: "\n").appending("\n").write(
        toFile: folder + "/" + name, atomically: true, encoding: .utf8)
    }
    func check(_ arguments: String...) throws -> String {
      try CommandRun(
        arguments: ["data", "check", "--text-column", "text", "--label-column", "label"] + arguments,
        folder: folder
      ).output
    }
    let whole = try check("--train", "t.tsv")
    #expect(whole.contains("note: train: 20 groups of near-duplicates with 40 rows, the largest with 2"))
    #expect(whole.contains("--dev-split near-duplicates") && whole.contains("t.tsv:2, t.tsv:42"))
    let parts = try check("--train", "a.tsv", "--test", "b.tsv")
    #expect(parts.contains("10 rows of the test part (10 groups) nearly repeat texts of the training part"))
    #expect(parts.contains("b.tsv:2 nearly repeats a.tsv:12"))
    let watched = try check("--train", "a.tsv", "--dev", "b.tsv")
    #expect(
      watched.contains("10 rows of the development part (10 groups) nearly repeat texts of the training"))
    // Exact copies are reported as such.
    let same = try check("--train", "a.tsv", "--test", "a.tsv")
    #expect(!same.contains("nearly repeat") && same.contains("also occur in the training part"))
  }
}

/// As for train, the column is that of the training part; near copies of different films are named.
@Test func dataCheckCountsNearCopiesWithinAndAcrossGroups() throws {
  try withTemporaryFolder { folder in
    let words = (0..<6).map { set in (0..<12).map { "w\(set * 12 + $0)" }.joined(separator: " ") }
    // Of six pairs two are of one film each, three of two films, one has a text without a film.
    let films = ["A", "A", "B", "B", "C", "D", "E", "F", "G", "H", "I", ""]
    let rows = films.indices.map { "\($0 % 2 == 0 ? "good" : "bad")\t\(words[$0 / 2]) \($0)\t\(films[$0])\n" }
    for (name, text) in [
      ("t.tsv", "label\ttext\tfilm\n" + rows.joined()), ("plain.tsv", "label\ttext\ngood\tx y\nbad\tz\n"),
    ] {
      try text.write(toFile: folder + "/" + name, atomically: true, encoding: .utf8)
    }
    func check(_ arguments: String...) throws -> CommandRun {
      try CommandRun(arguments: ["data", "check", "--train", "t.tsv"] + arguments, folder: folder)
    }
    let run = try check("--group-column", "film", "--test", "plain.tsv")
    for words in [
      "groups by “film”: 9, and 1 text in none; sets of duplicates within one: 2, across several: 4",
      "warning: train: 4 sets of exact or near-duplicates (8 rows) are each in several groups by “film”",
      "add --dev-split near-duplicates", "t.tsv:6 (“C”), ", "t.tsv:7 (“D”)", "t.tsv:13 (in none)",
      "note: train: 2 sets of exact or near-duplicates (4 rows) are each in one group by “film”",
    ] { #expect(run.output.contains(words), "\(words): \(run.output) \(run.errors)") }
    #expect(try !check().output.contains("by “"))
    let json = try check("--group-column", "film", "--json").output
    #expect(json.contains("\"copiesAcross\" : 4") && json.contains("\"copiesWithin\" : 2"), "\(json)")
    // The same errors as train's.
    for arguments in [["--group-column", "movie"], ["--group-column", ""]] {
      let own = try CommandRun(arguments: ["data", "check", "--train", "t.tsv"] + arguments, folder: folder)
      let other = try CommandRun(arguments: tiny + ["--train", "t.tsv"] + arguments, folder: folder)
      func error(_ run: CommandRun) -> Substring? {
        run.errors.split(separator: "\n").first { $0.lowercased().hasPrefix("error") }
      }
      #expect(own.status == other.status && error(own) != nil && error(own) == error(other), "\(own.errors)")
    }
    let both = try check("--group-column", "film", "--dev", "plain.tsv")
    #expect(both.status == 64 && both.errors.contains("--group-column film decides"), "\(both.errors)")
  }
}
