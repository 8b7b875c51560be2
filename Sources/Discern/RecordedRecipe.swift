import DiscernIO

/// The recipe with which a model was trained, as far as this version understands it.
struct RecordedRecipe {
  private(set) var recipe = TrainingRecipe()
  /// Settings unknown to this version, as `key: value` or only the key; they are left out.
  private(set) var notUnderstood: [String] = []

  /// - Parameter value: the recipe's text, or the object that format 1 had instead; nil: the defaults.
  init(_ value: JSONValue?) {
    switch value {
    case nil: break
    case .string(let text)?: read(text)
    case .object(let members)?: read(text(of: members, below: ""))
    default: notUnderstood = ["not the text of a recipe"]
    }
    // It has already been fitted to its texts.
    recipe = recipe.resolved
  }

  private mutating func read(_ text: String) {
    recipe = RecipeSettings(recorded: text, notUnderstood: &notUnderstood).unchecked
  }

  /// The lines of a recipe's text that are equivalent to an object.
  private mutating func text(of members: [JSONMember], below prefix: String) -> String {
    var lines = ""
    for member in members {
      let name = prefix + member.key
      // ICU's version is not a setting.
      if name == "tokenizer" || name == "options" {
        lines += text(of: member.value.object ?? [], below: name + ".")
      } else if let (key, value) = Self.choice(name, member.value) {
        lines += "\(key): \(TrainingRecipe.quoted(value))\n"
      } else if name != "tokenizer.icuVersion" {
        notUnderstood.append(DisplayText.escaped(name))
      }
    }
    // Format 1 has no key if there is no limit.
    if prefix.isEmpty, !members.contains(where: { $0.key == "maximumTokens" }) { lines += "max-tokens: 0\n" }
    return lines
  }

  private static func choice(_ name: String, _ value: JSONValue) -> (key: String, value: String)? {
    switch name {
    case "trainsEmbedding": return value.bool.map { ("freeze-embedding", "\(!$0)") }
    case "options.batchSize":
      return value["texts"]?["_0"]?.number.map { ("batch-size", $0) }
        ?? value["tokens"]?["_0"]?.number.map { ("batch-tokens", $0) }
    default: return keys[name].flatMap { key in text(value).map { (key, $0) } }
    }
  }

  private static func text(_ value: JSONValue) -> String? {
    switch value {
    case .string(let text): return text
    case .number(let lexeme): return lexeme
    case .bool(let value): return "\(value)"
    case .array(let elements):
      let names = elements.compactMap(\.string)
      guard names.count == elements.count else { return nil }
      return names.isEmpty ? "none" : names.joined(separator: "+")
    case .object(let members):
      // Values by task name; a weighting is itself an object.
      let parts = members.compactMap { member in
        (member.value["balanced"].map { _ in "balanced" } ?? member.value["file"]?["_0"]?.string
          ?? text(member.value)).map { (member.key.isEmpty ? "" : member.key + "=") + $0 }
      }
      return parts.count == members.count ? parts.joined(separator: ",") : nil
    case .null: return nil
    }
  }

  /// The keys of format 1's objects, with those of recipes.
  private static let keys = [
    "tokenizer.locale": "locale", "tokenizer.lowercase": "lowercase", "tokenizer.html": "html",
    "tokenizer.normalization": "normalization", "tokenizer.punctuation": "punctuation",
    "tokenizer.numbers": "numbers", "tokenizer.splitContractions": "split-contractions",
    "tokenizer.joinPunctuationRuns": "join-punctuation-runs",
    "vocabularySize": "max-size", "minimumCount": "min-count", "maximumTokens": "max-tokens",
    "truncation": "truncation", "developmentFraction": "dev-fraction",
    "embeddingSize": "embedding-dim", "cell": "cell", "directionCount": "directions", "hiddenSize": "hidden",
    "layerCount": "layers", "residual": "residual", "layerNorm": "layer-norm", "batchNorm": "batch-norm",
    "pooling": "pooling", "attentionSize": "attention-size", "outputDropout": "dropout",
    "embeddingDropout": "embedding-dropout", "layerDropout": "layer-dropout", "dropoutKind": "dropout-kind",
    "wordDropout": "word-dropout", "weightDropout": "weight-drop", "backpropagationWindow": "bptt",
    "calibrates": "calibrate", "seeds": "seeds", "classWeights": "class-weights",
    "options.epochs": "epochs", "options.dropoutTo": "dropout-to", "options.bucketWindow": "bucket-window",
    "options.accumulation": "accumulate", "options.optimizer": "optimizer",
    "options.weightDecay": "weight-decay", "options.momentum": "momentum",
    "options.learningRate": "learning-rate", "options.schedule": "schedule", "options.warmupSteps": "warmup",
    "options.plateauPatience": "plateau-patience", "options.scheduleEpochs": "schedule-epochs",
    "options.plateauFactor": "reduction", "options.minimumLearningRate": "minimum-learning-rate",
    "options.averageDecay": "ema", "options.clipNorm": "clip-norm",
    "options.labelSmoothing": "label-smoothing", "options.focal": "focal",
    "options.taskWeights": "task-weight", "options.adversarial": "adversarial", "options.epsilon": "epsilon",
    "options.adversarialWeight": "adversarial-weight", "options.metric": "metric",
    "options.taskMetrics": "task-metric", "options.watchedTask": "watch", "options.patience": "patience",
    "options.seed": "seed",
  ]
}
