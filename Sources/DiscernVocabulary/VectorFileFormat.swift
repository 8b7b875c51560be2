import DiscernIO

/// The format of a text file of vectors, determined from its first lines: the header, the dimension, and the
/// separators of fields.
struct VectorFileFormat {
  /// The number of rows according to the first line, if it is a header as word2vec and fastText write it.
  private(set) var headerRowCount: Int?
  private(set) var dimension = 0
  /// Whether tabs separate fields as spaces do: they do if this makes more of the first rows a token and
  /// numbers than otherwise.
  private(set) var tabsDivide = false
  /// The lines read to determine this, including the header.
  private(set) var sample: [[UInt8]] = []

  /// - Parameter dimension: if given, it is used and only compared with the header.
  init(path: String, lines: LineReader, dimension given: Int?) throws(WordVectorsError) {
    guard let first = try Self.next(lines) else { throw .noVectors(path: path) }
    sample.append(Array(first))
    let header = try Self.header(first, path: path, given: given)
    // From here on, the memory of the first line is reused.
    try readSample(lines)
    if let header {
      headerRowCount = header.rows
      dimension = header.dimension
    } else if let given {
      dimension = given
    }
    let rows = sample.dropFirst(headerRowCount == nil ? 0 : 1)
    func isClean(_ line: [UInt8]) -> Bool {
      guard let found = line.withUnsafeBufferPointer(Self.cleanDimension) else { return false }
      return dimension == 0 || dimension == found
    }
    let divided = rows.count { $0.contains(0x09) && isClean(Self.spaced($0)) }
    let others = rows.count { !($0.contains(0x09) && isClean(Self.spaced($0))) && isClean($0) }
    tabsDivide = divided > others
    if dimension == 0 { try infer(path: path) }
    guard dimension <= VectorRow.dimensionLimit else {
      throw .dimensionTooLarge(path: path, line: 1, found: dimension, limit: VectorRow.dimensionLimit)
    }
  }

  private mutating func readSample(_ lines: LineReader) throws(WordVectorsError) {
    var size = sample[0].count
    while sample.count < 100, size < 1 << 20, let line = try Self.next(lines) {
      sample.append(Array(line))
      size += line.count
    }
  }

  private static func spaced(_ line: [UInt8]) -> [UInt8] { line.withUnsafeBufferPointer(VectorRow.spaced) }

  private static func next(_ lines: LineReader) throws(WordVectorsError) -> UnsafeBufferPointer<UInt8>? {
    do throws(InputError) { return try lines.next() } catch { throw .input(error) }
  }

  /// A first line of just two whole numbers is a header, unless vectors of one number are requested.
  private static func header(_ line: UnsafeBufferPointer<UInt8>, path: String, given: Int?)
    throws(WordVectorsError) -> (rows: Int, dimension: Int)?
  {
    let spaced = VectorRow.spaced(line)
    let fields = spaced.withUnsafeBufferPointer { VectorRow.fields(of: $0) }.map { line[$0] }
    guard fields.count == 2, given != 1, fields.allSatisfy(isWholeNumber) else { return nil }
    guard let rows = Int(String(decoding: fields[0], as: UTF8.self)),
      let dimension = Int(String(decoding: fields[1], as: UTF8.self)), rows > 0, dimension > 0
    else { throw .badHeader(path: path, line: 1, found: VectorRow.text(line)) }
    if let given, given != dimension {
      throw .dimensionMismatch(path: path, line: 1, expected: given, found: dimension)
    }
    return (rows, dimension)
  }

  private static func isWholeNumber(_ field: Slice<UnsafeBufferPointer<UInt8>>) -> Bool {
    let digits = field.first == 0x2D || field.first == 0x2B ? field.dropFirst() : field
    return !digits.isEmpty && digits.allSatisfy { (0x30...0x39).contains($0) }
  }

  /// The most frequent dimension of the first hundred lines, among those that are a token of one field and
  /// numbers; of equally frequent ones, the one that comes first.
  private mutating func infer(path: String) throws(WordVectorsError) {
    var votes: [(dimension: Int, count: Int)] = []
    for line in sample {
      let line = tabsDivide ? Self.spaced(line) : line
      guard let found = line.withUnsafeBufferPointer(Self.cleanDimension) else { continue }
      if let index = votes.firstIndex(where: { $0.dimension == found }) {
        votes[index].count += 1
      } else {
        votes.append((found, 1))
      }
    }
    // `max` would take the last of equals.
    var best: (dimension: Int, count: Int)?
    for vote in votes where vote.count > best?.count ?? 0 { best = vote }
    if let best {
      dimension = best.dimension
    } else {
      try complain(path: path)
    }
  }

  private static func cleanDimension(_ line: UnsafeBufferPointer<UInt8>) -> Int? {
    let fields = VectorRow.fields(of: line)
    let allNumbers = fields.dropFirst().allSatisfy {
      VectorRow.isNumber(UnsafeBufferPointer(rebasing: line[$0]))
    }
    return fields.count > 1 && allNumbers ? fields.count - 1 : nil
  }

  /// Throws the error of the first faulty line, read as a token of one field and numbers.
  private func complain(path: String) throws(WordVectorsError) -> Never {
    for (index, line) in sample.enumerated() {
      var failure: WordVectorsError?
      line.withUnsafeBufferPointer { line in
        let count = VectorRow.fields(of: line).count
        if count == 0 { return }
        var values: [Float] = []
        do throws(WordVectorsError) {
          let row = VectorRow(path: path, dimension: max(count - 1, 1))
          _ = try row.read(line, number: index + 1, &values)
        } catch {
          failure = error
        }
      }
      if let failure { throw failure }
    }
    throw .noVectors(path: path)
  }
}
