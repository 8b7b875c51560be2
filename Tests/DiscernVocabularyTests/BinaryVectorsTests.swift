import DiscernIO
import DiscernVocabulary
import Foundation
import TestSupport
import Testing

/// Bytes of binary vector files, written from the formats' descriptions, not from the reader.
private struct Writer {
  var bytes: [UInt8] = []

  mutating func put<Value: FixedWidthInteger>(_ value: Value) {
    withUnsafeBytes(of: value.littleEndian) { bytes += $0 }
  }
  mutating func put(_ values: [Float]) { for value in values { put(value.bitPattern) } }
  mutating func put(_ text: String) { bytes += Array(text.utf8) }
}

/// A model of fastText.
private struct Model {
  var words = ["</s>", "the", "café", "a", "你好", "<unk>"]
  var labels = ["__label__x"]
  var dimension: Int32 = 3
  var buckets: Int32 = 11
  var shortest: Int32 = 2
  var longest: Int32 = 4
  var version: Int32 = 12
  var kind: Int32 = 2
  var pruned: Int64 = -1
  var quantised: UInt8 = 0

  /// Row `r` of the matrix holds r + 0.25, r + 0.5, r + 0.75.
  func row(_ index: Int) -> [Float] { (1...Int(dimension)).map { Float(index) + Float($0) / 4 } }

  var bytes: [UInt8] {
    var file = Writer()
    file.put(Int32(793_712_314))
    file.put(version)
    for value in [dimension, 5, 5, 5, 5, 1, 2, kind, buckets, shortest, longest, 100] { file.put(value) }
    file.put((1e-4).bitPattern)
    for count in [words.count + labels.count, words.count, labels.count] { file.put(Int32(count)) }
    file.put(Int64(1000))
    file.put(pruned)
    for (index, word) in (words + labels).enumerated() {
      file.put(word)
      file.put(UInt8(0))
      file.put(Int64(10))
      file.put(UInt8(index < words.count ? 0 : 1))
    }
    file.put(quantised)
    file.put(Int64(words.count) + Int64(buckets))
    file.put(Int64(dimension))
    for index in 0..<words.count + Int(buckets) { file.put(row(index)) }
    file.put(UInt8(0))
    file.put(Int64(1))
    file.put(Int64(dimension))
    file.put(row(0))
    return file.bytes
  }

  /// The mean of the rows of a word's parts, found from its characters.
  func vector(_ word: String) -> [Float] {
    guard let number = words.firstIndex(of: word) else { return [] }
    var rows = [number]
    let characters = "<\(word)>".unicodeScalars.map { Array(String($0).utf8) }
    if word != "</s>", longest > 0, !(version == 11 && kind == 3) {
      for first in characters.indices {
        for last in characters.indices where last >= first {
          let length = last - first + 1
          let isSign = length == 1 && (first == 0 || last == characters.count - 1)
          guard length >= shortest, length <= longest, !isSign else { continue }
          var hash: UInt32 = 0x811C_9DC5
          for byte in characters[first...last].joined() {
            hash ^= byte < 0x80 ? UInt32(byte) : UInt32(byte) | 0xFFFF_FF00
            hash &*= 0x0100_0193
          }
          rows.append(words.count + Int(hash) % Int(buckets))
        }
      }
    }
    return (0..<Int(dimension)).map { column in
      Float(rows.reduce(0.0) { $0 + Double(row($1)[column]) } / Double(rows.count))
    }
  }
}

@Suite struct BinaryVectorsTests {
  private func word2vec(_ rows: [(String, [Float])], header: String? = nil, newlines: Bool = true) -> [UInt8]
  {
    var file = Writer()
    file.put(header ?? "\(rows.count) \(rows[0].1.count)\n")
    for (token, values) in rows {
      file.put(token + " ")
      file.put(values)
      if newlines { file.put("\n") }
    }
    return file.bytes
  }

  private static let rows: [(String, [Float])] = [
    ("the", [0.5, -1, 3]), ("café", [1, 2, 0.1]), ("other", [4, 5, 6]), ("the", [9, 9, 9]),
    ("\u{A0}", [7, 7, 7]), ("<unk>", [1, 1, 1]),
  ]

  private func vector(_ vectors: WordVectors, _ word: String) -> [Float] {
    let id = word == "<unk>" ? 1 : Int(vectors.vocabulary.id(of: word))
    return Array(vectors.rows[id * vectors.dimension..<(id + 1) * vectors.dimension])
  }

  @Test(arguments: [true, false]) func word2vecIsRead(newlines: Bool) throws {
    try withFile(word2vec(Self.rows, newlines: newlines)) { path in
      for vocabulary in [nil, Vocabulary(words: ["café", "nowhere", "the"])] {
        let vectors = try WordVectors.load(path: path, vocabulary: vocabulary, seed: 1)
        #expect(vectors.format == .word2vecBinary && vectors.dimension == 3 && vectors.rowCount == 6)
        #expect(vectors.repeatedRowCount == 1 && vectors.rowsWithoutTokenCount == 1)
        #expect(vector(vectors, "the") == [0.5, -1, 3] && vector(vectors, "café") == [1, 2, 0.1])
        #expect(vector(vectors, "<unk>") == [1, 1, 1])
        #expect(vectors.foundCount == (vocabulary == nil ? 3 : 2))
      }
    }
  }

  @Test func fastTextWordsAreMeansOfTheirRows() throws {
    var models = [Model()]
    for (version, kind) in [(11, 3), (11, 1), (12, 3)] as [(Int32, Int32)] {
      models.append(Model())
      models[models.count - 1].version = version
      models[models.count - 1].kind = kind
    }
    var single = Model()
    single.shortest = 1
    single.longest = 2
    var none = Model()
    (none.shortest, none.longest, none.buckets) = (0, 0, 0)
    for model in models + [single, none] {
      try withFile(model.bytes) { path in
        for vocabulary in [nil, Vocabulary(words: ["你好", "nowhere", "café", "a", "</s>"])] {
          let vectors = try WordVectors.load(path: path, vocabulary: vocabulary, seed: 1)
          #expect(vectors.format == .fastTextBinary && vectors.rowCount == 6 && vectors.dimension == 3)
          for word in ["你好", "café", "a", "</s>", "<unk>"] {
            #expect(vector(vectors, word) == model.vector(word), "\(word)")
          }
        }
      }
    }
  }

  @Test func compressedAndPipedIsTheSame() throws {
    try withTemporaryFolder { folder in
      for (name, bytes) in [("f", Model().bytes), ("w", word2vec(Self.rows))] {
        let path = folder + "/" + name
        try Data(bytes).write(to: URL(fileURLWithPath: path))
        let plain = try WordVectors.load(path: path, vocabulary: Vocabulary(words: ["café", "the"]), seed: 1)
        let pipe = path + ".pipe"
        #expect(mkfifo(pipe, 0o600) == 0)
        let writer = Thread {
          let handle = FileHandle(forWritingAtPath: pipe)
          for part in stride(from: 0, to: bytes.count, by: 7) {
            handle?.write(Data(bytes[part..<min(part + 7, bytes.count)]))
          }
          try? handle?.close()
        }
        writer.start()
        let piped = try WordVectors.load(path: pipe, vocabulary: Vocabulary(words: ["café", "the"]), seed: 1)
        #expect(piped.rows == plain.rows && piped.format == plain.format)
      }
    }
  }

  @Test func everyCutIsAnErrorOrHasAllThatIsWanted() throws {
    let model = Model()
    let matrixEnd = model.bytes.count - (1 + 16 + 12)
    let vocabulary = Vocabulary(words: ["the", "café"])
    for (bytes, end) in [(model.bytes, matrixEnd), (word2vec(Self.rows), word2vec(Self.rows).count - 1)] {
      for count in 0..<bytes.count {
        try withFile(bytes.prefix(count)) { path in
          do throws(WordVectorsError) {
            let vectors = try WordVectors.load(path: path, vocabulary: vocabulary, seed: 1)
            #expect(count >= end, "\(count) of \(bytes.count) bytes")
            #expect(vectors.foundCount == 2)
          } catch {
            #expect(count < end, "\(error)")
          }
        }
      }
    }
  }

  @Test func absurdNumbersAreErrorsAndNothingIsAllocatedForThem() throws {
    let good = Model().bytes
    let vocabulary = Vocabulary(words: ["the"])
    func changed(_ offset: Int, _ value: [UInt8]) -> [UInt8] {
      var bytes = good
      bytes.replaceSubrange(offset..<offset + value.count, with: value)
      return bytes
    }
    let huge: [UInt8] = [0xFF, 0xFF, 0xFF, 0x7F]
    let negative: [UInt8] = [0xFF, 0xFF, 0xFF, 0xFF]
    // Version, dimension, kind, buckets, shortest and longest n-gram, entries, words, labels.
    for offset in [4, 8, 36, 40, 44, 48, 64, 68, 72] {
      for value in [huge, negative, [0, 0, 0, 0x80]] {
        // A shortest n-gram above the longest only means that there are none.
        if offset == 44, value == huge { continue }
        try withFile(changed(offset, value)) { path in
          #expect(throws: WordVectorsError.self, "\(offset) \(value)") {
            try WordVectors.load(path: path, vocabulary: vocabulary, seed: 1)
          }
        }
      }
    }
    for header in ["999999999999 3\n", "2 65536\n", "2 65537\n", "9223372036854775807 3\n"] {
      try withFile(word2vec(Self.rows, header: header)) { path in
        #expect(throws: WordVectorsError.self, "\(header)") {
          try WordVectors.load(path: path, vocabulary: vocabulary, seed: 1)
        }
      }
    }
  }

  @Test func numbersThatAreNotFiniteAndCompressedModelsAreRefused() throws {
    for value in [Float.nan, .infinity] {
      try withFile(word2vec([("the", [1, value, 2])])) { path in
        do throws(WordVectorsError) {
          _ = try WordVectors.load(path: path, vocabulary: nil, seed: 1)
          Issue.record("\(value) was read")
        } catch {
          #expect("\(error)".contains("not finite"), "\(error)")
        }
      }
    }
    var compressed = Model()
    compressed.quantised = 1
    var pruned = Model()
    pruned.pruned = 0
    try withFile(compressed.bytes) { path in
      #expect(throws: WordVectorsError.quantisedBinary(path: path)) {
        try WordVectors.load(path: path, vocabulary: nil, seed: 1)
      }
    }
    try withFile(pruned.bytes) { path in
      #expect(throws: WordVectorsError.self) { try WordVectors.load(path: path, vocabulary: nil, seed: 1) }
    }
  }

  @Test func anotherBinaryFileIsCalledOne() throws {
    var generator = SeededGenerator(seed: 4)
    let noise = (0..<2000).map { _ in UInt8.random(in: 0...255, using: &generator) }
    let utf16 = "a 1 2\nb 3 4\n".utf16.flatMap { [UInt8(truncatingIfNeeded: $0), UInt8($0 >> 8)] }
    for (bytes, error) in [
      ([0x81, 0x04, 0x95] + noise, WordVectorsError.unknownBinary(path: "v")),
      ([0xFF, 0xFE] + utf16, .utf16(path: "v")),
      ([0x80, 0x04, 0x95] + noise, .input(.otherKind(path: "v", .pickle))),
    ] {
      try withFile(bytes) { path in
        do throws(WordVectorsError) {
          _ = try WordVectors.load(path: path, vocabulary: Vocabulary(words: ["a"]), seed: 1)
          Issue.record("\(error) was expected")
        } catch let found {
          #expect("\(found)" == "\(error)".replacing("v:", with: path + ":", maxReplacements: 1))
        }
      }
    }
    // A magic number followed by noise.
    try withFile([0xBA, 0x16, 0x4F, 0x2F] + noise) { path in
      do throws(WordVectorsError) {
        _ = try WordVectors.load(path: path, vocabulary: nil, seed: 1)
        Issue.record("noise was read")
      } catch {
        #expect("\(error)".contains("fastText's binary format") && "\(error)".contains(".vec"), "\(error)")
      }
    }
  }

  @Test func flippedBitsNeverTrap() throws {
    var generator = SeededGenerator(seed: 9)
    let files = [Model().bytes, word2vec(Self.rows)]
    try withTemporaryFolder { folder in
      let path = folder + "/v"
      for round in 0..<400 {
        var bytes = files[round % 2]
        for _ in 0..<Int.random(in: 1...3, using: &generator) {
          let place = Int.random(in: 0..<bytes.count, using: &generator)
          bytes[place] = UInt8.random(in: 0...255, using: &generator)
        }
        try Data(bytes).write(to: URL(fileURLWithPath: path))
        guard let vectors = try? WordVectors.load(path: path, vocabulary: nil, seed: 1) else { continue }
        #expect(vectors.rows.allSatisfy { $0.isFinite })
      }
    }
  }
}
