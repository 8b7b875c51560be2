import DiscernBundle
import Foundation
import TestSupport
import Testing

/// The bytes of a safetensors file of this header and data.
func safetensors(_ header: String, data: [UInt8] = []) -> [UInt8] {
  safetensors(Array(header.utf8), data: data)
}

func safetensors(_ header: [UInt8], data: [UInt8] = []) -> [UInt8] {
  (0..<8).map { UInt8(truncatingIfNeeded: header.count >> ($0 * 8)) } + header + data
}

/// Writes over what is there and then cuts, for emptying a file first makes some file systems flush it.
func writeFile(_ path: String, _ bytes: [UInt8]) throws {
  let descriptor = open(path, O_WRONLY | O_CREAT, 0o644)
  defer { close(descriptor) }
  try #require(descriptor >= 0)
  try #require(write(descriptor, bytes, bytes.count) == bytes.count)
  try #require(ftruncate(descriptor, off_t(bytes.count)) == 0)
}

func readFile(_ path: String) throws -> [UInt8] {
  Array(try Data(contentsOf: URL(fileURLWithPath: path)))
}

func names(in folder: String) throws -> [String] {
  try FileManager.default.contentsOfDirectory(atPath: folder).sorted()
}

/// The error that reading these bytes as a safetensors file gives, or nil.
func problem(of bytes: [UInt8]) throws -> SafetensorsProblem? {
  try withTemporaryFolder { folder in try problem(of: bytes, at: folder + "/x.safetensors") }
}

/// The same by way of this file, which is made or overwritten.
func problem(of bytes: [UInt8], at path: String) throws -> SafetensorsProblem? {
  try writeFile(path, bytes)
  do throws(BundleError) {
    _ = try SafetensorsFile(path: path)
    return nil
  } catch {
    guard case .tensors(path, let problem) = error else {
      Issue.record("\(error)")
      return nil
    }
    return problem
  }
}

/// Possible content of a small model's manifest.
struct SampleContent: Codable, Equatable, Sendable {
  var labels = ["negative", "positiv é", "a/b \"quoted\""]
  var temperature = 1.25
  var hiddenSize = 8
  var note: String?
}

/// Writes a small model of two files.
@discardableResult
func writeSample(
  to path: String, _ content: SampleContent = SampleContent(), weight: Float = 0.5,
  format: BundleFormat = .model, exchanging: Bool = true, card: [UInt8]? = nil
) throws -> [SaveNote] {
  let folder = try AtomicFolder(destination: path, format: format, exchanging: exchanging)
  try writeFile(folder.path(of: "vocabulary.txt"), Array("good\t2\nbad\t1\n".utf8))
  var writer = SafetensorsWriter()
  writer.add("head.weight", shape: [2, 2], [weight, -1, 2, 3])
  _ = try writer.write(to: folder.path(of: "weights.safetensors"))
  try folder.writeManifest(content)
  if let card { try writeFile(folder.path(of: ModelCardFile.name), card) }
  return try folder.commit()
}

/// Loads everything that a small model holds.
func loadSample(_ path: String) throws(BundleError) -> (content: SampleContent, weights: [Float]) {
  func body(_ folder: BundleFolder) throws(BundleError) -> (SampleContent, [Float]) {
    let content = try folder.manifest.decode(SampleContent.self)
    let file = try folder.tensors("weights.safetensors")
    return (content, try file.floats("head.weight", shape: [2, 2]))
  }
  return try BundleFolder.reading(path, format: .model, wrap: { $0 }, body)
}
