import Discern
import DiscernBundle
import DiscernIO
import DiscernModels
import DiscernSystem
import DiscernTensor
import DiscernText
import DiscernTraining
import DiscernVocabulary

/// A model's description for users.
extension InfoCommand {
  /// - Parameters:
  ///   - bytes: the size on disk.
  ///   - references: files outside the folder.
  ///   - width: the width of the terminal; nil without one.
  static func description(
    of classifier: TextClassifier, bytes: Int, _ references: [ModelSize.Reference], width: Int?
  ) throws -> [String] {
    var lines = try facts(of: classifier, bytes, references, width) + [""]
    if let network = classifier.networks.first { lines += layers(network, width) }
    if let network = classifier.model.companions.first {
      lines += ["the word-based network beside it", ""] + layers(network, width)
    }
    for task in classifier.tasks {
      guard let thresholds = task.thresholds else { continue }
      var table = Table()
      table.add(task.name.isEmpty ? "label" : "label of \(task.name)", "threshold")
      for (label, threshold) in zip(task.labels.names, thresholds) {
        table.add(label, String(format: "%.4f", threshold))
      }
      lines += table.lines + [""]
    }
    return lines + history(of: classifier.record)
  }

  /// One row per fact.
  private static func facts(
    of classifier: TextClassifier, _ bytes: Int, _ references: [ModelSize.Reference], _ width: Int?
  ) throws -> [String] {
    var facts = Table(leftColumns: 2)
    for task in classifier.tasks {
      let labels = task.labels.names
      facts.add(
        task.name.isEmpty ? "labels" : "labels of \(task.name)",
        "\(labels.count): " + labels.prefix(20).joined(separator: ", ") + (labels.count > 20 ? ", …" : "")
          + task.decision.note)
    }
    facts.add("model", classifier.kind.rawValue)
    facts.add("size", "\(bytes.grouped) bytes")
    for file in references {
      facts.add("reference", "\(DisplayText.escaped(file.path)), \(file.bytes.grouped) bytes")
    }
    addNGrams(of: classifier, to: &facts)
    if let pieces = classifier.encoder.pieces {
      facts.add(
        "pieces",
        "\(pieces.pieces.count.grouped) WordPiece tokens, at most \(pieces.longestText.grouped) per text")
    } else if !classifier.networks.isEmpty {
      facts.add("vocabulary", "\(classifier.encoder.vocabulary.wordCount.grouped) words")
    }
    if classifier.kind != .transformer {
      facts.add("tokenizer", summary(of: classifier.encoder.tokenizer.configuration))
    }
    if !classifier.networks.isEmpty {
      facts.add(
        "length limit",
        classifier.encoder.lengthLimit.map { "\($0) tokens (\(classifier.encoder.truncation.rawValue))" }
          ?? "none")
    }
    for task in classifier.tasks {
      facts.add(
        task.name.isEmpty ? "temperature" : "temperature of \(task.name)",
        String(format: "%.4f", task.temperature))
    }
    if classifier.networks.count > 1 {
      facts.add("networks", "\(classifier.networks.count), whose probabilities are averaged")
    }
    for (index, task) in classifier.tasks.enumerated() {
      guard let exit = classifier.model.earlyExit else { break }
      facts.add(
        task.name.isEmpty ? "early exit" : "early exit of \(task.name)",
        (exit.mixing.map {
          String(format: "%.3f × n-grams + %.3f × first layer, ", $0[index].ngrams, $0[index].network)
        } ?? "") + String(format: "temperature %.4f", exit.temperatures[index]))
    }
    if let steps = classifier.record.steps {
      facts.add(
        "skip gates", String(format: "%.1f %% of the development texts' steps taken", 100 * steps.share))
    }
    if let words = classifier.encoder.companion {
      let count = classifier.model.companions.count
      let limit = words.maximumTokens.map { "\($0) of a text (\(words.truncation.rawValue))" }
      facts.add(
        "beside it",
        count.counted("network") + " of \(words.vocabulary.wordCount.grouped) words, "
          + (limit ?? "no length limit")
      )
    }
    switch classifier.precision {
    case .int8?:
      facts.add(
        "weights",
        "8 bits (int8.1): the same probabilities, bit for bit, on every "
          + "machine")
    case .fp16?: facts.add("weights", "16 bits")
    case nil: break
    }
    facts.add("kernels", try kernels(of: classifier))
    return facts.lines(width: width)
  }

  /// The kernels with which the model was trained; 8-bit models use others for inference.
  private static func kernels(of classifier: TextClassifier) throws -> String {
    let trained = classifier.record.kernels
    guard classifier.precision == .int8 else { return trained }
    let answering = try ComputeArguments.family().exact.name
    return "trained with \(trained); 8-bit inference with \(answering) on this machine"
  }

  /// Adds the n-grams that the model has, how they were fitted, and their weights in a joined model.
  private static func addNGrams(of classifier: TextClassifier, to facts: inout Table) {
    if let ngrams = classifier.model.ngrams {
      facts.add(
        "n-grams", "\(ngrams.vocabulary.count.grouped), \(ngrams.vocabulary.configuration.summary)")
    }
    for choice in classifier.record.ngrams?.choices ?? [] {
      facts.add(
        choice.task.isEmpty ? "n-grams' fit" : "n-gram selection for \(choice.task)",
        String(format: "%@, C %g", choice.weighting.rawValue, choice.strength))
    }
    for (task, mixing) in zip(classifier.tasks, classifier.model.mixing ?? []) {
      facts.add(
        task.name.isEmpty ? "logits" : "logits of \(task.name)",
        String(format: "%.3f × n-grams + %.3f × network", mixing.ngrams, mixing.network)
          + (mixing.companion.map { String(format: " + %.3f × words", $0) } ?? ""))
    }
  }

  private static func summary(of tokenizer: TokenizerConfiguration) -> String {
    "ICU \(tokenizer.icuVersion), locale \(tokenizer.locale), \(tokenizer.normalization.rawValue), "
      + (tokenizer.lowercase ? "lower case" : "case kept")
      + ", punctuation \(tokenizer.punctuation.rawValue), numbers \(tokenizer.numbers.rawValue)"
      + (tokenizer.splitsContractions ? ", contractions split" : "")
  }

  /// The columns for the layers' outputs and parameters, with the spaces before them.
  private static let layerFigures = 34

  /// One row per layer with its output and size, then one per weight. On a terminal, long names are wrapped.
  private static func layers(_ network: NeuralClassifier, _ width: Int?) -> [String] {
    var layers = Table(leftColumns: 2)
    layers.add("layer", "output", "parameters")
    func add(_ step: NetworkDescription.Step) {
      let names = width.map { DisplayText.wrapped(step.name, to: max(20, $0 - layerFigures)) } ?? [step.name]
      let shape =
        switch step.output {
        case .tokens(let features): "[tokens, \(features)]"
        case .sentences(let features): "[sentences, \(features)]"
        case .text(let features): "[\(features)]"
        }
      layers.add(names[0], shape, step.parameterCount.grouped)
      for rest in names.dropFirst() { layers.add(rest) }
    }
    for step in network.description.steps { add(step) }
    layers.add("all", "", network.parameterCount.grouped)
    if let exit = network.exitDescription {
      layers.add("of which for the first layer's exit", "", "")
      for step in exit.steps { add(step) }
    }
    var weights = Table(leftColumns: 2)
    weights.add("weight", "shape", "parameters")
    for (name, shape) in network.shapes { weights.add(name, "\(shape)", shape.reduce(1, *).grouped) }
    return layers.lines + [""] + weights.lines + [""]
  }

  /// The texts and weights on which the model was trained, and its epochs.
  private static func history(of record: TrainingRecord) -> [String] {
    var lines: [String] = []
    if record.trainingTextCount == 0 {
      lines.append("the training is not recorded")
    } else {
      lines.append(
        "trained on \(record.trainingTextCount.grouped) texts, evaluated on "
          + "\(record.developmentTextCount.grouped), seed \(record.recipe.options.seed), "
          + "\(record.outcome.rawValue)"
          + (record.wordsWithVectors.map { ", \($0.grouped) words with vectors" } ?? "")
          + (record.pretrained.map {
            ", from pretrained weights (digest \(DisplayText.escaped(String($0.prefix(12)))))"
          } ?? "")
          + (record.grownFrom.map {
            ", grown from a model (digest \(DisplayText.escaped(String($0.prefix(12)))))"
          } ?? "")
          + (record.teacher.map {
            ", taught by a model (digest \(DisplayText.escaped(String($0.prefix(12)))))"
          } ?? "")
          + (record.companion.map {
            ", joined with a model (digest \(DisplayText.escaped(String($0.prefix(12)))))"
          } ?? ""))
    }
    for run in record.runs {
      if record.runs.count > 1 { lines += ["", "seed \(run.seed), \(run.outcome.rawValue)"] }
      if !run.epochs.isEmpty { lines += EpochTable.lines(run.epochs) }
    }
    if !record.notUnderstood.isEmpty {
      lines += ["", "unknown to this version: " + record.notUnderstood.joined(separator: ", ")]
    }
    return lines
  }
}

extension NGramConfiguration {
  /// The n-grams' description in words.
  fileprivate var summary: String {
    var parts: [String] = []
    if longestWords > 0 { parts.append("1 to \(longestWords) words") }
    if longestLetters > 0 { parts.append("\(shortestLetters) to \(longestLetters) letters") }
    return parts.joined(separator: ", ")
  }
}
