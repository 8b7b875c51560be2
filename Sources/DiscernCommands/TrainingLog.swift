import DiscernIO
import Foundation
import Synchronization

/// A run as JSON, an object a line. A log that cannot be written costs no model: it ends with a warning.
final class TrainingLog {
  private let target: OutputTarget
  /// Opened, and emptied, with the first line: by then all inputs were opened.
  private var file: OutputFile?
  /// Why it ended.
  private(set) var failure: InputError?
  /// How far it has come; `nil` where it is no file, of which nothing can be taken back.
  let position: Position?
  private let manner: OutputFile.Manner
  /// While a training that goes on reads its data again: what it says of them is in the log already.
  var isMuted: Bool

  final class Position: Sendable {
    private let bytes: Atomic<Int>

    init(_ bytes: Int) { self.bytes = Atomic(bytes) }

    var value: Int { bytes.load(ordering: .relaxed) }

    func advance(by count: Int) { bytes.wrappingAdd(count, ordering: .relaxed) }
  }

  /// Finds out whether it could be written; nothing is changed.
  ///
  /// - Parameters:
  ///   - inputs: the paths of what is read.
  ///   - model: the model's folder, there or not.
  ///   - bytes: how much of a log that is there stays, where a training goes on.
  /// - Throws: `InputError`; also if it would be written over an input, or into the model.
  init(path: String, inputs: [String], model: String, keeping bytes: Int? = nil) throws(InputError) {
    target = try OutputTarget(path: path)
    if target.lies(in: model) {
      throw .unwritable(path: path, reason: "lies in the folder of --output; give the log another place")
    }
    try target.requireApart(from: inputs + Self.files(of: model))
    try target.tryOut()
    // One that is gone is one of no bytes.
    let size = target.size ?? 0
    position = target.isFile ? Position(min(bytes ?? 0, size)) : nil
    isMuted = bytes != nil
    if let bytes, target.isFile, size < bytes {
      Console.warning("--json-log \(path): \(bytes - size) bytes that were written before are missing")
    }
    manner = bytes.map { .continuing($0) } ?? .growing
  }

  /// Whether standard output holds nothing but the log.
  var isStandardOutput: Bool { target.isStandardOutput }

  func write(_ value: some Encodable) {
    guard failure == nil, !isMuted else { return }
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    do {
      let line = try encoder.encode(value) + [0x0A]
      let file = try self.file ?? OutputFile(target, manner)
      self.file = file
      try file.write(Array(line))
      position?.advance(by: line.count)
    } catch {
      end(error as? InputError ?? .unwritable(path: target.name, reason: "a number in it is none"))
    }
  }

  /// Some file systems tell only at the end that they are full.
  func close() {
    guard let file, failure == nil else { return }
    do throws(InputError) { try file.finish() } catch { end(error) }
    self.file = nil
  }

  private func end(_ error: InputError) {
    failure = error
    file = nil
    Console.warning("--json-log \(error); the training goes on without it")
  }

  /// What a log must not be linked to.
  private static func files(of model: String) -> [String] {
    guard let names = try? FolderEntry.names(in: RawPath(model)) else { return [] }
    return names.map { model + "/" + $0.text }
  }
}
