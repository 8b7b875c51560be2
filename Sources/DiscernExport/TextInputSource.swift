import Discern
import DiscernBundle
import DiscernCorpus
import DiscernModels
import DiscernText
import DiscernVocabulary

/// The source of a graph's inputs: a model, or an export, which has everything required to convert texts.
package struct TextInputSource: Sendable {
  package let encoder: TextEncoder
  /// The columns of the data that the model was trained on.
  package let columns: TableColumns?
  let hasNetwork: Bool
  /// The digest of everything that determines a text's numbers: for another model's graph, they would mean
  /// other words.
  let digest: String
  /// A bit for each n-gram, the lowest first: whether any of its weights is not 0.
  private let present: [Int8]

  package init(_ classifier: TextClassifier) {
    encoder = classifier.encoder
    columns = classifier.record.columns
    hasNetwork = classifier.kind.hasNetwork
    if case .int8(let bits) = classifier.model.ngrams?.presentTensor.values {
      present = bits
    } else {
      present = []
    }
    digest = Self.digest(encoder, hasNetwork: hasNetwork)
  }

  /// Eight hexadecimal digits: they guard against mistakes, not malice.
  private static func digest(_ encoder: TextEncoder, hasNetwork: Bool) -> String {
    let words =
      encoder.pieces.map(PieceContent.fileContents) ?? (hasNetwork ? encoder.vocabulary.fileContents : [])
    let ngrams = encoder.ngrams?.fileContents ?? []
    let beside = encoder.companion?.vocabulary.fileContents ?? []
    let letters = (encoder.companion ?? encoder).letters?.count ?? 0
    let counts = "\(words.count) \(letters)" + (beside.isEmpty ? "" : " \(beside.count)")
    let bytes = Array((counts + "\n").utf8) + words + beside + ngrams
    return String(FileDigest.of(bytes: bytes).sha256.prefix(8))
  }

  /// Reads and checks the folder of a model, or of an export.
  package init(contentsOf path: String) throws(ExportError) {
    do throws(DiscernError) {
      self.init(try TextClassifier(contentsOf: path))
      return
    } catch .folder(.bundle(.wrongFormat(_, _, BundleFormat.onnx.name))) {
      // An export.
    } catch {
      throw .classifier(error)
    }
    do throws(ModelFolderError) {
      self = try BundleFolder.reading(
        path, format: .onnx, checksAll: false, wrap: ModelFolderError.bundle
      ) { folder throws(ModelFolderError) in try Self(folder) }
    } catch {
      throw .folder(error)
    }
  }

  private init(_ folder: BundleFolder) throws(ModelFolderError) {
    let content: ONNXContent
    var bits: [Int8] = []
    do throws(BundleError) {
      content = try folder.manifest.decode(ONNXContent.self)
      if content.kind.hasNGrams {
        bits = try folder.tensors(ONNXContent.presentFile).int8s(NGramClassifier.presentName)
      }
    } catch {
      throw .bundle(error)
    }
    let ngrams = content.kind.hasNGrams ? try Self.ngrams(folder) : nil
    func require(_ holds: Bool, _ what: String, _ expected: String) throws(ModelFolderError) {
      if !holds { throw .inconsistent(path: folder.path, what: what, expected: expected) }
    }
    let count = ((ngrams?.count ?? 0) + 7) / 8
    try require(bits.count == count, "\(ONNXContent.presentFile) has \(bits.count) bytes", "\(count)")
    for limit in [content.maximumTokens, content.companion?.maximumTokens].compactMap(\.self) {
      try require(limit >= 1, "maximumTokens is \(limit)", "at least 1")
    }
    try require(
      content.companion == nil || content.pieces != nil, "there are words beside those of a network",
      "words beside the pieces of a transformer")
    let buckets = content.subwordBuckets ?? 1
    try require((1...1 << 24).contains(buckets), "subwordBuckets is \(buckets)", "1 to \(1 << 24)")
    let pieces = try content.pieces.map { own throws(ModelFolderError) in
      let bytes: [UInt8]
      do throws(BundleError) { bytes = try folder.contents(ONNXContent.piecesFile) } catch {
        throw .bundle(error)
      }
      return try own.tokenizer(
        bytes, path: "\(folder.path)/\(ONNXContent.piecesFile)", rows: content.vocabularySize ?? 0,
        places: nil)
    }
    let vocabulary =
      content.kind.hasNetwork && pieces == nil
      ? try folder.vocabulary(ONNXContent.vocabularyFile, count: content.vocabularySize ?? 0)
      : Vocabulary(words: [])
    let words = try content.companion.map { companion throws(ModelFolderError) in
      try folder.vocabulary(ONNXContent.vocabularyFile, count: companion.vocabularySize)
    }
    do throws(TextError) {
      var encoder = TextEncoder(
        tokenizer: try Tokenizer(content.tokenizer), vocabulary: vocabulary,
        maximumTokens: content.maximumTokens, truncation: content.truncation, ngrams: ngrams)
      let letters = content.subwordBuckets.map { LetterBuckets(count: $0) }
      encoder.pieces = pieces
      if let companion = content.companion, let words {
        var own = TextEncoder(
          tokenizer: encoder.tokenizer, vocabulary: words, maximumTokens: companion.maximumTokens,
          truncation: companion.truncation)
        (own.letters, own.dividesSentences) = (letters, content.dividesSentences ?? false)
        encoder.companion = own
      } else {
        (encoder.letters, encoder.dividesSentences) = (letters, content.dividesSentences ?? false)
      }
      self.encoder = encoder
    } catch {
      throw .text(path: folder.path, error)
    }
    columns = content.columns
    hasNetwork = content.kind.hasNetwork
    present = bits
    digest = Self.digest(encoder, hasNetwork: hasNetwork)
  }

  private static func ngrams(_ folder: BundleFolder) throws(ModelFolderError) -> NGramVocabulary {
    let bytes: [UInt8]
    do throws(BundleError) { bytes = try folder.contents(ONNXContent.ngramsFile) } catch {
      throw .bundle(error)
    }
    do throws(NGramError) {
      return try NGramVocabulary(
        fileContents: bytes, path: "\(folder.path)/\(ONNXContent.ngramsFile)")
    } catch {
      throw .ngrams(error)
    }
  }

  /// Whether any weight of an n-gram is not 0.
  func weighs(_ feature: Int32) -> Bool {
    UInt8(bitPattern: present[Int(feature) / 8]) >> UInt8(feature % 8) & 1 == 1
  }
}
