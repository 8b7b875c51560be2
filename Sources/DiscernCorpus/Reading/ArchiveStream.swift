import DiscernIO
import DiscernSystem
import DiscernVocabulary

/// Texts of a folder of labels inside a tar or zip, in the archive's own order.
final class ArchiveStream: RecordStream {
  private let path: String
  private let archive: ArchiveReader
  private let layout: FolderLayout
  private let part: Corpus.Part
  private let longest: Int
  private let decoder: NameDecoder
  private var linked: LinkedMembers
  private var text = ByteBuffer(capacity: 1 << 16)
  private var label = ByteBuffer()
  private var leftOut = LeftOut()

  /// - Parameter linkTargets: the members that later members link to.
  init(
    _ file: InputFile, layout: FolderLayout, part: Corpus.Part, linkTargets: Set<String>,
    options: CorpusOptions
  ) throws(CorpusError) {
    path = file.path
    self.layout = layout
    self.part = part
    longest = options.maximumLineBytes
    decoder = options.nameDecoder(for: file.path)
    linked = LinkedMembers(path: file.path, targets: linkTargets)
    do throws(InputError) {
      archive = try ArchiveReader(file)
    } catch {
      throw .input(error)
    }
  }

  func next() throws(CorpusError) -> StreamStep {
    do throws(InputError) {
      while let entry = try archive.next() {
        if entry.kind == .folder { continue }
        if let step = try take(entry, MemberName(try decoder.text(of: entry))) { return step }
      }
    } catch {
      throw .input(error)
    }
    return .end
  }

  func finish() -> (notes: [String], warnings: [String]) {
    (
      layout.note(part) + leftOut.notes,
      leftOut.warnings + [decoder.warning, archive.warning].compactMap { $0 }
    )
  }

  private func take(_ entry: ArchiveEntry, _ name: MemberName) throws(InputError) -> StreamStep? {
    if entry.isFile, linked.wants(name) {
      let archive = archive
      try text.fill(limit: longest) { buffer throws(InputError) in try archive.read(into: buffer) }
      try linked.keep(name, text.bytes)
    } else if entry.isFile {
      text.removeAll()
    }
    if name.leadsOut {
      leftOut.add(.badName, name.shown)
      return nil
    }
    let label: String
    switch layout.place(of: name.components) {
    case .leftOut(let kind, let found):
      if part == .all || found == nil || found == part { leftOut.add(kind, name.shown) }
      return nil
    case .text(let found, let folder):
      guard part == .all || found == nil || found == part else { return nil }
      label = folder
    }
    switch entry.kind {
    case .file:
      if !linked.wants(name) {
        let archive = archive
        try text.fill(limit: longest) { buffer throws(InputError) in try archive.read(into: buffer) }
      }
    case .hardLink(let target):
      guard try linked.fill(&text, from: MemberName(try decoder.text(of: target)), as: name) else {
        leftOut.add(.hardLink, name.shown)
        return nil
      }
    case .symbolicLink:
      leftOut.add(.symbolicLink, name.shown)
      return nil
    case .device:
      leftOut.add(.device, name.shown)
      return nil
    case .folder, .other:
      leftOut.add(.other, name.shown)
      return nil
    }
    return record(name, label: label)
  }

  private func record(_ name: MemberName, label folder: String) -> StreamStep {
    let place = path + "/" + name.shown
    if let kind = FileKind.ofMember(text.bytes.prefix(512)), !kind.isText {
      return .bad(RecordLocation(path: place, line: 0), .notText(kind))
    }
    label.removeAll()
    var folder = folder
    folder.withUTF8 { label.append($0) }
    return .record(RawRecord(text: text.withoutByteOrderMark, labels: [label.bytes], path: place, line: 0))
  }
}
