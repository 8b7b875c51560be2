import DiscernIO

/// Vectors for searching, with their sources: a safetensors file with digests of its own content and of the
/// model that made it.
///
/// `vectors` [N, D]; `lines` [N], the line on which each was read, from 1; for texts also `texts`, their
/// UTF-8 in one piece as bytes, and `offsets` [N + 1], the start of each.
package struct MatchIndexFile: Sendable, Equatable {
  /// N
  package let count: Int
  /// D
  package let size: Int
  /// [N, D]
  package let vectors: [Float]
  /// [N]
  package let lines: [Int]
  /// [N]; nil if vectors were given.
  package let texts: [String]?
  /// SHA-256 of the model's content.
  package let model: String

  private static let format = "discern-match-index"
  private static let version = "1"

  package init(vectors: [Float], size: Int, lines: [Int], texts: [String]?, model: String) {
    precondition(
      vectors.count == lines.count * size && texts?.count ?? lines.count == lines.count,
      "\(vectors.count) numbers of \(lines.count) vectors")
    (count, self.size, self.vectors, self.lines) = (lines.count, size, vectors, lines)
    (self.texts, self.model) = (texts, model)
  }

  /// Reads and checks a file.
  ///
  /// - Parameters:
  ///   - size: the number of dimensions of the model's vectors.
  ///   - model: the digest of the model for searching.
  /// - Throws: `BundleError` if it is not an index, is damaged, or was made by another model.
  package init(path: String, size: Int, model: String) throws(BundleError) {
    let file: SafetensorsFile
    do throws(BundleError) { file = try SafetensorsFile(path: path) } catch {
      guard case .tensors = error else { throw error }
      throw .matrix(
        path: path,
        reason: "it is not an index, or a damaged one; build one with discern match "
          + "index")
    }
    func value(_ key: String) -> String? { file.header.metadata.first { $0.key == key }?.value }
    let damaged = BundleError.matrix(
      path: path,
      reason: "it is damaged; build it again (discern match "
        + "index)")
    guard value("format") == Self.format else {
      throw .wrongFormat(path: path, expected: Self.format, got: value("format") ?? "a file of tensors")
    }
    guard value("version") == Self.version else {
      throw .matrix(
        path: path,
        reason: "it is an index of version \(DisplayText.escaped(value("version") ?? "unknown")), but this "
          + "version of Discern reads version \(Self.version); update Discern, or build the index again")
    }
    guard value("model") == model else {
      throw .matrix(
        path: path,
        reason: "it was built with another model, whose vectors are not comparable; build it again with this "
          + "one (discern match index)")
    }
    guard let shape = file.tensor("vectors")?.shape, shape.count == 2, shape[1] == size else {
      throw damaged
    }
    let lines = try file.int64s("lines", shape: [shape[0]])
    let hasTexts = file.tensor("texts") != nil
    let bytes = try hasTexts ? file.int8s("texts") : []
    let offsets = try hasTexts ? file.int64s("offsets", shape: [shape[0] + 1]) : []
    let vectors = try file.floats("vectors", shape: shape)
    guard value("sha256") == Self.digest(vectors, lines, bytes, offsets) else {
      throw .digestMismatch(
        path: path, expected: value("sha256") ?? "none",
        got: Self.digest(vectors, lines, bytes, offsets))
    }
    self.init(
      vectors: vectors, size: size, lines: lines.map(Int.init),
      texts: try hasTexts ? Self.texts(bytes, offsets, damaged) : nil, model: model)
  }

  private static func texts(
    _ bytes: [Int8], _ offsets: [Int64], _ damaged: BundleError
  ) throws(BundleError) -> [String] {
    guard offsets.first == 0, offsets.last == Int64(bytes.count) else { throw damaged }
    var texts: [String] = []
    texts.reserveCapacity(offsets.count - 1)
    for (start, end) in zip(offsets, offsets.dropFirst()) {
      guard start <= end, end <= bytes.count,
        let text = String(
          validating: bytes[Int(start)..<Int(end)].map { UInt8(bitPattern: $0) }, as: UTF8.self)
      else { throw damaged }
      texts.append(text)
    }
    return texts
  }

  /// Writes the file, completely or not at all.
  package func write(to path: String) throws(BundleError) {
    var bytes: [Int8] = []
    var offsets: [Int64] = texts == nil ? [] : [0]
    for text in texts ?? [] {
      bytes.append(contentsOf: text.utf8.map { Int8(bitPattern: $0) })
      offsets.append(Int64(bytes.count))
    }
    let lines = lines.map(Int64.init)
    var writer = SafetensorsWriter()
    writer.add("vectors", shape: [count, size], vectors)
    writer.add("lines", shape: [count], .int64(lines))
    if texts != nil {
      writer.add("texts", shape: [bytes.count], .int8(bytes))
      writer.add("offsets", shape: [count + 1], .int64(offsets))
    }
    writer.addMetadata("format", Self.format)
    writer.addMetadata("version", Self.version)
    writer.addMetadata("model", model)
    writer.addMetadata("sha256", Self.digest(vectors, lines, bytes, offsets))
    try writer.write(to: path, .replacing)
  }

  private static func digest(
    _ vectors: [Float], _ lines: [Int64], _ bytes: [Int8], _ offsets: [Int64]
  ) -> String {
    vectors.withUnsafeBytes { vectors in
      lines.withUnsafeBytes { lines in
        bytes.withUnsafeBytes { bytes in
          offsets.withUnsafeBytes { FileDigest.of([vectors, lines, bytes, $0]).sha256 }
        }
      }
    }
  }
}
