import DiscernBundle
import DiscernTensor
import Foundation

struct CheckpointContent: Codable, Equatable {
  let step: Int

  static func step(_ checkpoint: Checkpoint) throws -> Int { try checkpoint.content(Self.self).step }
}

/// A state of sixteen floats and three doubles.
final class CheckpointState {
  let floats = AlignedBuffer(count: 16)
  let doubles = UnsafeMutableBufferPointer<Double>.allocate(capacity: 3)

  init(_ value: Double = 0) { set(value) }

  deinit { doubles.deallocate() }

  func set(_ value: Double) {
    for index in 0..<16 { floats.pointer[index] = Float(value) / Float(index + 3) }
    for index in 0..<3 { doubles[index] = value / Double(index + 7) }
  }

  var buffers: [StateBuffer] {
    [
      StateBuffer("weights/a", shape: [2, 4], floats), StateBuffer("weights/b", shape: [8], floats, from: 8),
      StateBuffer("rows", shape: [3], .doubles(doubles), of: self),
    ]
  }

  var bits: [UInt64] { floats.elements.map { UInt64($0.bitPattern) } + doubles.map(\.bitPattern) }

  static func names(_ folder: String) throws -> [String] {
    try FileManager.default.contentsOfDirectory(atPath: folder).sorted()
  }

  /// Changes a byte of a checkpoint's file.
  static func damage(_ folder: String, _ name: String, file: String = "state.safetensors") throws {
    let path = "\(folder)/\(name)/\(file)"
    var bytes = try Data(contentsOf: URL(fileURLWithPath: path))
    bytes[bytes.count - 1] ^= 1
    try bytes.write(to: URL(fileURLWithPath: path))
  }
}
