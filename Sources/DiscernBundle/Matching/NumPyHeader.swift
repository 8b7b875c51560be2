import DiscernIO
import DiscernSystem

/// The header of a matrix in a NumPy file: `{'descr': '<f4', 'fortran_order': False, 'shape': (3, 8), }`.
struct NumPyHeader {
  enum Number: String, CaseIterable {
    case float16 = "<f2"
    case float32 = "<f4"
    case float64 = "<f8"

    /// In bytes.
    var size: Int {
      switch self {
      case .float16: 2
      case .float32: 4
      case .float64: 8
      }
    }
  }

  static let magic: [UInt8] = [0x93] + Array("NUMPY".utf8)
  /// Far above any header's length.
  private static let limit = 1 << 16

  let type: Number
  let rows: Int
  let columns: Int
  /// The number of bytes before the numbers.
  let size: Int

  init(_ reader: FileReader) throws(BundleError) {
    func failure(_ reason: String) -> BundleError { .matrix(path: reader.path, reason: reason) }
    guard reader.size >= 10 else { throw failure("the file is truncated: it has \(reader.size) bytes") }
    var start = [UInt8](repeating: 0, count: min(12, reader.size))
    try reader.fill(&start, at: 0)
    let isLong = start[6] > 1
    guard (1...3).contains(start[6]), start.count == 12 || !isLong else {
      throw failure("version \(start[6]).\(start[7]) of the NumPy format is unknown; 1 to 3 are supported")
    }
    let length = start[8..<(isLong ? 12 : 10)].reversed().reduce(0) { $0 << 8 | Int($1) }
    size = (isLong ? 12 : 10) + length
    guard length <= Self.limit, size <= reader.size else {
      throw failure("its header has a length of \(length) bytes; the file is truncated or damaged")
    }
    var bytes = [UInt8](repeating: 0, count: length)
    try reader.fill(&bytes, at: size - length)
    let text = String(decoding: bytes, as: UTF8.self)
    guard let entries = Self.entries(text) else {
      throw failure("its header is not a NumPy dictionary: “\(Self.shown(text))”")
    }
    let mend = "save it again: numpy.save(path, numpy.ascontiguousarray(a, '<f4'))"
    guard let type = Number(rawValue: entries["descr"] ?? "") else {
      throw failure(
        "its numbers are “\(Self.shown(entries["descr"] ?? ""))”, not floats of this byte order; "
          + mend)
    }
    guard entries["fortran_order"] == "False" else {
      throw failure("it is stored by columns; \(mend)")
    }
    let shape = (entries["shape"] ?? "").split(separator: ",").map { Int($0.trimmed(newlines: true)) }
    guard shape.count == 2, let rows = shape[0], let columns = shape[1], rows >= 0, columns >= 0 else {
      throw failure(
        "its shape is (\(Self.shown(entries["shape"] ?? ""))), expected two sizes: number and dimension of "
          + "the vectors")
    }
    (self.type, self.rows, self.columns) = (type, rows, columns)
  }

  private static func shown(_ text: String) -> String { DisplayText.cut(DisplayText.escaped(text), to: 80) }

  /// Keys and values, without quotation marks and brackets; nil if the text has another form.
  private static func entries(_ text: String) -> [String: String]? {
    var rest = text.trimmed(newlines: true)
    guard rest.hasPrefix("{"), rest.hasSuffix("}") else { return nil }
    rest = rest.dropFirst().dropLast().trimmed(newlines: true)
    var result: [String: String] = [:]
    while !rest.isEmpty {
      guard rest.hasPrefix("'"), let end = rest.dropFirst().firstIndex(of: "'") else { return nil }
      let key = String(rest[rest.index(after: rest.startIndex)..<end])
      rest = rest[rest.index(after: end)...].trimmed(newlines: true)
      guard rest.hasPrefix(":") else { return nil }
      rest = rest.dropFirst().trimmed(newlines: true)
      let closing: Character? = rest.first == "'" ? "'" : rest.first == "(" ? ")" : nil
      let value: String
      if let closing {
        guard let close = rest.dropFirst().firstIndex(of: closing) else { return nil }
        value = String(rest[rest.index(after: rest.startIndex)..<close])
        rest = rest[rest.index(after: close)...].trimmed(newlines: true)
      } else {
        value = rest.prefix { $0 != "," }.trimmed(newlines: true)
        rest = String(rest.drop { $0 != "," })
      }
      guard result.updateValue(value, forKey: key) == nil else { return nil }
      guard rest.isEmpty || rest.hasPrefix(",") else { return nil }
      rest = rest.dropFirst().trimmed(newlines: true)
    }
    return result
  }
}
