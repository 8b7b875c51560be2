import DiscernSystem

/// The parser's help in reading order.
package enum HelpText {
  /// The width of standard output, or `COLUMNS`, within a range in which lines are readable; 80 without a
  /// terminal.
  static var columns: Int {
    var size = winsize()
    let isTerminal = ioctl(STDOUT_FILENO, UInt(TIOCGWINSZ), &size) == 0 && size.ws_col > 0
    let wanted = ProcessInfo.processInfo.environment["COLUMNS"].flatMap { Int($0) }
    return min(max(wanted ?? (isTerminal ? Int(size.ws_col) : 80), 60), 100)
  }

  /// Moves a command's own options before the titled ones, which the parser puts first, and breaks a long
  /// line of usage.
  package static func arranged(_ text: String, columns: Int) -> String {
    var sections = text.split(separator: "\n\n", omittingEmptySubsequences: false).map(String.init)
    if let options = sections.firstIndex(where: { $0.hasPrefix("OPTIONS:\n") }),
      let usage = sections.firstIndex(where: { $0.hasPrefix("USAGE: ") })
    {
      let own = sections.remove(at: options)
      let place = usage + 1 < sections.count && sections[usage + 1].hasPrefix("ARGUMENTS:\n") ? 2 : 1
      sections.insert(own.trimmingFinalBreaks, at: usage + place)
    }
    for index in sections.indices where sections[index].hasPrefix("USAGE: ") {
      sections[index] = usage(sections[index], columns: columns)
    }
    return sections.map(\.trimmingFinalBreaks).joined(separator: "\n\n")
  }

  /// A line of usage, broken before its options.
  static func usage(_ line: String, columns: Int) -> String {
    var lines = [""]
    // `--name <value> ...` and `[--name <value>]` stay together.
    for piece in pieces(of: line) {
      if !lines[lines.count - 1].isEmpty, lines[lines.count - 1].count + 1 + piece.count >= columns {
        lines.append("        " + piece)
      } else {
        lines[lines.count - 1] += (lines[lines.count - 1].isEmpty ? "" : " ") + piece
      }
    }
    return lines.joined(separator: "\n")
  }

  private static func pieces(of line: String) -> [String] {
    var pieces: [String] = []
    var depth = 0
    for word in line.split(separator: " ") {
      let isPart = depth > 0 || word == "..." || (word.first == "<" && pieces.last?.hasPrefix("--") == true)
      if isPart, let last = pieces.popLast() {
        pieces.append(last + " " + word)
      } else {
        pieces.append(String(word))
      }
      depth += word.reduce(0) { $0 + ($1 == "[" ? 1 : $1 == "]" ? -1 : 0) }
    }
    return pieces
  }
}

extension String {
  fileprivate var trimmingFinalBreaks: String {
    var text = self
    while text.last == "\n" { text.removeLast() }
    return text
  }
}
