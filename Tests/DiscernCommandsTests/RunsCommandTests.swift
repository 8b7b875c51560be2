import Foundation
import TestSupport
import Testing

@Test func runsOfAFolderAreListedAndBrokenOnesNamed() throws {
  try withTemporaryFolder { folder in
    let words = ["good", "bad", "fine", "film"]
    let rows = (0..<40).map { "\($0 % 2 == 0 ? "x" : "y")\t\(words[$0 % 4]) \(words[$0 / 4 % 4])\n" }
    try rows.joined().write(toFile: folder + "/t.tsv", atomically: true, encoding: .utf8)
    let files = FileManager.default
    try files.createDirectory(atPath: folder + "/runs/deep", withIntermediateDirectories: true)
    for (name, kind) in [("runs/one", ["ngrams"]), ("runs/deep/two", ["recurrent", "--epochs", "2"])] {
      let run = try CommandRun(
        arguments: ["train", "--train", "t.tsv", "--output", name, "--json-log", name + ".jsonl"]
          + ["--quiet", "--threads", "1", "--model"] + kind
          + (kind[0] == "ngrams" ? [] : ["--hidden", "4", "--embedding-dim", "4"]), folder: folder)
      #expect(run.status == 0, "\(run.errors)")
    }
    try files.copyItem(atPath: folder + "/runs/one", toPath: folder + "/runs/damaged")
    try "x".write(toFile: folder + "/runs/damaged/ngrams.txt", atomically: true, encoding: .utf8)
    let log = try String(contentsOfFile: folder + "/runs/deep/two.jsonl", encoding: .utf8)
    // A training that was killed while it wrote, and a file that only begins as a log.
    try String(log.dropLast(log.count / 10)).write(
      toFile: folder + "/runs/killed.jsonl", atomically: true, encoding: .utf8)
    try (log.prefix { $0 != "\n" } + "\n{}\n").write(
      toFile: folder + "/runs/odd.jsonl", atomically: true, encoding: .utf8)
    // A search's own files are not trainings.
    for event in ["search", "trial"] {
      try "{\"event\": \"\(event)\", \"trial\": 1}\n".write(
        toFile: "\(folder)/runs/\(event).jsonl", atomically: true, encoding: .utf8)
    }
    try "other".write(toFile: folder + "/runs/notes.txt", atomically: true, encoding: .utf8)

    let run = try CommandRun("runs", "runs", "--json", folder: folder)
    #expect(run.status == 0, "\(run.errors)")
    let json = try #require(
      try JSONSerialization.jsonObject(with: Data(run.output.utf8)) as? [String: Any])
    let listed = try #require(json["runs"] as? [[String: Any]])
    func figure(_ run: [String: Any]) -> Double {
      ((run["development"] as? [[String: Any]])?.first?["accuracy"] as? Double) ?? -1
    }
    #expect(zip(listed, listed.dropFirst()).allSatisfy { figure($0) >= figure($1) })
    let byPath = Dictionary(uniqueKeysWithValues: listed.map { ($0["path"] as? String ?? "", $0) })
    #expect(
      byPath.keys.sorted() == [
        "runs/deep/two", "runs/deep/two.jsonl", "runs/killed.jsonl", "runs/one", "runs/one.jsonl",
      ])
    for name in ["runs/deep/two", "runs/one"] {
      let (model, log) = (try #require(byPath[name]), try #require(byPath[name + ".jsonl"]))
      #expect(figure(model) == figure(log) && figure(model) >= 0, "\(name)")
      #expect(log["source"] as? String == "log" && log["kind"] as? String == model["kind"] as? String)
      #expect(log["outcome"] as? String == "completed")
    }
    #expect(byPath["runs/killed.jsonl"]?["outcome"] == nil)
    let broken = try #require(json["broken"] as? [[String: String]])
    #expect(broken.compactMap { $0["path"] } == ["runs/damaged", "runs/odd.jsonl"])
    #expect(broken[1]["reason"]?.contains("odd.jsonl:2") == true)
    #expect(run.errors.contains("runs/damaged") && run.errors.contains("3 other files"), "\(run.errors)")

    let people = try CommandRun("runs", "runs", "--sort", "path", folder: folder)
    #expect(
      people.lines.dropFirst().map { $0.prefix { $0 != " " } } == [
        "deep/two", "deep/two.jsonl", "killed.jsonl", "one", "one.jsonl", "damaged", "odd.jsonl",
      ])
    let missing = try CommandRun("runs", "none", folder: folder)
    #expect(missing.status == 66 && missing.errors.contains("none"), "\(missing.errors)")
    try files.createDirectory(atPath: folder + "/empty", withIntermediateDirectories: true)
    let empty = try CommandRun("runs", "empty", folder: folder)
    #expect(empty.status == 0 && empty.output.contains("no models"))
  }
}
