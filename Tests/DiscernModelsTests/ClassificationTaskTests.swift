import DiscernCorpus
import DiscernModels
import DiscernVocabulary
import Foundation
import Testing

private func task(_ json: String) throws -> ClassificationTask {
  try JSONDecoder().decode(ClassificationTask.self, from: Data(json.utf8))
}

/// Tasks of the first format are read, and written back unchanged.
@Test(arguments: [
  #"{"labels":["a","b"],"name":"","temperature":1.5}"#,
  #"{"column":"kind","labels":["a","b"],"name":"kind","temperature":1}"#,
  #"{"labels":["a","b"],"name":"n","separator":",","temperature":2,"thresholds":[0.25,0.5]}"#,
])
func tasksKeepTheirJSON(_ json: String) throws {
  let encoder = JSONEncoder()
  encoder.outputFormatting = .sortedKeys
  #expect(String(decoding: try encoder.encode(task(json)), as: UTF8.self) == json)
}

@Test func aTasksDecisionSaysWhatItsHeadIs() throws {
  let one = try task(#"{"labels":["a","b"],"name":"kind","temperature":1}"#)
  #expect(one.decision == .likeliest && one.thresholds == nil)
  #expect(one.head == HeadConfiguration(name: "kind", .classes(count: 2)))
  let any = try task(
    #"{"labels":["a"],"name":"n","separator":"|","temperature":1,"thresholds":[0.25]}"#)
  #expect(any.decision == .thresholds([0.25]) && any.thresholds == [0.25])
  #expect(any.head == HeadConfiguration(name: "n", .labels(count: 1)))
  #expect(any.source == LabelColumn(task: "n", separator: LabelSeparator("|")))
}

@Test func thresholdsWithoutASeparatorAreAnError() {
  #expect(throws: DecodingError.self) {
    try task(#"{"labels":["a","b"],"name":"n","temperature":1,"thresholds":[0.25,0.5]}"#)
  }
}
