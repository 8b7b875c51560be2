import Discern

/// Command lines with former names of flags, which `RecipeKey` lists. They are accepted, but help does not
/// show them.
package enum FormerNames {
  /// The words of a command line, with current names.
  ///
  /// - Throws: `UsageProblem` for a setting given under two names, or a value that is missing or was never
  ///   valid.
  package static func renewed(_ words: [String]) throws(UsageProblem) -> [String] {
    let end = words.firstIndex(of: "--") ?? words.endIndex
    guard words[..<end].contains(where: { RecipeKey.formerly(named: name($0)) != nil }),
      let command = CommandTree.discern?.place(of: words).command
    else { return words }
    let known = Set(command.options)
    var given: [String: (name: String, isFormer: Bool)] = [:]
    var result: [String] = []
    var rest = words[..<end]
    while let word = rest.popFirst() {
      let name = name(word)
      let former = known.contains(name) ? nil : RecipeKey.formerly(named: name)
      guard let key = former?.key ?? key(of: name), known.contains(key.name) else {
        result.append(word)
        continue
      }
      if let other = given[key.name], other.name != name, other.isFormer || former != nil {
        throw UsageProblem(
          "--\(other.name) and --\(name) are mutually exclusive; give one of "
            + "them", of: command)
      }
      given[key.name] = (name, former != nil)
      guard let alias = former?.alias else {
        result.append(word)
        continue
      }
      let attached = word.firstIndex(of: "=").map { String(word[word.index(after: $0)...]) }
      let isAlone = rest.first.map { $0.hasPrefix("-") && $0.dropFirst().first?.isNumber != true } ?? true
      guard let value = attached ?? (isAlone ? nil : rest.popFirst()) else {
        // The same wording as the parser's.
        throw UsageProblem("Missing value for '--\(name)'", of: command)
      }
      guard let renewed = alias.renewed(value) else {
        throw UsageProblem(
          "--\(name) \(value): expected \(alias.expected ?? key.expected)", of: command)
      }
      result +=
        key.form == .onOff
        ? ["--" + (renewed == "true" ? "" : "no-") + key.name] : ["--" + key.name, renewed]
    }
    return result + words[end...]
  }

  /// The name of a long option; empty for any other word.
  private static func name(_ word: String) -> String {
    word.hasPrefix("--") ? String(word.dropFirst(2).prefix { $0 != "=" }) : ""
  }

  private static func key(of name: String) -> RecipeKey? {
    if let key = RecipeKey.named(name) { return key }
    guard name.hasPrefix("no-"), let key = RecipeKey.named(String(name.dropFirst(3))) else { return nil }
    return key.form == .onOff ? key : nil
  }
}
