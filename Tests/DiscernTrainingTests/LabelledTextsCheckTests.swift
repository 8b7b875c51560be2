import DiscernCorpus
import DiscernModels
import DiscernTensor
import DiscernTraining
import Testing

private let good = threeTasks(24, seed: 1)

private func train(
  training: LabelledTexts = good, development: LabelledTexts = good, unlabelled: EncodedTexts? = nil,
  classWeights: [[Float]?]? = nil
) throws {
  var configuration = smallConfiguration()
  configuration.heads = threeHeads
  _ = try Trainer(smallOptions { $0.epochs = 1 }, compute: Compute(threadCount: 1)).train(
    NeuralClassifier(configuration: configuration, seed: 1), training: training,
    development: development, unlabelled: unlabelled, classWeights: classWeights)
}

private func changing(_ change: (inout [TaskLabels]) -> Void) -> LabelledTexts {
  var targets = good.targets
  change(&targets)
  return LabelledTexts(texts: good.texts, targets: targets)
}

private func texts(_ ids: [Int32]) -> LabelledTexts {
  var texts = EncodedTexts()
  for text in 0..<23 { texts.append(good.texts[text]) }
  texts.append(ids)
  return LabelledTexts(texts: texts, targets: good.targets)
}

/// The label, the text and the part are named, before any step; the message is not about divergence, and
/// nothing traps.
@Test func labelsThatTheModelDoesNotHaveAreNamed() throws {
  for (label, head) in [(3, 0), (-2, 0), (Int(Int32.max), 1)] {
    let wrong = changing { $0[head].numbers[7] = Int32(label) }
    let count = [3, 2][head]
    for part in ["training", "development"] {
      let expected = TrainingError.unknownLabel(
        part: part, text: 8, task: threeHeads[head].name, label: label, count: count)
      #expect(throws: expected) {
        try train(
          training: part == "training" ? wrong : good, development: part == "training" ? good : wrong)
      }
    }
  }
  let set = changing {
    $0[2] = TaskLabels(numbers: Array(repeating: 1, count: 24), sets: [[0], [1, 4]])
    $0[2].numbers[..<5] = [0, 0, 0, 0, 0]
  }
  let error = #expect(throws: TrainingError.self) { try train(development: set) }
  #expect(error == .unknownLabel(part: "development", text: 6, task: "words", label: 4, count: 4))
  #expect(
    error?.description
      == "text 6 of the development data has the label 4 for the task “words”, but the model has 4: 0 to 3")
  let noSet = changing { $0[2].numbers[3] = 16 }
  #expect(throws: TrainingError.unknownLabel(part: "training", text: 4, task: "words", label: 16, count: 4)) {
    try train(training: noSet)
  }
}

@Test func targetsOfAnotherKindOrNumberAreNamed() {
  let single = changing { $0[2] = $0[0] }
  #expect(throws: TrainingError.wrongKind(part: "training", task: "words")) { try train(training: single) }
  let several = changing { $0[1] = $0[2] }
  #expect(throws: TrainingError.wrongKind(part: "development", task: "two")) {
    try train(development: several)
  }
  let few = changing { $0.removeLast() }
  #expect(throws: TrainingError.wrongTargetCount(part: "training", count: 2, expected: 3)) {
    try train(training: few)
  }
}

@Test func wordsThatTheModelDoesNotHaveAreNamed() {
  for (id, part) in [(40, "training"), (-1, "development")] as [(Int32, String)] {
    #expect(throws: TrainingError.unknownWord(part: part, text: 24, id: Int(id), count: 40)) {
      try train(
        training: part == "training" ? texts([3, id]) : good,
        development: part == "training" ? good : texts([id]))
    }
  }
  #expect(throws: TrainingError.emptyText(part: "training", text: 24)) { try train(training: texts([])) }
  var more = EncodedTexts()
  more.append([2])
  more.append([400])
  #expect(throws: TrainingError.unknownWord(part: "unlabelled", text: 2, id: 400, count: 40)) {
    try train(unlabelled: more)
  }
}

@Test func classWeightsThatFitNoHeadAreNamed() {
  for (weights, expected) in [
    ([nil, [1, 2, 3], nil], .classWeights(task: "two", count: 3, expected: 2)),
    ([nil, [1, .nan], nil], .classWeights(task: "two", count: 2, expected: 2)),
    ([nil, [1, -1], nil], .classWeights(task: "two", count: 2, expected: 2)),
    ([nil], .classWeights(task: "", count: 1, expected: 3)),
  ] as [([[Float]?], TrainingError)] {
    #expect(throws: expected) { try train(classWeights: weights) }
  }
}
