import Discern
import DiscernBundle
import DiscernCorpus
import DiscernIO
import DiscernServing
import DiscernText
import DiscernVocabulary
import Foundation

/// A reader that is given bytes repeatedly.
///
/// It may refuse them with an error of its own. It must not trap, hang, or break its promise about
/// its result: `Broken` is then thrown.
public final class FuzzedReading {
  /// A promise that was not kept.
  public struct Broken: Error, CustomStringConvertible {
    public let description: String
  }

  private let reader: FuzzedReader
  private let folder: String
  private let file: String
  private var session: TokenizerSession?
  private var tokens = TokenBuffer()
  private var service: Service?

  /// - Parameter folder: an empty folder to work in.
  public init(_ reader: FuzzedReader, folder: String) throws {
    self.reader = reader
    self.folder = folder
    let surroundings = Surroundings(reader)
    file = folder + "/" + (surroundings?.file ?? Self.names[reader] ?? "file")
    let fixtures = FuzzedReader.tests.appendingPathComponent("Fixtures")
    switch reader {
    case .html:
      var configuration = TokenizerConfiguration()
      configuration.html = true
      session = try Tokenizer(configuration).makeSession()
    case .httpHead:
      let model = fixtures.appendingPathComponent("format-2/ordinary").path
      service = Service(try ServedModel(contentsOf: model), path: model, workers: 0)
    default:
      if let surroundings {
        let fixture = fixtures.appendingPathComponent(surroundings.fixture).path
        try FileManager.default.copyItem(atPath: fixture, toPath: folder + "/" + surroundings.name)
      }
    }
  }

  private static let names: [FuzzedReader: String] = [
    .matrix: "matrix.npy", .packedModel: "model.discern", .recipe: "recipe.yaml", .series: "series.csv",
  ]

  /// Reads; true if the bytes were accepted.
  ///
  /// - Throws: `Broken`, and errors of the system.
  public func read(_ bytes: [UInt8]) throws -> Bool {
    do {
      switch reader {
      case .html: try readHTML(bytes)
      case .httpHead: return try service.map { try readRequest(bytes, $0) } ?? false
      case .vocabulary: return try readVocabulary(bytes)
      default:
        try write(bytes, to: file)
        if file.hasSuffix("/manifest.json") {
          // Nothing else of its folder was changed.
          let digest = FileDigest.of(bytes: bytes).sha256 + "  manifest.json\n"
          try write(Array(digest.utf8), to: file.dropLast("json".count) + "sha256")
        }
        try readFile()
      }
      return true
    } catch let error as Broken {
      throw error
    } catch {
      guard !"\(error)".isEmpty else { throw Broken(description: "an error without a message") }
      return false
    }
  }

  private func write(_ bytes: [UInt8], to path: String) throws {
    try Data(bytes).write(to: URL(fileURLWithPath: path))
  }

  private func readFile() throws {
    switch reader {
    case .archive: try readArchive()
    case .csv:
      // Both, even if one refuses.
      let first = Result { try readCorpus(.csv) }
      try readCorpus(.tsv)
      try first.get()
    case .fastText: try readCorpus(.fasttext)
    case .jsonLines: try readCorpus(.jsonl)
    case .recipe: try readRecipe()
    case .safetensors: try readTensors()
    case .vectors: try readVectors()
    case .matrix: try requireFinite(MatrixFile(path: file).values)
    case .series: try requireFinite(SeriesTable(path: file).values)
    case .html, .httpHead, .vocabulary: break
    case .checkpoint, .forecaster, .manifest, .matcher, .packedModel, .pretrained, .sequences, .texts,
      .tokenizer,
      .transformerConfig:
      try readFolder(reader, file)
    }
  }

  /// - Throws: `Broken` if one is not.
  func requireFinite(_ numbers: [Float]) throws {
    guard numbers.allSatisfy(\.isFinite) else { throw Broken(description: "a number that is not finite") }
  }

  /// Records are UTF-8 without NUL, and as many when read again.
  private func readCorpus(_ format: InputFormat) throws {
    var options = CorpusOptions()
    options.format = format
    options.unpackLimit = UnpackLimit(bytes: 1 << 22, ratio: 250)
    options.maximumLineBytes = 1 << 20
    var counts: [Int] = []
    for policy in [ErrorPolicy.skip, .stop] {
      options.onError = policy
      var count = 0
      _ = try Corpus(paths: [file], options: options).read { record in
        count += 1
        guard String(validating: record.text, as: UTF8.self) != nil else {
          throw Broken(description: "a text that is not UTF-8")
        }
      }
      counts.append(count)
    }
    guard counts[0] == counts[1] else { throw Broken(description: "\(counts) records") }
  }

  private func readArchive() throws {
    do {
      return try readCorpus(.folder)
    } catch let error as Broken {
      throw error
    } catch {}
    // No folder: one file, perhaps.
    let source = try ByteSource(path: file)
    var buffer = [UInt8](repeating: 0, count: 1 << 16)
    var total = 0
    // A bomb of a few kilobytes would take long here, and its limit has tests of its own.
    while total < 1 << 22 {
      let count = try buffer.withUnsafeMutableBytes { bytes throws(InputError) in
        try source.read(into: bytes)
      }
      if count == 0 { break }
      total += count
    }
  }

  /// A recipe that was read is written back unchanged.
  private func readRecipe() throws {
    let recipe = try TrainingRecipe(contentsOf: file)
    let text = recipe.yaml
    try write(Array(text.utf8), to: file)
    guard (try? TrainingRecipe(contentsOf: file).yaml) == text else {
      throw Broken(description: "a recipe that is not read back: \(text)")
    }
  }

  private func readTensors() throws {
    let tensors = try SafetensorsFile(path: file)
    for tensor in tensors.header.tensors {
      // Each in its type, and in others, which are refused.
      _ = try? tensors.bytes(tensor.name)
      _ = try? tensors.int8s(tensor.name)
      _ = try? tensors.int32s(tensor.name)
      _ = try? tensors.int64s(tensor.name)
      if let floats = try? tensors.floats(tensor.name), !floats.allSatisfy(\.isFinite) {
        throw Broken(description: "a number that is not finite in \(tensor.name)")
      }
      if let doubles = try? tensors.doubles(tensor.name), !doubles.allSatisfy(\.isFinite) {
        throw Broken(description: "a number that is not finite in \(tensor.name)")
      }
    }
  }

  private func readVectors() throws {
    let chosen = Result {
      try WordVectors.load(path: file, vocabulary: Vocabulary(words: ["the", "film", "é"]), seed: 1)
    }
    let all = try WordVectors.load(path: file, vocabulary: nil, seed: 1)
    for vectors in [try chosen.get(), all] where !vectors.rows.allSatisfy(\.isFinite) {
      throw Broken(description: "a number that is not finite")
    }
  }

  /// It writes back the same content.
  private func readVocabulary(_ bytes: [UInt8]) throws -> Bool {
    let ngrams = try? NGramVocabulary(fileContents: bytes, path: "ngrams")
    guard let vocabulary = try? Vocabulary(fileContents: bytes, path: "words") else { return ngrams != nil }
    guard (try? Vocabulary(fileContents: vocabulary.fileContents, path: "again")) == vocabulary else {
      throw Broken(description: "a vocabulary that is not read back")
    }
    return true
  }

  private func readHTML(_ bytes: [UInt8]) throws {
    guard let session else { return }
    try bytes.withUnsafeBufferPointer { bytes throws(TextError) in
      try session.tokenize(bytes, into: &tokens)
    }
    for token in tokens.strings where token.isEmpty { throw Broken(description: "an empty token") }
    guard String(validating: tokens.utf8, as: UTF8.self) != nil else {
      throw Broken(description: "tokens that are not UTF-8")
    }
  }
}
