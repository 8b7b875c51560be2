import Foundation
import TestSupport
import Testing

private let small = ["--epochs", "1", "--hidden", "4", "--embedding-dim", "4", "--threads", "1"]

/// `count` rows made by `row`, below `first`.
private func table(_ first: String, count: Int = 40, _ row: (Int) -> String) -> String {
  first + (0..<count).map { row($0) + "\n" }.joined()
}

private func write(_ content: String, _ name: String, _ folder: String) throws {
  try content.write(toFile: folder + "/" + name, atomically: false, encoding: .utf8)
}

@Suite struct TableCommandTests {
  @Test func aModelKeepsItsColumns() throws {
    try withTemporaryFolder { folder in
      let row = { (index: Int) in
        "spare \(index),my \(index % 2 == 0 ? "bill" : "line") \(index),q\(index % 2),x"
      }
      try write(table("text,subject,queue,label\n", row), "a.csv", folder)
      try write(
        table("label,queue,subject,text\n", count: 4) { "x,q\($0 % 2),my bill \($0),spare" }, "b.csv", folder)
      try write(table("text,label\n", count: 4) { "my line \($0),q\($0 % 2)" }, "c.csv", folder)
      let trained = try CommandRun(
        arguments: [
          "train", "--train", "a.csv", "--text-column", "subject", "--label-column", "queue", "--output", "m",
        ] + small, folder: folder)
      #expect(trained.status == 0, "\(trained.errors)")
      let own = try CommandRun("evaluate", "m", "--data", "b.csv", folder: folder)
      #expect(own.status == 0, "\(own.errors)")
      #expect(own.errors.contains("text in subject, label in queue"))
      // Other data is examined again, and flags win.
      let other = try CommandRun("evaluate", "m", "--data", "c.csv", folder: folder)
      #expect(other.status == 0 && other.errors.contains("text in text, label in label"))
      let asked = try CommandRun("evaluate", "m", "--data", "b.csv", "--text-column", "text", folder: folder)
      #expect(asked.errors.contains("text in text, label in queue"))
      let classified = try CommandRun("classify", "m", "b.csv", folder: folder)
      #expect(classified.lines.count == 4 && classified.errors.contains("text in subject"))
    }
  }

  @Test func unseenLabelsAreNamedOrLeftOut() throws {
    try withTemporaryFolder { folder in
      let row = { (index: Int) in "\(index % 2 == 0 ? "neg" : "pos")\tsome text of number \(index)" }
      try write(table("", row), "a.tsv", folder)
      try write(
        table("", count: 4, row) + "mixed\tboth of them\nodd\tnone of them\nmixed\tboth again\n", "b.tsv",
        folder)
      let trained = try CommandRun(
        arguments: ["train", "--train", "a.tsv", "--output", "m"] + small, folder: folder)
      #expect(trained.status == 0, "\(trained.errors)")
      let stopped = try CommandRun("evaluate", "m", "--data", "b.tsv", folder: folder)
      #expect(stopped.status == 65 && stopped.output.isEmpty)
      #expect(stopped.errors.contains("b.tsv:5: 2 labels are unknown to the model"))
      #expect(stopped.errors.contains("“mixed” (2 texts, first at b.tsv:5), “odd” (1 text, at b.tsv:6)"))
      let skipped = try CommandRun("evaluate", "m", "--data", "b.tsv", "--on-error", "skip", folder: folder)
      #expect(skipped.status == 0 && skipped.output.contains("accuracy"))
      #expect(skipped.errors.contains("warning: data: left out 3 texts with 2 labels"))
      #expect(skipped.errors.contains("“mixed” (2 texts"))
      let watched = ["train", "--train", "a.tsv", "--dev", "b.tsv", "--output", "n"] + small
      let refused = try CommandRun(arguments: watched, folder: folder)
      #expect(refused.status == 65 && refused.errors.contains("“mixed” (2 texts"))
      let passed = try CommandRun(arguments: watched + ["--on-error", "skip"], folder: folder)
      #expect(passed.status == 0 && passed.errors.contains("development: left out 3 texts"))
    }
  }

  @Test func messagesAboutOneOfSeveralTasksNameIt() throws {
    try withTemporaryFolder { folder in
      try write(table("text,toxic,severe\n") { "some text \($0),\($0 % 2),0" }, "a.csv", folder)
      let tasks = ["--train", "a.csv", "--task", "toxic", "--task", "severe"]
      let trained = try CommandRun(arguments: ["train", "--output", "m"] + tasks + small, folder: folder)
      #expect(trained.status == 65)
      #expect(trained.errors.contains("error: the task “severe” has only one label, “0”"))
      let checked = try CommandRun(arguments: ["data", "check"] + tasks, folder: folder)
      #expect(checked.status == 65 && checked.output.contains("error: train: task “severe”: all rows"))
    }
  }

  @Test func namesAndLabelsNeverReachATerminalRaw() throws {
    try withTemporaryFolder { folder in
      let row = { (index: Int) in "some text \(index),\"\(index % 2 == 0 ? "T\nR" : "M\u{1B}[31mR")\"" }
      try write(table("\"te\u{1B}xt\",label\n", row), "a.csv", folder)
      let columns = ["--text-column", "1", "--label-column", "label"]
      let trained = try CommandRun(
        arguments: ["train", "--train", "a.csv", "--output", "m"] + columns + small, folder: folder)
      #expect(trained.status == 0, "\(trained.errors)")
      #expect(trained.errors.contains("labels: M\\u{1B}[31mR 18, T\\nR 18\n"))
      let checked = try CommandRun(
        arguments: ["data", "check", "--train", "a.csv"] + columns, folder: folder)
      let shown = try CommandRun("info", "m", folder: folder)
      let measured = try CommandRun("evaluate", "m", "--data", "a.csv", folder: folder)
      for run in [trained, checked, shown, measured] {
        #expect(run.status == 0)
        #expect(!(run.output + run.errors).utf8.contains(0x1B))
      }
      #expect(checked.output.contains("  T\\nR  "))
      #expect(checked.output.contains("warning: labels that contain line breaks"))
    }
  }

  @Test func separatorsAndHeadersAreForced() throws {
    try withTemporaryFolder { folder in
      try write(table("") { "some, text; number \($0)/l\($0 % 2)" }, "a.csv", folder)
      let forced = try CommandRun("data", "check", "--train", "a.csv", "--separator", "/", folder: folder)
      #expect(forced.status == 0 && forced.output.contains("train: 40 rows, 2 classes"))
      let wrong = try CommandRun("data", "check", "--train", "a.csv", "--separator", "ab", folder: folder)
      #expect(wrong.status == 64 && wrong.errors.contains("expected one ASCII character"))
      try write(
        table("verdict\tone more text of its length\n") { "l\($0 % 2)\tsome text of number \($0)" }, "b.tsv",
        folder)
      let warned = try CommandRun(
        arguments: ["train", "--train", "b.tsv", "--output", "m"] + small, folder: folder)
      #expect(warned.errors.contains("warning: a class occurs only in the first row"))
      let named = try CommandRun("data", "check", "--train", "b.tsv", "--header", folder: folder)
      #expect(named.output.contains("train: 40 rows, 2 classes"))
      let zero = try CommandRun("data", "check", "--train", "b.tsv", "--label-column", "0", folder: folder)
      #expect(zero.status == 65 && zero.errors.contains("there is no column 0"))
    }
  }

  @Test func dataCheckReadsListsAndDevelopmentData() throws {
    try withTemporaryFolder { folder in
      try write(table("text,labels\n") { "some text \($0),\"['a', 'b\($0 % 2)']\"" }, "a.csv", folder)
      try write("text,labels\nnew text,\"a,c\"\nsome text 1,b1\n", "d.csv", folder)
      let checked = try CommandRun(
        "data", "check", "--train", "a.csv", "--dev", "d.csv", "--multi-label", ",", folder: folder)
      #expect(checked.status == 65)
      #expect(checked.output.contains("train: 40 rows, 3 classes"))
      #expect(checked.output.contains("error: 1 label of the development part is not in the training part"))
      #expect(checked.errors.contains("train: the labels of 40 texts were written and read as lists"))
    }
  }
}
