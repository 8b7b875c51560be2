import ArgumentParser
import DiscernSystem

/// The commands with their options' names, as the argument parser describes them to other programs.
package struct CommandTree: Decodable {
  package struct Argument: Decodable {
    package struct Name: Decodable {
      let kind: String
      let name: String
    }
    let names: [Name]?
    /// `positional`, `option` or `flag`.
    let kind: String
    /// Whether it has several values.
    let isRepeating: Bool
    /// Its help.
    let abstract: String?

    var longNames: [String] { (names ?? []).filter { $0.kind == "long" }.map(\.name) }
  }

  package let commandName: String
  let superCommands: [String]?
  /// False for internal commands.
  let shouldDisplay: Bool?
  package let subcommands: [CommandTree]?
  let arguments: [Argument]?

  private struct Root: Decodable { let command: CommandTree }

  /// The whole tree of `discern`; nil if the parser's description has an unknown form.
  package static let discern = try? JSONDecoder().decode(
    Root.self, from: Data(DiscernCommand._dumpHelp().utf8)
  ).command

  /// The words that name the command, such as `discern vocab build`.
  package var path: String { ((superCommands ?? []) + [commandName]).joined(separator: " ") }

  /// The names of the subcommands, without the parser's own.
  var names: [String] {
    (subcommands ?? []).filter { $0.shouldDisplay ?? true }.map(\.commandName).filter { $0 != "help" }
  }

  /// Whether any number of files may follow its options.
  var takesFiles: Bool { (arguments ?? []).contains { $0.kind == "positional" && $0.isRepeating } }

  /// The long names of the options, without dashes.
  var options: [String] { (arguments ?? []).flatMap(\.longNames) }

  /// The long name of each option that has one value, by all its names with their dashes.
  package var singleOptionNames: [String: String] { longNames { $0.kind == "option" && !$0.isRepeating } }

  /// The same for all options that have values.
  var valueOptionNames: [String: String] { longNames { $0.kind == "option" } }

  /// The options whose single value is a list.
  var listOptions: Set<String> {
    Set(longNames { $0.abstract?.contains("separated by commas") ?? false }.values)
  }

  private func longNames(_ isIncluded: (Argument) -> Bool) -> [String: String] {
    var result: [String: String] = [:]
    for argument in (arguments ?? []).filter(isIncluded) {
      guard let long = argument.longNames.first else { continue }
      for name in argument.names ?? [] { result[(name.kind == "long" ? "--" : "-") + name.name] = long }
    }
    return result
  }

  /// The first word of a command line that looks like a long option but is none of this command's, with its
  /// dashes.
  func firstUnknownOption(in words: [String]) -> String? {
    let known = Set(options)
    return words.prefix { $0 != "--" }.lazy
      .filter { $0.hasPrefix("--") }.map { $0.prefix { $0 != "=" } }
      .first { !known.contains(String($0.dropFirst(2))) }.map(String.init)
  }

  /// The type that runs the command.
  package var type: (any ParsableCommand.Type)? {
    var type: any ParsableCommand.Type = DiscernCommand.self
    for name in path.split(separator: " ").dropFirst() {
      guard
        let next = type.configuration.subcommands.first(where: {
          $0.configuration.commandName == String(name)
        })
      else { return nil }
      type = next
    }
    return type
  }

  /// This command and its subcommands that are not only groups.
  var leaves: [CommandTree] {
    names.isEmpty ? [self] : (subcommands ?? []).filter { names.contains($0.commandName) }.flatMap(\.leaves)
  }

  /// The command that the first words of a command line name, and the word after it that should have named a
  /// subcommand.
  func place(of words: [String]) -> (command: CommandTree, unknown: String?) {
    guard !names.isEmpty, let word = words.first, !word.hasPrefix("-") else { return (self, nil) }
    guard let next = subcommands?.first(where: { $0.commandName == word }) else { return (self, word) }
    return next.place(of: Array(words.dropFirst()))
  }
}
