import DiscernBundle
import DiscernCorpus
import DiscernIO
import DiscernModels
import DiscernSystem
import DiscernTensor
import DiscernText
import DiscernVocabulary

/// Finds what belongs to a text among texts, or among vectors that something else made, by vectors that two
/// towers give both.
///
/// ```swift
/// let data = try MatchData(paths: ["faq.tsv"], .pairs(column: .number(2)))
/// let matcher = try TextMatcher.train(on: data)
/// let index = try matcher.index(of: answers)
/// let found = try matcher.search(["Where is my card?"], in: index, count: 5)
/// ```
///
/// A text's vector has the same bits alone and among others, for any number of threads.
public struct TextMatcher: Sendable {
  let encoder: TextEncoder
  let matcher: Matcher
  /// How it was trained.
  public let record: MatchRecord
  let compute: Compute

  private typealias Folder = MatchFolder<MatchRecord>

  init(encoder: TextEncoder, matcher: Matcher, record: MatchRecord, compute: Compute) {
    self.encoder = encoder
    self.matcher = matcher
    self.record = record
    self.compute = compute
  }

  /// Reads a folder of `discern match train`, after checking all of it.
  ///
  /// - Throws: `DiscernError.folder`.
  public init(contentsOf path: String, compute: Compute = Compute()) throws(DiscernError) {
    let folder = try wrapping(DiscernError.folder) { () throws(ModelFolderError) in try Folder(path: path) }
    self.init(encoder: folder.encoder, matcher: folder.matcher, record: folder.facts, compute: compute)
  }

  /// Whether a folder says that it is a matcher's.
  package static func isThere(_ path: String) -> Bool { Folder.isThere(path) }

  /// Its shape.
  public var configuration: MatcherConfiguration { matcher.configuration }
  /// Numbers of a vector.
  public var vectorSize: Int { matcher.configuration.vectorSize }
  /// The most tokens of a text, of a transformer pieces of words; longer ones are cut.
  public var maximumTokens: Int? { encoder.maximumTokens }
  /// How texts are divided into words.
  package var tokenizer: TokenizerConfiguration { encoder.tokenizer.configuration }

  /// Writes the folder, replacing one of that kind and nothing else.
  ///
  /// - Throws: `DiscernError.folder`.
  @discardableResult
  public func write(to path: String) throws(DiscernError) -> SavedModel {
    try save(to: Self.checkDestination(path))
  }

  /// Writes the folder to a destination that was checked before, or else where it can be.
  ///
  /// - Throws: `DiscernError.folder`; with `BundleError.savedElsewhere`, it is whole at the path that this
  ///   names.
  public func save(to destination: ModelDestination) throws(DiscernError) -> SavedModel {
    try wrapping(DiscernError.folder) { () throws(ModelFolderError) in
      try Folder(encoder: encoder, matcher: matcher, facts: record).save(to: destination)
    }
  }

  /// Tries all that saving there needs; asked before long work.
  ///
  /// - Throws: `DiscernError.folder`.
  public static func checkDestination(
    _ path: String, expectedBytes: Int = 0
  ) throws(DiscernError) -> ModelDestination {
    try wrapping(DiscernError.folder) { () throws(ModelFolderError) in
      try Folder.checkDestination(path, expectedBytes: expectedBytes)
    }
  }

  /// The vectors of texts, of length 1, in their order, and how many tokens of each were left out.
  ///
  /// - Throws: `DiscernError.conflict` for the right side of a model whose right side is given vectors;
  ///   `.text`; `.vector` for a text whose vector is not finite.
  public func vectors(
    of texts: [String], side: MatchSide = .left
  ) throws(DiscernError) -> [(vector: [Float], cut: Int)] {
    if side == .right, matcher.configuration.right == .vectors {
      throw .conflict("the model's right side is given vectors, and reads no texts; use its left side")
    }
    let session = try wrapping(DiscernError.text) { () throws(TextError) in try encoder.makeSession() }
    var encoded = EncodedTexts()
    encoded.letters = encoder.noLetters()
    var cut: [Int] = []
    var ids: [Int32] = []
    for text in texts {
      ids.removeAll(keepingCapacity: true)
      let met = try wrapping(DiscernError.text) { () throws(TextError) in
        try Array(text.utf8).withUnsafeBufferPointer { utf8 throws(TextError) in
          try session.encode(utf8, appendingTo: &ids)
        }
      }
      encoded.append(ids)
      session.appendLetters(to: &encoded.letters)
      cut.append(met.tokenCount - met.keptCount)
    }
    let values = matcher.vectors(encoded, side.tower, compute: compute)
    let size = vectorSize
    try DiscernError.requireFinite(values, size: size)
    return cut.enumerated().map { (Array(values[$0 * size..<($0 + 1) * size]), max(0, $1)) }
  }

  /// What tells whether an index is of this model: SHA-256 of all that vectors depend on.
  var digest: String {
    var head: [UInt8] = []
    let json = JSONEncoder()
    json.outputFormatting = .sortedKeys
    for part in [try? json.encode(matcher.configuration), try? json.encode(tokenizer)] {
      head += Array(part ?? Data()) + [0]
    }
    head += encoder.pieces.map(PieceContent.fileContents) ?? encoder.vocabulary.fileContents
    let weights = matcher.weights.tensors.map {
      UnsafeRawBufferPointer(start: $0.values.pointer, count: 4 * $0.values.count)
    }
    return head.withUnsafeBytes { FileDigest.of([$0] + weights).sha256 }
  }
}
