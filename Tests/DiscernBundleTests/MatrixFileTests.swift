import DiscernBundle
import DiscernIO
import Foundation
import TestSupport
import Testing

private func npy(_ header: String, _ data: [UInt8], version: UInt8 = 1) -> [UInt8] {
  let length = header.utf8.count
  let size: [UInt8] = (0..<(version == 1 ? 2 : 4)).map { UInt8(truncatingIfNeeded: length >> (8 * $0)) }
  return [0x93] + Array("NUMPY".utf8) + [version, 0] + size + Array(header.utf8) + data
}

private func bytes(_ values: [Float]) -> [UInt8] { values.withUnsafeBytes { Array($0) } }

private let header = "{'descr': '<f4', 'fortran_order': False, 'shape': (2, 3), }   \n"

@Test func matricesOfNumPyAreRead() throws {
  try withTemporaryFolder { folder in
    let path = folder + "/m.npy"
    let file = try NumPyFile(try OutputTarget(path: path), columnCount: 3)
    try file.append([1, -2, 3.5, 4, 5, 6])
    try file.finish()
    let own = try MatrixFile(path: path)
    #expect(own.rows == 2 && own.columns == 3 && own.values == [1, -2, 3.5, 4, 5, 6])
    let doubles = ([1.5, 2, 3, 4, 5, -6] as [Double]).flatMap { withUnsafeBytes(of: $0) { Array($0) } }
    let halves: [UInt8] = [0x3C00, 0x4000, 0x4200, 0, 0xBC00, 1].flatMap { (half: UInt16) in
      [UInt8(half & 255), UInt8(half >> 8)]
    }
    for (content, first) in [
      (npy(header, bytes([7, 8, 9, 1, 2, 3]), version: 2), Float(7)),
      (npy(header.replacingOccurrences(of: "<f4", with: "<f8"), doubles), 1.5),
      (npy(header.replacingOccurrences(of: "<f4", with: "<f2"), halves), 1),
      (npy("{'shape': (2, 3), 'fortran_order': False, 'descr': '<f4'}\n", bytes([3, 0, 0, 0, 0, 0])), 3),
    ] {
      try Data(content).write(to: URL(fileURLWithPath: path))
      let matrix = try MatrixFile(path: path)
      #expect(matrix.rows == 2 && matrix.columns == 3 && matrix.values[0] == first)
    }
    if PeerPython.path(with: "numpy") != nil {
      let made = try PeerPython.run([
        "-c", "import numpy, sys; numpy.save(sys.argv[1], numpy.arange(12, dtype='f4').reshape(4, 3))", path,
      ])
      #expect(made.errors.isEmpty)
      #expect(try MatrixFile(path: path).values == (0..<12).map(Float.init))
    }
  }
}

@Test func filesThatAreNoMatrixAreRefused() throws {
  let data = bytes([1, 2, 3, 4, 5, 6])
  let cases: [(content: [UInt8], words: String)] = [
    (npy(header, Array(data.dropLast())), "bytes follow"), (npy(header, data + [0]), "bytes follow"),
    (npy(header, bytes([1, 2, 3, 4, .nan, 6])), "row 2, column 2 is nan"),
    (npy(header.replacingOccurrences(of: "<f4", with: ">f4"), data), "not floats of this byte order"),
    (npy(header.replacingOccurrences(of: "<f4", with: "|O"), data), "not floats"),
    (npy(header.replacingOccurrences(of: "False", with: "True"), data), "stored by columns"),
    (npy(header.replacingOccurrences(of: "(2, 3)", with: "(6,)"), data), "expected two sizes"),
    (npy(header.replacingOccurrences(of: "(2, 3)", with: "(0, 3)"), []), "contains no vectors"),
    (npy(header.replacingOccurrences(of: "(2, 3)", with: "(-2, 3)"), data), "expected two sizes"),
    (
      npy(
        header.replacingOccurrences(of: "(2, 3)", with: "(9223372036854775807, 9223372036854775807)"), data),
      "bytes follow"
    ), (npy("no dictionary", data), "not a NumPy dictionary"),
    (npy("{'descr': '<f4'", data), "not a NumPy dictionary"),
    (npy("{'descr': '<f4', 'descr': '<f4'}", data), "not a NumPy dictionary"),
    (Array(npy(header, data).prefix(9)), "the file is truncated"),
    (npy(header, data, version: 9), "version 9.0"),
    ([0x93] + Array("NUMPY".utf8) + [1, 0, 255, 255] + Array(header.utf8), "truncated or damaged"),
    (Array("good films".utf8), "safetensors"), ([], "shorter"),
  ]
  try withTemporaryFolder { folder in
    let path = folder + "/m.npy"
    for (content, words) in cases {
      try Data(content).write(to: URL(fileURLWithPath: path))
      do throws(BundleError) {
        _ = try MatrixFile(path: path)
        Issue.record("\(words): read")
      } catch {
        #expect(error.kind == .badInput, "\(error)")
        if words != "safetensors" && words != "shorter" { #expect("\(error)".contains(words), "\(error)") }
        #expect("\(error)".contains(path))
      }
    }
    // A flipped bit in the header reads as something else, or not at all; it never traps.
    let whole = npy(header, data)
    for bit in 0..<(8 * (whole.count - data.count)) {
      var changed = whole
      changed[bit / 8] ^= 1 << (bit % 8)
      try Data(changed).write(to: URL(fileURLWithPath: path))
      _ = try? MatrixFile(path: path)
    }
  }
}

@Test func aTensorIsChosenByItsName() throws {
  try withTemporaryFolder { folder in
    let path = folder + "/t.safetensors"
    var writer = SafetensorsWriter()
    writer.add("a", shape: [2, 2], [1, 2, 3, 4])
    writer.add("b", shape: [1, 3], [5, 6, 7])
    writer.add("c", shape: [2], [8, 9])
    _ = try writer.write(to: path)
    #expect(try MatrixFile(path: path, tensor: "b").values == [5, 6, 7])
    for tensor in [nil, "c", "d"] {
      #expect(throws: BundleError.self) { try MatrixFile(path: path, tensor: tensor) }
    }
  }
}

private func index(_ texts: [String]?) -> MatchIndexFile {
  MatchIndexFile(vectors: [0.6, 0.8, 1, 0], size: 2, lines: [1, 3], texts: texts, model: "m")
}

@Test func anIndexIsTheSameFromItsFile() throws {
  try withTemporaryFolder { folder in
    let path = folder + "/i.safetensors"
    for texts in [["", "Größe\n"], nil] {
      try index(texts).write(to: path)
      #expect(try MatchIndexFile(path: path, size: 2, model: "m") == index(texts))
    }
  }
}

@Test func damagedAndForeignIndexesAreRefused() throws {
  try withTemporaryFolder { folder in
    let path = folder + "/i.safetensors"
    try index(["one", "two"]).write(to: path)
    #expect(throws: BundleError.self) { try MatchIndexFile(path: path, size: 2, model: "other") }
    #expect(throws: BundleError.self) { try MatchIndexFile(path: path, size: 3, model: "m") }
    let whole = try [UInt8](Data(contentsOf: URL(fileURLWithPath: path)))
    for bit in 0..<(8 * whole.count) {
      var changed = whole
      changed[bit / 8] ^= 1 << (bit % 8)
      try Data(changed).write(to: URL(fileURLWithPath: path))
      if let read = try? MatchIndexFile(path: path, size: 2, model: "m") {
        // White space of the header and the like.
        #expect(read == index(["one", "two"]), "bit \(bit)")
      }
    }
    for count in 0..<whole.count {
      try Data(whole.prefix(count)).write(to: URL(fileURLWithPath: path))
      #expect(throws: BundleError.self) { try MatchIndexFile(path: path, size: 2, model: "m") }
    }
  }
}
