import DiscernIO
import DiscernSystem

/// Moves all files of a model from one folder to another, which may be on another file system.
enum FolderCopy {
  /// Moves or copies the files, `manifest.sha256` last, since it marks the new folder as complete.
  static func move(
    _ names: [FileName], from source: OpenFolder, to target: OpenFolder
  ) throws(BundleError) {
    let last = FileName(BundleManifest.digestFileName)
    for name in names.filter({ $0 != last }) + names.filter({ $0 == last }) {
      let code = source.move(name, to: target, name, .fails)
      if code == EXDEV {
        try copy(name, from: source, to: target)
      } else if code != 0 {
        throw .cannotWrite(path: target.path(of: name), reason: systemError(code))
      }
    }
    try target.sync()
  }

  private static func copy(
    _ name: FileName, from source: OpenFolder, to target: OpenFolder
  ) throws(BundleError) {
    let reader = try FileReader(name, in: source)
    var writer = try FileWriter(path: target.path(of: name))
    var buffer = [UInt8](repeating: 0, count: max(1, min(reader.size, 1 << 20)))
    var offset = 0
    while offset < reader.size {
      if reader.size - offset < buffer.count { buffer.removeLast(buffer.count - (reader.size - offset)) }
      try reader.fill(&buffer, at: offset)
      try writer.write(buffer)
      offset += buffer.count
    }
    let mode = try source.mark(of: name)?.permissions ?? 0o666
    _ = try writer.finish()
    _ = name.withPointer { fchmodat(target.descriptor, $0, mode, 0) }
  }
}
