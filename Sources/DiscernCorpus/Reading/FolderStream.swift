import DiscernIO
import DiscernSystem
import DiscernVocabulary

/// Texts of a folder whose subfolders are the labels: training, development, test; labels and files by the
/// bytes of their names. Links within the folder are followed, but not in cycles; entries that are neither
/// file nor folder, and links that lead elsewhere, are left out.
final class FolderStream: RecordStream {
  /// The role of an entry in the tree.
  private enum Role {
    /// A folder above the labels, at this depth of the prefix.
    case above(Int)
    case labels
    case labelFolder([UInt8])
    case text([UInt8])
    case besideParts
    case leftOut(LeftOut.Kind)
  }

  private struct Pending {
    let path: RawPath
    let role: Role
    /// The folders above, so that a link back to one is recognised.
    let ancestors: [FolderEntry.Identity]
  }

  private let root: RawPath
  private let layout: FolderLayout
  private let part: Corpus.Part
  private let limit: UnpackLimit
  private let longest: Int
  private let decoder: NameDecoder
  private var realRoot: RawPath?
  /// The entries to visit next, last first.
  private var pending: [Pending]
  private var text = ByteBuffer(capacity: 1 << 16)
  private var label = ByteBuffer()
  private var leftOut = LeftOut()

  init(path: String, layout: FolderLayout, part: Corpus.Part, options: CorpusOptions) {
    root = RawPath(path)
    self.layout = layout
    self.part = part
    limit = options.unpackLimit
    longest = options.maximumLineBytes
    decoder = options.nameDecoder(for: path)
    pending = [Pending(path: root, role: .above(0), ancestors: [])]
  }

  func next() throws(CorpusError) -> StreamStep {
    do throws(InputError) {
      while let item = pending.popLast() {
        if let step = try visit(item) { return step }
      }
    } catch {
      throw .input(error)
    }
    return .end
  }

  func finish() -> (notes: [String], warnings: [String]) {
    (layout.note(part) + leftOut.notes, leftOut.warnings + [decoder.warning].compactMap { $0 })
  }

  private func visit(_ item: Pending) throws(InputError) -> StreamStep? {
    if case .leftOut(let kind) = item.role {
      count(item, as: kind)
      return nil
    }
    let isLink = FolderEntry.isSymbolicLink(item.path)
    guard let entry = FolderEntry(item.path), !isLink || realPath(item.path) != nil else {
      return .bad(
        RecordLocation(path: "\(item.path)", line: 0),
        .unreadableFile(reason: "cannot be read: " + systemError(errno)))
    }
    if isLink, !item.ancestors.isEmpty, let real = realPath(item.path), !isInside(real) {
      leftOut.add(.leadsOut, shown(item.path))
      return nil
    }
    switch entry.kind {
    case .other:
      leftOut.add(.device, shown(item.path))
      return nil
    case .folder:
      if item.ancestors.contains(entry.identity) {
        leftOut.add(.circle, shown(item.path))
      } else {
        try open(item, ancestors: item.ancestors + [entry.identity])
      }
      return nil
    case .file:
      guard case .text(let name) = item.role else {
        leftOut.add(.outside, shown(item.path))
        return nil
      }
      return record(item.path, label: name)
    }
  }

  private func open(_ item: Pending, ancestors: [FolderEntry.Identity]) throws(InputError) {
    var children: [(rank: Int, pending: Pending)] = []
    for name in try FolderEntry.names(in: item.path) {
      let text = try decoder.text(of: name)
      guard let (role, rank) = role(of: text, in: item.role) else { continue }
      children.append(
        (rank, Pending(path: item.path.appending(name), role: role, ancestors: ancestors)))
    }
    // Parts have a fixed order; everything else is unchanged.
    if case .above = item.role, !layout.parts.isEmpty {
      children = children.enumerated().sorted { ($0.element.rank, $0.offset) < ($1.element.rank, $1.offset) }
        .map(\.element)
    }
    pending += children.reversed().map(\.pending)
  }

  /// The role of a name in a folder of the given role; nil for entries that are deliberately not read.
  private func role(of text: String, in role: Role) -> (role: Role, rank: Int)? {
    if FolderLayout.isHidden(text) { return (.leftOut(.hidden), 0) }
    switch role {
    case .leftOut, .text: return (role, 0)
    case .besideParts: return (.leftOut(.noPart), 0)
    case .labelFolder(let label): return (.text(label), 0)
    case .labels:
      if FolderLayout.isUnlabelled(text) { return (.leftOut(.unlabelled), 0) }
      return (.labelFolder(Array(text.utf8)), 0)
    case .above(let depth):
      if depth < layout.prefix.count {
        let isOnTheWay = layout.prefix[depth].utf8.elementsEqual(text.utf8)
        return isOnTheWay ? (.above(depth + 1), 0) : (.leftOut(.outside), 0)
      }
      if layout.parts.isEmpty { return self.role(of: text, in: .labels) }
      guard let index = layout.parts.firstIndex(where: { $0.name.utf8.elementsEqual(text.utf8) }) else {
        return (.besideParts, layout.parts.count)
      }
      return part == .all || layout.parts[index].part == part ? (.labels, index) : nil
    }
  }

  /// Counts the files at and below an entry, without following links.
  private func count(_ item: Pending, as kind: LeftOut.Kind) {
    guard !FolderEntry.isSymbolicLink(item.path), FolderEntry(item.path)?.kind == .folder,
      let names = try? FolderEntry.names(in: item.path)
    else {
      leftOut.add(kind, shown(item.path))
      return
    }
    for name in names.reversed() {
      pending.append(
        Pending(path: item.path.appending(name), role: .leftOut(kind), ancestors: item.ancestors))
    }
  }

  private func record(_ path: RawPath, label name: [UInt8]) -> StreamStep {
    let location = RecordLocation(path: "\(path)", line: 0)
    do throws(InputError) {
      let source = try ByteSource(file: path, limit: limit, takesPages: true)
      try text.fill(limit: longest) { buffer throws(InputError) in try source.read(into: buffer) }
    } catch {
      if case .otherKind(_, let kind) = error { return .bad(location, .notText(kind)) }
      return .bad(location, .unreadableFile(reason: error.reason(at: location.path)))
    }
    label.removeAll()
    name.withUnsafeBufferPointer { label.append($0) }
    return .record(
      RawRecord(text: text.withoutByteOrderMark, labels: [label.bytes], path: location.path, line: 0))
  }

  /// The path relative to the input's.
  private func shown(_ path: RawPath) -> String {
    let length = root.bytes.count + (root.bytes.last == UInt8(ascii: "/") ? 0 : 1)
    return "\(RawPath(bytes: Array(path.bytes.dropFirst(length))))"
  }

  private func realPath(_ path: RawPath) -> RawPath? { FolderEntry.resolved(path) }

  private func isInside(_ real: RawPath) -> Bool {
    if realRoot == nil { realRoot = realPath(root) }
    guard let realRoot else { return false }
    return real == realRoot || real.bytes.starts(with: realRoot.bytes + [UInt8(ascii: "/")])
      || realRoot.bytes == [UInt8(ascii: "/")]
  }
}

extension InputError {
  /// The message without its leading path.
  func reason(at path: String) -> String {
    let message = description
    return message.hasPrefix(path + ": ") ? String(message.dropFirst(path.count + 2)) : message
  }
}

extension ByteBuffer {
  /// Replaces the contents by all bytes from `read`, but stops soon after `limit` bytes, when the text is
  /// known to be too long.
  mutating func fill(
    limit: Int, read: (UnsafeMutableRawBufferPointer) throws(InputError) -> Int
  ) throws(InputError) {
    removeAll()
    while self.count <= limit {
      let count = try read(freeSpace(atLeast: 1 << 15))
      if count == 0 { return }
      added(count)
    }
  }

  var withoutByteOrderMark: UnsafeBufferPointer<UInt8> {
    let all = bytes
    let hasMark = all.count >= 3 && all[0] == 0xEF && all[1] == 0xBB && all[2] == 0xBF
    return UnsafeBufferPointer(rebasing: all[(hasMark ? 3 : 0)...])
  }
}
