import DiscernBundle
import DiscernCorpus
import DiscernIO
import DiscernModels
import DiscernSystem
import DiscernTensor
import DiscernText
import DiscernVocabulary

/// Finds the partners of a text among other texts, or among vectors from another program, by comparing
/// vectors from two towers.
///
/// ```swift
/// let data = try MatchData(paths: ["faq.tsv"], .pairs())
/// let matcher = try TextMatcher.train(on: data)
/// let index = try matcher.index(of: answers)
/// let found = try matcher.search(["Where is my card?"], in: index, count: 5)
/// ```
///
/// A text's vector is bit-identical alone and in any batch, for any number of threads.
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

  /// Reads a folder written by `discern match train`, after checking all of it.
  ///
  /// - Throws: `DiscernError.folder`.
  public init(contentsOf path: String, compute: Compute = Compute()) throws(DiscernError) {
    let folder = try wrapping(DiscernError.folder) { () throws(ModelFolderError) in try Folder(path: path) }
    self.init(encoder: folder.encoder, matcher: folder.matcher, record: folder.facts, compute: compute)
  }

  /// Whether a folder's manifest declares a matcher.
  package static func isThere(_ path: String) -> Bool { Folder.isThere(path) }

  /// Its shape.
  public var configuration: MatcherConfiguration { matcher.configuration }
  /// The size of a vector.
  public var vectorSize: Int { matcher.configuration.vectorSize }
  /// The maximum number of tokens, or of a transformer's word pieces, in a text; longer texts are cut. Nil:
  /// no limit.
  public var maximumTokens: Int? { encoder.maximumTokens }
  /// How texts are divided into words.
  package var tokenizer: TokenizerConfiguration { encoder.tokenizer.configuration }

  /// Writes the folder, replacing an existing matcher and nothing else.
  ///
  /// - Throws: `DiscernError.folder`.
  @discardableResult
  public func write(to path: String) throws(DiscernError) -> SavedModel {
    try save(to: Self.checkDestination(path))
  }

  /// Writes the folder to a destination checked beforehand, or to another place if that fails.
  ///
  /// - Throws: `DiscernError.folder`; with `BundleError.savedElsewhere`, the folder is complete at the path
  ///   named there.
  public func save(to destination: ModelDestination) throws(DiscernError) -> SavedModel {
    try wrapping(DiscernError.folder) { () throws(ModelFolderError) in
      try Folder(encoder: encoder, matcher: matcher, facts: record).save(to: destination)
    }
  }

  /// Checks, before long work, that saving there will be possible.
  ///
  /// - Throws: `DiscernError.folder`.
  public static func checkDestination(
    _ path: String, expectedBytes: Int = 0
  ) throws(DiscernError) -> ModelDestination {
    try wrapping(DiscernError.folder) { () throws(ModelFolderError) in
      try Folder.checkDestination(path, expectedBytes: expectedBytes)
    }
  }

  /// The unit vectors of texts, in their order, and the number of tokens of each that were left out.
  ///
  /// - Throws: `DiscernError.conflict` for the right side of a model whose right side is given vectors;
  ///   `.text`; `.vector` for a text whose vector is not finite.
  public func vectors(
    of texts: [String], side: MatchSide = .left
  ) throws(DiscernError) -> [(vector: [Float], cut: Int)] {
    if side == .right, matcher.configuration.right == .vectors {
      throw .conflict("the model's right side takes vectors, not texts; use its left side")
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

  /// The identity of the model that an index belongs to: SHA-256 of everything on which vectors depend.
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
