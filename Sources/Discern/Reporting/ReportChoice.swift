import DiscernCorpus
import DiscernEvaluation
import DiscernModels
import DiscernVocabulary

/// Which texts of a task a report shows, before they are read.
struct ReportChoice {
  private let measured: TextClassifier.Measured
  private let thresholds: [Float]?
  /// [known texts] their rows in the data.
  private let known: [Int]
  private let truth: [[Int32]]
  private let given: [[Int32]]
  private let isRight: [Bool]
  private let suspicions: LabelSuspicions
  /// Indices among the known texts, with the label to explain.
  private let surest: [(place: Int, label: Int)]
  private let nearest: [(place: Int, label: Int)]

  init(_ measured: TextClassifier.Measured, threshold: Float?, shown: Int) {
    self.measured = measured
    thresholds = measured.thresholds(threshold)
    known = measured.labels.known
    truth = known.map { measured.labels.ids($0) ?? [] }
    given = measured.predictions.predictedLabels(thresholds: thresholds)
    isRight = zip(truth, given).map { Set($0) == Set($1) }
    suspicions = LabelSuspicions(measured.predictions)
    let doubts = truth.indices.map { [predictions = measured.predictions, thresholds, truth, given] place in
      Doubt(predictions.probabilities(ofRow: place), truth[place], given[place], thresholds)
    }
    let wrong = isRight.indices.filter { [isRight] in !isRight[$0] }
    surest = wrong.sorted {
      doubts[$0].sureness != doubts[$1].sureness ? doubts[$0].sureness > doubts[$1].sureness : $0 < $1
    }.prefix(shown).map { ($0, doubts[$0].worstLabel) }
    nearest = doubts.indices.sorted {
      doubts[$0].margin != doubts[$1].margin ? doubts[$0].margin < doubts[$1].margin : $0 < $1
    }.prefix(shown).map { ($0, doubts[$0].nearestLabel) }
  }

  /// The rows of the data whose texts are shown.
  var rows: [Int] {
    (surest + nearest).map { known[$0.place] }
      + suspicions.suspicions.prefix(ModelReport.shownSuspicions).map { known[$0.row] }
  }

  /// - Parameter texts: the texts of `rows`.
  func findings(
    _ data: EncodedCorpus, _ texts: [Int: String], _ explainer: Explainer, _ bootstrap: Bootstrap,
    _ overlap: TextOverlap?, hasNetwork: Bool, threshold: Float?
  ) throws(DiscernError) -> TaskFindings {
    func text(_ shown: (place: Int, label: Int)) throws(DiscernError) -> ReportedText {
      let row = known[shown.place]
      let text = texts[row] ?? ""
      let probabilities = measured.predictions.probabilities(ofRow: shown.place)
      return ReportedText(
        location: data.locations[row], text: text, labels: truth[shown.place].map(name),
        predicted: given[shown.place].sorted { probabilities[Int($0)] > probabilities[Int($1)] }.map {
          Classification.Candidate(label: name($0), probability: probabilities[Int($0)])
        },
        explanation: try explainer.explain(
          text, task: measured.task.name, label: measured.task.labels.names[shown.label]))
    }
    var (surest, nearest): ([ReportedText], [ReportedText]) = ([], [])
    for shown in self.surest { surest.append(try text(shown)) }
    for shown in self.nearest { nearest.append(try text(shown)) }
    let groups = AnswerGroups(known.map { data.texts[$0] }, isRight)
    return TaskFindings(
      task: measured.task, thresholds: thresholds, predictions: measured.predictions,
      report: measured.report(threshold: threshold),
      figures: bootstrap.figures(of: WeightedMeasures(measured.predictions, thresholds: thresholds)),
      isRight: isRight, byLength: groups.byLength, byUnknown: hasNetwork ? groups.byUnknown : [],
      byOverlap: overlap.map { groups.byOverlap(known.map { data.locations[$0] }, $0) } ?? [],
      wrongCount: isRight.count { !$0 }, surest: surest, nearest: nearest,
      suspicionCount: suspicions.suspicions.count,
      suspicions: suspicions.suspicions.prefix(ModelReport.shownSuspicions).map { suspicion in
        SuspectedText(
          location: data.locations[known[suspicion.row]], text: texts[known[suspicion.row]] ?? "",
          given: suspicion.given.map { name(Int32($0)) },
          suggested: suspicion.suggested.map { name(Int32($0)) }, margin: suspicion.margin)
      },
      suspectedShare: suspicions.estimatedShare)
  }

  private func name(_ label: Int32) -> String { measured.task.labels.names[Int(label)] }

  /// The confidence of an answer, and its distance to a different one.
  private struct Doubt {
    /// The probability of the worst mistake, 0...1; 0 for a right answer.
    private(set) var sureness: Float = 0
    private(set) var worstLabel = 0
    /// The distance of the answer from another one, 0...1.
    private(set) var margin: Float = 1
    private(set) var nearestLabel = 0

    init(_ probabilities: [Float], _ truth: [Int32], _ given: [Int32], _ thresholds: [Float]?) {
      guard let thresholds else {
        let order = probabilities.indices.sorted {
          probabilities[$0] != probabilities[$1] ? probabilities[$0] > probabilities[$1] : $0 < $1
        }
        (worstLabel, nearestLabel) = (order[0], order[0])
        sureness = truth == given ? 0 : probabilities[order[0]]
        margin = order.count > 1 ? probabilities[order[0]] - probabilities[order[1]] : 1
        return
      }
      for (label, probability) in probabilities.enumerated() {
        let id = Int32(label)
        let isGiven = given.contains(id)
        let distance = abs(probability - thresholds[label])
        if distance < margin { (margin, nearestLabel) = (distance, label) }
        let sure = isGiven ? probability : 1 - probability
        if truth.contains(id) != isGiven, sure > sureness { (sureness, worstLabel) = (sure, label) }
      }
    }
  }

  /// The accuracy of groups of texts.
  private struct AnswerGroups {
    private let lengths: [Int]
    private let unknown: [Int]
    private let isRight: [Bool]

    init(_ texts: [ArraySlice<Int32>], _ isRight: [Bool]) {
      lengths = texts.map(\.count)
      unknown = texts.map { $0.count { $0 == Vocabulary.unknownID } }
      self.isRight = isRight
    }

    /// Fifths of the texts by length, fewer if many texts have the same length.
    var byLength: [TextGroup] {
      let sorted = lengths.sorted()
      var bounds: [Int] = []
      for fifth in 1...5 {
        let bound = sorted[max(0, sorted.count * fifth / 5 - 1)]
        if bounds.last != bound { bounds.append(bound) }
      }
      return bounds.enumerated().compactMap { index, bound in
        let low = index == 0 ? sorted[0] : bounds[index - 1] + 1
        return group(low == bound ? "\(low)" : "\(low)–\(bound)") { low...bound ~= lengths[$0] }
      }
    }

    /// Groups by the share of unknown words, in percent.
    var byUnknown: [TextGroup] {
      let bounds = [0.0, 0.02, 0.05, 0.1, 0.2, 1]
      return bounds.enumerated().compactMap { index, high in
        let low = index == 0 ? -1 : bounds[index - 1]
        let name =
          index == 0 ? "none" : index == bounds.count - 1 ? "> 20 %" : "≤ \(Int((100 * high).rounded())) %"
        return group(name) { row in
          let share = lengths[row] == 0 ? 0 : Double(unknown[row]) / Double(lengths[row])
          return share > low && share <= high
        }
      }
    }

    func byOverlap(_ locations: [RecordLocation], _ overlap: TextOverlap) -> [TextGroup] {
      let (same, near) = (Set(overlap.same.map(\.measured)), Set(overlap.near.map(\.measured)))
      return [
        group("also in training") { same.contains(locations[$0]) },
        group("near-duplicate in training") { near.contains(locations[$0]) },
        group("not in training") { !same.contains(locations[$0]) && !near.contains(locations[$0]) },
      ].compactMap { $0 }
    }

    private func group(_ name: String, _ holds: (Int) -> Bool) -> TextGroup? {
      let rows = isRight.indices.filter(holds)
      return rows.isEmpty
        ? nil : TextGroup(name: name, count: rows.count, right: rows.count { isRight[$0] })
    }
  }
}
