import DiscernBundle
import DiscernCorpus
import DiscernModels
import DiscernTensor
import DiscernTraining
import DiscernVocabulary

/// A trained classifier from whose answers another classifier learns (Hinton et al. 2015).
struct Teacher {
  private let classifier: TextClassifier
  /// For each of the student's tasks, the index of the teacher's.
  private let places: [Int]
  private let temperature: Double
  private let compute: Compute

  /// - Parameter tasks: the tasks of the student.
  /// - Throws: `DiscernError.conflict` if the teacher's tasks or labels differ.
  init(
    _ classifier: TextClassifier, for tasks: [ClassificationTask], _ options: TrainingOptions,
    _ compute: Compute
  ) throws(DiscernError) {
    self.classifier = classifier
    self.compute = compute
    temperature = options.teacherTemperature
    var places: [Int] = []
    for task in tasks {
      let isOnly = tasks.count == 1 && classifier.tasks.count == 1
      guard let index = classifier.tasks.firstIndex(where: { isOnly || $0.name == task.name }) else {
        let known = classifier.tasks.map { $0.name.isEmpty ? "one without a name" : "“\($0.name)”" }
        throw .conflict(
          "the teacher (--teacher) has no task “\(task.name)”, but \(known.joined(separator: ", ")); use the "
            + "same task names (--task)")
      }
      let own = classifier.tasks[index]
      if (own.thresholds == nil) != (task.thresholds == nil) {
        throw .conflict(
          "the teacher (--teacher) gives \(own.thresholds == nil ? "one label" : "any number of labels") per "
            + "text, the training texts have \(task.thresholds == nil ? "one" : "any number"); see "
            + "--multi-label"
        )
      }
      // Sets of labels are in alphabetical order.
      let (known, wanted) = (own.labels.names, task.labels.names)
      if let name = wanted.first(where: { !known.contains($0) }) {
        throw .conflict(Self.difference(task, "does not know “\(name)”"))
      }
      if let more = known.first(where: { !wanted.contains($0) }) {
        throw .conflict(Self.difference(task, "also gives “\(more)”, which no training text has"))
      }
      guard known == wanted else { throw .conflict(Self.difference(task, "has labels in another order")) }
      places.append(index)
    }
    self.places = places
  }

  private static func difference(_ task: ClassificationTask, _ what: String) -> String {
    (task.name.isEmpty ? "" : "task “\(task.name)”: ")
      + "the teacher (--teacher) \(what); both must have the same labels"
  }

  /// The teacher's answers for all texts of a corpus, in their order.
  ///
  /// - Parameter count: the number of texts that the student read from the corpus.
  /// - Returns: its probabilities at the distillation temperature, and the labels that it would give, with
  ///   the weight of each text for learning from these labels alone.
  func answers(
    to corpus: Corpus, count: Int, _ isInterrupted: () -> Bool
  ) throws(DiscernError) -> (soft: TeacherTargets, labels: [TaskLabels], weights: [Float]) {
    let encoded = try wrapping(DiscernError.corpus) { () throws(CorpusError) in
      try CorpusEncoder(classifier.encoder, threads: compute.threadCount)
        .encode(corpus, isInterrupted: isInterrupted)
    }
    guard encoded.count == count else {
      throw .conflict(
        "the texts changed while they were read: there are \(encoded.count), there were "
          + "\(count)")
    }
    let outputs = classifier.model.outputs
    let texts = encoded.texts
    let logits = try SelfTraining.logits(of: classifier.model, compute, isInterrupted) { _ in texts }
    let given = arranged(logits, outputs)
    let soft = given.outputs.probabilities(
      ofLogits: given.logits, temperatures: places.map { _ in temperature })
    let (labels, weights) = SelfTraining.labels(ofLogits: given.logits, given.outputs, given.tasks)
    let heads = given.outputs.ranges.map { range in
      let rows = (0..<count).flatMap { row in
        soft[row * given.outputs.count + range.lowerBound..<row * given.outputs.count + range.upperBound]
      }
      return (columns: range.count, probabilities: rows)
    }
    return (TeacherTargets(count: count, heads), labels, weights)
  }

  /// The logits, outputs and tasks in the order of the student's tasks.
  private func arranged(
    _ logits: [Float], _ outputs: HeadOutputs
  ) -> (logits: [Float], outputs: HeadOutputs, tasks: [ClassificationTask]) {
    let columns = places.flatMap { Array(outputs.ranges[$0]) }
    let rows = logits.count / outputs.count
    return (
      (0..<rows).flatMap { row in columns.map { logits[row * outputs.count + $0] } },
      HeadOutputs(places.map { outputs.heads[$0] }), places.map { classifier.tasks[$0] }
    )
  }
}

extension TextClassifier {
  /// The digest of all numbers that determine its answers.
  var teacherDigest: String {
    let ngrams = (model.ngrams?.tensors ?? []).map { tensor in
      switch tensor.values {
      case .float32(let values): FileDigest.of(values).sha256
      case .int8(let values): values.withUnsafeBytes { FileDigest.of([$0]).sha256 }
      }
    }
    return FileDigest.of(bytes: Array(([weightsDigest] + ngrams).joined().utf8)).sha256
  }
}
