import DiscernIO
import DiscernSystem

/// The arguments of this process as bytes. As strings, those that are not UTF-8 would be repaired, and would
/// then name other files.
enum RawArguments {
  /// The words of a command line, with values that begin with a minus sign joined to the options before them:
  /// the parser would treat `-1`, `-10,50` and `- he said` as options, and report that a value is missing.
  static func joiningValues(_ words: [String]) -> [String] {
    let end = words.firstIndex(of: "--") ?? words.endIndex
    // The tree is created only if needed.
    guard words[..<end].contains(where: isValue), let root = CommandTree.discern else { return words }
    let known = root.place(of: words).command.valueOptionNames
    var result: [String] = []
    for (place, word) in words.enumerated() {
      if place < end, isValue(word), let last = result.last, known[last] != nil {
        result[result.count - 1] = last + "=" + word
      } else {
        result.append(word)
      }
    }
    return result
  }

  /// Whether a word begins with a minus sign and cannot be an option's name.
  static func isValue(_ word: String) -> Bool {
    guard word.hasPrefix("-"), word.count > 1, word != "--" else { return false }
    let name = word.drop { $0 == "-" }.prefix { $0 != "=" }
    return Double(word) != nil || name.first?.isLetter != true
      || !name.allSatisfy { $0.isLetter || $0.isNumber || "-_".contains($0) }
  }

  /// The problem of the first argument that is not UTF-8.
  static var problem: String? {
    for index in 1..<max(1, Int(CommandLine.argc)) {
      guard let argument = CommandLine.unsafeArgv[index] else { continue }
      let bytes = Array(UnsafeRawBufferPointer(start: argument, count: strlen(argument)))
      if !NameText.isUTF8(bytes) {
        return
          "argument \(index), “\(RawPath(bytes: bytes))”, is not UTF-8; rename the file, or give the folder "
          + "that contains it"
      }
    }
    return nil
  }
}
