import DiscernBundle
import Foundation
import TestSupport
import Testing

// Python, safetensors 0.8.0 and torch:
//   t = {'b.w': torch.tensor([[1.5, -2.0], [0.25, 3.0]]), 'a': torch.tensor([7], dtype=torch.int64),
//        'q': torch.tensor([-1, 2, 3], dtype=torch.int8), 'd': torch.tensor(0.1, dtype=torch.float64),
//        'i': torch.tensor([[5, -6]], dtype=torch.int32), 'a"é\n': torch.zeros(0, 3)}
//   b = safetensors.torch.save(t, metadata={'format': 'pt'}); n = int.from_bytes(b[:8], 'little')
//   print(n, b[8:8 + n].decode(), b[8 + n:].hex())
private let goldenHeader =
  #"{"__metadata__":{"format":"pt"},"a":{"dtype":"I64","shape":[1],"data_offsets":[0,8]},"#
  + #""d":{"dtype":"F64","shape":[],"data_offsets":[8,16]},"#
  + #""a\"é\n":{"dtype":"F32","shape":[0,3],"data_offsets":[16,16]},"#
  + #""b.w":{"dtype":"F32","shape":[2,2],"data_offsets":[16,32]},"#
  + #""i":{"dtype":"I32","shape":[1,2],"data_offsets":[32,40]},"#
  + #""q":{"dtype":"I8","shape":[3],"data_offsets":[40,43]}}     "#
private let goldenData: [UInt8] = [
  0x07, 0, 0, 0, 0, 0, 0, 0, 0x9A, 0x99, 0x99, 0x99, 0x99, 0x99, 0xB9, 0x3F, 0, 0, 0xC0, 0x3F, 0, 0, 0,
  0xC0, 0, 0, 0x80, 0x3E, 0, 0, 0x40, 0x40, 5, 0, 0, 0, 0xFA, 0xFF, 0xFF, 0xFF, 0xFF, 2, 3,
]

private func sample() -> SafetensorsWriter {
  var writer = SafetensorsWriter()
  writer.addMetadata("format", "pt")
  writer.add("q", shape: [3], .int8([-1, 2, 3]))
  writer.add("i", shape: [1, 2], .int32([5, -6]))
  writer.add("a", shape: [1], .int64([7]))
  writer.add("b.w", shape: [2, 2], [1.5, -2, 0.25, 3])
  writer.add("a\"é\n", shape: [0, 3], [])
  writer.add("d", shape: [], .float64([0.1]))
  return writer
}

@Test func bytesAreThoseOfTheReferenceImplementation() throws {
  try withTemporaryFolder { folder in
    let digest = try sample().write(to: folder + "/x")
    let bytes = try readFile(folder + "/x")
    #expect(bytes == safetensors(goldenHeader, data: goldenData))
    #expect(digest == (try FileDigest.of(path: folder + "/x")))
    #expect(digest.bytes == 427)
  }
}

@Test func whatWasWrittenIsRead() throws {
  try withTemporaryFolder { folder in
    _ = try sample().write(to: folder + "/x")
    let file = try SafetensorsFile(path: folder + "/x")
    #expect(file.header.tensors.map(\.name) == ["a", "d", "a\"é\n", "b.w", "i", "q"])
    #expect(file.header.metadata.map(\.key) == ["format"])
    #expect(file.header.metadata.map(\.value) == ["pt"])
    #expect(try file.floats("b.w", shape: [2, 2]) == [1.5, -2, 0.25, 3])
    #expect(try file.floats("a\"é\n") == [])
    #expect(try file.doubles("d", shape: []) == [0.1])
    #expect(try file.int8s("q") == [-1, 2, 3])
    #expect(try file.int32s("i") == [5, -6])
    #expect(try file.int64s("a") == [7])
    #expect(try file.bytes("q") == [255, 2, 3])
    #expect(file.tensor("none") == nil)
  }
}

@Test func askingForWhatIsNotThereIsATypedError() throws {
  try withTemporaryFolder { folder in
    let path = folder + "/x"
    _ = try sample().write(to: path)
    let file = try SafetensorsFile(path: path)
    func problem(_ body: () throws(BundleError) -> Void) -> SafetensorsProblem? {
      do throws(BundleError) { try body() } catch {
        if case .tensors(path, let problem) = error { return problem }
      }
      return nil
    }
    #expect(problem { () throws(BundleError) in _ = try file.floats("w") } == .noTensor(name: "w"))
    #expect(
      problem { () throws(BundleError) in _ = try file.floats("q") }
        == .wrongType(tensor: "q", expected: "F32, F16 or BF16", got: "I8"))
    #expect(
      problem { () throws(BundleError) in _ = try file.int64s("q") }
        == .wrongType(tensor: "q", expected: "I64", got: "I8"))
    #expect(
      problem { () throws(BundleError) in _ = try file.floats("b.w", shape: [4]) }
        == .wrongShape(tensor: "b.w", expected: [4], got: [2, 2]))
  }
}

@Test(arguments: [Float.nan, .infinity, -.infinity], [0, 4095, 4096, 9000])
func numbersThatAreNotFiniteAreNeitherWrittenNorRead(bad: Float, index: Int) throws {
  var values = [Float](repeating: 1, count: 9001)
  values[index] = bad
  let expected = SafetensorsProblem.notFinite(tensor: "w", index: index, value: "\(bad)")
  try withTemporaryFolder { folder in
    let path = folder + "/x"
    var writer = SafetensorsWriter()
    writer.add("w", shape: [9001], values)
    #expect(throws: BundleError.tensors(path: path, problem: expected)) {
      _ = try writer.write(to: path)
    }
    let left = try names(in: folder)
    #expect(left.isEmpty)

    let data = values.flatMap { value in
      (0..<4).map { UInt8(truncatingIfNeeded: value.bitPattern >> ($0 * 8)) }
    }
    try writeFile(
      path,
      safetensors(#"{"w":{"dtype":"F32","shape":[9001],"data_offsets":[0,36004]}}"#, data: data))
    let file = try SafetensorsFile(path: path)
    #expect(throws: BundleError.tensors(path: path, problem: expected)) {
      _ = try file.floats("w")
    }
  }
}

/// Larger than the reading buffer.
@Test(arguments: ["F32", "BF16"]) func tensorsAreReadIntoTheirPlace(_ type: String) throws {
  let count = 1 << 18 | 77
  func data(_ values: [Float]) -> [UInt8] {
    values.flatMap { value in
      (type == "F32" ? 0..<4 : 2..<4).map { UInt8(truncatingIfNeeded: value.bitPattern >> ($0 * 8)) }
    }
  }
  // All of them have a form of 16 bits.
  var values = (0..<count).map { Float($0 % 256) }
  let size = type == "F32" ? 4 : 2
  let header = #"{"w":{"dtype":"\#(type)","shape":[\#(count)],"data_offsets":[0,\#(count * size)]}}"#
  try withTemporaryFolder { folder in
    try writeFile(folder + "/x", safetensors(header, data: data(values)))
    var place = [Float](repeating: -1, count: count + 2)
    let file = try SafetensorsFile(path: folder + "/x")
    try place.withUnsafeMutableBufferPointer {
      try file.read("w", into: UnsafeMutableBufferPointer(rebasing: $0[1...count]))
    }
    #expect(place == [-1] + values + [-1])
    #expect(
      throws: BundleError.tensors(
        path: folder + "/x", problem: .wrongShape(tensor: "w", expected: [count + 2], got: [count]))
    ) { try place.withUnsafeMutableBufferPointer { try file.read("w", into: $0) } }

    values[count - 1] = .infinity
    try writeFile(folder + "/y", safetensors(header, data: data(values)))
    let bad = try SafetensorsFile(path: folder + "/y")
    #expect(
      throws: BundleError.tensors(
        path: folder + "/y", problem: .notFinite(tensor: "w", index: count - 1, value: "inf"))
    ) { _ = try bad.floats("w") }
  }
}

@Test func doublesThatAreNotFiniteAreNotWritten() throws {
  try withTemporaryFolder { folder in
    var writer = SafetensorsWriter()
    writer.add("d", shape: [2], .float64([1, .nan]))
    #expect(
      throws: BundleError.tensors(
        path: folder + "/x", problem: .notFinite(tensor: "d", index: 1, value: "nan"))
    ) { _ = try writer.write(to: folder + "/x") }
  }
}

// torch: torch.tensor([1, -2.5, .1, 65504, 6e-8, -0., 6.1e-5, 3.05e-5], dtype=torch.float16), its
// .view(torch.int16), and .float().view(torch.int32); the same for bfloat16 of [1, -2.5, .1, 3e38]
@Test func halfPrecisionWidensExactly() throws {
  let halves: [UInt16] = [15360, 0xC100, 11878, 31743, 1, 0x8000, 1023, 512]
  let brains: [UInt16] = [16256, 0xC020, 15821, 32610]
  let data = (halves + brains).flatMap { [UInt8(truncatingIfNeeded: $0), UInt8($0 >> 8)] }
  try withTemporaryFolder { folder in
    try writeFile(
      folder + "/x",
      safetensors(
        #"{"h":{"dtype":"F16","shape":[8],"data_offsets":[0,16]},"#
          + #""b":{"dtype":"BF16","shape":[4],"data_offsets":[16,24]}}"#, data: data))
    let file = try SafetensorsFile(path: folder + "/x")
    #expect(
      try file.floats("h").map(\.bitPattern) == [
        0x3F80_0000, 0xC020_0000, 0x3DCC_C000, 0x477F_E000, 0x3380_0000, 0x8000_0000, 0x387F_C000,
        0x3800_0000,
      ])
    #expect(
      try file.floats("b").map(\.bitPattern) == [0x3F80_0000, 0xC020_0000, 0x3DCD_0000, 0x7F62_0000])
  }
}

@Test func aHalfThatIsInfiniteIsRefused() throws {
  try withTemporaryFolder { folder in
    let path = folder + "/x"
    try writeFile(
      path,
      safetensors(#"{"h":{"dtype":"F16","shape":[1],"data_offsets":[0,2]}}"#, data: [0, 0xFC]))
    let file = try SafetensorsFile(path: path)
    #expect(
      throws: BundleError.tensors(
        path: path, problem: .notFinite(tensor: "h", index: 0, value: "-inf"))
    ) { _ = try file.floats("h") }
  }
}

@Test func nothingIsOverwritten() throws {
  try withTemporaryFolder { folder in
    let path = folder + "/x"
    try writeFile(path, [1, 2, 3])
    #expect(throws: BundleError.cannotWrite(path: path, reason: systemMessage(EEXIST))) {
      _ = try sample().write(to: path)
    }
    #expect(try readFile(path) == [1, 2, 3])
  }
}

private func systemMessage(_ code: Int32) -> String { String(cString: strerror(code)) }

@Test func aShapeThatDisagreesWithItsValuesIsAProgrammersMistake() async {
  await #expect(processExitsWith: .failure) {
    var writer = SafetensorsWriter()
    writer.add("w", shape: [2, 2], [1, 2, 3])
  }
  await #expect(processExitsWith: .failure) {
    var writer = SafetensorsWriter()
    writer.add("w", shape: [1], [1])
    writer.add("w", shape: [1], [2])
  }
}
