import DiscernIO
import DiscernSystem
import Synchronization

/// A file that grows during training. If writing it fails, it ends with a warning, and training continues.
final class LogFile {
  private let flag: String
  private let target: OutputTarget
  /// Opened, and emptied, when the first line is written: by then all inputs were opened.
  private var file: OutputFile?
  /// Why the log ended.
  private(set) var failure: InputError?
  /// Its length so far; `nil` if it is not a regular file, which cannot be truncated.
  let position: Position?
  private let manner: OutputFile.Manner
  /// True while resumed training reads its data again: the log already has the lines about them.
  var isMuted: Bool

  final class Position: Sendable {
    private let bytes: Atomic<Int>

    init(_ bytes: Int) { self.bytes = Atomic(bytes) }

    var value: Int { bytes.load(ordering: .relaxed) }

    func advance(by count: Int) { bytes.wrappingAdd(count, ordering: .relaxed) }
  }

  /// Checks whether the log could be written, without changing anything.
  ///
  /// - Parameters:
  ///   - flag: the flag that names it, for messages.
  ///   - inputs: the input paths.
  ///   - model: the model's folder, which need not exist.
  ///   - bytes: the number of bytes of an existing log to keep when training is resumed.
  /// - Throws: `InputError`; also if it would be written over an input, or into the model.
  init(
    _ flag: String, path: String, inputs: [String], model: String, keeping bytes: Int? = nil
  ) throws(InputError) {
    self.flag = flag
    target = try OutputTarget(path: path)
    try target.requireOutside(ofModel: model)
    try target.requireApart(from: inputs + Self.files(of: model))
    try target.tryOut()
    try target.requireUnlocked()
    // A missing file counts as empty.
    let size = target.size ?? 0
    position = target.isFile ? Position(min(bytes ?? 0, size)) : nil
    isMuted = bytes != nil
    manner = bytes.map { .continuing($0) } ?? .growing
    guard let bytes else { return }
    if target.isFile, size < bytes {
      Console.warning("\(flag) \(path): \(bytes - size) bytes that were written before are missing")
    }
    if !target.isFile {
      Console.warning(
        "\(flag) \(path) is a stream, which cannot be truncated: it gets the lines since the checkpoint, "
          + "some of them perhaps again")
    }
  }

  /// Whether standard output contains only the log.
  var isStandardOutput: Bool { target.isStandardOutput }

  func write(_ bytes: [UInt8]) {
    guard failure == nil, !isMuted else { return }
    do throws(InputError) {
      if file == nil { file = try OutputFile(target, manner) }
      try file?.write(bytes)
      position?.advance(by: bytes.count)
    } catch {
      end(error)
    }
  }

  /// Closes the log. Some file systems report that they are full only on closing.
  func close() {
    guard let file, failure == nil else { return }
    do throws(InputError) { try file.finish() } catch { end(error) }
    self.file = nil
  }

  /// Closes the log permanently.
  func end(_ error: InputError) {
    failure = error
    file = nil
    Console.warning("\(flag) \(error); training continues without it")
  }

  /// The files of a model, to which a log must not be linked.
  private static func files(of model: String) -> [String] {
    guard let names = try? FolderEntry.names(in: RawPath(model)) else { return [] }
    return names.map { model + "/" + $0.text }
  }
}
