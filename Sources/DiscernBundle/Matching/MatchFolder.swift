import DiscernCorpus
import DiscernIO
import DiscernModels
import DiscernTensor
import DiscernText
import DiscernVocabulary

/// Two towers with everything needed to use them: the content of a matcher's folder.
///
/// The folder is laid out like a model's: `manifest.json` and its digest, `vocabulary.txt` or, for a
/// transformer, `pieces.txt`, and `weights.safetensors`, in which the names of the towers' weights begin with
/// `left.` and `right.`.
package struct MatchFolder<Facts: Codable & Sendable>: SavableFolder, Sendable {
  package static var format: BundleFormat { .matcher }

  package let encoder: TextEncoder
  package let matcher: Matcher
  package let facts: Facts

  private struct Content: Codable {
    let model: MatcherConfiguration
    let tokenizer: TokenizerConfiguration
    let pieces: PieceContent?
    let maximumTokens: Int?
    let training: Facts
  }

  private static var vocabularyFile: String { "vocabulary.txt" }
  private static var piecesFile: String { "pieces.txt" }
  private static var weightsFile: String { "weights.safetensors" }

  package init(encoder: TextEncoder, matcher: Matcher, facts: Facts) {
    self.encoder = encoder
    self.matcher = matcher
    self.facts = facts
  }

  /// Reads and checks a folder.
  package init(path: String) throws(ModelFolderError) {
    self = try BundleFolder.reading(
      path, format: Self.format, wrap: ModelFolderError.bundle
    ) { folder throws(ModelFolderError) in try Self(folder) }
  }

  /// Whether a folder was written by this program, so that errors in it are reported as such; a downloaded
  /// transformer's has no manifest.
  package static func isThere(_ path: String) -> Bool {
    (try? FileReader(path: BundleManifest.join(path, BundleManifest.fileName))) != nil
      && !TransformerFolder.isThere(path)
  }

  private init(_ folder: BundleFolder) throws(ModelFolderError) {
    let content: Content
    do throws(BundleError) {
      content = try folder.manifest.decode(Content.self)
      try folder.manifest.check(needs: content.pieces == nil ? [] : [.transformer])
    } catch {
      throw .bundle(error)
    }
    let manifest = BundleManifest.join(folder.path, BundleManifest.fileName)
    func made<Value>(_ body: () throws(ModelError) -> Value) throws(ModelFolderError) -> Value {
      do throws(ModelError) { return try body() } catch {
        throw .model(path: manifest, error, defaults: [])
      }
    }
    // Checked before memory is allocated, since the manifest may be damaged.
    let shapes = try made { () throws(ModelError) in try Matcher.shapes(content.model) }
    _ = try folder.weights(Self.weightsFile) { own throws(ModelError) in
      try ModelError.check(own, against: shapes)
    }
    let matcher = try made { () throws(ModelError) in try Matcher(content.model) }
    let tokenizer: Tokenizer
    do throws(TextError) { tokenizer = try Tokenizer(content.tokenizer) } catch {
      throw .text(path: folder.path, error)
    }
    if let limit = content.maximumTokens, limit < 1 {
      throw .inconsistent(path: manifest, what: "maximumTokens is \(limit)", expected: "at least 1")
    }
    let pieces = try Self.pieces(content, folder)
    let vocabulary =
      pieces == nil
      ? try folder.vocabulary(Self.vocabularyFile, count: content.model.vocabularySize)
      : VocabularyBuilder().build()
    var encoder = TextEncoder(
      tokenizer: tokenizer, vocabulary: vocabulary, maximumTokens: content.maximumTokens, truncation: .head)
    encoder.pieces = pieces
    encoder.letters = content.model.encoder.letters
    self.encoder = encoder
    self.matcher = matcher
    facts = content.training
    try Self.fill(matcher, folder)
  }

  private static func pieces(
    _ content: Content, _ folder: BundleFolder
  ) throws(ModelFolderError) -> WordPieceTokenizer? {
    guard let own = content.pieces, let transformer = content.model.encoder.transformer else {
      guard content.pieces == nil, content.model.encoder.transformer == nil else {
        throw .inconsistent(
          path: folder.path, what: "it has word pieces or a transformer, without the other",
          expected: "both, or neither")
      }
      return nil
    }
    let bytes: [UInt8]
    do throws(BundleError) { bytes = try folder.contents(piecesFile) } catch { throw .bundle(error) }
    return try own.tokenizer(
      bytes, path: BundleManifest.join(folder.path, piecesFile), rows: content.model.vocabularySize,
      places: transformer.positionCount)
  }

  private static func fill(_ matcher: Matcher, _ folder: BundleFolder) throws(ModelFolderError) {
    do throws(BundleError) {
      let file = try folder.tensors(weightsFile)
      for (name, shape, values) in matcher.weights.tensors {
        try file.read(
          name, shape: shape, into: UnsafeMutableBufferPointer(start: values.pointer, count: values.count))
      }
    } catch {
      throw .bundle(error)
    }
    do throws(ModelError) { try matcher.weights.requireAllowedStates() } catch {
      throw .model(path: BundleManifest.join(folder.path, weightsFile), error, defaults: [])
    }
    matcher.weights.didChange()
  }

  package func put(
    at path: String, expecting found: ModelDestination.Found?
  ) throws(BundleError) -> SavedModel {
    let folder = try AtomicFolder(destination: path, format: Self.format)
    var writer = SafetensorsWriter()
    for (name, shape, values) in matcher.weights.tensors {
      writer.add(
        name, shape: shape, .floats(UnsafeBufferPointer(start: values.pointer, count: values.count)))
    }
    _ = try writer.write(to: folder.path(of: Self.weightsFile))
    if let pieces = encoder.pieces {
      try FileWriter.write(PieceContent.fileContents(pieces), to: folder.path(of: Self.piecesFile))
    } else {
      try FileWriter.write(encoder.vocabulary.fileContents, to: folder.path(of: Self.vocabularyFile))
    }
    try folder.writeManifest(
      Content(
        model: matcher.configuration, tokenizer: encoder.tokenizer.configuration,
        pieces: encoder.pieces.map(PieceContent.init), maximumTokens: encoder.maximumTokens, training: facts),
      requires: encoder.pieces == nil ? [] : [.transformer])
    return SavedModel(path: path, notes: try folder.commit(expecting: found))
  }
}
