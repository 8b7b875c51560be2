import Foundation
import TestSupport
import Testing

@Suite struct EmbedCommandTests {
  private let texts = "good films.\n\nb\0d\nbad [MASK] " + String(repeating: "film ", count: 15) + "\n"

  private func vectors(_ output: String) throws -> [[String: Any]] {
    try output.split(separator: "\n").map {
      try #require(try JSONSerialization.jsonObject(with: Data($0.utf8)) as? [String: Any])
    }
  }

  @Test func eachLineGivesAnObject() throws {
    try withTemporaryFolder { folder in
      try TransformerFixture.write("bert", to: folder + "/bert")
      let run = try CommandRun("embed", "bert", input: texts, folder: folder)
      #expect(run.status == 65 && run.errors.contains("1 line not embedded: NUL byte at standard input:3"))
      let lines = try vectors(run.output)
      #expect(lines.map { $0["line"] as? Int } == [1, 2, 3, 4])
      #expect(lines.map { ($0["vector"] as? [Double])?.count } == [8, 8, nil, 8])
      #expect(lines[2]["error"] != nil && lines[3]["cut"] as? Int == 3, "\(run.output)")
      #expect(run.errors.contains("1 text cut to 16 word pieces"), "\(run.errors)")
    }
  }

  /// The bytes of the file are taken apart here, and read by numpy where there is a Python with it.
  @Test func vectorsAreAnArrayOfNumPy() throws {
    try withTemporaryFolder { folder in
      try TransformerFixture.write("bert", to: folder + "/bert")
      let lines = try vectors(
        try CommandRun("embed", "bert", "--on-error", "skip", input: texts, folder: folder).output)
      let expected = lines.compactMap { ($0["vector"] as? [Double])?.map(Float.init) }
      let npy = ["embed", "bert", "--format", "npy", "--output", "v.npy"]
      let run = try CommandRun(arguments: npy + ["--on-error", "skip"], input: texts, folder: folder)
      #expect(run.status == 0 && run.output.isEmpty, "\(run.errors)")
      #expect(run.errors.contains("1 line not embedded: NUL byte"), "\(run.errors)")
      let bytes = [UInt8](try Data(contentsOf: URL(fileURLWithPath: folder + "/v.npy")))
      #expect(bytes.prefix(10) == [0x93, 0x4E, 0x55, 0x4D, 0x50, 0x59, 1, 0, 118, 0])
      let header = String(decoding: bytes[10..<128], as: UTF8.self)
      #expect(header.hasPrefix("{'descr': '<f4', 'fortran_order': False, 'shape': (3, 8), }  "))
      #expect(header.hasSuffix(" \n"))
      let values = stride(from: 128, to: bytes.count, by: 4).map { start in
        Float(bitPattern: (0..<4).reduce(0) { $0 | UInt32(bytes[start + $1]) << (8 * UInt32($1)) })
      }
      #expect(values == expected.flatMap(\.self) && values.count == 24)
      if PeerPython.path(with: "numpy") != nil {
        let read = try PeerPython.run([
          "-c",
          "import numpy, sys; a = numpy.load(sys.argv[1]); print(a.shape, a.dtype, *a.ravel().tolist())",
          folder + "/v.npy",
        ])
        let words = read.lines[0].split(separator: " ")
        #expect(words.prefix(3).joined(separator: " ") == "(3, 8) float32", "\(read.lines) \(read.errors)")
        #expect(words.dropFirst(3).compactMap { Float($0) } == values)
      }
      // Many texts, in several windows, and none at all.
      let many = (0..<3_000).map { "film good \($0)\n" }.joined()
      #expect(try CommandRun(arguments: npy, input: many, folder: folder).status == 0)
      #expect(try Data(contentsOf: URL(fileURLWithPath: folder + "/v.npy")).count == 128 + 3_000 * 32)
      #expect(try CommandRun(arguments: npy, folder: folder).status == 0)
      let empty = try Data(contentsOf: URL(fileURLWithPath: folder + "/v.npy"))
      #expect(empty.count == 128 && String(decoding: empty, as: UTF8.self).contains("(0, 8)"))
    }
  }

  @Test func anArrayWithoutALineIsAnError() throws {
    try withTemporaryFolder { folder in
      try TransformerFixture.write("bert", to: folder + "/bert")
      try "good\n".write(toFile: folder + "/t.txt", atomically: true, encoding: .utf8)
      try "old".write(toFile: folder + "/v.npy", atomically: true, encoding: .utf8)
      for (arguments, status, words) in [
        (["--format", "npy", "--output", "v.npy"], Int32(65), "-:3: the row contains a NUL byte"),
        (["--format", "npy"], 64, "--format npy needs --output"),
        (["--output", "v.npy"], 64, "--output requires --format npy"),
        (["--format", "npy", "--output", "-"], 74, "name a file"),
        (["--format", "npy", "--output", "bert/v.npy"], 64, "is in the folder of the model bert"),
        (["t.txt", "--format", "npy", "--output", "t.txt"], 64, "would overwrite the input t.txt"),
        (["--format", "npy", "--output", "none/v.npy"], 74, "there is no folder none/"),
      ] {
        let run = try CommandRun(arguments: ["embed", "bert"] + arguments, input: texts, folder: folder)
        #expect(
          run.status == status && run.output.isEmpty && run.errors.contains(words),
          "\(arguments): \(run.status) \(run.errors)")
      }
      #expect(try String(contentsOfFile: folder + "/v.npy", encoding: .utf8) == "old")
      #expect(
        try FileManager.default.contentsOfDirectory(atPath: folder).sorted() == ["bert", "t.txt", "v.npy"])
    }
  }
}
