import DiscernCorpus
import DiscernEvaluation
import DiscernModels
import DiscernTensor
import DiscernVocabulary

/// A labelled text whose predicted labels differ from its true ones.
public struct WrongText: Sendable {
  /// The task's name; empty for a single unnamed task.
  public let task: String
  /// The text's place in the data.
  public let location: RecordLocation
  /// The text as in the data.
  public let text: String
  /// The true labels: one, or any number for a multi-label task.
  public let labels: [String]
  /// The predicted labels, most probable first.
  public let predicted: [Classification.Candidate]
  /// The probability that the classifier gave its worst mistake, 0...1: that of the predicted label or, for a
  /// multi-label task, of its most confident wrong decision about a label.
  public let sureness: Float
}

extension TextClassifier {
  /// Measures the classifier as `evaluate(on:threshold:compute:)` does, and lists every wrong text, the most
  /// confident answers first.
  ///
  /// The corpus is read twice. Memory: as for an evaluation, plus the wrong texts.
  ///
  /// - Throws: the errors of `evaluate`; `.conflict` if the data changed between the two readings.
  public func evaluateListingErrors(
    on corpus: Corpus, threshold: Float? = nil, compute: Compute = Compute(),
    onSteps: (StepCounts) -> Void = { _ in }
  ) throws(DiscernError) -> (report: EvaluationReport, data: EncodedCorpus, wrong: [WrongText]) {
    let (measured, data) = try measure(on: corpus, encoder: encoder, compute: compute, onSteps: onSteps)
    let mistakes = measured.flatMap { Self.mistakes($0, threshold: threshold) }
    let texts = try Self.texts(of: Set(mistakes.map(\.row)), data.locations, corpus)
    let wrong = mistakes.sorted { a, b in
      a.sureness != b.sureness ? a.sureness > b.sureness : a.row < b.row
    }.map { mistake in
      WrongText(
        task: mistake.task, location: data.locations[mistake.row], text: texts[mistake.row] ?? "",
        labels: mistake.labels, predicted: mistake.predicted, sureness: mistake.sureness)
    }
    let reports = measured.map { (name: $0.task.name, report: $0.report(threshold: threshold)) }
    return (EvaluationReport(reports), data, wrong)
  }

  /// A wrong prediction on a row of the encoded corpus.
  private struct Mistake {
    let task: String
    let row: Int
    let labels: [String]
    let predicted: [Classification.Candidate]
    let sureness: Float
  }

  private static func mistakes(_ measured: Measured, threshold: Float?) -> [Mistake] {
    let names = measured.task.labels.names
    let predictions = measured.predictions.predictedLabels(thresholds: measured.thresholds(threshold))
    // The predictions have a row for each text whose labels are known.
    let rows = measured.labels.numbers.indices.filter { measured.labels.numbers[$0] >= 0 }
    var mistakes: [Mistake] = []
    for (place, (row, given)) in zip(rows, predictions).enumerated() {
      let truth = measured.labels.ids(row) ?? []
      if Set(truth) == Set(given) { continue }
      let probabilities = measured.predictions.probabilities(ofRow: place)
      let predicted = given.sorted { probabilities[Int($0)] > probabilities[Int($1)] }
      let sureness = Set(truth).symmetricDifference(given).map { id -> Float in
        given.contains(id) ? probabilities[Int(id)] : 1 - probabilities[Int(id)]
      }
      let ofWorst =
        switch measured.task.decision {
        case .likeliest: predicted.first.map { probabilities[Int($0)] } ?? 0
        case .thresholds: sureness.max() ?? 0
        }
      mistakes.append(
        Mistake(
          task: measured.task.name, row: row, labels: truth.map { names[Int($0)] },
          predicted: predicted.map {
            Classification.Candidate(label: names[Int($0)], probability: probabilities[Int($0)])
          },
          sureness: ofWorst))
    }
    return mistakes
  }

  /// The texts of some rows, read once more. Texts that evaluation left out are skipped by their location.
  static func texts(
    of rows: Set<Int>, _ locations: [RecordLocation], _ corpus: Corpus
  ) throws(DiscernError) -> [Int: String] {
    if rows.isEmpty { return [:] }
    var texts: [Int: String] = [:]
    var row = 0
    do {
      _ = try corpus.read { record in
        guard row < locations.count, record.location == locations[row] else { return }
        if rows.contains(row) { texts[row] = record.textString }
        row += 1
      }
    } catch let error as CorpusError {
      throw .corpus(error)
    } catch {
      throw .conflict("\(error)")
    }
    if row < locations.count {
      throw .conflict("\(locations[row]): no longer exists: the data changed while it was read")
    }
    return texts
  }
}
