import DiscernIO
import TestSupport
import Testing

@Suite struct FileKindTests {
  @Test func firstBytesTell() {
    let cases: [(FileKind, [UInt8])] = [
      (.parquet, Array("PAR1".utf8) + [0x15, 0, 0x15]),
      (.oldOffice, [0xD0, 0xCF, 0x11, 0xE0, 0xA1, 0xB1, 0x1A, 0xE1]),
      (.pdf, Array("%PDF-1.7\n".utf8)), (.sqlite, Array("SQLite format 3\0".utf8)),
      (.lfsPointer, Array("version https://git-lfs.github.com/spec/v1\noid sha256:4d7a\nsize 9\n".utf8)),
      (.html, Array("\u{FEFF}\n <!DOCTYPE HTML PUBLIC>".utf8)), (.html, Array("<html lang=en>".utf8)),
      (.png, [0x89] + Array("PNG\r\n\u{1A}\n".utf8)), (.jpeg, [0xFF, 0xD8, 0xFF, 0xE0]),
      (.numpy, [0x93] + Array("NUMPY".utf8)), (.arrow, Array("ARROW1\0\0".utf8)), (.pickle, [0x80, 4, 0x95]),
    ]
    for (kind, head) in cases { #expect(FileKind.of(head) == kind) }
    for text in ["", "PAR1 is a train", "ORC and goblin\tfun\n", "version 2", "<htmlish> a", "text", "GIF8"] {
      #expect(FileKind.of(Array(text.utf8)) == nil)
    }
  }

  @Test func otherKindsAreRefusedByNameWithAdvice() throws {
    try withFile([0x89] + Array("PNG\r\n\u{1A}\n".utf8), named: "words.txt") { path in
      #expect(throws: InputError.otherKind(path: path, .png)) { try contents(path) }
    }
    try withFile("<!doctype html><title>404".utf8) { path in
      #expect(throws: InputError.otherKind(path: path, .html)) { try contents(path) }
      #expect(throws: Never.self) { try ByteSource(path: path, takesPages: true) }
    }
    let book = storedZip([("[Content_Types].xml", []), ("xl/workbook.xml", []), ("xl/sheet1.xml", [])])
    try withFile(book, named: "book.csv") { path in
      #expect(throws: InputError.otherKind(path: path, .excel)) { try contents(path) }
      #expect("\(InputError.otherKind(path: path, .excel))".contains("save it as CSV"))
    }
    let text = storedZip([
      ("mimetype", Array("application/vnd.oasis.opendocument.spreadsheet".utf8)), ("content.xml", []),
      ("META-INF/manifest.xml", []),
    ])
    try withFile(text) { path in
      #expect(throws: InputError.otherKind(path: path, .openDocument)) { try contents(path) }
    }
  }
}
