import DiscernIO
import DiscernModels
import DiscernSystem
import DiscernTensor
import DiscernVocabulary

/// A pretrained transformer as Hugging Face and sentence-transformers keep it: `config.json`,
/// `model.safetensors`, `tokenizer.json` or `vocab.txt`, and `modules.json` where texts' vectors were
/// trained.
package struct TransformerFolder {
  package let tokenizer: WordPieceTokenizer
  package let model: TransformerModel

  /// Reads and checks it. Unlike a model's folder it has no digests: it comes from elsewhere.
  package init(path: String) throws(TransformerFolderError) {
    let modules = try SentenceModules(path: path)
    let shape = try TransformerShape(Self.json("config.json", in: path), modules, path: path)
    tokenizer = try WordPieceFiles.tokenizer(
      path, longest: min(modules.maximumTokens ?? .max, shape.configuration.positionCount))
    guard tokenizer.pieces.count <= shape.vocabularySize else {
      throw .unsupported(
        path: path,
        "the tokenizer has \(tokenizer.pieces.count) pieces, config.json a vocab_size of "
          + "\(shape.vocabularySize)")
    }
    model = TransformerModel(shape.configuration, vocabularySize: shape.vocabularySize)
    let file = try Self.weights(path)
    // Some files have the names of the model within a larger one.
    let prefix = ["", "bert.", "distilbert."].first { prefix in
      model.weights.layout.tables.first.map { file.tensor(prefix + shape.name($0.name)) != nil } ?? false
    }
    guard let prefix else {
      throw .unsupported(
        path: file.path, "there is no tensor \(shape.name("embeddings.word_embeddings.weight"))")
    }
    do throws(BundleError) {
      for (name, shapeOf, values) in model.weights.tensors {
        try file.read(
          Self.name(prefix + shape.name(name), in: file), shape: shapeOf,
          into: UnsafeMutableBufferPointer(start: values.pointer, count: values.count))
      }
    } catch {
      throw .bundle(error)
    }
    model.weights.didChange()
  }

  /// The name of a weight in a file; those of old ones have other endings for norms.
  private static func name(_ name: String, in file: SafetensorsFile) -> String {
    if file.tensor(name) != nil { return name }
    for (ending, old) in [("LayerNorm.weight", "LayerNorm.gamma"), ("LayerNorm.bias", "LayerNorm.beta")]
    where name.hasSuffix(ending) {
      let former = String(name.dropLast(ending.count) + old)
      if file.tensor(former) != nil { return former }
    }
    return name
  }

  /// Whether a folder says that it is one, as it is downloaded.
  package static func isThere(_ path: String) -> Bool {
    (try? FileReader(path: BundleManifest.join(path, "config.json"))) != nil
  }

  /// Of all that a text's vector follows from: weights, pieces, and what is done with them.
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

  /// What a file of Git LFS has in the place of the content that was not fetched.
  private static let pointerStart = Array("version https://git-lfs".utf8)

  private static func requireContent(_ path: String, _ start: [UInt8]) throws(TransformerFolderError) {
    guard start.starts(with: pointerStart) else { return }
    throw .unsupported(
      path: path, "it is a pointer of Git LFS, not the file itself; fetch it (git lfs pull), or download it")
  }

  private static func weights(_ path: String) throws(TransformerFolderError) -> SafetensorsFile {
    let file = BundleManifest.join(path, "model.safetensors")
    if let reader = try? FileReader(path: file), reader.size >= pointerStart.count {
      var start = [UInt8](repeating: 0, count: pointerStart.count)
      do throws(BundleError) { try reader.fill(&start, at: 0) } catch { throw .bundle(error) }
      try requireContent(file, start)
    }
    do throws(BundleError) {
      return try SafetensorsFile(path: file)
    } catch {
      guard case .notFound = error else { throw .bundle(error) }
      for (name, what) in [
        ("model.safetensors.index.json", "its weights are in several files"),
        ("pytorch_model.bin", "its weights are pickled, which can run code"),
      ] where (try? FileReader(path: BundleManifest.join(path, name))) != nil {
        throw .unsupported(path: path, "\(what); save it again as one model.safetensors")
      }
      throw .bundle(error)
    }
  }

  /// Far above any tokenizer's.
  private static let largestJSON = 64 << 20

  /// A file of JSON.
  static func json(_ name: String, in folder: String) throws(TransformerFolderError) -> JSONValue {
    let path = BundleManifest.join(folder, name)
    let bytes = try bytes(path)
    do throws(JSONError) { return try StrictJSON.parse(bytes) } catch {
      throw .json(path: path, reason: "\(error)")
    }
  }

  static func bytes(_ path: String) throws(TransformerFolderError) -> [UInt8] {
    var result: [UInt8]?
    do throws(BundleError) {
      let reader = try FileReader(path: path)
      if reader.size <= largestJSON {
        var bytes = [UInt8](repeating: 0, count: reader.size)
        try reader.fill(&bytes, at: 0)
        result = bytes
      }
    } catch {
      throw .bundle(error)
    }
    if let result {
      try requireContent(path, result)
      return result
    }
    throw .unsupported(path: path, "it has more than \(largestJSON) bytes")
  }

  /// The same; nil where there is no such file.
  static func jsonIfPresent(_ name: String, in folder: String) throws(TransformerFolderError) -> JSONValue? {
    do throws(TransformerFolderError) { return try json(name, in: folder) } catch {
      if case .bundle(.notFound) = error { return nil }
      throw error
    }
  }
}
