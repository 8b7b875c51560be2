import ArgumentParser
import DiscernCommands
import Foundation
import TestSupport
import Testing

/// Every command, including those with subcommands.
private func commands(_ command: CommandTree? = CommandTree.discern) -> [CommandTree] {
  guard let command else { return [] }
  return [command]
    + (command.subcommands ?? []).filter { $0.commandName != "help" }.flatMap { commands($0) }
}

/// The examples of a command's help, without the part before a pipe.
private func examples(_ command: CommandTree) -> [String] {
  (command.type?.configuration.discussion ?? "").split(separator: "\n").map(String.init)
    .filter { $0.hasPrefix("  ") && $0.contains("discern ") && !$0.contains("  discern " + "is") }
}

/// Words as a shell splits these simple lines.
private func words(_ line: String) -> [String] {
  var words: [String] = []
  var quote: Character?
  var word: String?
  for character in line {
    if let open = quote {
      if character == open { quote = nil } else { word = (word ?? "") + String(character) }
    } else if character == "\"" || character == "'" {
      quote = character
      word = word ?? ""
    } else if character == " " {
      if let done = word { words.append(done) }
      word = nil
    } else {
      word = (word ?? "") + String(character)
    }
  }
  return words + (word.map { [$0] } ?? [])
}

@Test func helpFitsEightyColumns() throws {
  #expect(commands().count > 12)
  for command in commands() {
    let type = try #require(command.type)
    let text = HelpText.arranged(DiscernCommand.helpMessage(for: type, columns: 80), columns: 80)
    #expect(text.contains("USAGE: \(command.path)"))
    for line in text.split(separator: "\n") { #expect(line.count <= 80, "\(command.path): \(line)") }
  }
}

@Test func noHelpIsWrappedTwice() {
  for command in commands() {
    let lines = (command.type?.configuration.discussion ?? "").components(separatedBy: "\n")
    for (line, next) in zip(lines, lines.dropFirst()) where !line.isEmpty && !next.isEmpty {
      // Only examples and tables have lines of their own.
      let isParagraph = !line.hasPrefix("  ") && !line.hasSuffix(":") && !line.contains("  ")
      #expect(!isParagraph || next.hasPrefix("  "), "\(command.path): \(line)")
    }
    for line in lines where line.hasPrefix("  ") { #expect(line.count < 80, "\(command.path): \(line)") }
  }
}

@Test func everyExampleOfTheHelpCanBePasted() throws {
  var count = 0
  for command in commands() {
    for line in examples(command) {
      let parts = words(line).split(separator: "|").filter { $0.first == "discern" }
      #expect(!parts.isEmpty, "\(line)")
      for part in parts {
        let arguments = part.dropFirst().prefix { $0 != ">" && $0 != "<" }
        #expect(throws: Never.self, "\(line)") { try DiscernCommand.parseAsRoot(Array(arguments)) }
        count += 1
      }
    }
  }
  #expect(count > 20)
}

@Test func theMostNeededOptionsOfTrainComeFirst() throws {
  try withTemporaryFolder { folder in
    for arguments in [["help", "train"], ["train", "--help"]] {
      let lines = try CommandRun(arguments: arguments, folder: folder).lines
      let start = try #require(lines.firstIndex(of: "OPTIONS:"))
      let end = try #require(lines[start...].firstIndex(of: ""))
      let names = lines[start..<end].compactMap { $0.firstMatch(of: /^  (?:-\w, )?(--[\w-]+)/)?.1 }
      #expect(
        names == [
          "--train", "--output", "--dev", "--vectors", "--task", "--multi-label", "--weight-column",
          "--recipe", "--model", "--epochs", "--version", "--help",
        ])
      #expect(start < 20)
      #expect(lines[end + 1] == "TEXT:")
    }
  }
}

@Test func mistakenNamesAreAnsweredWithTheRightOnes() throws {
  let train = ["train", "--train", "x", "--output", "m"]
  let cases: [(arguments: [String], words: String)] = [
    (train + ["--lr", "1"], "there is no option --lr; did you mean --learning-rate?"),
    (train + ["--learning_rate", "1"], "did you mean --learning-rate?"),
    (train + ["--learningRate=1"], "did you mean --learning-rate?"),
    (train + ["--batchsize", "1"], "did you mean --batch-size?"), (train + ["--epoch", "1"], "--epochs?"),
    (train + ["--lstm-size", "1"], "did you mean --hidden?"), (train + ["--droput", "1"], "--dropout?"),
    (train + ["--smoothing", "1"], "--label-smoothing?"), (train + ["--max-len", "1"], "--max-tokens?"),
    (train + ["--format", "csv"], "did you mean --input-format?"),
    (train + ["-lr", "0.1"], "there is no option -lr; did you mean --learning-rate?"),
    (train + ["-epoch=3"], "there is no option -epoch; did you mean --epochs?"),
    (["train", "-input", "x"], "did you mean --train?"),
    (["train", "--lr", "1"], "did you mean --learning-rate?"),
    (["train", "--input", "x", "--output", "m"], "did you mean --train?"),
    (["evaluate", "m", "--test", "x"], "did you mean --data?"),
    (["classify", "m", "--epochs", "3"], "there is no option --epochs of discern classify; discern train"),
    (["nosuch"], "there is no command “nosuch”; there are train, pretrain, classify"),
    (["help", "nosuch"], "there is no command “nosuch”"), (["help", "trian"], "did you mean discern train?"),
    (["predict", "m"], "did you mean discern classify?"), (["vocab", "biuld"], "discern vocab build?"),
    (["help", "vocab", "nosuch"], "no command “nosuch” of discern vocab; there are build, info"),
    (["help", "train", "x"], "discern train has no commands below it"),
    (["bench", "nosuch"], "no command “nosuch” of discern bench"),
  ]
  for (arguments, words) in cases {
    let message = try problem(arguments)?.message
    #expect(message?.contains(words) == true, "\(arguments): \(message ?? "")")
  }
  // Short names resemble everything.
  for name in ["--lr", "--x", "--zz", "--zzz", "--dw"] {
    #expect(try problem(["info", "m", name])?.message == "there is no option \(name)")
  }
}

/// The messages for command lines with wrong names.
private func problem(_ arguments: [String]) throws -> UsageProblem? {
  let root = try #require(CommandTree.discern)
  if let problem = UsageProblem(singleDashIn: arguments) { return problem }
  if arguments.first == "help" { return UsageProblem(help: Array(arguments.dropFirst()), root: root) }
  do {
    _ = try DiscernCommand.parseAsRoot(arguments)
  } catch {
    return UsageProblem(arguments: arguments, message: DiscernCommand.message(for: error), root: root)
  }
  return nil
}

@Test func usageIsThatOfTheCommandInQuestion() throws {
  try withTemporaryFolder { folder in
    for (arguments, command) in [
      (["train", "--lr", "1"], "train"), (["evaluate", "m", "--data", "x", "--thresholds", "3"], "evaluate"),
      (["help", "vocab", "nosuch"], "vocab"), (["vocab", "build"], "vocab build"),
      (["classify", "m", "--top", "x"], "classify"),
    ] {
      let run = try CommandRun(arguments: arguments, folder: folder)
      #expect(run.status == 64 && run.output.isEmpty)
      let errors = run.errors
      #expect(errors.contains("Usage: discern \(command) "), "\(errors)")
      #expect(errors.contains("See 'discern \(command) --help'"), "\(errors)")
    }
    let version = try CommandRun("--version", folder: folder)
    let parts = /discern [0-9.]+ \(commit [-0-9a-z]+, ICU [0-9.]+, kernels [a-z0-9]+\)\n/
    #expect(version.output.wholeMatch(of: parts) != nil && version.status == 0, "\(version.output)")
  }
}

@Test func valuesMayBeginWithAMinusSign() throws {
  try withTemporaryFolder { folder in
    for (arguments, words) in [
      (["train", "--label-column", "-kind"], "As the value of --label-column, write --label-column=-kind"),
      (["match", "search", "m", "--index", "i", "-c", "-5"], "--count -5: expected"),
      (
        ["train", "--output", "m", "--train", "t", "--seed", "-1"],
        "a whole number from 0 to 18446744073709551615"
      ),
      (["classify", "m", "--quiet", "-1.txt"], "there is no option -1.txt; a file of that name is ./-1.txt"),
      (["classify", "m", "-1.txt"], "there is no option -1.txt"),
      (["explain", "m", "-5"], "there is no option -5\n"),
      (["explain", "m", "t.tsv"], "Unexpected argument 't.tsv'; files are given with --data"),
      (["classify", "m", "--keep=", "t.tsv"], "--keep= has no value"),
      (["train", "--train", "t", "--output", "m", "--ema", "-0.5"], "--ema -0.5: expected"),
    ] {
      let run = try CommandRun(arguments: arguments, folder: folder)
      #expect(run.status == 64 && run.errors.contains(words), "\(arguments): \(run.errors)")
    }
  }
}

/// Every option of one value, of every command; those of several may be repeated.
@Test func anOptionThatIsGivenAgainIsRefused() {
  var count = 0
  for command in commands() {
    let words = command.path.split(separator: " ").dropFirst().map(String.init)
    for name in Set(command.singleOptionNames.values) {
      let problem = UsageProblem(repeatedIn: words + ["--\(name)", "1", "--\(name)=2"])
      #expect(
        problem?.message.hasPrefix("--\(name) is given twice (1, 2)") == true, "\(command.path) \(name)")
      #expect(UsageProblem(repeatedIn: words + ["--\(name)", "1", "--", "--\(name)"]) == nil)
      count += 1
    }
  }
  #expect(count > 300)
  #expect(
    UsageProblem(repeatedIn: ["forecast", "train", "--target", "a", "--target", "b"])?.message.hasSuffix(
      "(a, b), but has one value; join them with commas") == true)
  // Short names are names too; files after a value are none of it.
  for words in [["-c", "1", "-c", "2", "f"], ["--count", "1", "a", "-c", "2"], ["-c=1", "--count=2"]] {
    let problem = UsageProblem(repeatedIn: ["match", "search", "m"] + words)
    #expect(problem?.message.hasPrefix("--count is given twice (1, 2)") == true, "\(words)")
  }
  #expect(UsageProblem(repeatedIn: ["match", "search", "m", "-c", "1", "-q", "--quiet", "-q"]) == nil)
  #expect(UsageProblem(repeatedIn: ["train", "--epochs", "--epochs", "1"]) == nil)
  // A dash is a value.
  for words in [["--train", "-", "--epochs", "1", "--epochs", "2"], ["--output", "-", "--output", "x"]] {
    #expect(UsageProblem(repeatedIn: ["train"] + words) != nil, "\(words)")
  }
  #expect(UsageProblem(repeatedIn: ["train", "--train", "a", "--train", "b", "--quiet", "--quiet"]) == nil)
}
