import Foundation
import TestSupport
import Testing

@Test func aReportIsOneFileAndTheSameEachTime() throws {
  try withTemporaryFolder { folder in
    let words = ["good", "bad", "fine", "film"]
    let rows = (0..<60).map {
      "\($0 % 2 == 0 ? "x" : "y")\t\(words[$0 % 4]) \(words[$0 / 4 % 4]) <b>\($0 % 7)\n"
    }
    try rows.joined().write(toFile: folder + "/t.tsv", atomically: true, encoding: .utf8)
    let trained = try CommandRun(
      arguments: [
        "train", "--train", "t.tsv", "--output", "m", "--json-log", "m.jsonl", "--model", "joined",
      ]
        + ["--epochs", "1", "--hidden", "4", "--embedding-dim", "4", "--threads", "1", "--quiet"],
      folder: folder)
    #expect(trained.status == 0, "\(trained.errors)")
    let report = [
      "report", "m", "--data", "t.tsv", "--train", "t.tsv", "--log", "m.jsonl", "--quiet",
    ]
    let first = try CommandRun(arguments: report + ["--output", "r.html"], folder: folder)
    #expect(first.status == 0 && first.output.isEmpty && first.errors.isEmpty, "\(first.errors)")
    let page = try String(contentsOfFile: folder + "/r.html", encoding: .utf8)
    #expect(
      page.hasPrefix("<!DOCTYPE html>") && page.hasSuffix("</html>\n") && !page.contains("<b>"))
    #expect(page.contains("60 of these texts are also in the training data"))
    // To standard output, with another number of threads.
    let again = try CommandRun(
      arguments: report + ["--output", "-", "--threads", "3"], folder: folder)
    #expect(again.output == page, "\(again.errors)")
    // For the packed model all is the same but its name.
    let packed = try CommandRun("pack", "m", "p.discern", folder: folder)
    #expect(packed.status == 0, "\(packed.errors)")
    let other = try CommandRun(
      arguments: ["report", "p.discern"] + report.dropFirst(2) + ["--output", "-"], folder: folder)
    #expect(other.output.replacing("p.discern", with: "m") == page, "\(other.errors)")

    let input = try String(contentsOfFile: folder + "/t.tsv", encoding: .utf8)
    let refused: [([String], Int32)] = [
      (["m", "--data", "t.tsv", "--output", "t.tsv"], 64),
      (["m", "--data", "t.tsv", "--output", "m.jsonl", "--log", "m.jsonl"], 64),
      (["m", "--data", "t.tsv", "--output", "m/r.html"], 64),
      (["m", "--data", "t.tsv", "--output", "no/r.html"], 74),
      (["m", "--data", "t.tsv", "--output", "s.html", "--log", "t.tsv"], 65),
      (["m", "--data", "t.tsv", "--output", "s.html", "--thresholds", "0.5"], 64),
      (["m", "--data", "none.tsv", "--output", "s.html"], 66),
    ]
    for (arguments, status) in refused {
      let run = try CommandRun(arguments: ["report"] + arguments, folder: folder)
      #expect(
        run.status == status && run.output.isEmpty, "\(arguments) \(run.status) \(run.errors)")
      #expect(!FileManager.default.fileExists(atPath: folder + "/s.html"), "\(arguments)")
    }
    #expect(try String(contentsOfFile: folder + "/t.tsv", encoding: .utf8) == input)
  }
}
