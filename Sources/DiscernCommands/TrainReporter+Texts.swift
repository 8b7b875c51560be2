import Discern
import DiscernCorpus
import DiscernIO
import DiscernModels
import DiscernSystem

/// The report on texts, labels and n-grams before a network is trained.
extension TrainReporter {
  func tell(_ findings: [DataCheck.Finding]) {
    for finding in findings {
      let text =
        (finding.task.map { "task “\($0)”: " } ?? "") + finding.message
        + (finding.examples.isEmpty ? "" : ": " + finding.examples.joined(separator: "; "))
      Console.warning(text)
      write(LogRecord.Warning(text: text))
    }
  }

  /// The network learns only from the other texts; n-grams are counted and fitted again on all of them.
  func tellHeldOut(_ texts: Int, of all: Int) {
    let ngrams =
      recipe.model.hasNGrams ? "; the saved n-grams are trained on these too" : ""
    let words =
      recipe.model.hasNetwork && !recipe.isTransformer ? "; their words are in the vocabulary" : ""
    say(
      "held out: \(texts.grouped) of \(all.counted("text")), for model selection and "
        + "evaluation" + ngrams + words)
  }

  func tell(_ task: ClassificationTask, _ counts: [Int]) {
    let names = task.labels.names
    let shares = zip(names, counts).map {
      "\(DisplayText.cut(DisplayText.escaped($0), to: 24)) \($1.grouped)"
    }
    say(
      (task.name.isEmpty ? "labels: " : "labels of \(task.name): ")
        + shares.prefix(20).joined(separator: ", ") + (shares.count > 20 ? ", …" : "")
        + task.decision.note)
    for (name, count) in zip(names, counts) where count == 0 {
      Console.warning(
        "no training text is labelled “\(name)”"
          + (task.name.isEmpty ? "" : " for the task “\(task.name)”"))
    }
  }

  func tell(_ facts: NGramFacts) {
    let choices = facts.choices.map { choice in
      (choice.task.isEmpty ? "" : choice.task + ": ")
        + String(format: "%@, C %g", choice.weighting.rawValue, choice.strength)
    }
    let shared = facts.collisionRate.map {
      String(format: " buckets (%.2f %% of the n-grams share theirs)", 100 * $0)
    }
    say("n-grams: \(facts.features.grouped)\(shared ?? ""); " + choices.joined(separator: "; "))
    for scores in facts.scores { say("n-grams alone: " + Self.words(scores)) }
    if facts.features == 0 {
      Console.warning(
        "no n-gram occurs in as many texts as --ngram-min-count demands, so n-grams have no "
          + "effect")
    }
    for choice in facts.choices where choice.gap > 0.01 {
      Console.warning(
        String(
          format:
            "n-gram training has not converged (%.0f %% of its loss may be left): a --ngram-strength below "
            + "%g helps", 100 * choice.gap, choice.strength))
    }
    if !recipe.model.hasNetwork {
      write(
        LogRecord.BeganNGrams(
          recipe: recipe.resolved.choices, ngrams: facts, kernels: kernels, threads: threads))
    }
  }

  func tell(_ calibration: TrainingStage.Calibration) {
    let name = "calibration" + (calibration.task.isEmpty ? "" : " of \(calibration.task)")
    if let temperature = calibration.temperature {
      say(
        name
          + String(
            format: ": temperature %.4f; expected calibration error %.4f before, %.4f after",
            temperature, calibration.errorBefore, calibration.errorAfter))
    } else {
      say("\(name): the development texts determine no temperature; probabilities stay uncalibrated")
    }
  }
}
