import Foundation

/// The readers of outside data, by their names in fuzzers and seeds.
public enum FuzzedReader: String, CaseIterable, Sendable {
  case archive
  /// The record of a checkpoint whose digest was corrected.
  case checkpoint
  case csv
  case fastText = "fasttext"
  /// A forecaster's manifest. Its digest is corrected, like those of the other folders below.
  case forecaster
  case html
  /// The head of a request and its body, as output by SwiftNIO's parser.
  case httpHead = "http-head"
  case jsonLines = "json-lines"
  /// A model's manifest whose digest was corrected.
  case manifest
  case matcher
  /// Vectors in NumPy's format.
  case matrix
  /// A model in one file.
  case packedModel = "packed-model"
  case pretrained
  case recipe
  case safetensors
  case sequences
  /// Tables of numbers.
  case series
  /// Packed texts.
  case texts
  /// `tokenizer.json` of a pretrained transformer.
  case tokenizer
  /// `config.json` of a pretrained transformer.
  case transformerConfig = "transformer-config"
  /// Word vectors, text and binary.
  case vectors
  /// A vocabulary's words, and n-grams.
  case vocabulary

  /// `Tests`, found from the path of this file.
  static let tests = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()

  /// The folder of this reader's seeds.
  public var seedFolder: URL {
    Self.tests.appendingPathComponent("FuzzedReaders/Seeds").appendingPathComponent(rawValue)
  }

  /// Inputs that are valid, or nearly so, in the order of their names.
  public func seeds() throws -> [[UInt8]] {
    let names = try FileManager.default.contentsOfDirectory(atPath: seedFolder.path).sorted()
    return try names.map { [UInt8](try Data(contentsOf: seedFolder.appendingPathComponent($0))) }
  }
}
