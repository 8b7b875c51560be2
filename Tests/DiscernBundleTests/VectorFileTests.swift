import DiscernBundle
import Foundation
import TestSupport
import Testing

@Suite struct VectorFileTests {
  @Test(arguments: ["link", "ring", "pipe"]) func whatIsNoFileGivesWay(kind: String) throws {
    try withTemporaryFolder { folder in
      let file = VectorFile(folder: folder, key: String(repeating: "a", count: 64))
      let other = folder + "/other"
      try Data([1, 2, 3]).write(to: URL(fileURLWithPath: other))
      switch kind {
      case "link": symlink(other, file.path)
      case "ring": symlink(file.path, file.path)
      // With a reader, so that a writer that did open it would not wait for ever.
      default: mkfifo(file.path, 0o600)
      }
      let reader = kind == "pipe" ? open(file.path, O_RDONLY | O_NONBLOCK) : -1
      defer { if reader >= 0 { close(reader) } }
      #expect(throws: BundleError.self) { try file.read(texts: 2, size: 2) }
      try file.write([1, 2, 3, 4], size: 2)
      #expect(try file.read(texts: 2, size: 2) == [1, 2, 3, 4])
      #expect(try Data(contentsOf: URL(fileURLWithPath: other)) == Data([1, 2, 3]))
    }
  }
}
