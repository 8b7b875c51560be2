import DiscernIO
import DiscernVocabulary
import Foundation

/// Texts of a folder of labels inside a tar or zip, in the archive's own order.
final class ArchiveStream: RecordStream {
  private let path: String
  private let archive: ArchiveReader
  private let layout: FolderLayout
  private let part: Corpus.Part
  private var text = ByteBuffer(capacity: 1 << 16)
  private var label = ByteBuffer()

  init(path: String, layout: FolderLayout, part: Corpus.Part) throws(CorpusError) {
    self.path = path
    self.layout = layout
    self.part = part
    do throws(InputError) {
      archive = try ArchiveReader(path: path)
    } catch {
      throw .input(error)
    }
  }

  func next() throws(CorpusError) -> StreamStep {
    do throws(InputError) {
      while let entry = try archive.next() {
        guard entry.isFile,
          case .text(let found, let folder) = layout.place(of: Self.components(entry.path)),
          part == .all || found == nil || found == part
        else { continue }
        let archive = archive
        try text.fill(path: path) { buffer throws(InputError) in try archive.read(into: buffer) }
        label.removeAll()
        var name = folder
        name.withUTF8 { label.append($0) }
        return .record(
          RawRecord(
            text: text.withoutByteOrderMark, labels: [label.bytes], path: path + "/" + entry.path, line: 0))
      }
    } catch {
      throw .input(error)
    }
    return .end
  }

  static func components(_ path: String) -> [Substring] {
    path.split(separator: "/").filter { $0 != "." }
  }

  /// What an archive holds, from one pass over its headers. Memory: its folders, not its files.
  struct Contents {
    var folders: Set<[String]> = []
    var fileCount = 0
    /// The first few files.
    var firstFiles: [String] = []

    init(path: String) throws(CorpusError) {
      do throws(InputError) {
        let archive = try ArchiveReader(path: path)
        while let entry = try archive.next() {
          let components = ArchiveStream.components(entry.path)
          guard entry.isFile, !components.contains(where: FolderLayout.isHidden) else { continue }
          fileCount += 1
          if firstFiles.count < 5 { firstFiles.append(entry.path) }
          folders.insert(components.dropLast().map(String.init))
        }
      } catch {
        throw .input(error)
      }
    }

    func children(of prefix: [String]) -> [String] {
      let names = folders.compactMap { folder in
        folder.count > prefix.count && folder.starts(with: prefix) ? folder[prefix.count] : nil
      }
      return Set(names).sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
    }
  }
}
