/// A problem with a safetensors file: a case for each violation of the format, then for requesting something
/// that the file does not contain. Offsets into the data count from its first byte.
public enum SafetensorsProblem: Sendable, Equatable, CustomStringConvertible {
  /// The file ends within its first eight bytes.
  case shorterThanItsLengthField(bytes: Int)
  /// The header is longer than the limit.
  case headerTooLong(length: UInt64, limit: Int)
  /// The header would end after the file's end.
  case headerPastTheEnd(length: Int, available: Int)
  /// The header does not begin with `{`.
  case headerDoesNotBeginWithBrace(byte: UInt8?)
  /// The header is not valid UTF-8.
  case headerIsNotUTF8(offset: Int)
  /// The header is not JSON.
  case headerIsNotJSON(offset: Int, reason: String)
  /// A name occurs twice in the header.
  case duplicateKey(String)
  /// `__metadata__` is not an object, or one of its values is not a string.
  case metadataIsNotStrings(key: String)
  /// A tensor is not described by an object.
  case tensorIsNotAnObject(name: String)
  /// A tensor lacks its type, shape or offsets.
  case missingKey(tensor: String, key: String)
  /// A tensor has a key that the format does not have.
  case unexpectedKey(tensor: String, key: String)
  /// A tensor's type is unknown.
  case unknownType(tensor: String, type: String)
  /// A shape is not an array of whole numbers from 0.
  case shapeIsNotSizes(tensor: String)
  /// A tensor's offsets are not two whole numbers from 0.
  case offsetsAreNotAPair(tensor: String)
  /// A tensor ends before it begins.
  case offsetsAreReversed(tensor: String, begin: Int, end: Int)
  /// A shape has more bytes than 64 bits can count.
  case sizeOverflows(tensor: String)
  /// Elements smaller than a byte do not fill the last one.
  case partOfAByte(tensor: String)
  /// A tensor's offsets span a different number of bytes from that for its shape.
  case sizeDisagreesWithOffsets(tensor: String, expected: Int, got: Int)
  /// A tensor begins within another one.
  case overlap(tensor: String, begin: Int, expected: Int)
  /// Bytes before a tensor belong to no tensor.
  case hole(tensor: String, begin: Int, expected: Int)
  /// The file ends before its tensors do.
  case dataTooShort(expected: Int, got: Int)
  /// Bytes after the last tensor belong to no tensor.
  case dataTooLong(expected: Int, got: Int)

  /// A required tensor is missing.
  case noTensor(name: String)
  /// The model has no place for a tensor.
  case unexpectedTensor(name: String)
  /// A tensor has the wrong type.
  case wrongType(tensor: String, expected: String, got: String)
  /// A tensor has the wrong shape.
  case wrongShape(tensor: String, expected: [Int], got: [Int])
  /// A weight is infinite or not a number.
  case notFinite(tensor: String, index: Int, value: String)
  /// A value is outside its range.
  case impossible(tensor: String, index: Int, value: String, expected: String)

  public var description: String {
    switch self {
    case .shorterThanItsLengthField(let bytes):
      "not a safetensors file: \(bytes) bytes are too few for the length of a header"
    case .headerTooLong(let length, let limit):
      "not a safetensors file: a header of \(length) bytes is over the limit of \(limit)"
    case .headerPastTheEnd(let length, let available):
      "the header should have \(length) bytes, but only \(available) follow; the file is truncated"
    case .headerDoesNotBeginWithBrace(let byte):
      "not a safetensors file: the header begins with \(byte.map { "byte \($0)" } ?? "nothing"), not with “{”"
    case .headerIsNotUTF8(let offset): "the header is not valid UTF-8 at byte \(offset)"
    case .headerIsNotJSON(let offset, let reason): "the header is not JSON at byte \(offset): \(reason)"
    case .duplicateKey(let key): "the header has the key “\(key)” twice"
    case .metadataIsNotStrings(let key):
      key.isEmpty ? "__metadata__ is not an object" : "__metadata__ has “\(key)”, which is not a string"
    case .tensorIsNotAnObject(let name): "tensor “\(name)” is not described by an object"
    case .missingKey(let tensor, let key): "tensor “\(tensor)” has no “\(key)”"
    case .unexpectedKey(let tensor, let key): "tensor “\(tensor)” has an unknown key “\(key)”"
    case .unknownType(let tensor, let type): "tensor “\(tensor)” has the unknown type \(type)"
    case .shapeIsNotSizes(let tensor):
      "the shape of tensor “\(tensor)” is not an array of non-negative whole numbers"
    case .offsetsAreNotAPair(let tensor):
      "the data_offsets of tensor “\(tensor)” are not two non-negative whole numbers"
    case .offsetsAreReversed(let tensor, let begin, let end):
      "tensor “\(tensor)” ends at \(end), before it begins at \(begin)"
    case .sizeOverflows(let tensor): "the size of tensor “\(tensor)” exceeds any memory"
    case .partOfAByte(let tensor): "tensor “\(tensor)” does not fill whole bytes"
    case .sizeDisagreesWithOffsets(let tensor, let expected, let got):
      "tensor “\(tensor)” needs \(expected) bytes by its shape, but its offsets span \(got)"
    case .overlap(let tensor, let begin, let expected):
      "tensor “\(tensor)” begins at \(begin), inside the preceding one, which ends at \(expected)"
    case .hole(let tensor, let begin, let expected):
      "tensor “\(tensor)” begins at \(begin) instead of \(expected), which leaves a gap"
    case .dataTooShort(let expected, let got):
      "the tensors need \(expected) bytes, but only \(got) follow the header; the file is truncated"
    case .dataTooLong(let expected, let got):
      "\(got - expected) bytes follow the last tensor; there must be none"
    case .noTensor(let name): "there is no tensor “\(name)”"
    case .unexpectedTensor(let name): "unexpected tensor “\(name)”"
    case .wrongType(let tensor, let expected, let got):
      "tensor “\(tensor)” has the type \(got), expected \(expected)"
    case .wrongShape(let tensor, let expected, let got):
      "tensor “\(tensor)” has the shape \(got), expected \(expected)"
    case .notFinite(let tensor, let index, let value):
      "tensor “\(tensor)” has \(value) at index \(index); weights must be finite"
    case .impossible(let tensor, let index, let value, let expected):
      "tensor “\(tensor)” has \(value) at index \(index), expected \(expected)"
    }
  }
}
