import DiscernIO
import DiscernSystem

// The n-grams as a text file. The first line has four fields with tabs between them: `<ngrams>`, the number
// of n-grams, the number of texts that they were counted in, and the configuration as JSON with sorted keys.
//
// Then comes the trie of words, each as a line `token⇥count`, with a tab in front for each word before it:
//
//     not⇥310
//     ⇥bad⇥41
//     ⇥⇥at⇥12
//
// says that “not” is in 310 texts, “not bad” in 41 and “not bad at” in 12. Then comes `<letters>` and a line
// `letters⇥count` for each n-gram of letters. Lines with the same beginning are sorted by bytes. Tokens are
// escaped (`EscapedToken`); lines end with 0x0A. Hashed n-grams have only a line `count` for each number.

extension NGramVocabulary {
  static let firstField = "<ngrams>"
  static let lettersLine = "<letters>"

  /// JSON with sorted keys and no spaces.
  static func json(_ value: some Encodable) -> [UInt8] {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    // Strings and finite numbers can always be encoded.
    return Array((try? encoder.encode(value)) ?? Data())
  }

  /// The content of the file of n-grams.
  package var fileContents: [UInt8] {
    var result = Array("\(Self.firstField)\t\(count)\t\(textCount)\t".utf8)
    result += Self.json(configuration)
    result.append(0x0A)
    if hashing != nil {
      for count in documentCounts { result += "\(count)\n".utf8 }
      return result
    }
    // About the usual length of a line.
    result.reserveCapacity(result.count + 12 * count)
    var hasLetters = false
    for feature in fileOrder {
      let index = Int(feature)
      if nodes.first(index) == Self.lettersParent {
        if !hasLetters {
          result += Self.lettersLine.utf8
          result.append(0x0A)
          hasLetters = true
        }
        EscapedToken.append(letters[Int(nodes.second(index))], to: &result)
      } else {
        var parent = nodes.first(index)
        while parent >= 0 {
          result.append(0x09)
          parent = nodes.first(Int(parent))
        }
        EscapedToken.append(words[Int(nodes.second(index))], to: &result)
      }
      result.append(0x09)
      result += String(documentCounts[index]).utf8
      result.append(0x0A)
    }
    return result
  }

  /// Reads the output of `fileContents`; `path` is for messages. Throws for anything that `fileContents`
  /// would not have written. Takes memory in proportion to the file.
  package init(fileContents: [UInt8], path: String) throws(NGramError) {
    self = try fileContents.withUnsafeBufferPointer { bytes throws(NGramError) in
      var parser = try NGramParser(bytes, path: path)
      return try parser.vocabulary()
    }
  }
}
