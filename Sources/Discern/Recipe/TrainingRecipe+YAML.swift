extension TrainingRecipe {
  /// The recipe as a complete, commented file: every key with its explanation. Reading it gives a recipe for
  /// the same training (with the running ICU version).
  public var yaml: String { yaml(fitted: []) }

  /// - Parameter fitted: settings derived from the texts, shown as comments if they were not set.
  package func yaml(fitted: [FittedChoice]) -> String {
    let defaults = TrainingRecipe()
    var lines = [
      "# A recipe: all training settings, with explanations.",
      "#   discern train --recipe FILE --train TEXTS --output MODEL",
      "# Flags of the same name override this file. A key that is left out has its default.",
      "# A value after “# key:” follows from other settings or the texts, or does not apply to the model;",
      "# remove the # to set it.",
    ]
    let values = Dictionary(fitted.map { ($0.key, $0.value) }) { $1 }
    for (theme, keys) in RecipeKey.byTheme {
      lines += ["", "# ── \(theme.rawValue) ──"]
      for key in keys {
        lines.append("")
        var help = key.help
        if case .choice(let names) = key.form { help += " One of \(names.joined(separator: ", "))." }
        if key.isAutomatic { help += " " + RecipeKey.automaticNote }
        lines += Self.wrapped(help).map { "# " + $0 }
        let found = leavesOpen(key) && key.isUsed(by: self) ? values[key.name] : nil
        let text = Self.quoted(found ?? key.text(in: self))
        let usual = Self.quoted(key.text(in: defaults))
        lines.append(
          key.isImplied(in: self) || !key.isUsed(by: self)
            ? "# \(key.name): \(text)" + (found == nil ? "" : "  # for the texts of that training")
            : "\(key.name): \(text)"
              + (text == usual || key.isImplied(in: defaults) ? "" : "  # default: \(usual)"))
      }
    }
    return lines.joined(separator: "\n") + "\n"
  }

  /// The same without comments: a line for each setting, as stored in a model's manifest. Defaults are
  /// included, since those of another version may differ.
  package var text: String {
    RecipeKey.all.filter { !$0.isImplied(in: self) && $0.isUsed(by: self) }
      .map { "\($0.name): \(Self.quoted($0.text(in: self)))\n" }.joined()
  }

  private static func wrapped(_ text: String) -> [String] {
    var lines = [""]
    for word in text.split(separator: " ") {
      if lines[lines.count - 1].count + word.count + 1 > 96 { lines.append("") }
      lines[lines.count - 1] += (lines[lines.count - 1].isEmpty ? "" : " ") + word
    }
    return lines
  }

  /// Text as YAML: plain if every parser reads it the same way, else in double quotes.
  static func quoted(_ text: String) -> String {
    let isPlain =
      text.utf8.allSatisfy {
        (0x30...0x39).contains($0) || (0x41...0x5A).contains($0) || (0x61...0x7A).contains($0)
          || "+-._".utf8.contains($0)
      } && text.utf8.first.map { $0 != UInt8(ascii: "-") || text.utf8.count > 1 } ?? false
    // Words that other YAML parsers read as booleans or null.
    if isPlain, !["yes", "no", "on", "off", "y", "n", "null"].contains(text.lowercased()) { return text }
    return YAMLText.string(text)
  }
}
