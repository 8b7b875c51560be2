import DiscernIO
import DiscernModels
import DiscernSystem
import DiscernTensor
import DiscernVocabulary

/// A pretrained transformer in the layout of Hugging Face and sentence-transformers: `config.json`,
/// `model.safetensors`, `tokenizer.json` or `vocab.txt`, and `modules.json` if it was trained for text
/// vectors.
package struct TransformerFolder {
  package let tokenizer: WordPieceTokenizer
  package let model: TransformerModel

  /// Reads and checks a folder. Unlike a model's folder, it has no digests, since it comes from elsewhere.
  package init(path: String) throws(TransformerFolderError) {
    switch FolderEntry(path: path)?.kind {
    case .folder: break
    case nil: throw .bundle(.notFound(path: path))
    case .file, .other:
      throw .unsupported(path: path, "it is not a folder; name the folder of a pretrained transformer")
    }
    let modules = try SentenceModules(path: path)
    let config = try FolderJSON("config.json", in: path)
    let shape = try TransformerShape(config, modules)
    tokenizer = try WordPieceFiles(path, config, lowersTexts: modules.lowersTexts).tokenizer(
      longest: min(modules.maximumTokens ?? .max, shape.configuration.positionCount))
    try Self.requireRows(of: tokenizer, shape.vocabularySize, path)
    model = try TransformerWeights(path, shape).read()
  }

  /// Checks that each piece has a row. A table may have more rows: sizes are often rounded up, to a multiple
  /// of 8 that is less than 128 away; if more pieces are missing, the vocabulary was truncated or belongs to
  /// another model.
  private static func requireRows(
    of tokenizer: WordPieceTokenizer, _ rows: Int, _ path: String
  ) throws(TransformerFolderError) {
    let spare = rows - tokenizer.pieces.count
    if spare == 0 || (1..<128).contains(spare) && rows % 8 == 0 { return }
    throw .unsupported(
      path: path,
      "the tokenizer has \(tokenizer.pieces.count) pieces, config.json a vocab_size of \(rows)"
        + (spare < 0
          ? "" : "; the vocabulary is truncated, or add a piece such as [unused1] for each unused row"))
  }

  /// Whether a folder is probably a downloaded transformer: it has a `config.json`.
  package static func isThere(_ path: String) -> Bool {
    (try? FileReader(path: BundleManifest.join(path, "config.json"))) != nil
  }

  /// The digest of everything that determines a text's vector: weights, pieces, and their processing.
  package var digest: String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys]
    guard let model = try? encoder.encode(model.configuration),
      let tokenizer = try? encoder.encode(tokenizer.configuration)
    else { preconditionFailure("a configuration of finite numbers has a text") }
    let configuration = Array(model + tokenizer)
    let weights = self.model.weights.tensors.map {
      UnsafeRawBufferPointer(start: $0.values.pointer, count: 4 * $0.values.count)
    }
    let pieces = Array(self.tokenizer.pieces.joined(separator: "\n").utf8)
    return pieces.withUnsafeBytes { pieces in
      configuration.withUnsafeBytes { FileDigest.of(weights + [pieces, $0]).sha256 }
    }
  }
}
