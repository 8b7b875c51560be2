import DiscernBundle
import Foundation
import TestSupport
import Testing

private let card = Array("# m\n\(ModelCardFile.Marks.body.begin)\n\(ModelCardFile.Marks.body.end)\n".utf8)

@Test(arguments: [true, false])
func aCardOfDiscernGivesWayToTheNextOne(exchanging: Bool) throws {
  try withTemporaryFolder { folder in
    let path = folder + "/m"
    try writeSample(to: path, exchanging: exchanging, card: card)
    let next = card + [0x78]
    #expect(try writeSample(to: path, weight: 3, exchanging: exchanging, card: next) == [])
    #expect(try readFile(path + "/README.md") == next)
    #expect(try loadSample(path).weights[0] == 3)
    #expect(try names(in: folder) == ["m"])
    // A model without a card leaves the one that is there.
    try writeSample(to: path, weight: 4, exchanging: exchanging)
    #expect(try readFile(path + "/README.md") == next)
    // Another file of that name is the user's.
    try FileManager.default.removeItem(atPath: path + "/README.md")
    try writeFile(path + "/README.md", [1])
    var refusal: BundleError?
    do {
      try writeSample(to: path, exchanging: exchanging, card: card)
    } catch let error as BundleError {
      refusal = error
    }
    #expect(refusal == .destinationHoldsOtherFile(path: path + "/README.md"))
    #expect(try readFile(path + "/README.md") == [1])
  }
}

@Test func aCardIsKnownByItsMarkedLinesAlone() {
  for mark in [ModelCardFile.Marks.frontMatter.begin, ModelCardFile.Marks.body.begin] {
    #expect(ModelCardFile.isCard(Array("a\r\n\(mark)\r\nb".utf8)))
    #expect(ModelCardFile.isCard(Array(mark.utf8)))
    #expect(!ModelCardFile.isCard(Array(" \(mark)".utf8)) && !ModelCardFile.isCard(Array("\(mark)x".utf8)))
  }
  #expect(!ModelCardFile.isCard([]) && !ModelCardFile.isCard([0xFF, 0x0A, 0x0A]))
}

@Test func aFolderWithoutACardHasNone() throws {
  try withTemporaryFolder { folder in
    let path = folder + "/m"
    #expect(try ModelCardFile.contents(ofModel: path) == nil)
    try writeSample(to: path)
    #expect(try ModelCardFile.contents(ofModel: path) == nil)
    try writeFile(path + "/README.md", [UInt8](repeating: 0x61, count: (1 << 20) + 1))
    #expect(throws: BundleError.self) { try ModelCardFile.contents(ofModel: path) }
    // None of it is read with the model.
    #expect(try loadSample(path).weights[0] == 0.5)
  }
}
