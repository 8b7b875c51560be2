import DiscernBundle
import DiscernCorpus
import DiscernIO
import DiscernModels
import DiscernSystem
import DiscernText
import DiscernTraining
import DiscernVocabulary

/// The facts about a model that Discern writes on its card.
struct CardFacts {
  let classifier: TextClassifier
  /// The folder's name.
  let name: String
  let content: SavedContent
  /// The results of `discern evaluate`.
  var measured: [CardResult] = []

  /// The maximum number of labels listed.
  private static let labelLimit = 100

  private var record: TrainingRecord { classifier.record }

  /// The saved model's own results on the development texts; nil if nothing was measured, or if the model has
  /// changed since.
  private var development: CardResult? {
    guard let measured = record.measured, !measured.hasLearnedSince, classifier.precision == nil else {
      return nil
    }
    return CardResult(
      data: developmentName, part: nil, digest: record.developmentData?.digest ?? record.trainingData.digest,
      model: content.sha256, role: .development, figures: measured.figures)
  }

  /// All figures of this model.
  private var results: [CardResult] {
    let own = [development].compactMap(\.self)
    return own + measured.filter { result in !own.contains { $0.digest == result.digest } }
  }

  private var developmentName: String {
    let files = record.files?.development
    return files.map(Self.names)
      ?? "texts held out of " + (record.files.map { Self.names($0.training) } ?? "the training data")
  }

  private static func names(_ files: [String]) -> String { files.joined(separator: ", ") }

  /// The lines by key, in order.
  var frontMatter: [(key: String, lines: [String])] {
    var lines: [(key: String, lines: [String])] = [
      ("library_name", ["library_name: discern"]),
      ("pipeline_tag", ["pipeline_tag: \(CardResult.taskType)"]),
      ("tags", ["tags: [\(CardResult.taskType), discern]"]),
    ]
    var labels = ["labels:"]
    for task in classifier.tasks {
      let names = task.labels.names.prefix(Self.labelLimit).map(YAMLText.string)
      labels.append(
        "- {\"task\": \(YAMLText.string(task.name)), \"labels\": [\(names.joined(separator: ", "))]}")
    }
    lines.append(("labels", labels))
    let entries = results.flatMap(\.entries)
    if !entries.isEmpty {
      lines.append(
        (
          "model-index",
          ["model-index:", "- name: \(YAMLText.string(name))", "  results:"] + entries.map { "  - " + $0 }
        ))
    }
    return lines
  }

  /// Lines of Markdown.
  var body: [String] {
    var lines = ["", "## Model", "", "A text classifier, trained by Discern.", ""]
    lines += CardText.table(("fact", ""), facts)
    lines += ["", "## Figures", ""] + figures
    lines += ["", "## Training", ""] + CardText.table(("what", ""), training)
    let choices = recipe
    lines += [
      "",
      choices.isEmpty
        ? "The recipe is the default."
        : "Settings that differ from the default "
          + "recipe:", "",
    ]
    lines += CardText.code(choices)
    lines += ["", "## Use", ""] + use
    return lines + [""]
  }

  // MARK: Model

  private var facts: [(String, String)] {
    var rows: [(String, String)] = []
    for task in classifier.tasks {
      let names = task.labels.names
      let shown = names.prefix(Self.labelLimit).map(CardText.markdown).joined(separator: ", ")
      let more = names.count - min(names.count, Self.labelLimit)
      let kind = task.thresholds == nil ? "one per text" : "any number per text, by thresholds"
      rows.append(
        (
          task.name.isEmpty ? "labels" : "labels of \(CardText.markdown(task.name))",
          "\(names.count), \(kind): \(shown)"
            + (more > 0 ? ", and \(more) more, which `manifest.json` lists" : "")
        ))
    }
    rows.append(("kind", kind))
    rows.append(("language", "not stated"))
    rows.append(("scripts of the known words", scripts))
    let networks = classifier.networks
    if let network = networks.first {
      rows.append(
        (
          "parameters of networks",
          (networks.count > 1 ? "\(networks.count) × " : "") + network.parameterCount.grouped
        ))
    }
    if let network = classifier.model.companions.first {
      let count = classifier.model.companions.count
      rows.append(
        (
          "parameters of word-based networks",
          (count > 1 ? "\(count) × " : "") + network.parameterCount.grouped
        ))
    }
    if let ngrams = classifier.model.ngrams { rows.append(("n-grams", ngrams.vocabulary.count.grouped)) }
    rows.append(("size", "\(content.bytes.grouped) bytes, without this card"))
    rows.append(("arithmetic", arithmetic))
    let tokenizer = classifier.encoder.tokenizer.configuration
    rows.append(("words", "ICU \(tokenizer.icuVersion), locale \(CardText.markdown(tokenizer.locale))"))
    rows.append(("SHA-256 of `manifest.json`", "`\(content.sha256)`"))
    return rows
  }

  private var kind: String {
    let networks = classifier.networks
    let name =
      switch networks.first?.configuration.encoder {
      case .recurrent?, nil: "recurrent network"
      case .hierarchical?: "hierarchical recurrent network"
      case .transformer?: "pretrained transformer"
      }
    let network =
      networks.isEmpty ? "" : networks.count > 1 ? "\(networks.count) \(name)s" : "a \(name)"
    return switch classifier.kind {
    case .ngrams: "a linear n-gram model"
    case .recurrent, .transformer: network
    case .joined where !classifier.model.companions.isEmpty:
      "\(network), a word-based network and a linear n-gram model, joined"
    case .joined: "\(network) and a linear n-gram model, joined"
    }
  }

  /// The scripts of the vocabulary's words, by the Unicode names of their first letters.
  private var scripts: String {
    let vocabulary = classifier.encoder.vocabulary
    let words =
      classifier.networks.isEmpty || vocabulary.count <= 2
      ? classifier.model.ngrams?.vocabulary.knownWords ?? []
      : (2..<max(2, vocabulary.count)).map(vocabulary.token)
    var counts: [String: Int] = [:]
    for word in words {
      guard let letter = word.unicodeScalars.first(where: \.properties.isAlphabetic),
        let script = letter.properties.name?.split(separator: " ").first
      else { continue }
      counts[String(script), default: 0] += 1
    }
    let total = Double(max(1, counts.values.reduce(0, +)))
    let shares = counts.sorted { ($1.value, $0.key) < ($0.value, $1.key) }
      .map { script, count in
        let percent = Int((100 * Double(count) / total).rounded())
        return "\(script.prefix(1).uppercased())\(script.dropFirst()) \(percent) %"
      }
      .filter { !$0.hasSuffix(" 0 %") }
    return shares.isEmpty ? "not known" : shares.joined(separator: ", ")
  }

  private var arithmetic: String {
    switch classifier.precision {
    case .int8: "8 bits (int8.1): the same probabilities, bit for bit, on every machine"
    case .fp16: "16-bit weights, computed in 32 bits"
    case nil: classifier.kind.hasNetwork ? "32-bit floats" : "8-bit weights, summed in 32-bit floats"
    }
  }

  // MARK: Figures

  private var figures: [String] {
    var lines: [String] = []
    if !results.isEmpty {
      lines += [
        "Each figure is the one that `discern evaluate --json` prints for this model and these "
          + "texts.", "",
      ]
      lines += Self.table(
        results.map { ($0.data + ($0.part.map { " (\($0))" } ?? ""), $0.role.rawValue, $0.figures) })
      lines.append("")
      if results.contains(where: { $0.role != .test }) {
        lines += [
          "Training selected its best epoch, temperature and thresholds on the development texts, and "
            + "learned from the training texts: figures on them are optimistic.", "",
        ]
      }
    }
    if let measured = record.measured, development == nil {
      lines += [
        "Measured before " + changes(measured) + ", not of this model as it is:", "",
      ]
      lines += Self.table([(developmentName, "development, before", measured.figures)]) + [""]
    }
    if !results.contains(where: { $0.role == .test }) {
      lines.append(
        "Unseen texts: not stated. `discern evaluate MODEL --data TEXTS --update-card` evaluates on them and "
          + "writes the figures here.")
    }
    return lines
  }

  /// The changes made after the measurement.
  private func changes(_ measured: TrainingRecord.Measured) -> String {
    let learned =
      "the n-grams were also trained on the development texts, which were a part of the training "
      + "data"
    let smaller = "the weights were quantised"
    return switch (measured.hasLearnedSince, classifier.precision != nil) {
    case (true, true): "\(learned), and before \(smaller)"
    case (true, false): learned
    default: smaller
    }
  }

  private static func table(_ results: [(data: String, role: String, figures: ModelFigures)]) -> [String] {
    var lines = ["| data | | task | texts | figure | value |", "|---|---|---|---|---|---|"]
    for (data, role, figures) in results {
      for task in figures.tasks {
        for metric in task.metrics {
          lines.append(
            "| \(CardText.markdown(data)) | \(role) | \(CardText.markdown(task.name)) | \(task.examples) "
              + "| \(metric.name) | \(CardResult.number(metric.value)) |")
        }
      }
    }
    return lines
  }

  // MARK: Training

  private var training: [(String, String)] {
    func data(_ files: [String]?, _ summary: EncodingSummary) -> String {
      (files.map { CardText.markdown(Self.names($0)) } ?? "not stated")
        + ": \(summary.texts.counted("text")), digest `\(CardText.markdown(summary.digest))`"
    }
    var rows = [("training data", data(record.files?.training, record.trainingData))]
    if let own = record.developmentData {
      rows.append(("development data", data(record.files?.development, own)))
    } else {
      rows.append(
        ("development data", "held out of the training data (\(record.recipe.developmentSplit.rawValue))"))
    }
    if let own = record.unlabelledData { rows.append(("unlabelled", data(record.files?.unlabelled, own))) }
    rows.append(
      (
        "division",
        "\(record.trainingTextCount) texts for training, \(record.developmentTextCount) for "
          + "development"
      )
    )
    let seeds = record.runs.isEmpty ? [record.recipe.options.seed] : record.runs.map(\.seed)
    rows.append((seeds.count > 1 ? "seeds" : "seed", seeds.map { "\($0)" }.joined(separator: ", ")))
    rows.append(("end", record.outcome.rawValue))
    rows.append(("kernels", record.kernels))
    for (what, digest) in [
      ("started from pretrained weights", record.pretrained), ("grown from a model", record.grownFrom),
      ("teacher", record.teacher), ("joined with a model's networks", record.companion),
    ] {
      if let digest { rows.append((what, "digest `\(CardText.markdown(digest))`")) }
    }
    if let words = record.wordsWithVectors { rows.append(("words with pretrained vectors", "\(words)")) }
    return rows
  }

  /// Keys and values that differ from the defaults, and those derived from the texts.
  private var recipe: [String] {
    let (recipe, defaults) = (record.recipe, TrainingRecipe())
    let fitted = Set(record.fitted.map(\.key))
    return RecipeKey.all.compactMap { key in
      guard !key.isImplied(in: recipe), key.isUsed(by: recipe) else { return nil }
      let text = key.text(in: recipe)
      guard fitted.contains(key.name) || text != key.text(in: defaults) else { return nil }
      return "\(key.name): \(DisplayText.escaped(text))"
    }
  }

  // MARK: Use

  private var use: [String] {
    let isPlain = name.utf8.allSatisfy { byte in
      (0x30...0x39).contains(byte) || (0x41...0x5A).contains(byte) || (0x61...0x7A).contains(byte)
        || "._-".utf8.contains(byte)
    }
    let model = isPlain && !name.hasPrefix("-") && !name.isEmpty ? name : "model"
    return [
      "```sh", "discern classify \(model) < texts.txt", "```", "", "```swift", "import Discern", "",
      "let classifier = try TextClassifier(contentsOf: \"\(model)\")",
      "print(try classifier.classify(\"What a lovely film!\").label)", "```", "", "```python",
      "import discern",
      "", "print(discern.load(\"\(model)\")([\"What a lovely film!\"]).labels)", "```",
    ]
  }
}
