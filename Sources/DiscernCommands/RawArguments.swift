import DiscernIO
import DiscernSystem

/// The arguments of this process as bytes. As strings, those that are not UTF-8 would be repaired, and name
/// other files.
enum RawArguments {
  /// A command line's words, negative numbers joined to the options before them: the parser would take `-1`
  /// for an option, and say that a value is missing.
  static func joiningNumbers(_ words: [String]) -> [String] {
    let end = words.firstIndex(of: "--") ?? words.endIndex
    var result: [String] = []
    for (place, word) in words.enumerated() {
      let isNumber = word.hasPrefix("-") && Double(word) != nil
      if place < end, isNumber, let last = result.last, last.hasPrefix("--"), !last.contains("=") {
        result[result.count - 1] = last + "=" + word
      } else {
        result.append(word)
      }
    }
    return result
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
