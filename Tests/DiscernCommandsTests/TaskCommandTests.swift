import Foundation
import TestSupport
import Testing

/// Writes data of a topic (by its words), a mood and a list of things, in `folder`.
private func writeData(_ folder: String) throws {
  func rows(_ count: Int, seed: UInt64, format: (String, String, [String], String) -> String) -> String {
    var random = SeededGenerator(seed: seed)
    return (0..<count).map { _ in
      let topic = Int.random(in: 0..<3, using: &random)
      let mood = Int.random(in: 0..<2, using: &random)
      let things = ["cup", "dog", "hat"].filter { _ in Int.random(in: 0..<3, using: &random) == 0 }
      let filler = (0..<3).map { _ in "w\(Int.random(in: 0..<9, using: &random))" }
      let words = [["rain", "goal", "vote"][topic], ["good", "bad"][mood]] + things + filler
      return format(
        ["weather", "sport", "politics"][topic], ["glad", "sad"][mood], things,
        words.shuffled(using: &random).joined(separator: " "))
    }.joined()
  }
  func write(_ text: String, _ name: String) throws {
    try text.write(toFile: folder + "/" + name, atomically: true, encoding: .utf8)
  }
  var count = 0
  for (name, number, seed) in [("train", 400, 1), ("dev", 100, 2), ("test", 100, 3)]
    as [(String, Int, UInt64)]
  {
    try write(
      "topic\tmood\tthings\tweight\ttext\n"
        + rows(number, seed: seed) { topic, mood, things, text in
          count += 1
          // Every fifth training text has no topic, every seventh no mood.
          let isTrain = name == "train"
          return [
            isTrain && count % 5 == 0 ? "" : topic, isTrain && count % 7 == 1 ? "" : mood,
            things.joined(separator: ","), "\(count % 3)", text,
          ].joined(separator: "\t") + "\n"
        }, name + ".tsv")
  }
  try write(
    rows(100, seed: 3) { topic, mood, things, text in
      let list = things.map { "\"\($0)\"" }.joined(separator: ",")
      return "{\"text\":\"\(text)\",\"t\":\"\(topic)\",\"m\":\"\(mood)\",\"list\":[\(list)]}\n"
    }, "test.jsonl")
}

private let small = [
  "--hidden", "16", "--embedding-dim", "16", "--epochs", "30", "--patience", "30", "--batch-size", "16",
  "--dropout", "0.1",
  "--learning-rate", "0.02",
]

private func object(_ run: CommandRun) throws -> [String: Any] {
  #expect(run.status == 0, "\(run.errors)")
  return try #require(try JSONSerialization.jsonObject(with: Data(run.output.utf8)) as? [String: Any])
}

@Test func severalTasksByCommands() throws {
  try withTemporaryFolder { folder in
    try writeData(folder)
    func run(_ arguments: [String], input: String = "") throws -> CommandRun {
      try CommandRun(arguments: arguments, input: input, folder: folder)
    }
    let trained = try run(
      [
        "train", "--train", "train.tsv", "--dev", "dev.tsv", "--output", "model", "--task", "topic", "--task",
        "mood", "--task", "thing=things", "--multi-label", "thing=,", "--text-column", "text",
        "--task-weight",
        "thing=3", "--task-metric", "thing=micro-f1", "--json-log", "log.jsonl",
      ] + small)
    #expect(trained.status == 0, "\(trained.errors)")
    #expect(trained.errors.contains("labels of topic: politics") && trained.errors.contains("  mood  "))

    // Evaluation finds the columns itself, or takes those given.
    let report = try object(
      try run(["evaluate", "model", "--data", "test.tsv", "--json", "--text-column", "text"]))
    let tasks = try #require(report["tasks"] as? [String: [String: Any]])
    #expect(tasks.keys.sorted() == ["mood", "thing", "topic"])
    for task in ["mood", "topic"] { #expect(try #require(tasks[task]?["accuracy"] as? Double) > 0.9) }
    #expect(try #require(tasks["thing"]?["subsetAccuracy"] as? Double) > 0.8)
    let lines = try object(
      try run([
        "evaluate", "model", "--data", "test.jsonl", "--json", "--task", "topic=t", "--task", "mood=m",
        "--task",
        "thing=list",
      ]))
    #expect(NSDictionary(dictionary: lines) == NSDictionary(dictionary: report))
    let single = try object(
      try run([
        "evaluate", "model", "--data", "test.tsv", "--json", "--text-column", "text", "--task", "mood",
      ]))
    #expect(NSDictionary(dictionary: single) == NSDictionary(dictionary: tasks["mood"] ?? [:]))
    let table = try run(["evaluate", "model", "--data", "test.tsv", "--text-column", "text"])
    for heading in ["task topic\n", "task mood\n", "task thing\n", "subset accuracy"] {
      #expect(table.output.contains(heading))
    }
    let strict = try object(
      try run([
        "evaluate", "model", "--data", "test.tsv", "--json", "--text-column", "text", "--task",
        "thing=things",
        "--thresholds", "1",
      ]))
    #expect((strict["labels"] as? [[String: Any]])?.allSatisfy { $0["predicted"] as? Int == 0 } == true)

    let predictions = try run(["classify", "model"], input: "rain good w1 w2\nvote bad cup hat w3\n\n")
    #expect(predictions.status == 0 && predictions.lines.count == 3)
    let fields = predictions.lines.map {
      $0.split(separator: "\t", omittingEmptySubsequences: false).map(String.init)
    }
    #expect(fields.map(\.count) == [6, 6, 7] && fields[2][6] == "empty")
    #expect(fields[0][0] == "weather" && fields[0][2] == "glad" && fields[0][4] == "" && fields[0][5] == "")
    #expect(fields[1][0] == "politics" && fields[1][2] == "sad")
    #expect(
      Set(fields[1][4].split(separator: ",")) == ["cup", "hat"]
        && fields[1][5].split(separator: ",").count == 2)
    let json = try run(
      ["classify", "model", "--format", "jsonl", "--top", "2", "--details"], input: "rain good dog\n")
    let line = try object(json)
    let prediction = try #require(line["tasks"] as? [String: [String: Any]])
    #expect(prediction["topic"]?["label"] as? String == "weather")
    #expect((prediction["topic"]?["top"] as? [Any])?.count == 2)
    #expect((prediction["topic"]?["logits"] as? [Double])?.count == 3)
    #expect(prediction["thing"]?["labels"] as? [String] == ["dog"])
    #expect((prediction["thing"]?["probabilities"] as? [Double])?.count == 1)
    #expect(
      line["evidence"] as? String == "normal" && line["tokens"] as? [String] == ["rain", "good", "dog"])
    #expect(try run(["classify", "model", "--top", "2"], input: "rain\n").status == 64)

    let information = try run(["info", "model"])
    for words in [
      "labels of topic", "any number per text", "linear for thing, sigmoid", "output.mood.weight",
      "threshold",
    ] {
      #expect(information.output.contains(words), "\(words)")
    }
    let facts = try object(try run(["info", "model", "--json"]))
    #expect(
      (facts["tasks"] as? [[String: Any]])?.map { $0["name"] as? String } == ["topic", "mood", "thing"])
    // A different number of threads gives the same model.
    _ = try run(
      [
        "train", "--train", "train.tsv", "--dev", "dev.tsv", "--output", "again", "--task", "topic", "--task",
        "mood", "--task", "thing=things", "--multi-label", "thing=,", "--text-column", "text",
        "--task-weight",
        "thing=3", "--task-metric", "thing=micro-f1", "--threads", "1",
      ] + small)
    let weights = try ["model", "again"].map {
      try Data(contentsOf: URL(fileURLWithPath: "\(folder)/\($0)/weights.safetensors"))
    }
    #expect(weights[0] == weights[1])
  }
}

@Test func anyNumberOfLabelsByCommands() throws {
  try withTemporaryFolder { folder in
    try writeData(folder)
    func run(_ arguments: [String], input: String = "") throws -> CommandRun {
      try CommandRun(arguments: arguments, input: input, folder: folder)
    }
    let columns = ["--text-column", "text", "--label-column", "things"]
    let trained = try run(
      [
        "train", "--train", "train.tsv", "--output", "model", "--multi-label", ",", "--class-weights",
        "balanced",
        "--focal", "1", "--monitor", "macro-f1",
      ] + columns + small)
    #expect(trained.status == 0, "\(trained.errors)")
    #expect(trained.errors.contains("labels: cup") && trained.errors.contains("any number per text"))
    let report = try object(try run(["evaluate", "model", "--data", "test.tsv", "--json"] + columns))
    #expect(try #require(report["subsetAccuracy"] as? Double) > 0.8)
    #expect((report["labels"] as? [[String: Any]])?.count == 3)
    let predictions = try run(["classify", "model"], input: "cup dog hat\nw1 w2 w3 w4\n")
    #expect(
      predictions.lines.map { $0.split(separator: "\t", omittingEmptySubsequences: false).count } == [2, 2])
    #expect(Set(predictions.lines[0].prefix { $0 != "\t" }.split(separator: ",")) == ["cup", "dog", "hat"])
    #expect(predictions.lines[1] == "\t")
    let json = try object(try run(["classify", "model", "--format", "jsonl"], input: "w1 w2 w3 w4\n"))
    #expect((json["labels"] as? [Any])?.isEmpty == true && (json["probabilities"] as? [Any])?.isEmpty == true)
    let manifest = try String(contentsOfFile: folder + "/model/manifest.json", encoding: .utf8)
    #expect(manifest.contains("\"thresholds\""))
  }
}

@Test func whatCannotBeOfTasksIsAnErrorThatNamesIt() throws {
  try withTemporaryFolder { folder in
    try writeData(folder)
    try "glad\t2\nmerry\t3\n".write(toFile: folder + "/weights", atomically: true, encoding: .utf8)
    try "glad\t0\nsad\t0\n".write(toFile: folder + "/no-weights", atomically: true, encoding: .utf8)
    try "text,label,weight\n\(String(repeating: "good one,a,0\nbad two,b,0\n", count: 9))"
      .write(toFile: folder + "/zero.csv", atomically: true, encoding: .utf8)
    try "glad\t2\nsad\tmuch\n".write(toFile: folder + "/bad-weights", atomically: true, encoding: .utf8)
    func fails(_ status: Int32, _ arguments: [String], _ words: String...) throws {
      let run = try CommandRun(
        arguments: ["train", "--train", "dev.tsv", "--output", "m", "--text-column", "text"] + arguments
          + small,
        folder: folder)
      #expect(run.status == status && run.output.isEmpty, "\(arguments): \(run.errors)")
      for word in words { #expect(run.errors.contains(word), "\(arguments): \(run.errors)") }
    }
    try fails(64, ["--task", "topic", "--task", "topic=mood"], "two tasks", "topic")
    try fails(64, ["--task", "a b=topic"], "a b", "letters")
    try fails(64, ["--task", "topic", "--label-column", "mood"], "--label-column", "--task")
    try fails(64, ["--task", "topic", "--multi-label", "mood=,"], "there is no task “mood”")
    try fails(64, ["--label-column", "things", "--multi-label", "ab"], "one ASCII character")
    try fails(
      64, ["--task", "topic", "--task", "mood", "--task-weight", "mod=2"], "mod", "did you mean “mood”?")
    try fails(64, ["--task", "topic", "--task", "mood", "--task-weight", "mood=0"], "mood", "from 0.000001")
    try fails(64, ["--task", "topic", "--task", "mood", "--watch", "mod"], "did you mean “mood”?")
    try fails(64, ["--label-column", "mood", "--focal", "-1"], "focal")
    try fails(65, ["--task", "topic", "--task", "mod"], "no column is named “mod”", "did you mean “mood”?")
    try fails(65, ["--task", "topic", "--task", "mood=topic"], "“topic” is selected twice")
    try fails(65, ["--label-column", "mood", "--class-weights", "weights"], "weights:2", "merry", "“glad”")
    try fails(65, ["--label-column", "mood", "--class-weights", "bad-weights"], "bad-weights:2", "much")
    try fails(
      65, ["--label-column", "mood", "--class-weights", "no-weights"], "no-weights: all weights are 0")
    try fails(66, ["--label-column", "mood", "--class-weights", "absent"], "absent")
    let zero = try CommandRun(
      "train", "--train", "zero.csv", "--output", "m", "--weight-column", "weight", folder: folder)
    #expect(zero.status == 65 && zero.errors.contains("--weight-column weight: all weights are 0"))
    try fails(65, ["--label-column", "mood", "--weight-column", "text"], "“text” is selected twice")
    try fails(65, ["--label-column", "mood", "--weight-column", "topic"], "dev.tsv:2", "the weight is")
    try "topic\tmood\ttext\nsport\tsad\tx\n\t\ty\n".write(
      toFile: folder + "/hole.tsv", atomically: true, encoding: .utf8)
    let hole = try CommandRun(
      arguments: ["train", "--train", "hole.tsv", "--output", "m", "--task", "topic", "--task", "mood"],
      folder: folder)
    #expect(hole.status == 65 && hole.errors.contains("hole.tsv:3: the row has no label for any task"))
    #expect(!FileManager.default.fileExists(atPath: folder + "/m"))
  }
}

@Test func aWarningNamesItsTask() throws {
  try withTemporaryFolder { folder in
    let rows = (0..<40).map { "a\($0 % 2)\tb\($0 / 2 % 2)\tsome text \($0)\n" }.joined()
    try ("first\tsecond\ttext\n" + rows).write(
      toFile: folder + "/a.tsv", atomically: true, encoding: .utf8)
    let run = try CommandRun(
      "train", "--train", "a.tsv", "--task", "first", "--task", "second", "--output", "m", "--epochs", "1",
      "--hidden", "4", "--embedding-dim", "4", "--threads", "1", folder: folder)
    #expect(run.status == 0, "\(run.errors)")
    let warnings = run.errors.split(separator: "\n").filter { $0.contains("of the development texts are") }
    #expect(!warnings.isEmpty)
    for warning in warnings {
      #expect(warning.hasPrefix("warning: first: ") || warning.hasPrefix("warning: second: "), "\(warning)")
    }
  }
}
