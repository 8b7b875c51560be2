import Foundation
import TestSupport
import Testing

/// The output of `discern tokenize` for each line.
private struct Line: Decodable {
  struct Token: Decodable {
    let token: String
    let start: Int
    let end: Int
    let startByte: Int
    let endByte: Int
    let id: Int?
    let known: Bool?
    let kept: Bool?
  }
  let normalized: String
  let tokens: [Token]
}

@Test func whatAnArchiveLeavesOutIsToldAtItsEnd() throws {
  try withTemporaryFolder { folder in
    var tar = TarBytes()
    tar.add("a.txt".utf8, "good\n".utf8)
    tar.add("b.txt".utf8, type: "2", target: "a.txt")
    try Data(tar.finished).write(to: URL(fileURLWithPath: folder + "/one.tar"))
    let run = try CommandRun("tokenize", "-q", "one.tar", folder: folder)
    #expect(run.lines == ["good"] && run.status == 0)
    #expect(run.errors.contains("warning: one.tar: left out: 1 symbolic link"), "\(run.errors)")
  }
}

@Test func textsAreDividedLineByLine() throws {
  try withTemporaryFolder { folder in
    let text = "Isn't it <b>Good</b>?\n\nÉtudes &amp; 20 % – 東京都に住む 👍🏽!\nx\n"
    let run = try CommandRun("tokenize", input: text, folder: folder)
    #expect(run.status == 0 && run.errors.isEmpty, "\(run.errors)")
    #expect(run.lines.count == 4 && run.lines[0] == "is n't it good ?" && run.lines[1].isEmpty)
    #expect(run.lines[3] == "x")

    let json = try CommandRun("tokenize", "--format", "jsonl", input: text, folder: folder)
    let lines = try json.lines.map { try JSONDecoder().decode(Line.self, from: Data($0.utf8)) }
    #expect(lines.count == 4 && lines[1].tokens.isEmpty)
    for (line, plain) in zip(lines, run.lines) {
      #expect(line.tokens.map(\.token).joined(separator: " ") == plain)
      let scalars = Array(line.normalized.unicodeScalars)
      let bytes = Array(line.normalized.utf8)
      for token in line.tokens {
        var word = String.UnicodeScalarView()
        word.append(contentsOf: scalars[token.start..<token.end])
        #expect(String(word) == token.token)
        #expect(Array(bytes[token.startByte..<token.endByte]) == Array(token.token.utf8))
        #expect(token.id == nil && token.known == nil && token.kept == nil)
      }
    }
    #expect(lines[2].tokens.contains { $0.token == "👍🏽" && $0.endByte - $0.startByte == 8 })
    // Unreadable input has its line too.
    let broken = try CommandRun("tokenize", "--format", "jsonl", input: "a\nb\0c\nd\n", folder: folder)
    #expect(broken.lines.count == 3 && broken.status == 65, "\(broken.errors)")
    #expect(broken.lines.map { $0.contains("\"error\"") } == [false, true, false])
    // Empty input gives no output.
    let none = try CommandRun("tokenize", input: "", folder: folder)
    #expect(none.output.isEmpty)
    let kept = try CommandRun("tokenize", "--no-lowercase", input: "Ab\n", folder: folder)
    #expect(kept.lines == ["Ab"])
  }
}

@Test func unknownWordsAreMarked() throws {
  try withTemporaryFolder { folder in
    try "a b c d a b\na b\n".write(toFile: folder + "/t.txt", atomically: true, encoding: .utf8)
    let built = try CommandRun(
      "vocab", "build", "--input", "t.txt", "--output", "v.txt", "--min-count", "2", "--quiet", folder: folder
    )
    #expect(built.status == 0, "\(built.errors)")
    let run = try CommandRun("tokenize", "--vocab", "v.txt", "t.txt", folder: folder)
    #expect(run.lines == ["a b ‹c› ‹d› a b", "a b"], "\(run.errors)")
    let json = try CommandRun(
      "tokenize", "--vocab", "v.txt", "--format", "jsonl", input: "a ‹c›\n", folder: folder)
    let tokens = try #require(
      try json.lines.first.map { try JSONDecoder().decode(Line.self, from: Data($0.utf8)) }
    ).tokens
    #expect(tokens.map(\.token) == ["a", "‹", "c", "›"])
    #expect(tokens.map(\.known) == [true, false, false, false] && tokens[0].id == 2 && tokens[2].id == 1)
  }
}

@Test func aModelDividesAsItWasTrained() throws {
  try withTemporaryFolder { folder in
    let rows = (0..<20).map { $0 % 2 == 0 ? "x\tGood day one" : "y\tBad night two" }.joined(separator: "\n")
    try (rows + "\n").write(toFile: folder + "/t.tsv", atomically: true, encoding: .utf8)
    let trained = try CommandRun(
      "train", "--train", "t.tsv", "--output", "m", "--no-lowercase", "--max-tokens", "2", "--epochs", "1",
      "--hidden", "4", "--embedding-dim", "4", "--threads", "1", "--quiet", folder: folder)
    #expect(trained.status == 0, "\(trained.errors)")
    let run = try CommandRun("tokenize", "--model", "m", input: "Good good day\n", folder: folder)
    #expect(run.lines == ["Good ‹good› day"], "\(run.errors)")
    let json = try CommandRun(
      "tokenize", "--model", "m", "--format", "jsonl", input: "Good good day\n", folder: folder)
    let line = try #require(
      try json.lines.first.map { try JSONDecoder().decode(Line.self, from: Data($0.utf8)) })
    #expect(line.tokens.map(\.kept) == [true, true, false])
    let details = try CommandRun(
      "classify", "m", "--format", "jsonl", "--details", input: "Good good day\n", folder: folder)
    let object = try #require(
      try JSONSerialization.jsonObject(with: Data(details.output.utf8)) as? [String: Any])
    #expect(object["ids"] as? [Int] == line.tokens.filter { $0.kept == true }.compactMap(\.id))
    for arguments in [["--model", "m", "--lowercase"], ["--model", "m", "--vocab", "v"]] {
      let refused = try CommandRun(arguments: ["tokenize"] + arguments, folder: folder)
      #expect(refused.status == 64 && refused.output.isEmpty)
    }
    #expect(try CommandRun("tokenize", "absent.txt", folder: folder).status == 66)
  }
}
