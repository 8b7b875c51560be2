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
