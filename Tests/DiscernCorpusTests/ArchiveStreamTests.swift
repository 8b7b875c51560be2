import DiscernCorpus
import DiscernIO
import Foundation
import TestSupport
import Testing

@Suite struct ArchiveStreamTests {
  private func read(
    _ bytes: [UInt8], _ options: CorpusOptions = CorpusOptions(), part: Corpus.Part = .all
  ) throws -> (rows: [Row], input: ReadingReport.Input) {
    try withFile(bytes, named: "data") { path in
      let (rows, report) = try readAll([path], options, part: part, below: path)
      return (rows, report.inputs[0])
    }
  }

  private func tar(_ extra: (inout TarBytes) -> Void) -> [UInt8] {
    var tar = TarBytes()
    tar.add("d/neg/1".utf8, "bad".utf8)
    tar.add("d/pos/1".utf8, "good".utf8)
    extra(&tar)
    return tar.finished
  }

  private let plain = [Row("neg", "bad", "d/neg/1"), Row("pos", "good", "d/pos/1")]

  @Test func whatIsNoTextIsCountedByKind() throws {
    let (rows, input) = try read(
      tar { tar in
        tar.add("d/pos/s".utf8, type: "2", target: "/etc/passwd")
        tar.add("d/pos/h".utf8, type: "1", target: "/etc/passwd")
        tar.add("/d/pos/2".utf8, "absolute".utf8)
        tar.add("../d/pos/3".utf8, "up".utf8)
        tar.add("d/pos/c".utf8, type: "3")
        tar.add("d/pos/Thumbs.db".utf8, "x".utf8)
        tar.add("d/neg/._1".utf8, "x".utf8)
        tar.add("__MACOSX/d/neg/._1".utf8, "x".utf8)
        tar.add("d/README".utf8, "x".utf8)
        tar.add("d/unsup/1".utf8, "x".utf8)
      })
    #expect(rows == plain)
    #expect(
      input.notes == [
        "left out: 3 hidden or system files (d/pos/Thumbs.db, d/neg/._1, __MACOSX/d/neg/._1)",
        "left out: 1 file outside the label folders (d/README)",
        "left out: 1 unlabelled text (d/unsup/1)",
      ])
    #expect(
      input.warnings == [
        "left out: 1 symbolic link, not followed in an archive (d/pos/s)",
        "left out: 1 hard link to an entry that does not precede it in the archive (d/pos/h)",
        "left out: 2 names that lead out of the archive (absolute, or with ..) (/d/pos/2, ../d/pos/3)",
        "left out: 1 device, pipe or socket (d/pos/c)",
      ])
  }

  @Test func hardLinksHaveTheTextOfTheirTargets() throws {
    let (rows, input) = try read(
      tar { tar in
        tar.add("d/neg/2".utf8, type: "1", target: "./d/neg/1")
        tar.add("d/pos/3".utf8, type: "1", target: "d/neg/2")
        tar.add("d/pos/4".utf8, type: "1", target: "elsewhere")
        tar.add("elsewhere".utf8, "too late".utf8)
      })
    #expect(rows == plain + [Row("neg", "bad", "d/neg/2"), Row("pos", "bad", "d/pos/3")])
    #expect(input.warnings.count == 1 && input.warnings[0].contains("(d/pos/4)"))
  }

  @Test func aLinkMayLeadToAPartThatIsNotRead() throws {
    var tar = TarBytes()
    tar.add("train/pos/1".utf8, "good".utf8)
    tar.add("train/neg/1".utf8, "bad".utf8)
    tar.add("test/pos/1".utf8, type: "1", target: "train/pos/1")
    tar.add("test/neg/1".utf8, "worse".utf8)
    #expect(try read(tar.finished, part: .test).rows.map(\.text) == ["good", "worse"])
  }

  @Test func filesOfOtherKindsAreBadRows() throws {
    let bytes = tar { $0.add("d/pos/2.png".utf8, [0x89] + Array("PNG\r\n\u{1A}\n".utf8)) }
    #expect(corpusError { _ = try read(bytes) }?.description.contains("d/pos/2.png: is an image") == true)
    #expect(try read(bytes, .with { $0.onError = .skip }).rows == plain)
  }

  /// Names in GBK, Latin-1, composed and decomposed: as many labels as there are.
  static let labels: [[UInt8]] = [
    [0xBA, 0xC3, 0xC6, 0xC0], [0xB2, 0xEE, 0xC6, 0xC0], [0xE9], Array("é".utf8), Array("e\u{301}".utf8),
    Array("\\xE9".utf8), Array("a\nb".utf8),
  ]

  @Test(arguments: ["zip", "zip that says UTF-8", "tar", "pax", "folder"])
  func labelsStayApart(kind: String) throws {
    let names = Self.labels.map { Array("d/".utf8) + $0 + Array("/1".utf8) }
    var bytes: [UInt8] = []
    switch kind {
    case "tar", "pax":
      var tar = TarBytes()
      for name in names {
        if kind == "pax" {
          tar.add("x".utf8, "text".utf8, pax: [("path", name)])
        } else {
          tar.add(name, "text".utf8)
        }
      }
      bytes = tar.finished
    default:
      bytes = storedZip(
        names.map { name in
          var member = ZipMember(name, "text".utf8)
          if kind == "zip" { member.flags = 0 }
          member.system = 3
          return member
        })
    }
    try withTemporaryFolder { folder in
      var path = folder + "/data"
      if kind == "folder" {
        try makeFolders(names, in: folder)
        path = folder + "/d"
      } else {
        try write(bytes, to: "data", in: folder)
      }
      let (rows, report) = try readAll([path])
      #expect(Set(rows.map { Array(($0.label ?? "").utf8) }).count == Self.labels.count)
      #expect(rows.count == Self.labels.count)
      #expect(report.inputs[0].warnings.first?.hasPrefix("3 names are not UTF-8") == true)
      #expect(rows.contains { $0.location.hasSuffix("a\\nb/1") })
    }
  }

  @Test func namesMayBeReadInAnEncoding() throws {
    func bytes(_ names: [[UInt8]]) -> [UInt8] {
      storedZip(
        names.map { name in
          var member = ZipMember(name, "text".utf8)
          member.flags = 0
          return member
        })
    }
    let gbk = bytes([[0xBA, 0xC3, 0xC6, 0xC0, 0x2F, 0x31], Array("差评/1".utf8)])
    let (rows, input) = try read(gbk, .with { $0.namesEncoding = TextEncoding("gbk") })
    #expect(rows.map(\.label) == ["好评", "差评"] && input.warnings.isEmpty)
    // The second half of the first letter is a backslash.
    let japanese = bytes([[0x95, 0x5C, 0x5C, 0x31], [0x97, 0xA0, 0x5C, 0x31]])
    #expect(
      try read(japanese, .with { $0.namesEncoding = TextEncoding("shift_jis") }).rows.map(\.label)
        == ["表", "裏"])
    let message = corpusError { _ = try read(gbk, .with { $0.namesEncoding = TextEncoding("ascii") }) }
    #expect(message?.description.contains("“\\xBA\\xC3\\xC6\\xC0/1” is not valid in US-ASCII") == true)
    try withTemporaryFolder { folder in
      try makeFolders([Array("d/".utf8) + [0xE9, 0x2F, 0x31], Array("d/x/1".utf8)], in: folder)
      let options = CorpusOptions.with { $0.namesEncoding = TextEncoding("windows-1252") }
      #expect(try readAll([folder + "/d"], options).rows.map(\.label) == ["x", "é"])
    }
  }

  private func makeFolders(_ names: [[UInt8]], in folder: String) throws {
    func path(_ name: some Sequence<UInt8>) -> [CChar] {
      (Array((folder + "/").utf8) + Array(name) + [0]).map { CChar(bitPattern: $0) }
    }
    mkdir(path("d".utf8), 0o700)
    for name in names {
      #expect(mkdir(path(name.dropLast(2)), 0o700) == 0)
      let descriptor = open(path(name), O_WRONLY | O_CREAT, 0o600)
      #expect(descriptor >= 0 && Foundation.write(descriptor, "text", 4) == 4)
      close(descriptor)
    }
  }

  @Test func aZipFromWindowsMayHaveBackslashes() throws {
    let bytes = storedZip([
      ZipMember("d\\neg\\1".utf8, "bad".utf8), ZipMember("d\\pos\\1".utf8, "good".utf8),
    ])
    #expect(try read(bytes).rows.map(\.label) == ["neg", "pos"])
  }

  @Test func anArchiveOfOneTableMayHoldWhatSystemsAdd() throws {
    var tar = TarBytes()
    tar.add("./._data.tsv".utf8, [0, 5, 0x16, 7])
    tar.add("./data.tsv".utf8, "neg\tbad\npos\tgood one\n".utf8)
    tar.add("./link.tsv".utf8, type: "2", target: "data.tsv")
    let (rows, input) = try read(tar.finished)
    #expect(rows.map(\.text) == ["bad", "good one"] && input.format == .tsv)
    #expect(input.notes == ["left out: 1 hidden or system file (./._data.tsv)"])
    #expect(input.warnings == ["left out: 1 symbolic link, not followed in an archive (./link.tsv)"])
    let zip = storedZip([(".DS_Store", [0]), ("data.tsv", Array("neg\tbad\npos\tgood one\n".utf8))])
    #expect(try read(zip).rows.map(\.text) == ["bad", "good one"])
  }

  @Test func encryptedMembersAreNamed() throws {
    var member = ZipMember("d/pos/1".utf8, "good".utf8)
    member.flags = 1
    let bytes = storedZip([ZipMember("d/neg/1".utf8, "bad".utf8), member])
    #expect(corpusError { _ = try read(bytes) }?.description.contains("“d/pos/1” is encrypted") == true)
  }

  @Test func symbolicLinksInZipsAreCounted() throws {
    var link = ZipMember("d/pos/2".utf8, "/etc/passwd".utf8)
    link.system = 3
    link.mode = 0o120777
    let bytes = storedZip([
      ZipMember("d/neg/1".utf8, "bad".utf8), ZipMember("d/pos/1".utf8, "good".utf8), link,
    ])
    let (rows, input) = try read(bytes)
    #expect(rows == plain && input.warnings.first?.contains("(d/pos/2)") == true)
  }
}
