import DiscernModels
import DiscernTensor
import DiscernTraining
import Testing

private let invalid: [(name: String, change: @Sendable (inout TrainingOptions) -> Void)] = [
  ("epochs", { $0.epochs = 0 }), ("epochs", { $0.epochs = -1 }),
  ("batch-size", { $0.batchSize = .texts(0) }), ("batch-tokens", { $0.batchSize = .tokens(-3) }),
  ("bucket-window", { $0.bucketWindow = 0 }),
  ("learning-rate", { $0.learningRate = 0 }), ("learning-rate", { $0.learningRate = -0.1 }),
  ("learning-rate", { $0.learningRate = .nan }), ("learning-rate", { $0.learningRate = .infinity }),
  ("learning-rate", { $0.learningRate = 1e30 }),
  ("label-smoothing", { $0.labelSmoothing = 1 }), ("label-smoothing", { $0.labelSmoothing = -0.1 }),
  ("label-smoothing", { $0.labelSmoothing = .nan }),
  ("clip-norm", { $0.clipNorm = -1 }), ("clip-norm", { $0.clipNorm = .nan }),
  ("clip-norm", { $0.clipNorm = .infinity }),
  ("patience", { $0.patience = 0 }),
  ("reduction", { $0.plateauFactor = 0 }), ("reduction", { $0.plateauFactor = 1.5 }),
  ("reduction", { $0.plateauFactor = .nan }),
  ("plateau-patience", { $0.plateauPatience = -1 }),
  ("minimum-learning-rate", { $0.minimumLearningRate = -1 }),
  ("minimum-learning-rate", { $0.minimumLearningRate = .nan }),
]

@Test func defaultOptionsAreValid() throws { try TrainingOptions().validate() }

@Test func everyOptionThatCannotBeIsNamed() {
  for (name, change) in invalid {
    var options = TrainingOptions()
    change(&options)
    let error = #expect(throws: TrainingError.self, "\(name)") {
      try Trainer(options, compute: Compute(threadCount: 1))
    }
    guard case .invalidOption(let named, let value, let expected) = error else {
      Issue.record("\(name): \(String(describing: error))")
      continue
    }
    #expect(named == name)
    let sentence = error?.description ?? ""
    #expect(sentence.contains(name) && sentence.contains(value) && sentence.contains(expected))
  }
}

@Test func nothingToLearnFromIsAnError() throws {
  let trainer = try Trainer(smallOptions(), compute: Compute(threadCount: 1))
  let some = smallTask(4, seed: 1)
  let none = smallTask(0, seed: 1)
  let model = try smallModel()
  #expect(throws: TrainingError.noTexts(part: "training")) {
    try trainer.train(model, training: none, development: some)
  }
  #expect(throws: TrainingError.noTexts(part: "development")) {
    try trainer.train(model, training: some, development: none)
  }
}

@Test func labelsMustMatchTexts() async {
  await #expect(processExitsWith: .failure) {
    _ = LabelledTexts(texts: smallTask(2, seed: 1).texts, labels: [0])
  }
}
