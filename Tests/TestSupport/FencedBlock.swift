import Foundation

/// A block of a Markdown file between lines of three back ticks.
public struct FencedBlock: Sendable, Equatable {
  /// The text after the first three: the language, then words of our own, such as `run`.
  public let words: [String]
  /// The lines between, each with its end.
  public let text: String
  /// Where the block begins, from 1.
  public let line: Int

  /// A file's blocks, in their order.
  public static func all(in file: URL) throws -> [FencedBlock] {
    var blocks: [FencedBlock] = []
    var open: (words: [String], line: Int)?
    var text = ""
    let lines = try String(contentsOf: file, encoding: .utf8).split(
      separator: "\n", omittingEmptySubsequences: false)
    for (index, line) in lines.enumerated() {
      guard line.hasPrefix("```") else {
        if open != nil { text += line + "\n" }
        continue
      }
      if let begun = open {
        blocks.append(FencedBlock(words: begun.words, text: text, line: begun.line))
        open = nil
        text = ""
      } else {
        open = (line.dropFirst(3).split(separator: " ").map(String.init), index + 1)
      }
    }
    return blocks
  }
}
