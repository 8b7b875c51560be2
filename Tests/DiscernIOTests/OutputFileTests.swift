import DiscernIO
import Foundation
import TestSupport
import Testing

@Test func aFileThatIsAddedNeverReplacesAnother() throws {
  try withTemporaryFolder { folder in
    let path = folder + "/f"
    let (first, second) = (
      try OutputFile(try OutputTarget(path: path), .adding),
      try OutputFile(try OutputTarget(path: path), .adding)
    )
    try first.write([1])
    try second.write([2])
    try first.finish()
    #expect(throws: InputError.self) { try second.finish() }
    #expect(try Data(contentsOf: URL(fileURLWithPath: path)) == Data([1]))
  }
}

@Test(arguments: [true, false]) func aTemporaryFileIsAddedOnce(isNameless: Bool) throws {
  try withTemporaryFolder { folder in
    let path = folder + "/f"
    func add() throws(InputError) -> CInt {
      var file = try TemporaryFile(beside: path, for: path, isNameless: isNameless)
      return file.add(at: path)
    }
    let codes = (try add(), try add())
    #expect(codes == (0, EEXIST))
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder) == ["f"])
  }
}

/// A process that was killed between two calls leaves a file of a hidden name, which the next output in the
/// folder removes; one that is still being written, and files of others, stay.
@Test func filesOfKilledProcessesAreRemovedByTheNextOutput() throws {
  try withTemporaryFolder { folder in
    let others = [
      ".discern-notes.tmp", ".discern-12", "discern-12.tmp", ".discern-.tmp", ".discern-ABC.tmp",
      ".discern-+5.tmp",
    ]
    for name in others + [".discern-12ab.tmp", ".discern-0.tmp"] {
      try Data([1]).write(to: URL(fileURLWithPath: folder + "/" + name))
    }
    try FileManager.default.createDirectory(
      atPath: folder + "/.discern-34.tmp", withIntermediateDirectories: false)
    let live = try TemporaryFile(beside: folder + "/x", for: "x", isNameless: false)
    let whileAlive = try FileManager.default.contentsOfDirectory(atPath: folder).filter {
      $0.hasSuffix(".tmp") && !others.contains($0) && $0 != ".discern-34.tmp"
    }
    let file = try OutputFile(try OutputTarget(path: folder + "/f"), .replacing)
    try file.write([2])
    try file.finish()
    let names = Set(try FileManager.default.contentsOfDirectory(atPath: folder))
    // The two of killed processes were gone when the live one had been made.
    #expect(whileAlive.count == 1)
    #expect(names == Set(others + whileAlive + [".discern-34.tmp", "f"]), "\(names)")
    withExtendedLifetime(live) {}
  }
}
