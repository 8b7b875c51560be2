/// Prepares text for libxml2: every remaining `<` and `&` begins a tag or an entity that libxml2 knows.
///
/// libxml2's parser is tolerant, but for text that people type it is too eager: in `i <3 it` or `a <b and c`
/// it swallows words. It also takes quadratic time over the attributes of one tag. So a `<` or `&` that does
/// not begin markup is escaped; attributes, comments, declarations, and the content of `script` and `style`
/// are left out (none contains text); ill-formed UTF-8 and control characters are replaced; and the rest is
/// passed on in pieces of bounded length and depth.
///
/// A `<` begins markup if it is followed by a name (letters, digits, hyphens; a colon before a letter)
/// and white space, `/` or `>`, and if the tag ends before the next `<` outside of quotes.
struct MarkupReducer {
  /// libxml2 compares an end tag with every open element: pieces of this many tags keep that cheap.
  static let tagsPerPiece = 256
  static let bytesPerPiece = 1 << 20

  let text: UnsafePointer<UInt8>
  let count: Int
  private(set) var repaired = 0
  /// The bytes of the text and those of the piece made of them, for one character, tag or run of plain
  /// characters each; nil: not recorded.
  var steps: [(input: Range<Int>, output: Range<Int>)]?
  private var index = 0
  /// From this place on, a scan for the end of a tag may honour quotes: one has failed before it. Otherwise a
  /// text with many `<a b="` would be read again for each.
  private var quotesFrom = 0
  /// The first `-->` at or after the last place that was searched.
  private var commentEnd = -1

  init(_ text: UnsafePointer<UInt8>, _ count: Int) {
    self.text = text
    self.count = count
  }

  /// Appends the next piece to `piece`.
  ///
  /// - Returns: whether there is more text.
  mutating func next(_ piece: ScratchBuffer<UInt8>) -> Bool {
    var tags = 0
    let limit = piece.count + Self.bytesPerPiece
    while index < count, tags < Self.tagsPerPiece, piece.count < limit {
      let byte = text[index]
      let before = (input: index, output: piece.count)
      defer { steps?.append((before.input..<index, before.output..<piece.count)) }
      switch byte {
      case UInt8(ascii: "<"): tags += takeOpeningBracket(piece)
      case UInt8(ascii: "&"): takeAmpersand(piece)
      case 0x80...0xFF:
        let step = UTF8Decoder.decode(text, index, count)
        if step.isRepaired {
          repaired += 1
          piece.append("\u{FFFD}")
        } else if step.scalar != 0xFFFE && step.scalar != 0xFFFF {
          piece.append(UnsafeBufferPointer(start: text + index, count: step.length))
        }
        index += step.length
      case 0..<0x20, 0x7F:
        piece.append(byte == 0x09 || byte == 0x0A || byte == 0x0D ? byte : 0x20)
        index += 1
      default:
        let start = index
        let end = min(count, start + Self.bytesPerPiece)
        while index < end, Self.isPlain(text[index]) { index += 1 }
        piece.append(UnsafeBufferPointer(start: text + start, count: index - start))
      }
    }
    return index < count
  }

  private static func isPlain(_ byte: UInt8) -> Bool {
    byte >= 0x20 && byte < 0x7F && byte != UInt8(ascii: "<") && byte != UInt8(ascii: "&")
  }

  /// - Returns: the number of tags appended.
  private mutating func takeOpeningBracket(_ piece: ScratchBuffer<UInt8>) -> Int {
    let start = index
    index += 1
    guard index < count else {
      piece.append("&lt;")
      return 0
    }
    switch text[index] {
    case UInt8(ascii: "!"), UInt8(ascii: "?"):
      if let end = declarationEnd(start) {
        index = end
      } else {
        piece.append("&lt;")
      }
      return 0
    default: break
    }
    let isEndTag = text[index] == UInt8(ascii: "/")
    let nameStart = isEndTag ? index + 1 : index
    let nameEnd = nameEnd(nameStart)
    guard nameEnd > nameStart, let end = tagEnd(nameEnd) else {
      piece.append("&lt;")
      return 0
    }
    index = end
    let name = String(
      decoding: UnsafeBufferPointer(start: text + nameStart, count: nameEnd - nameStart), as: UTF8.self
    ).lowercased()
    if name == "script" || name == "style" {
      if !isEndTag { skipContent(of: name) }
      piece.append(" ")
      return 0
    }
    // `</br>` is a line break in every browser.
    piece.append(isEndTag && name != "br" ? "</" : "<")
    piece.append(Self.plainContainers.contains(name) ? "div" : name)
    piece.append(">")
    return 1
  }

  /// Elements that parsers treat specially (one per document; content taken as raw text), and that are only
  /// line breaks here.
  private static let plainContainers: Set<String> = [
    "html", "head", "body", "title", "textarea", "xmp", "iframe", "noembed", "noframes", "noscript",
    "plaintext", "frameset", "template",
  ]

  /// The end of the tag name that begins at `start`; `start` itself if there is none.
  private func nameEnd(_ start: Int) -> Int {
    var end = start
    guard end < count, Markup.isLetter(text[end]) else { return start }
    let limit = min(count, start + Markup.longestName + 1)
    while end < limit {
      let byte = text[end]
      if Markup.isLetter(byte) || Markup.isDigit(byte) || byte == UInt8(ascii: "-") {
        end += 1
      } else if byte == UInt8(ascii: ":"), end + 1 < count, Markup.isLetter(text[end + 1]) {
        end += 2
      } else {
        break
      }
    }
    guard end < limit else { return start }
    switch text[end] {
    case UInt8(ascii: ">"), UInt8(ascii: "/"), 0x09, 0x0A, 0x0C, 0x0D, 0x20: return end
    default: return start
    }
  }

  /// The end, after `>`, of the tag whose name ends at `start`; `nil` if it is not a tag.
  private mutating func tagEnd(_ start: Int) -> Int? {
    var position = start
    var quote: UInt8 = 0
    var isAfterEqualsSign = false
    let honoursQuotes = start >= quotesFrom
    while position < count {
      let byte = text[position]
      if quote != 0 {
        if byte == quote { quote = 0 }
      } else if byte == UInt8(ascii: ">") {
        return position + 1
      } else if byte == UInt8(ascii: "<") {
        break
      } else if byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "'") {
        if isAfterEqualsSign && honoursQuotes { quote = byte }
        isAfterEqualsSign = false
      } else if byte == UInt8(ascii: "=") {
        isAfterEqualsSign = true
      } else if byte != 0x20 && byte != 0x09 && byte != 0x0A && byte != 0x0D {
        isAfterEqualsSign = false
      }
      position += 1
    }
    guard honoursQuotes else {
      // A scan goes to the end or to the next `<`, where another begins: no byte is read twice except for its
      // own tag.
      return nil
    }
    quotesFrom = position
    return tagEnd(start)
  }

  /// The end of the comment, document type or processing instruction that begins at `start`; nil if none
  /// does.
  private mutating func declarationEnd(_ start: Int) -> Int? {
    guard start + 2 < count else { return nil }
    if text[start + 1] == UInt8(ascii: "!"), text[start + 2] == UInt8(ascii: "-") {
      guard start + 3 < count, text[start + 3] == UInt8(ascii: "-") else { return nil }
      if commentEnd < start + 4 { commentEnd = Self.find("-->", from: start + 4, text, count) }
      return commentEnd < count ? commentEnd + 3 : nil
    }
    let isInstruction = text[start + 1] == UInt8(ascii: "?")
    guard Markup.isLetter(text[start + 2]) || (!isInstruction && text[start + 2] == UInt8(ascii: "[")) else {
      return nil
    }
    var position = start + 3
    while position < count, text[position] != UInt8(ascii: ">") {
      if text[position] == UInt8(ascii: "<") { return nil }
      position += 1
    }
    return position < count ? position + 1 : nil
  }

  /// Skips the content and the end tag of a script or style sheet, or the rest of the text.
  private mutating func skipContent(of name: String) {
    while true {
      let found = Self.find("</", from: index, text, count)
      guard found < count else {
        index = count
        return
      }
      index = found + 2
      let nameEnd = nameEnd(index)
      let foundName = UnsafeBufferPointer(start: text + index, count: nameEnd - index)
      if String(decoding: foundName, as: UTF8.self).lowercased() == name {
        index = tagEnd(nameEnd) ?? count
        return
      }
    }
  }

  /// The place of `needle` at or after `start`, `count` if there is none.
  private static func find(
    _ needle: StaticString, from start: Int, _ text: UnsafePointer<UInt8>, _ count: Int
  ) -> Int {
    let length = needle.utf8CodeUnitCount
    var position = start
    while position + length <= count {
      var matched = 0
      while matched < length, text[position + matched] == needle.utf8Start[matched] { matched += 1 }
      if matched == length { return position }
      position += 1
    }
    return count
  }

  private mutating func takeAmpersand(_ piece: ScratchBuffer<UInt8>) {
    let length = Markup.entityLength(text, index, count)
    let start = index
    guard length > 0 else {
      piece.append("&amp;")
      index += 1
      return
    }
    index += length
    if text[start + 1] == UInt8(ascii: "#") {
      piece.append("&#\(Self.character(UnsafeBufferPointer(start: text + start + 2, count: length - 2)));")
    } else if HTMLParser.knowsEntity(UnsafeBufferPointer(start: text + start + 1, count: length - 2)) {
      piece.append(UnsafeBufferPointer(start: text + start, count: length))
    } else {
      piece.append("&amp;")
      index = start + 1
    }
  }

  /// The character of a numeric entity according to the HTML standard: numbers from 128 to 159 are those of
  /// Windows-1252; surrogates, 0 and numbers that are too large are U+FFFD. Control characters become spaces.
  private static func character(_ digits: UnsafeBufferPointer<UInt8>) -> UInt32 {
    var value: UInt32 = 0
    let isHexadecimal = digits[0] | 0x20 == UInt8(ascii: "x")
    for byte in digits.dropFirst(isHexadecimal ? 1 : 0) where byte != UInt8(ascii: ";") {
      guard let digit = Markup.digitValue(byte, isHexadecimal), value < 0x11_0000 else { return 0xFFFD }
      value = value * (isHexadecimal ? 16 : 10) + digit
    }
    switch value {
    case 0, 0xD800...0xDFFF, 0xFFFE, 0xFFFF, 0x11_0000...: return 0xFFFD
    case 0x09, 0x0A, 0x0D: return value
    case 0..<0x20, 0x7F: return 0x20
    case 0x80...0x9F: return windows1252[Int(value - 0x80)]
    default: return value
    }
  }

  /// The HTML standard's table (section 13.2.5.80, numeric character reference end state).
  private static let windows1252: [UInt32] = [
    0x20AC, 0x20, 0x201A, 0x0192, 0x201E, 0x2026, 0x2020, 0x2021, 0x02C6, 0x2030, 0x0160, 0x2039, 0x0152,
    0x20, 0x017D, 0x20, 0x20, 0x2018, 0x2019, 0x201C, 0x201D, 0x2022, 0x2013, 0x2014, 0x02DC, 0x2122,
    0x0161, 0x203A, 0x0153, 0x20, 0x017E, 0x0178,
  ]
}

extension ScratchBuffer<UInt8> {
  func append(_ text: String) {
    var text = text
    text.withUTF8 { append($0) }
  }
}
