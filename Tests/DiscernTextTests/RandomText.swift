import DiscernText
import TestSupport
import Testing

/// Texts of random pieces, the same for the same seed.
struct RandomText {
  private var generator: SeededGenerator

  init(seed: UInt64) { generator = SeededGenerator(seed: seed) }

  mutating func text(of pieces: [String], upTo length: Int) -> String {
    var text = ""
    for _ in 0..<Int.random(in: 0...length, using: &generator) {
      text += pieces.randomElement(using: &generator) ?? ""
    }
    return text
  }

  mutating func bytes(upTo length: Int) -> [UInt8] {
    (0..<Int.random(in: 0...length, using: &generator)).map { _ in
      UInt8.random(in: 0...255, using: &generator)
    }
  }
}

func tokens(_ bytes: [UInt8], _ session: TokenizerSession, _ buffer: inout TokenBuffer) throws -> [String] {
  try bytes.withUnsafeBufferPointer { text throws(TextError) in try session.tokenize(text, into: &buffer) }
  return buffer.strings
}

/// Gives the same bytes to the quick paths, and to ICU and libxml2 alone.
struct PathComparison {
  private let quick: TokenizerSession
  private let reference: TokenizerSession
  private var quickTokens = TokenBuffer()
  private var referenceTokens = TokenBuffer()

  init(_ configuration: TokenizerConfiguration) throws {
    let tokenizer = try Tokenizer(configuration)
    quick = try tokenizer.makeSession()
    reference = try tokenizer.makeReferenceSession()
  }

  /// Expects the same tokens, byte for byte, and the same number of repairs.
  @discardableResult
  mutating func expectSameTokens(_ bytes: [UInt8]) throws -> Bool {
    guard try !agree(on: bytes) else { return true }
    let first = quickTokens.strings
    let second = referenceTokens.strings
    // The start is enough: a hostile text may be long.
    let text = String(decoding: bytes.prefix(400), as: UTF8.self).debugDescription
    Issue.record("\(text): \(first.prefix(200)), by ICU \(second.prefix(200))")
    return false
  }

  private mutating func agree(on bytes: [UInt8]) throws -> Bool {
    try bytes.withUnsafeBufferPointer { text throws(TextError) in
      try quick.tokenize(text, into: &quickTokens)
      try reference.tokenize(text, into: &referenceTokens)
    }
    guard
      quickTokens.count == referenceTokens.count,
      quickTokens.repairedSequenceCount == referenceTokens.repairedSequenceCount
    else { return false }
    // Bytes, since `String` treats canonically equivalent strings as equal.
    return quickTokens.withUnsafeTokens { first, firstRanges in
      referenceTokens.withUnsafeTokens { second, secondRanges in
        firstRanges.indices.allSatisfy {
          first[firstRanges[$0].range].elementsEqual(second[secondRanges[$0].range])
        }
      }
    }
  }
}

extension TokenizerConfiguration {
  /// The defaults with some changes.
  init(_ change: (inout Self) -> Void) {
    self.init()
    change(&self)
  }
}
