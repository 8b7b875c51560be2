import DiscernCorpus
import DiscernEvaluation
import DiscernModels
import DiscernTensor
import DiscernText

/// A classifier's results on clean texts and on damaged ones.
public struct RobustnessReport: Codable, Sendable, Hashable {
  /// The figures for one state of the texts; the mean over several tasks.
  public struct Figures: Codable, Sendable, Hashable {
    /// The share of correct predictions, 0...1.
    public let accuracy: Double
    /// The mean of the labels' F1, 0...1.
    public let macroF1: Double
    /// The mean negative logarithm of the true label's probability.
    public let logLoss: Double

    init(_ measured: [TextClassifier.Measured]) {
      let report = EvaluationReport(measured.map { (name: $0.task.name, report: $0.report()) })
      accuracy = report.accuracy
      macroF1 = report.macroF1
      logLoss = report.logLoss
    }
  }

  /// The figures on texts that were perturbed in one way.
  public struct Perturbed: Codable, Sendable, Hashable {
    /// The perturbation.
    public let kind: TextPerturbation.Kind
    /// The share of the words that it changes.
    public let rate: Double
    /// The figures on the perturbed texts.
    public let figures: Figures
    /// The share of texts whose prediction is the same as for the clean text.
    public let samePrediction: Double
  }

  /// The seed of the perturbations.
  public let seed: UInt64
  /// The figures on the texts as they are.
  public let clean: Figures
  /// By perturbation, in the requested order.
  public let perturbed: [Perturbed]
}

extension TextClassifier {
  /// Measures the classifier on labelled texts, clean and damaged in each of the given ways.
  ///
  /// The corpus is read once for the clean texts and once for each perturbation.
  ///
  /// - Throws: `DiscernError`.
  public func robustness(
    on corpus: Corpus, perturbations: [TextPerturbation] = TextPerturbation.usual, seed: UInt64 = 1,
    compute: Compute = Compute()
  ) throws(DiscernError) -> RobustnessReport {
    func predictions(_ perturbation: TextPerturbation?) throws(DiscernError) -> [Measured] {
      var encoder = encoder
      encoder.transform = perturbation.map {
        PerturbedTexts(perturbation: $0, seed: seed, tokenizer: encoder.tokenizer.configuration)
      }
      return try measure(on: corpus, encoder: encoder, compute: compute).tasks
    }
    let clean = try predictions(nil)
    var perturbed: [RobustnessReport.Perturbed] = []
    for perturbation in perturbations {
      let damaged = try predictions(perturbation)
      let shares = zip(clean, damaged).map { clean, damaged in
        let predictions = [clean, damaged].map {
          $0.predictions.predictedLabels(thresholds: $0.task.thresholds)
        }
        return Double(zip(predictions[0], predictions[1]).count { $0 == $1 }) / Double(predictions[0].count)
      }
      perturbed.append(
        RobustnessReport.Perturbed(
          kind: perturbation.kind, rate: perturbation.rate, figures: RobustnessReport.Figures(damaged),
          samePrediction: shares.reduce(0, +) / Double(shares.count)))
    }
    return RobustnessReport(seed: seed, clean: RobustnessReport.Figures(clean), perturbed: perturbed)
  }
}
