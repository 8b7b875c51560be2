import DiscernIO
import Foundation
import TestSupport
import Testing

@Suite struct OutputTargetTests {
  private func write(_ text: String, to path: String) throws(InputError) {
    try OutputTarget(path: path).write(Array(text.utf8))
  }

  private func text(_ path: String) throws -> String { try String(contentsOfFile: path, encoding: .utf8) }

  private func mode(_ path: String) -> mode_t {
    var status = stat()
    return lstat(path, &status) == 0 ? status.st_mode : 0
  }

  private func names(_ folder: String) throws -> [String] {
    try FolderEntry.names(in: RawPath(folder)).map(\.text)
  }

  @Test func aNewFileAppearsAndAnOldOneKeepsItsPermissions() throws {
    try withTemporaryFolder { folder in
      let path = folder + "/v"
      try write("one", to: path)
      #expect(try text(path) == "one")
      #expect(chmod(path, 0o640) == 0)
      try write("two", to: path)
      #expect(try text(path) == "two" && mode(path) == S_IFREG | 0o640)
      #expect(try names(folder) == ["v"])
    }
  }

  @Test func nothingIsReadableThatWasNotBefore() throws {
    try withTemporaryFolder { folder in
      let path = folder + "/secret"
      try write("old", to: path)
      #expect(chmod(path, 0o600) == 0)
      let file = try OutputFile(try OutputTarget(path: path), .replacing)
      try file.write(Array("new".utf8))
      for name in try names(folder) { #expect(mode(folder + "/" + name) & 0o077 == 0, "\(name)") }
      #expect(try text(path) == "old")
      try file.finish()
      #expect(try text(path) == "new")
    }
  }

  @Test func symbolicLinksStayAndTheirTargetIsWritten() throws {
    try withTemporaryFolder { folder in
      try FileManager.default.createDirectory(atPath: folder + "/deep", withIntermediateDirectories: true)
      try write("old", to: folder + "/deep/real")
      for (link, target) in [("a", "deep/real"), ("b", "a"), ("new", "deep/fresh"), ("ring", "ring")] {
        #expect(symlink(target, folder + "/" + link) == 0)
      }
      try write("through", to: folder + "/b")
      try write("dangling", to: folder + "/new")
      #expect(try text(folder + "/deep/real") == "through" && text(folder + "/deep/fresh") == "dangling")
      for link in ["a", "b", "new"] { #expect(mode(folder + "/" + link) & S_IFMT == S_IFLNK) }
      #expect(throws: InputError.self) { try write("x", to: folder + "/ring") }
      #expect(try names(folder + "/deep") == ["fresh", "real"])
    }
  }

  @Test func pipesAreWrittenThrough() throws {
    try withTemporaryFolder { folder in
      let path = folder + "/pipe"
      #expect(mkfifo(path, 0o600) == 0)
      let reader = open(path, O_RDONLY | O_NONBLOCK)
      defer { close(reader) }
      try write("hello", to: path)
      var buffer = [UInt8](repeating: 0, count: 16)
      #expect(read(reader, &buffer, buffer.count) == 5 && buffer.starts(with: "hello".utf8))
      #expect(mode(path) & S_IFMT == S_IFIFO)
    }
  }

  @Test func openDescriptorsAreWrittenWhereTheyStand() throws {
    try withTemporaryFolder { folder in
      let path = folder + "/log"
      let descriptor = open(path, O_RDWR | O_CREAT, 0o600)
      defer { close(descriptor) }
      #expect(Foundation.write(descriptor, "before ", 7) == 7)
      try write("after", to: "/dev/fd/\(descriptor)")
      #expect(try text(path) == "before after")
      // A symbolic link to the descriptor, as /dev/stdout is one.
      #expect(symlink("/dev/fd/\(descriptor)", folder + "/link") == 0)
      try write("!", to: folder + "/link")
      #expect(try text(path) == "before after!")
      #expect(throws: InputError.self) { try write("x", to: "/dev/fd/9999") }
    }
    #expect(try OutputTarget(path: "-").isStandardOutput)
    #expect(try OutputTarget(path: "/dev/stdout").isStandardOutput)
  }

  @Test func whatCannotBeWrittenIsAnErrorAndLeavesNothing() throws {
    try withTemporaryFolder { folder in
      for path in [
        "", "/", folder, folder + "/", folder + "/new/", folder + "/missing/v",
        folder + "/" + String(repeating: "n", count: 300),
      ] {
        #expect(throws: InputError.self, "\(path)") {
          let target = try OutputTarget(path: path)
          try target.tryOut()
          try target.write([1])
        }
      }
      #expect(
        throws: InputError.unwritable(
          path: folder + "/no/v", reason: "there is no folder \(folder)/no/; create it first")
      ) { try write("x", to: folder + "/no/v") }
      try OutputTarget(path: folder + "/free").tryOut()
      #expect(try names(folder).isEmpty)
    }
  }

  @Test(arguments: [true, false]) func aTemporaryFileTakesItsPlaceWithAndWithoutAName(isNameless: Bool) throws
  {
    try withTemporaryFolder { folder in
      for round in ["one", "two"] {
        var file = try TemporaryFile(beside: folder + "/v", for: "v", isNameless: isNameless)
        let hidden = try names(folder).filter { $0.hasPrefix(".discern-") }
        #expect(hidden.count == (file.isNameless ? 0 : 1))
        #expect(Foundation.write(file.descriptor, round, 3) == 3)
        #expect(file.move(to: folder + "/v") == 0)
        #expect(try text(folder + "/v") == round && names(folder) == ["v"])
      }
      var file = try TemporaryFile(beside: folder + "/v", for: "v", isNameless: isNameless)
      #expect(file.move(to: folder + "/v/below") == ENOTDIR)
    }
    // The last one is gone with its value.
  }

  @Test func anUnfinishedFileLeavesTheOldOneAndNothingElse() throws {
    try withTemporaryFolder { folder in
      let path = folder + "/v"
      try write("old", to: path)
      do {
        let file = try OutputFile(try OutputTarget(path: path), .replacing)
        try file.write([1, 2, 3])
      }
      #expect(try text(path) == "old" && names(folder) == ["v"])
    }
  }

  @Test func aGrowingFileCanBeReadWhileItGrows() throws {
    try withTemporaryFolder { folder in
      let path = folder + "/log"
      try write("a much longer old log", to: path)
      let file = try OutputFile(try OutputTarget(path: path), .growing)
      try file.write(Array("one".utf8))
      #expect(try text(path) == "one")
      try file.finish()
    }
  }

  @Test func aPartOfAModelIsNeverWrittenOver() throws {
    try withTemporaryFolder { folder in
      for (name, text) in [
        ("manifest.json", #"{"files": {"vocabulary.txt": {"bytes": 1}}}"#), ("manifest.sha256", "x"),
        ("vocabulary.txt", "x"), ("notes.txt", "x"),
      ] { try write(text, to: folder + "/" + name) }
      for name in ["manifest.json", "manifest.sha256", "vocabulary.txt"] {
        let path = folder + "/" + name
        let target = try OutputTarget(path: path)
        #expect(throws: InputError.partOfModel(path: path)) { try target.requireApart(from: []) }
      }
      try OutputTarget(path: folder + "/notes.txt").requireApart(from: [])
    }
  }

  @Test func anInputIsNeverWrittenOver() throws {
    try withTemporaryFolder { folder in
      try FileManager.default.createDirectory(atPath: folder + "/data/pos", withIntermediateDirectories: true)
      let input = folder + "/data/pos/1.txt"
      try write("text", to: input)
      #expect(symlink("data/pos/1.txt", folder + "/soft") == 0)
      #expect(link(input, folder + "/hard") == 0)
      for output in [input, folder + "/soft", folder + "/hard", folder + "/data//pos/../pos/1.txt"] {
        let target = try OutputTarget(path: output)
        #expect(throws: InputError.sameFile(path: output, input: input)) {
          try target.requireApart(from: [folder + "/nothing", input])
        }
      }
      let inside = try OutputTarget(path: input)
      #expect(throws: InputError.sameFile(path: input, input: folder + "/data")) {
        try inside.requireApart(from: [folder + "/data"])
      }
      try OutputTarget(path: folder + "/other").requireApart(from: [input, folder + "/data", "-"])
      // A pipe or a terminal may be both.
      try OutputTarget(path: "/dev/null").requireApart(from: ["/dev/null"])
    }
  }
}
