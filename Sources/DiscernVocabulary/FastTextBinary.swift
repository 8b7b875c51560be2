/// fastText's model file: settings, dictionary, and a matrix with a row for each word and for each bucket of
/// letter n-grams. A word's vector is the mean of its own row and those of its n-grams (Bojanowski et al.
/// 2017); the buckets come from fastText's own hash, FNV-1a with signed bytes.
///
/// The file is read once from its beginning to the end of the matrix. Sums are taken in `Double` in the
/// order of the rows, so that they do not depend on how the file is read. Memory: the wanted words' sums and,
/// for each, the numbers of its rows.
struct FastTextBinary {
  static let name = "fastText's binary format"
  private static let magic: [UInt8] = [0xBA, 0x16, 0x4F, 0x2F]
  private static let tokenLimit = 1 << 16
  private static let longestNgram = 100
  private static let endOfSentence = Array("</s>".utf8)

  static func matches(_ head: UnsafeBufferPointer<UInt8>) -> Bool { head.starts(with: magic) }

  /// The settings that matter here.
  private struct Settings {
    var dimension = 0
    var wordCount = 0
    var bucketCount = 0
    var shortest = 0
    var longest = 0
    var hasNgrams: Bool { longest > 0 && shortest <= longest }
  }

  /// A row of the matrix that is a part of a kept word's mean.
  private struct Part {
    let row: UInt32
    let word: UInt32
  }

  private let stream: VectorStream
  private var settings = Settings()
  private var parts: [Part] = []
  /// By word, in the order of the file and with `<unk>`: the number of its parts.
  private var partCounts: [UInt32] = []
  private var unknown: Int?

  /// Reads the wanted vectors, and returns their size.
  static func read(
    _ stream: VectorStream, dimension given: Int?, into rows: inout VectorRows
  ) throws(WordVectorsError) -> Int {
    var file = FastTextBinary(stream: stream)
    try file.readSettings()
    let dimension = file.settings.dimension
    if let given, given != dimension {
      throw .dimensionMismatch(path: stream.path, line: 1, expected: given, found: dimension)
    }
    try file.readDictionary(into: &rows)
    try file.readMatrix(into: &rows)
    try stream.drain()
    return dimension
  }

  private init(stream: VectorStream) { self.stream = stream }

  // MARK: Settings and words

  private mutating func readSettings() throws(WordVectorsError) {
    _ = try stream.take(Self.magic.count)
    let version = try integer()
    guard version == 11 || version == 12 else {
      throw damaged("its version is \(version), expected 11 or 12")
    }
    // dim, ws, epoch, minCount, neg, wordNgrams, loss, model, bucket, minn, maxn, lrUpdateRate; then t, a
    // double.
    var values: [Int] = []
    for _ in 0..<12 { values.append(try integer()) }
    _ = try bytes(8)
    settings.dimension = values[0]
    settings.bucketCount = values[8]
    settings.shortest = max(1, values[9])
    // Classification models of version 11 have no n-grams of letters.
    settings.longest = version == 11 && values[7] == 3 ? 0 : values[10]
    guard values[0] > 0, (1...3).contains(values[7]), values[8] >= 0, values[9] >= 0,
      (0...Self.longestNgram).contains(values[10]), !settings.hasNgrams || settings.bucketCount > 0
    else { throw damaged("its settings are invalid") }
    guard settings.dimension <= VectorRow.dimensionLimit else {
      throw .dimensionTooLarge(
        path: stream.path, line: 1, found: settings.dimension, limit: VectorRow.dimensionLimit)
    }
  }

  private mutating func readDictionary(into rows: inout VectorRows) throws(WordVectorsError) {
    let size = try integer()
    settings.wordCount = try integer()
    let labelCount = try integer()
    _ = try bytes(8)  // the number of tokens in its corpus
    let prunedCount = try integer64()
    guard size > 0, settings.wordCount >= 0, labelCount >= 0, settings.wordCount + labelCount == size,
      prunedCount >= -1
    else { throw damaged("the sizes of its dictionary are invalid") }
    for number in 0..<size {
      guard let token = try stream.take(before: 0, limit: Self.tokenLimit) else {
        throw damaged("entry \(number + 1) of \(size) of its dictionary does not end")
      }
      if number < settings.wordCount { try add(token, number: number, to: &rows) }
      let isLabel = try bytes(9)[8]
      guard isLabel == (number < settings.wordCount ? 0 : 1) else {
        throw damaged("entry \(number + 1) of \(size) of its dictionary is neither a word nor a label")
      }
    }
    if rows.count == 0 { throw .noVectors(path: stream.path) }
    if prunedCount > 0 {
      guard try stream.skip(8 * min(prunedCount, Int.max / 16)) else { throw damaged("it is truncated") }
    }
    let isQuantised = try bytes(1)[0]
    if isQuantised == 1 { throw .quantisedBinary(path: stream.path) }
    guard isQuantised == 0, prunedCount == -1 else { throw damaged("the head of its matrix is invalid") }
  }

  /// Records the rows whose mean is a wanted word's vector.
  private mutating func add(
    _ token: UnsafeBufferPointer<UInt8>, number: Int, to rows: inout VectorRows
  ) throws(WordVectorsError) {
    if rows.vocabulary == nil, String(validating: token, as: UTF8.self) == nil {
      throw .invalidUTF8(path: stream.path, line: number + 1)
    }
    let place = rows.place(of: token)
    if case .dropped = place { return }
    let word = UInt32(partCounts.count)
    if case .unknown = place { unknown = partCounts.count }
    let before = parts.count
    parts.append(Part(row: UInt32(number), word: word))
    if settings.hasNgrams, !token.elementsEqual(Self.endOfSentence) { addNgrams(of: token, word) }
    partCounts.append(UInt32(parts.count - before))
  }

  /// Adds all runs of `shortest` to `longest` characters of `<word>`, but not the two marks alone.
  private mutating func addNgrams(of token: UnsafeBufferPointer<UInt8>, _ word: UInt32) {
    let text = [UInt8(ascii: "<")] + token + [UInt8(ascii: ">")]
    func continues(_ index: Int) -> Bool { index < text.count && text[index] & 0xC0 == 0x80 }
    for first in text.indices where !continues(first) {
      var hash: UInt32 = 2_166_136_261
      var end = first
      for length in 1...settings.longest where end < text.count {
        repeat {
          hash = (hash ^ UInt32(bitPattern: Int32(Int8(bitPattern: text[end])))) &* 16_777_619
          end += 1
        } while continues(end)
        if length < settings.shortest || length == 1 && (first == 0 || end == text.count) { continue }
        let bucket = hash % UInt32(settings.bucketCount)
        parts.append(Part(row: UInt32(settings.wordCount) + bucket, word: word))
      }
    }
  }

  // MARK: Numbers

  private mutating func readMatrix(into rows: inout VectorRows) throws(WordVectorsError) {
    let dimension = settings.dimension
    let rowCount = try integer64()
    guard rowCount == settings.wordCount + settings.bucketCount, try integer64() == dimension else {
      throw damaged("its matrix does not have the size given in its settings")
    }
    let rowSize = 4 * dimension
    if let size = stream.plainSize, (size - stream.offset) / rowSize < rowCount {
      throw damaged("it is truncated: its matrix has \(rowCount) rows of \(dimension) numbers")
    }
    parts.sort { $0.row != $1.row ? $0.row < $1.row : $0.word < $1.word }
    var sums = [Double](repeating: 0, count: partCounts.count * dimension)
    var next = 0
    var index = 0
    while index < parts.count {
      let row = Int(parts[index].row)
      guard try stream.skip((row - next) * rowSize), let bytes = try stream.take(rowSize) else {
        throw damaged("its matrix is truncated")
      }
      guard let numbers = Word2VecBinary.numbers(bytes) else {
        throw damaged("a number of row \(row + 1) of its matrix is not finite")
      }
      next = row + 1
      while index < parts.count, Int(parts[index].row) == row {
        let start = Int(parts[index].word) * dimension
        for column in 0..<dimension { sums[start + column] += Double(numbers[column]) }
        index += 1
      }
    }
    guard try stream.skip((rowCount - next) * rowSize) else { throw damaged("its matrix is truncated") }
    for (word, count) in partCounts.enumerated() {
      // A mean of finite numbers is finite.
      let mean = sums[word * dimension..<(word + 1) * dimension].map { Float($0 / Double(count)) }
      if word == unknown { rows.unknownRow = mean } else { rows.values += mean }
    }
  }

  // MARK: Fields

  private func bytes(_ count: Int) throws(WordVectorsError) -> UnsafeBufferPointer<UInt8> {
    guard let bytes = try stream.take(count) else { throw damaged("it is truncated") }
    return bytes
  }

  private func integer() throws(WordVectorsError) -> Int {
    let raw = UnsafeRawBufferPointer(try bytes(4))
    return Int(Int32(littleEndian: raw.loadUnaligned(as: Int32.self)))
  }

  private func integer64() throws(WordVectorsError) -> Int {
    let raw = UnsafeRawBufferPointer(try bytes(8))
    return Int(Int64(littleEndian: raw.loadUnaligned(as: Int64.self)))
  }

  private func damaged(_ reason: String) -> WordVectorsError {
    .damagedBinary(path: stream.path, format: Self.name, offset: stream.offset, reason: reason)
  }
}
