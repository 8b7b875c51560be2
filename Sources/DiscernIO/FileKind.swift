/// Kinds of files other than text, recognised by their first bytes or, for a zip, by its members.
public enum FileKind: String, Sendable, CaseIterable {
  /// Office documents and books.
  case excel, word, powerPoint, openDocument, oldOffice, epub, pdf, rtf
  /// Tables and databases.
  case parquet, arrow, orc, avro, sqlite, hdf5
  /// Arrays and objects of Python programs.
  case numpy, numpyArchive, torch, pickle
  /// Text for another purpose: a web page, or a pointer to a file that Git stores elsewhere.
  case html, lfsPointer
  /// Images.
  case png, jpeg, gif
  /// Archives and compressed data that are not unpacked here.
  case rar, sevenZip, compressed

  /// The kind with its article, for messages.
  public var noun: String {
    switch self {
    case .excel: "an Excel file (.xlsx)"
    case .word: "a Word file (.docx)"
    case .powerPoint: "a PowerPoint file (.pptx)"
    case .openDocument: "an OpenDocument office file"
    case .oldOffice: "an Office file of the old kind (.xls, .doc)"
    case .epub: "an EPUB book"
    case .numpyArchive: "a NumPy archive (.npz)"
    case .torch: "a PyTorch file"
    case .parquet: "a Parquet file"
    case .arrow: "an Arrow or Feather file"
    case .orc: "an ORC file"
    case .avro: "an Avro file"
    case .sqlite: "an SQLite database"
    case .numpy: "a NumPy file (.npy)"
    case .hdf5: "an HDF5 file"
    case .pickle: "a Python pickle"
    case .pdf: "a PDF file"
    case .rtf: "an RTF file"
    case .html: "an HTML page"
    case .lfsPointer: "a Git LFS pointer"
    case .png, .jpeg, .gif: "an image (\(rawValue.uppercased()))"
    case .rar: "a RAR archive"
    case .sevenZip: "a 7-Zip archive"
    case .compressed: "compressed data"
    }
  }

  /// What the user can do, for messages.
  public var advice: String {
    switch self {
    case .excel, .openDocument, .oldOffice: "save it as CSV in UTF-8 and give that"
    case .parquet, .arrow, .orc, .avro, .sqlite, .hdf5: "export it as CSV or JSON Lines and give that"
    case .html: "it may be a web page downloaded instead of the file"
    case .lfsPointer: "it does not contain the data itself; fetch it with git lfs pull"
    case .rar, .sevenZip, .compressed: "unpack it and give what is inside"
    case .numpyArchive, .torch, .numpy, .pickle: "write its contents as text and give that"
    case .word, .powerPoint, .epub, .pdf, .rtf: "convert it to text and give that"
    case .png, .jpeg, .gif: "remove it from the data"
    }
  }

  /// Whether the file nevertheless consists of text, so that its lines may be classified.
  public var isText: Bool { self == .html || self == .rtf }

  private static let signatures: [(kind: FileKind, bytes: [UInt8])] = [
    (.oldOffice, [0xD0, 0xCF, 0x11, 0xE0, 0xA1, 0xB1, 0x1A, 0xE1]),
    (.parquet, Array("PAR1".utf8)), (.arrow, Array("ARROW1\0\0".utf8)), (.arrow, Array("FEA1".utf8)),
    (.orc, Array("ORC".utf8)), (.avro, [0x4F, 0x62, 0x6A, 0x01]),
    (.sqlite, Array("SQLite format 3\0".utf8)), (.numpy, [0x93] + Array("NUMPY".utf8)),
    (.hdf5, [0x89] + Array("HDF\r\n\u{1A}\n".utf8)), (.pdf, Array("%PDF-".utf8)),
    (.rtf, Array("{\\rtf1".utf8)), (.lfsPointer, Array("version https://git-lfs.github.com/spec/".utf8)),
    (.png, [0x89] + Array("PNG\r\n\u{1A}\n".utf8)), (.jpeg, [0xFF, 0xD8, 0xFF]),
    (.gif, Array("GIF87a".utf8)), (.gif, Array("GIF89a".utf8)),
    (.rar, Array("Rar!\u{1A}\u{07}".utf8)), (.sevenZip, [0x37, 0x7A, 0xBC, 0xAF, 0x27, 0x1C]),
  ]

  /// - Parameter head: the first bytes, a few hundred if there are that many.
  public static func of(_ head: some BidirectionalCollection<UInt8>) -> FileKind? {
    guard let first = head.first else { return nil }
    for (kind, bytes) in signatures where bytes[0] == first && head.starts(with: bytes) {
      // Three or four letters may begin a text; in these formats, binary data follows them.
      if kind == .orc || kind == .parquet, !head.prefix(64).contains(where: isNoText) { continue }
      return kind
    }
    if first == 0x80, let second = head.dropFirst().first, (2...5).contains(second) { return .pickle }
    return isPage(head) ? .html : nil
  }

  /// The kind of an archive member, which is not decompressed itself.
  package static func ofMember(_ head: some BidirectionalCollection<UInt8>) -> FileKind? {
    if let kind = of(head) { return kind }
    let first = Array(head)
    return Compression.of(first) != nil || Container.of(first) == .zip ? .compressed : nil
  }

  /// The kind of a zip, by its members.
  static func of(members: [RawPath]) -> FileKind? {
    let names = members.map(\.text)
    if names.contains("[Content_Types].xml") {
      if names.contains(where: { $0.hasPrefix("xl/") }) { return .excel }
      if names.contains(where: { $0.hasPrefix("word/") }) { return .word }
      if names.contains(where: { $0.hasPrefix("ppt/") }) { return .powerPoint }
    }
    if names.contains("mimetype") {
      if names.contains("META-INF/container.xml") { return .epub }
      if names.contains("content.xml"), names.contains("META-INF/manifest.xml") { return .openDocument }
    }
    if names.contains(where: { $0.hasSuffix("/data.pkl") }) { return .torch }
    return !names.isEmpty && names.allSatisfy { $0.hasSuffix(".npy") } ? .numpyArchive : nil
  }

  private static func isNoText(_ byte: UInt8) -> Bool { byte < 0x09 || (0x0E...0x1F).contains(byte) }

  /// `<!doctype html` or `<html`, in any letter case, possibly after spaces and a byte order mark.
  private static func isPage(_ head: some BidirectionalCollection<UInt8>) -> Bool {
    let mark: [UInt8] = [0xEF, 0xBB, 0xBF]
    let rest = (head.starts(with: mark) ? head.dropFirst(3) : head.dropFirst(0))
      .drop { $0 == 0x20 || (0x09...0x0D).contains($0) }
    guard rest.first == UInt8(ascii: "<") else { return false }
    let word = rest.prefix(14).map { (0x41...0x5A).contains($0) ? $0 | 0x20 : $0 }
    return word.starts(with: Array("<!doctype html".utf8))
      || word.starts(with: Array("<html".utf8)) && (word.count == 5 || word[5] == 0x3E || word[5] <= 0x20)
  }
}
