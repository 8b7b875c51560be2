import DiscernTensor

/// A part of a training's state on disk that was found to be complete: a checkpoint, or a finished run.
package struct Checkpoint: Sendable {
  package let path: String
  private let folder: BundleFolder

  static let tensorFile = "state.safetensors"
  /// All file names in such a folder, in order of removal.
  static let fileNames = [BundleManifest.digestFileName, tensorFile, BundleManifest.fileName]

  /// Checks every file's digest. Cost: reads everything once.
  init(path: String) throws(BundleError) {
    self.path = path
    folder = try BundleFolder(path: path, format: .checkpoint)
  }

  /// The record that accompanies the tensors.
  package func content<Content: Codable>(_ type: Content.Type) throws(BundleError) -> Content {
    try folder.manifest.decode(type)
  }

  /// Reads each tensor into its buffer. Throws if one is missing or unexpected, or has the wrong shape or
  /// impossible numbers; some may have been read by then.
  package func fill(_ buffers: [StateBuffer]) throws(BundleError) {
    let file = try folder.tensors(Self.tensorFile)
    let wanted = Set(buffers.map(\.name))
    for tensor in file.header.tensors where !wanted.contains(tensor.name) {
      throw .tensors(path: file.path, problem: .unexpectedTensor(name: tensor.name))
    }
    for buffer in buffers {
      switch buffer.numbers {
      case .floats(let values): try file.read(buffer.name, shape: buffer.shape, into: values)
      case .doubles(let values): try file.read(buffer.name, shape: buffer.shape, into: values)
      }
      if let (index, value) = buffer.firstImpossible {
        throw .tensors(
          path: file.path,
          problem: .impossible(
            tensor: buffer.name, index: index, value: "\(value)", expected: "\(buffer.allowed)"))
      }
    }
  }
}
