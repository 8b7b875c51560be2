import Crypto

/// All bytes of a safetensors file whose tensors are stored elsewhere, in a fixed order: tensors sorted as in
/// the reference implementation (by type, wide ones first, then by the bytes of their names), metadata by
/// key, the header padded with spaces.
struct SafetensorsImage {
  struct Tensor {
    let name: String
    let type: SafetensorsType
    let shape: [Int]
    /// Passes its bytes, row-major, little-endian, in parts of any size.
    let parts: (_ sink: ([UInt8]) throws(BundleError) -> Void) throws(BundleError) -> Void

    var byteCount: Int { shape.reduce(type.bits, *) / 8 }
  }

  /// Whether a tensor's data comes before another's.
  static func precedes(
    _ name: String, _ type: SafetensorsType, _ otherName: String, _ otherType: SafetensorsType
  ) -> Bool {
    type.rank != otherType.rank
      ? type.rank > otherType.rank : name.utf8.lexicographicallyPrecedes(otherName.utf8)
  }

  private let tensors: [Tensor]
  private let metadata: [(key: String, value: String)]
  private let alignment: Int

  /// - Parameter alignment: the data begins at a multiple of this many bytes.
  init(_ tensors: [Tensor], metadata: [(key: String, value: String)] = [], alignment: Int = 8) {
    self.tensors = tensors.sorted { Self.precedes($0.name, $0.type, $1.name, $1.type) }
    self.metadata = metadata.sorted { $0.key.utf8.lexicographicallyPrecedes($1.key.utf8) }
    self.alignment = alignment
  }

  /// The bytes before the data: the header's length and the header.
  var head: [UInt8] {
    var members: [String] = []
    if !metadata.isEmpty {
      let entries = metadata.map { "\(Self.quoted($0.key)):\(Self.quoted($0.value))" }
      members.append("\"__metadata__\":{\(entries.joined(separator: ","))}")
    }
    var offset = 0
    for tensor in tensors {
      let end = offset + tensor.byteCount
      let shape = tensor.shape.map(String.init).joined(separator: ",")
      members.append(
        "\(Self.quoted(tensor.name)):{\"dtype\":\"\(tensor.type.rawValue)\",\"shape\":[\(shape)],"
          + "\"data_offsets\":[\(offset),\(end)]}")
      offset = end
    }
    var header = Array("{\(members.joined(separator: ","))}".utf8)
    while (8 + header.count) % alignment != 0 { header.append(UInt8(ascii: " ")) }
    return (0..<8).map { UInt8(truncatingIfNeeded: header.count >> ($0 * 8)) } + header
  }

  /// Passes `sink` all bytes of the file, a part at a time.
  func forEachPart(_ sink: ([UInt8]) throws(BundleError) -> Void) throws(BundleError) {
    try sink(head)
    for tensor in tensors { try tensor.parts(sink) }
  }

  /// The digest of the file.
  func digest() throws(BundleError) -> FileDigest {
    var hash = SHA256()
    var count = 0
    try forEachPart { (part) throws(BundleError) in
      hash.update(data: part)
      count += part.count
    }
    return FileDigest(bytes: count, sha256: hexadecimal(hash.finalize()))
  }

  /// A JSON string, escaped as by the reference implementation's writer (serde_json).
  private static func quoted(_ text: String) -> String {
    var result = "\""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\"": result += "\\\""
      case "\\": result += "\\\\"
      case "\u{08}": result += "\\b"
      case "\t": result += "\\t"
      case "\n": result += "\\n"
      case "\u{0C}": result += "\\f"
      case "\r": result += "\\r"
      case _ where scalar.value < 0x20:
        result += "\\u00" + hexadecimal([UInt8(scalar.value)])
      default: result.unicodeScalars.append(scalar)
      }
    }
    return result + "\""
  }
}
