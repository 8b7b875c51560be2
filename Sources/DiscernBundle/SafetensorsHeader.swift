import DiscernCorpus
import DiscernIO

/// The content of a safetensors file's header, fully checked.
///
/// Format: 8 bytes of little-endian length N; N bytes of JSON that begin with `{`; the data. Source:
/// the README of huggingface/safetensors, "Format", and `read_metadata` and `validate` there.
package struct SafetensorsHeader: Sendable, Equatable {
  /// The place and kind of a tensor.
  package struct Tensor: Sendable, Equatable {
    package let name: String
    package let type: SafetensorsType
    package let shape: [Int]
    /// The range of its bytes, counted from the first byte of data.
    package let range: Range<Int>

    /// The number of elements.
    package var count: Int { shape.reduce(1, *) }
  }

  /// The tensors in the order of their data.
  package let tensors: [Tensor]
  /// The map `__metadata__` from strings to strings, in its order; keys are distinct.
  package let metadata: [(key: String, value: String)]

  package static func == (one: Self, other: Self) -> Bool {
    one.tensors == other.tensors && one.metadata.elementsEqual(other.metadata, by: ==)
  }

  /// The reference implementation's limit for a header, in bytes.
  static let limit = 100_000_000

  init(tensors: [Tensor], metadata: [(key: String, value: String)]) {
    self.tensors = tensors
    self.metadata = metadata
  }

  /// Checks the JSON text of a header, and that the tensors cover `dataCount` bytes without hole or
  /// overlap. Cost: O(n log n) for n tensors.
  init(json: [UInt8], dataCount: Int) throws(SafetensorsFailure) {
    guard json.first == UInt8(ascii: "{") else {
      throw .init(.headerDoesNotBeginWithBrace(byte: json.first))
    }
    let value: JSONValue
    do throws(JSONError) {
      value = try StrictJSON.parse(json, maximumDepth: 8)
    } catch {
      switch error.reason {
      case .duplicateKey(let key): throw .init(.duplicateKey(key))
      case .invalidUTF8: throw .init(.headerIsNotUTF8(offset: error.offset))
      default: throw .init(.headerIsNotJSON(offset: error.offset, reason: error.explanation))
      }
    }
    var tensors: [Tensor] = []
    var metadata: [(key: String, value: String)] = []
    for member in value.object ?? [] {
      if member.key.utf8.elementsEqual("__metadata__".utf8) {
        metadata = try Self.metadata(member.value)
      } else {
        tensors.append(try Self.tensor(member.key, member.value))
      }
    }
    tensors.sort {
      ($0.range.lowerBound, $0.range.upperBound) < ($1.range.lowerBound, $1.range.upperBound)
    }
    try Self.checkCover(tensors, dataCount: dataCount)
    self.tensors = tensors
    self.metadata = metadata
  }

  private static func metadata(
    _ value: JSONValue
  ) throws(SafetensorsFailure) -> [(key: String, value: String)] {
    guard let members = value.object else { throw .init(.metadataIsNotStrings(key: "")) }
    var result: [(key: String, value: String)] = []
    for member in members {
      guard let text = member.value.string else {
        throw .init(.metadataIsNotStrings(key: member.key))
      }
      result.append((member.key, text))
    }
    return result
  }

  private static func tensor(
    _ name: String, _ value: JSONValue
  ) throws(SafetensorsFailure) -> Tensor {
    guard let members = value.object else { throw .init(.tensorIsNotAnObject(name: name)) }
    for member in members where !["dtype", "shape", "data_offsets"].contains(member.key) {
      throw .init(.unexpectedKey(tensor: name, key: member.key))
    }
    func part(_ key: String) throws(SafetensorsFailure) -> JSONValue {
      guard let part = value[key] else { throw .init(.missingKey(tensor: name, key: key)) }
      return part
    }
    let typeValue = try part("dtype")
    guard let type = typeValue.string.flatMap(SafetensorsType.init(rawValue:)) else {
      throw .init(.unknownType(tensor: name, type: typeValue.string ?? "that is not a string"))
    }

    guard let sizes = try part("shape").array else { throw .init(.shapeIsNotSizes(tensor: name)) }
    var shape: [Int] = []
    var bits = type.bits
    for size in sizes {
      let dimension = try wholeNumber(size, orElse: .shapeIsNotSizes(tensor: name), tensor: name)
      let product = bits.multipliedReportingOverflow(by: dimension)
      guard !product.overflow else { throw .init(.sizeOverflows(tensor: name)) }
      bits = product.partialValue
      shape.append(dimension)
    }
    guard bits % 8 == 0 else { throw .init(.partOfAByte(tensor: name)) }

    let offsets = try part("data_offsets").array ?? []
    guard offsets.count == 2 else { throw .init(.offsetsAreNotAPair(tensor: name)) }
    let begin = try wholeNumber(offsets[0], orElse: .offsetsAreNotAPair(tensor: name), tensor: name)
    let end = try wholeNumber(offsets[1], orElse: .offsetsAreNotAPair(tensor: name), tensor: name)
    guard begin <= end else {
      throw .init(.offsetsAreReversed(tensor: name, begin: begin, end: end))
    }
    guard end - begin == bits / 8 else {
      throw .init(.sizeDisagreesWithOffsets(tensor: name, expected: bits / 8, got: end - begin))
    }
    return Tensor(name: name, type: type, shape: shape, range: begin..<end)
  }

  /// A number of digits alone: no sign, fraction or exponent.
  private static func wholeNumber(
    _ value: JSONValue, orElse problem: SafetensorsProblem, tensor: String
  ) throws(SafetensorsFailure) -> Int {
    guard case .number(let digits) = value, digits.utf8.allSatisfy({ $0 >= 0x30 && $0 <= 0x39 })
    else { throw .init(problem) }
    guard let number = Int(digits) else { throw .init(.sizeOverflows(tensor: tensor)) }
    return number
  }

  private static func checkCover(
    _ tensors: [Tensor], dataCount: Int
  ) throws(SafetensorsFailure) {
    var end = 0
    for tensor in tensors {
      let begin = tensor.range.lowerBound
      guard begin >= end else {
        throw .init(.overlap(tensor: tensor.name, begin: begin, expected: end))
      }
      guard begin == end else {
        throw .init(.hole(tensor: tensor.name, begin: begin, expected: end))
      }
      end = tensor.range.upperBound
    }
    guard end <= dataCount else { throw .init(.dataTooShort(expected: end, got: dataCount)) }
    guard end == dataCount else { throw .init(.dataTooLong(expected: end, got: dataCount)) }
  }
}

/// A problem without the path of its file, which the reader adds.
struct SafetensorsFailure: Error {
  let problem: SafetensorsProblem

  init(_ problem: SafetensorsProblem) { self.problem = problem }
}
