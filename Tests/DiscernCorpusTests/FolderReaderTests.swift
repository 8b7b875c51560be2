import DiscernCorpus
import DiscernIO
import DiscernVocabulary
import Foundation
import TestSupport
import Testing

/// Runs a program of the system, such as tar, in `folder`.
private func run(_ arguments: [String], in folder: String) throws {
  let process = Process()
  process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
  process.arguments = arguments
  process.currentDirectoryURL = URL(fileURLWithPath: folder)
  try process.run()
  process.waitUntilExit()
  #expect(process.terminationStatus == 0)
}

private func makeReviews(in folder: String) throws {
  for (name, text) in [
    ("acl/README", "about"), ("acl/train/urls.txt", "http"), ("acl/train/pos/2.txt", "good"),
    ("acl/train/pos/10.txt", "\u{FEFF}fine\n"), ("acl/train/neg/deep/3.txt", "bad"),
    ("acl/train/neg/.hidden", "no"), ("acl/train/unsup/1.txt", "who knows"), ("acl/test/pos/1.txt", "nice"),
    ("acl/test/neg/1.txt", ""), ("acl/extra/x/1.txt", "not read"),
  ] { try write(text, to: name, in: folder) }
}

private let trainRows = [
  Row("neg", "bad", "train/neg/deep/3.txt"), Row("pos", "fine\n", "train/pos/10.txt"),
  Row("pos", "good", "train/pos/2.txt"),
]
private let testRows = [Row("neg", "", "test/neg/1.txt"), Row("pos", "nice", "test/pos/1.txt")]

@Suite struct FolderReaderTests {
  @Test func readsPartsLabelsAndFilesInOrder() throws {
    try withTemporaryFolder { folder in
      try makeReviews(in: folder)
      let root = folder + "/acl"
      let all = try readAll([root], below: root)
      #expect(all.rows == trainRows + testRows)
      #expect(
        all.report.inputs.first?.notes == [
          "parts: train, test; read: all", "left out: 1 hidden or system file (train/neg/.hidden)",
          "left out: 2 files outside the label folders (train/urls.txt, README)",
          "left out: 1 unlabelled text (train/unsup/1.txt)",
          "left out: 1 file outside the parts' folders (extra/x/1.txt)",
        ])
      #expect(try readAll([root], part: .train, below: root).rows == trainRows)
      #expect(try readAll([root], part: .test, below: root).rows == testRows)
      #expect(try Corpus(paths: [root]).availableParts == [.train, .test])
      // One folder above, and one part alone.
      #expect(try readAll([folder], below: root).rows == trainRows + testRows)
      #expect(try readAll([root + "/train"], part: .test, below: root).rows == trainRows)
    }
  }

  @Test(arguments: ["tar", "tar.gz", "tar.xz", "zip"])
  func readsArchivesWithoutUnpacking(kind: String) throws {
    try withTemporaryFolder { folder in
      try makeReviews(in: folder)
      let archive = folder + "/acl." + kind
      if kind == "zip" {
        let names = try FileManager.default.subpathsOfDirectory(atPath: folder + "/acl")
        let files = try names.compactMap { name -> (name: String, content: [UInt8])? in
          var isFolder = ObjCBool(false)
          let path = folder + "/acl/" + name
          _ = FileManager.default.fileExists(atPath: path, isDirectory: &isFolder)
          if isFolder.boolValue { return nil }
          return ("acl/" + name, [UInt8](try Data(contentsOf: URL(fileURLWithPath: path))))
        }
        try write(storedZip(files), to: "acl.zip", in: folder)
      } else {
        try run(["tar", "caf", archive, "./acl"], in: folder)
      }
      for (part, expected) in [
        (Corpus.Part.all, testRows + trainRows), (.train, trainRows), (.test, testRows),
      ] {
        let read = try readAll([archive], part: part).rows.map { row in
          Row(row.label, row.text, row.location.components(separatedBy: "/acl/").last ?? "")
        }
        // The order is the archive's own.
        #expect(read.sorted { $0.location < $1.location } == expected.sorted { $0.location < $1.location })
      }
    }
  }

  @Test func aFolderNamedTrainMayBeALabel() throws {
    try withTemporaryFolder { folder in
      try write("choo", to: "train/1", in: folder)
      try write("honk", to: "car/1", in: folder)
      #expect(try readAll([folder]).rows.map(\.label) == ["car", "train"])
    }
  }

  @Test func labelsMayBeAnyName() throws {
    try withTemporaryFolder { folder in
      for name in ["a b,c", "ü😀", "\\t"] { try write("x", to: name + "/1.txt", in: folder) }
      #expect(Set(try readAll([folder]).rows.compactMap(\.label)) == ["a b,c", "ü😀", "\\t"])
    }
  }

  @Test func foldersWithoutLabelsAreRefused() throws {
    try withTemporaryFolder { folder in
      func message(_ path: String) -> String { corpusError { _ = try readAll([path]) }?.description ?? "" }
      #expect(message(folder).contains("the folder is empty"))
      try write("x", to: "a.tsv", in: folder)
      #expect(message(folder).contains("“a.tsv”") && message(folder).contains("one subfolder for each label"))
      #expect(message(folder + "/none") == folder + "/none: no such file")
      try FileManager.default.createDirectory(
        atPath: folder + "/pos", withIntermediateDirectories: false)
      #expect(message(folder).contains("no texts in it"))
      #expect(corpusError { _ = try Corpus(paths: []) } == .noPaths)
      try write("x", to: "only/train/pos/1", in: folder)
      #expect(
        corpusError { _ = try Corpus(paths: [folder + "/only"], part: .test) }
          == .partMissing(path: folder + "/only", part: .test))
    }
  }

  @Test func linksInCirclesEnd() throws {
    try withTemporaryFolder { folder in
      try write("x", to: "pos/1.txt", in: folder)
      try write("y", to: "neg/1.txt", in: folder)
      let files = FileManager.default
      try files.createSymbolicLink(atPath: folder + "/pos/up", withDestinationPath: "..")
      try files.createSymbolicLink(atPath: folder + "/neg/self", withDestinationPath: ".")
      try files.createSymbolicLink(atPath: folder + "/neg/2.txt", withDestinationPath: "1.txt")
      #expect(mkfifo(folder + "/neg/pipe", 0o600) == 0)
      let (rows, report) = try readAll([folder], below: folder)
      #expect(rows.map(\.location) == ["neg/1.txt", "neg/2.txt", "pos/1.txt"])
      #expect(
        report.inputs[0].notes == ["left out: 2 links back to folders above (neg/self, pos/up)"]
          && report.inputs[0].warnings == ["left out: 1 device, pipe or socket (neg/pipe)"])
      try files.createSymbolicLink(atPath: folder + "/neg/loop.txt", withDestinationPath: "loop.txt")
      #expect(corpusError { _ = try readAll([folder]) }?.description.contains("loop.txt") == true)
      let skipping = try readAll([folder], .with { $0.onError = .skip }).report
      #expect(skipping.skippedByKind["unreadable file"] ?? 0 > 0)
    }
  }

  @Test func linksThatLeadOutOfTheDataAreNotFollowed() throws {
    try withTemporaryFolder { folder in
      for label in ["neg", "pos"] { try write(label, to: "d/\(label)/1.txt", in: folder) }
      try write("secret", to: "outside/1.txt", in: folder)
      let files = FileManager.default
      for (link, target) in [
        ("pos/2.txt", "../../outside/1.txt"), ("pos/out", folder + "/outside"),
        ("pos/3.txt", "../neg/1.txt"), ("more", folder + "/outside"),
      ] {
        try files.createSymbolicLink(atPath: folder + "/d/" + link, withDestinationPath: target)
      }
      let (rows, report) = try readAll([folder + "/d"])
      #expect(rows.map(\.text) == ["neg", "pos", "neg"])
      #expect(
        report.inputs[0].warnings == [
          "left out: 3 symbolic links that lead out of the data (more, pos/2.txt, pos/out)"
        ])
      // The data itself may be a link.
      try files.createSymbolicLink(atPath: folder + "/link", withDestinationPath: "d")
      #expect(try readAll([folder + "/link"]).rows.count == 3)
    }
  }

  @Test(.enabled(if: SharedData.isPresent))
  func readsTheReviewArchive() throws {
    let path = SharedData.path("data/imdb/aclImdb-mini.tar.gz")
    var counts: [String: Int] = [:]
    for part in [Corpus.Part.train, .test] {
      let (rows, report) = try readAll([path], part: part)
      for row in rows { counts["\(part) \(row.label ?? "")", default: 0] += 1 }
      #expect(report.inputs.first?.notes.contains { $0.contains("unlabelled texts") } == (part == .train))
    }
    #expect(counts == ["train neg": 500, "train pos": 500, "test neg": 250, "test pos": 250])
  }

  @Test func anArchiveOfTablesIsNoFolderOfLabels() throws {
    try withTemporaryFolder { folder in
      try write("a\tb c\n", to: "data/train.tsv", in: folder)
      try run(["tar", "caf", "one.tar.gz", "data"], in: folder)
      #expect(try readAll([folder + "/one.tar.gz"]).rows.map(\.text) == ["b c"])
      try write("a\tb c\n", to: "data/test.tsv", in: folder)
      try run(["tar", "caf", "two.tar.gz", "data"], in: folder)
      guard case .input(.severalFiles) = corpusError({ _ = try readAll([folder + "/two.tar.gz"]) }) else {
        Issue.record("two tables were read as a label")
        return
      }
    }
  }
}
