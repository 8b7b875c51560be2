import DiscernBundle
import Foundation
import TestSupport
import Testing

@Test(.enabled(if: SharedData.isPresent))
func everyCaseOfTheSuiteIsAsExpected() throws {
  let folder = SharedData.path("suites/safetensors-malformed")
  let table = String(decoding: try readFile(folder + "/EXPECTED.tsv"), as: UTF8.self)
  var seen = 0
  for line in table.split(separator: "\n").dropFirst() {
    let fields = line.split(separator: "\t", omittingEmptySubsequences: false)
    let found = try problem(of: try readFile("\(folder)/\(fields[0])"))
    switch fields[1] {
    case "accept": #expect(found == nil, "\(fields[0])")
    case "reject": #expect(found != nil, "\(fields[0])")
    default: break
    }
    seen += 1
  }
  #expect(seen == 40)
}

private let one = #"{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}"#
private let four: [UInt8] = [0, 0, 128, 63]

private func header(_ info: String) -> [UInt8] { safetensors("{\"a\":\(info)}", data: four) }

private func info(
  type: String = "\"F32\"", shape: String = "[1]", offsets: String = "[0,4]", more: String = ""
) -> [UInt8] {
  header("{\"dtype\":\(type),\"shape\":\(shape),\"data_offsets\":\(offsets)\(more)}")
}

@Test func everyMalformationHasItsOwnError() throws {
  let huge = "99999999999999999999"
  let cases: [(bytes: [UInt8], expected: SafetensorsProblem?)] = [
    (safetensors(one, data: four), nil),
    (safetensors("{}"), nil),
    ([], .shorterThanItsLengthField(bytes: 0)),
    ([1, 2, 3, 4, 5, 6, 7], .shorterThanItsLengthField(bytes: 7)),
    (
      [UInt8](repeating: 255, count: 8) + [123, 125],
      .headerTooLong(length: .max, limit: 100_000_000)
    ),
    ([1, 225, 245, 5, 0, 0, 0, 0], .headerTooLong(length: 100_000_001, limit: 100_000_000)),
    ([0, 225, 245, 5, 0, 0, 0, 0], .headerPastTheEnd(length: 100_000_000, available: 0)),
    ([0, 0, 0, 0, 0, 0, 0, 0], .headerDoesNotBeginWithBrace(byte: nil)),
    (safetensors(" {}"), .headerDoesNotBeginWithBrace(byte: 32)),
    (safetensors("[]"), .headerDoesNotBeginWithBrace(byte: 91)),
    (safetensors([123, 34, 255, 34, 58, 49, 125]), .headerIsNotUTF8(offset: 2)),
    (
      safetensors("{}{"),
      .headerIsNotJSON(offset: 2, reason: "something follows the end of the JSON value")
    ),
    (
      safetensors("{\"__metadata__\":{},}"),
      .headerIsNotJSON(offset: 18, reason: "a comma precedes the closing bracket")
    ),
    (
      safetensors(#"{"__metadata__":{"a":"1","a":"2"}}"#), .duplicateKey("a")
    ),
    (
      safetensors(String(one.dropLast()) + "," + one.dropFirst(), data: four), .duplicateKey("a")
    ),
    (safetensors(#"{"__metadata__":[]}"#), .metadataIsNotStrings(key: "")),
    (safetensors(#"{"__metadata__":null}"#), .metadataIsNotStrings(key: "")),
    (safetensors(#"{"__metadata__":{"n":1}}"#), .metadataIsNotStrings(key: "n")),
    (header("null"), .tensorIsNotAnObject(name: "a")),
    (header("[]"), .tensorIsNotAnObject(name: "a")),
    (header(#"{"shape":[1],"data_offsets":[0,4]}"#), .missingKey(tensor: "a", key: "dtype")),
    (header(#"{"dtype":"F32","data_offsets":[0,4]}"#), .missingKey(tensor: "a", key: "shape")),
    (header(#"{"dtype":"F32","shape":[1]}"#), .missingKey(tensor: "a", key: "data_offsets")),
    (info(more: #","codec":"zstd""#), .unexpectedKey(tensor: "a", key: "codec")),
    (info(type: "\"f32\""), .unknownType(tensor: "a", type: "f32")),
    (info(type: "32"), .unknownType(tensor: "a", type: "that is not a string")),
    (info(shape: "1"), .shapeIsNotSizes(tensor: "a")),
    (info(shape: "[-1,-1]"), .shapeIsNotSizes(tensor: "a")),
    (info(shape: "[-0]"), .shapeIsNotSizes(tensor: "a")),
    (info(shape: "[1.0]"), .shapeIsNotSizes(tensor: "a")),
    (info(shape: "[1e0]"), .shapeIsNotSizes(tensor: "a")),
    (info(shape: "[\"1\"]"), .shapeIsNotSizes(tensor: "a")),
    (info(shape: "[true]"), .shapeIsNotSizes(tensor: "a")),
    (info(shape: "[null]"), .shapeIsNotSizes(tensor: "a")),
    (info(shape: "[[1]]"), .shapeIsNotSizes(tensor: "a")),
    (info(shape: "[\(huge)]"), .sizeOverflows(tensor: "a")),
    (info(shape: "[4611686018427387904,4]"), .sizeOverflows(tensor: "a")),
    (info(shape: "[2305843009213693952]"), .sizeOverflows(tensor: "a")),
    (info(type: "\"F4\"", shape: "[3]"), .partOfAByte(tensor: "a")),
    (info(offsets: "[0]"), .offsetsAreNotAPair(tensor: "a")),
    (info(offsets: "[0,4,8]"), .offsetsAreNotAPair(tensor: "a")),
    (info(offsets: "{}"), .offsetsAreNotAPair(tensor: "a")),
    (info(offsets: "[-4,0]"), .offsetsAreNotAPair(tensor: "a")),
    (info(offsets: "[0,4.0]"), .offsetsAreNotAPair(tensor: "a")),
    (info(offsets: "[0,\(huge)]"), .sizeOverflows(tensor: "a")),
    (info(offsets: "[4,0]"), .offsetsAreReversed(tensor: "a", begin: 4, end: 0)),
    (
      info(shape: "[2]"), .sizeDisagreesWithOffsets(tensor: "a", expected: 8, got: 4)
    ),
    (info(offsets: "[4,8]"), .hole(tensor: "a", begin: 4, expected: 0)),
    (safetensors(one, data: [0, 0]), .dataTooShort(expected: 4, got: 2)),
    (safetensors(one, data: four + [0]), .dataTooLong(expected: 4, got: 5)),
    (safetensors("{}", data: [0]), .dataTooLong(expected: 0, got: 1)),
    (info(type: "\"F4\"", shape: "[8]"), nil),
    (info(type: "\"BOOL\"", shape: "[2,2]"), nil),
    (info(shape: "[]"), nil),
  ]
  for (bytes, expected) in cases {
    let found = try problem(of: bytes)
    #expect(found == expected)
    if let found { #expect(!"\(found)".isEmpty) }
  }
}

private func two(_ a: String, _ b: String, shapes: (String, String) = ("[1]", "[1]")) -> [UInt8] {
  safetensors(
    #"{"a":{"dtype":"F32","shape":\#(shapes.0),"data_offsets":\#(a)},"#
      + #""b":{"dtype":"F32","shape":\#(shapes.1),"data_offsets":\#(b)}}"#, data: four + four)
}

@Test func tensorsCoverTheDataWithoutHoleOrOverlap() throws {
  #expect(try problem(of: two("[0,4]", "[4,8]")) == nil)
  #expect(try problem(of: two("[4,8]", "[0,4]")) == nil)
  #expect(try problem(of: two("[0,8]", "[8,8]", shapes: ("[2]", "[0]"))) == nil)
  #expect(try problem(of: two("[0,8]", "[0,0]", shapes: ("[2]", "[0,7]"))) == nil)
  #expect(
    try problem(of: two("[0,4]", "[0,4]")) == .overlap(tensor: "b", begin: 0, expected: 4))
  #expect(
    try problem(of: two("[0,8]", "[4,4]", shapes: ("[2]", "[0]")))
      == .overlap(tensor: "b", begin: 4, expected: 8))
  #expect(
    try problem(of: two("[0,4]", "[5,9]")) == .hole(tensor: "b", begin: 5, expected: 4))
}

@Test func namesThatOnlyLookEqualAreTwoTensors() throws {
  let bytes = safetensors(
    #"{"\u00e9":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},"#
      + #""e\u0301":{"dtype":"F32","shape":[1],"data_offsets":[4,8]}}"#, data: four + [0, 0, 0, 64])
  try withTemporaryFolder { folder in
    try writeFile(folder + "/x", bytes)
    let file = try SafetensorsFile(path: folder + "/x")
    #expect(try file.floats("\u{E9}") == [1])
    #expect(try file.floats("e\u{301}") == [2])
  }
}

@Test func flippedCutAndSplicedFilesNeverCrash() throws {
  try withTemporaryFolder { folder in
    let path = folder + "/x.safetensors"
    let whole = two("[0,4]", "[4,8]")
    var random = SeededGenerator(seed: 11)
    for length in 0..<whole.count { #expect(try problem(of: Array(whole[..<length]), at: path) != nil) }
    for index in whole.indices {
      for bit in 0..<8 {
        var bytes = whole
        bytes[index] ^= 1 << bit
        _ = try problem(of: bytes, at: path)
      }
    }
    for _ in 0..<500 {
      var bytes = whole
      for _ in 0..<Int.random(in: 1...6, using: &random) {
        let place = Int.random(in: 0..<bytes.count, using: &random)
        switch Int.random(in: 0..<3, using: &random) {
        case 0: bytes[place] = UInt8.random(in: 0...255, using: &random)
        case 1: bytes.insert(contentsOf: bytes[place...].prefix(9), at: place)
        default: bytes.removeSubrange(place..<min(place + 5, bytes.count))
        }
        if bytes.isEmpty { break }
      }
      _ = try problem(of: bytes, at: path)
    }
  }
}

@Test func whatIsNotAFileIsSaidSo() throws {
  try withTemporaryFolder { folder in
    #expect(throws: BundleError.notFound(path: folder + "/none")) {
      _ = try SafetensorsFile(path: folder + "/none")
    }
    #expect(throws: BundleError.notAFile(path: folder)) { _ = try SafetensorsFile(path: folder) }
    let pipe = folder + "/pipe"
    #expect(mkfifo(pipe, 0o600) == 0)
    #expect(throws: BundleError.notAFile(path: pipe)) { _ = try SafetensorsFile(path: pipe) }
  }
}
