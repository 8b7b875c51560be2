import DiscernBundle
import Foundation
import TestSupport
import Testing

@Test func aSavedModelComesBackTheSame() throws {
  try withTemporaryFolder { folder in
    let path = folder + "/model"
    try writeSample(to: path)
    #expect(
      try names(in: path) == [
        "manifest.json", "manifest.sha256", "vocabulary.txt", "weights.safetensors",
      ])
    #expect(try names(in: folder) == ["model"])
    let (content, weights) = try loadSample(path)
    #expect(content == SampleContent())
    #expect(weights == [0.5, -1, 2, 3])
    #expect(try loadSample(path + "/").weights == weights)
  }
}

// More than are held open.
@Test func aModelOfManyFilesIsRead() throws {
  try withTemporaryFolder { folder in
    let made = try AtomicFolder(destination: folder + "/m", format: .model)
    for index in 0..<100 { try writeFile(made.path(of: "part-\(index)"), [UInt8(index)]) }
    try made.writeManifest(SampleContent())
    _ = try made.commit()
    let read = try BundleFolder(path: folder + "/m", format: .model)
    for index in 0..<100 { #expect(try read.contents("part-\(index)") == [UInt8(index)]) }
    // Reopened files are checked again.
    var refused = 0
    for index in 0..<100 {
      try writeFile("\(folder)/m/part-\(index)", [255])
      do throws(BundleError) {
        _ = try read.contents("part-\(index)")
      } catch {
        refused += 1
      }
    }
    #expect(refused == 36)
  }
}

@Test(.enabled(if: geteuid() != 0, "the superuser may list everything"))
func aFolderThatMayOnlyBeEnteredIsRead() throws {
  try withTemporaryFolder { folder in
    try writeSample(to: folder + "/m")
    #expect(chmod(folder + "/m", 0o300) == 0)
    defer { chmod(folder + "/m", 0o700) }
    _ = try loadSample(folder + "/m")
    #expect(throws: BundleError.cannotList(path: folder + "/m")) {
      _ = try AtomicFolder.check(destination: folder + "/m", format: .model)
    }
  }
}

@Test func theSameModelIsTheSameBytes() throws {
  try withTemporaryFolder { folder in
    try writeSample(to: folder + "/a")
    try writeSample(to: folder + "/b")
    for name in try names(in: folder + "/a") {
      #expect(try readFile("\(folder)/a/\(name)") == readFile("\(folder)/b/\(name)"))
    }
  }
}

@Test func manifestReadsAsIntended() throws {
  try withTemporaryFolder { folder in
    try writeSample(to: folder + "/m")
    let text = String(decoding: try readFile(folder + "/m/manifest.json"), as: UTF8.self)
    // The digests: sha256sum of the text, and in Python hashlib.sha256(safetensors.numpy.save(
    // {'head.weight': np.array([[.5, -1], [2, 3]], 'f4'})).hexdigest()
    #expect(
      text == """
        {
          "content" : {
            "hiddenSize" : 8,
            "labels" : [
              "negative",
              "positiv é",
              "a/b \\"quoted\\""
            ],
            "temperature" : 1.25
          },
          "files" : {
            "vocabulary.txt" : {
              "bytes" : 13,
              "sha256" : "1368ec4e0ad0a7af819677770908b5b9db3a3caf09f3e8c660276d9b39562885"
            },
            "weights.safetensors" : {
              "bytes" : 96,
              "sha256" : "92bd2b20df56dadec7434741a6a2c584918903bb98f0ac1c91e4f06cfd7cf327"
            }
          },
          "format" : "discern-model",
          "formatVersion" : 2
        }

        """)
  }
}

@Test func noFlippedBitLoads() throws {
  try withTemporaryFolder { folder in
    let path = folder + "/m"
    try writeSample(to: path)
    var flips = 0
    for name in try names(in: path) {
      let whole = try readFile("\(path)/\(name)")
      for index in whole.indices {
        for bit in 0..<8 {
          var bytes = whole
          bytes[index] ^= 1 << bit
          try writeFile("\(path)/\(name)", bytes)
          #expect(throws: BundleError.self, "\(name), byte \(index), bit \(bit)") {
            _ = try loadSample(path)
          }
          flips += 1
        }
      }
      for cut in [0, 1, whole.count - 1] {
        try writeFile("\(path)/\(name)", Array(whole[..<cut]))
        #expect(throws: BundleError.self) { _ = try loadSample(path) }
      }
      try writeFile("\(path)/\(name)", whole + [10])
      #expect(throws: BundleError.self) { _ = try loadSample(path) }
      try writeFile("\(path)/\(name)", whole)
    }
    #expect(flips > 5000)
    _ = try loadSample(path)
  }
}

@Test func everyErrorNamesTheFile() throws {
  try withTemporaryFolder { folder in
    let path = folder + "/m"
    func check(_ expected: BundleError) {
      #expect(throws: expected) { _ = try loadSample(path) }
      #expect("\(expected)".contains(path))
    }
    check(.notFound(path: path))
    try writeFile(path, [])
    check(.notAClassifier(path: path))
    try FileManager.default.removeItem(atPath: path)
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: false)
    check(.noManifest(folder: path))

    for name in ["vocabulary.txt", "weights.safetensors", "manifest.sha256"] {
      try FileManager.default.removeItem(atPath: path)
      try writeSample(to: path)
      try FileManager.default.removeItem(atPath: "\(path)/\(name)")
      check(.missingFile(path: "\(path)/\(name)"))
    }
    try FileManager.default.removeItem(atPath: path)
    try writeSample(to: path)
    try writeFile(path + "/vocabulary.txt", Array("good\t2\nbad\t1".utf8))
    check(.sizeMismatch(path: path + "/vocabulary.txt", expected: 13, got: 12))
    try writeFile(path + "/vocabulary.txt", Array("good\t2\nbad\t3\n".utf8))
    #expect {
      _ = try loadSample(path)
    } throws: { error in
      guard case .digestMismatch(path + "/vocabulary.txt", _, _) = error as? BundleError else {
        return false
      }
      return true
    }
    try writeFile(path + "/manifest.sha256", [])
    check(.manifestDigestMismatch(path: path + "/manifest.json"))
  }
}

@Test func sha256sumAcceptsTheManifest() throws {
  try withTemporaryFolder { folder in
    try writeSample(to: folder + "/m")
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    process.arguments = ["sha256sum", "--status", "-c", "manifest.sha256"]
    process.currentDirectoryURL = URL(fileURLWithPath: folder + "/m")
    try process.run()
    process.waitUntilExit()
    // 127: this machine has no such program.
    #expect([0, 127].contains(process.terminationStatus))
  }
}

@Test func aDigestMayBeGivenWithATensorFile() throws {
  try withTemporaryFolder { folder in
    try writeSample(to: folder + "/m")
    let path = folder + "/m/weights.safetensors"
    let digest = try FileDigest.of(path: path)
    _ = try SafetensorsFile(path: path, digest: digest)
    var bytes = try readFile(path)
    bytes[bytes.count - 1] ^= 1
    try writeFile(path, bytes)
    #expect(throws: BundleError.self) { _ = try SafetensorsFile(path: path, digest: digest) }
  }
}
