import DiscernVocabulary
import Foundation
import Testing

@Suite struct LabelSetTests {
  @Test func idsDoNotDependOnTheOrder() throws {
    let names = ["neg", "pos", "é", "e\u{301}", "", "a b", "Pos"]
    let labels = try LabelSet(names + names.reversed())
    #expect(labels.count == 7)
    #expect(try labels == LabelSet(names.reversed()))
    #expect(
      labels.names.map { Array($0.utf8) }
        == ["", "Pos", "a b", "e\u{301}", "neg", "pos", "é"].map { Array($0.utf8) })
    for id in 0..<labels.count { #expect(labels.id(of: labels.name(at: id)) == id) }
    #expect(labels.id(of: "Neg") == nil)
  }

  @Test func canonicallyEqualNamesAreDifferentSets() throws {
    #expect(try LabelSet(["x", "\u{E9}"]) != LabelSet(["x", "e\u{301}"]))
  }

  @Test func noneAndOneAreErrorsWhereTheyMatter() throws {
    #expect(throws: VocabularyError.noLabels) { try LabelSet([]) }
    let single = try LabelSet(["only", "only"])
    #expect(throws: VocabularyError.singleLabel("only")) { try single.requireSeveral() }
    try LabelSet(["a", "b"]).requireSeveral()
  }

  @Test func asJSONItIsTheListOfItsNamesInTheirOrder() throws {
    let labels = try LabelSet(["pos", "neg", "n/a \"x\""])
    let json = try JSONEncoder().encode(labels)
    #expect(try JSONDecoder().decode([String].self, from: json) == labels.names)
    #expect(try JSONDecoder().decode(LabelSet.self, from: json) == labels)
    let given = try JSONDecoder().decode(LabelSet.self, from: Data(#"["pos","neg"]"#.utf8))
    #expect(given.names == ["pos", "neg"] && given.id(of: "pos") == 0)
    for bad in ["[]", #"["a","b","a"]"#, #"{"a":0}"#, "[1]"] {
      #expect(throws: (any Error).self) { try JSONDecoder().decode(LabelSet.self, from: Data(bad.utf8)) }
    }
  }
}
