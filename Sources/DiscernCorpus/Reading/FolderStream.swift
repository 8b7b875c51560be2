import DiscernIO
import DiscernVocabulary
import Foundation

/// Texts of a folder whose subfolders are the labels: parts, labels and files each in the order of their
/// bytes. Links are followed, but not round in circles; what is neither file nor folder is left out.
final class FolderStream: RecordStream {
  private struct Pending {
    let path: String
    let label: [UInt8]
    /// Device and inode of the folders on the way, so that a link back up is recognised.
    let ancestors: [FolderEntry.Identity]
  }

  /// What to visit next, last first.
  private var pending: [Pending] = []
  private var text = ByteBuffer(capacity: 1 << 16)
  private var label = ByteBuffer()

  /// - Parameter folders: the labels' folders in the order in which to read them.
  init(folders: [(path: String, label: String)]) {
    pending = folders.reversed().map {
      Pending(path: $0.path, label: Array($0.label.utf8), ancestors: [])
    }
  }

  func next() throws(CorpusError) -> StreamStep {
    while let item = pending.popLast() {
      guard let entry = FolderEntry(path: item.path) else {
        return .bad(
          RecordLocation(path: item.path, line: 0),
          .unreadableFile(reason: "cannot be read: " + String(cString: strerror(errno))))
      }
      switch entry.kind {
      case .other: continue
      case .folder:
        if item.ancestors.contains(entry.identity) { continue }
        let ancestors = item.ancestors + [entry.identity]
        let names = try CorpusError.wrapping { () throws(InputError) in try FolderEntry.names(in: item.path) }
          .filter { !FolderLayout.isHidden($0[...]) }
        for name in names.reversed() {
          pending.append(Pending(path: item.path + "/" + name, label: item.label, ancestors: ancestors))
        }
      case .file:
        do throws(InputError) {
          try read(item.path)
        } catch {
          return .bad(RecordLocation(path: item.path, line: 0), .unreadableFile(reason: "\(error)"))
        }
        label.removeAll()
        item.label.withUnsafeBufferPointer { label.append($0) }
        return .record(
          RawRecord(text: text.withoutByteOrderMark, labels: [label.bytes], path: item.path, line: 0))
      }
    }
    return .end
  }

  private func read(_ path: String) throws(InputError) {
    let source = try ByteSource(path: path)
    try text.fill(path: path) { buffer throws(InputError) in try source.read(into: buffer) }
  }
}

extension ByteBuffer {
  /// Replaces the contents by all that `read` delivers.
  mutating func fill(
    path: String, read: (UnsafeMutableRawBufferPointer) throws(InputError) -> Int
  ) throws(InputError) {
    removeAll()
    while true {
      let count = try read(freeSpace(atLeast: 1 << 15))
      if count == 0 { return }
      added(count)
      if self.count > InputBuffer.recordLimit {
        throw .lineTooLong(path: path, line: 1, limit: InputBuffer.recordLimit)
      }
    }
  }

  var withoutByteOrderMark: UnsafeBufferPointer<UInt8> {
    let all = bytes
    let hasMark = all.count >= 3 && all[0] == 0xEF && all[1] == 0xBB && all[2] == 0xBF
    return UnsafeBufferPointer(rebasing: all[(hasMark ? 3 : 0)...])
  }
}
