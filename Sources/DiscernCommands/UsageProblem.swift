import Discern

/// A problem with a command line, with a message that leads to the correct one.
package struct UsageProblem: Error {
  package let message: String
  /// The command whose usage is shown.
  package let command: CommandTree

  init(_ message: String, of command: CommandTree) {
    self.message = message
    self.command = command
  }

  /// A command that does not exist.
  init(unknownCommand name: String, below command: CommandTree) {
    let found = NearCommands.suggestions(for: name, among: command)
    let message =
      "there is no command “\(Self.shown(name))”"
      + (command.superCommands == nil ? "" : " of \(command.path)")
      + (found.isEmpty
        ? "; there are " + command.names.joined(separator: ", ")
        : "; did you mean " + found.joined(separator: " or ") + "?")
    self.init(message, of: command)
  }

  /// An option that the command does not have; `name` with its dashes.
  init(unknownOption name: String, of command: CommandTree, in root: CommandTree) {
    if RawArguments.isValue(name) {
      self.init(
        "there is no option \(Self.shown(name))"
          + (command.takesFiles ? "; a file of that name is ./\(Self.shown(name))" : ""), of: command)
      return
    }
    let bare = String(name.drop { $0 == "-" })
    let found = NearOptions.suggestions(for: bare, among: command.options)
    var message = "there is no option \(Self.shown(name))"
    if !found.isEmpty {
      message += "; did you mean " + found.map { "--" + $0 }.joined(separator: " or ") + "?"
    } else {
      let others = root.leaves.filter { $0.options.contains(bare) }.map(\.path)
      if !others.isEmpty {
        message +=
          " of \(command.path); " + others.prefix(3).joined(separator: ", ")
          + (others.count == 1 ? " has it" : " have it")
      }
    }
    self.init(message, of: command)
  }

  /// The problem with a command line that the parser rejected with this message, if it is about a name.
  package init?(arguments: [String], message: String, root: CommandTree) {
    let (command, unknown) = root.place(of: arguments)
    if let unknown {
      self.init(unknownCommand: unknown, below: command)
      return
    }
    if message.hasPrefix("Unexpected argument"),
      let name = ["data", "input", "train"].first(where: command.options.contains)
    {
      self.init("\(message); files are given with --\(name)", of: command)
      return
    }
    // The parser's error has a private type; the name is in its message.
    let start = "Unknown option '"
    // A missing option may have been given under another name.
    if message.hasPrefix("Missing expected argument"), let name = command.firstUnknownOption(in: arguments) {
      self.init(unknownOption: name, of: command, in: root)
      return
    }
    guard message.hasPrefix(start) else { return nil }
    self.init(
      unknownOption: String(message.dropFirst(start.count).prefix { $0 != "'" }), of: command, in: root)
  }

  /// A long option with a single dash, as in fastText: `-epoch` would be parsed as `-e -p -o -c -h` and show
  /// the help.
  package init?(singleDashIn arguments: [String]) {
    let words = arguments.prefix { $0 != "--" }
    let place = words.firstIndex { word in
      let name = word.dropFirst().prefix { $0 != "=" }
      return word.hasPrefix("-") && name.count > 1 && name.first?.isLetter == true && name != "help"
        && !name.allSatisfy("hq".contains)
    }
    guard let place, let root = CommandTree.discern else { return nil }
    let command = root.place(of: arguments).command
    let problem = UsageProblem(
      unknownOption: String(words[place].prefix { $0 != "=" }), of: command, in: root)
    guard place > 0, command.valueOptionNames[words[place - 1]] != nil else {
      self = problem
      return
    }
    self.init(
      "\(problem.message)\(problem.message.hasSuffix("?") ? " A" : "; a")s the value of \(words[place - 1]), "
        + "write \(words[place - 1])=\(words[place])", of: command)
  }

  /// An option with nothing after its equals sign, such as `--keep=$NAME` of an empty variable: the parser
  /// would take the next word for its value.
  package init?(emptyValueIn arguments: [String]) {
    let words = arguments.prefix { $0 != "--" }
    guard let word = words.first(where: { $0.hasPrefix("-") && $0.hasSuffix("=") }),
      let command = CommandTree.discern?.place(of: arguments).command,
      command.valueOptionNames[String(word.dropLast())] != nil
    else { return nil }
    self.init("\(word) has no value; leave it out, or write the value after the equals sign", of: command)
  }

  /// An option with a single value that is given again: the parser would silently keep the last value.
  package init?(repeatedIn arguments: [String]) {
    let words = Array(arguments.prefix { $0 != "--" })
    let names = words.filter { $0.hasPrefix("-") }.map { String($0.prefix { $0 != "=" }) }
    let known = Set(names)
    let both = names.filter { known.contains("--no-" + $0.dropFirst(2)) }
    // The short names are the first letters of the long ones.
    let letters = names.compactMap { $0.drop { $0 == "-" }.first }
    let isShort = names.contains { $0.count == 2 } && Set(letters).count < letters.count
    // The tree is created only if needed.
    guard known.count < names.count || !both.isEmpty || isShort,
      let command = CommandTree.discern?.place(of: arguments).command
    else { return nil }
    let options = Set(command.options)
    if let name = both.first(where: { options.contains(String($0.dropFirst(2))) }) {
      self.init("\(name) and --no-\(name.dropFirst(2)) are mutually exclusive; give one of them", of: command)
      return
    }
    var values: [String: [String]] = [:]
    let single = command.singleOptionNames
    for (place, word) in words.enumerated() {
      let parts = word.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
      guard let first = parts.first, let name = single[String(first)] else { continue }
      let next = place + 1 < words.count ? words[place + 1] : "--"
      let isValue = next == "-" || !next.hasPrefix("-")
      // The parser reports an option without a value.
      guard let value = parts.count > 1 ? String(parts[1]) : isValue ? next : nil else { continue }
      values[name, default: []].append(value)
    }
    guard let (name, own) = values.filter({ $0.value.count > 1 }).min(by: { $0.key < $1.key }) else {
      return nil
    }
    self.init(
      "--\(name) is given \(own.count == 2 ? "twice" : "\(own.count) times") "
        + "(\(own.map(Self.shown).joined(separator: ", "))), but has one value; "
        + (command.listOptions.contains(name) ? "join them with commas" : "leave out all but one"),
      of: command)
  }

  /// The problem with these words after `discern help`; the parser would show the help of the nearest
  /// command.
  package init?(help words: [String], root: CommandTree) {
    let words = words.filter { !$0.hasPrefix("-") }
    let (command, unknown) = root.place(of: words)
    if let unknown {
      self.init(unknownCommand: unknown, below: command)
      return
    }
    guard words.count > command.path.split(separator: " ").count - 1, let extra = words.last else {
      return nil
    }
    self.init("\(command.path) has no commands below it, such as “\(Self.shown(extra))”", of: command)
  }

  private static func shown(_ name: String) -> String { name.count > 40 ? name.prefix(39) + "…" : name }
}
