import DiscernIO

/// Figures on a card, with the texts that they were measured on: an entry of Hugging Face's `model-index`.
struct CardResult: Equatable {
  /// The names of the files, or another name of the texts.
  let data: String
  /// The part of a folder or archive; nil: all.
  let part: String?
  /// The digest of the texts and labels.
  let digest: String
  /// The digest of the model's manifest.
  let model: String
  let role: Role
  let figures: ModelFigures

  /// The role of the texts in the model's training.
  enum Role: String {
    case training, development, test
  }

  /// Whether another result is for the same texts, or for others with the same name.
  func isOfSameData(as other: CardResult) -> Bool {
    digest == other.digest || (data == other.data && part == other.part)
  }

  // MARK: Front matter

  /// One line for each task, in JSON, which is also YAML, so that it can be read back without a YAML parser.
  var entries: [String] {
    figures.tasks.map { task in
      func object(_ members: [(String, String)]) -> String {
        "{" + members.map { "\(YAMLText.string($0)): \($1)" }.joined(separator: ", ") + "}"
      }
      var kind = [("type", YAMLText.string(Self.taskType))]
      if !task.name.isEmpty { kind.append(("name", YAMLText.string(task.name))) }
      var dataset = [("name", YAMLText.string(data)), ("type", YAMLText.string(data))]
      if let part { dataset.append(("split", YAMLText.string(part))) }
      dataset.append(("revision", YAMLText.string(digest)))
      dataset.append(
        (
          "args",
          object([
            ("texts", "\(task.examples)"), ("role", YAMLText.string(role.rawValue)),
            ("model", YAMLText.string(model)),
          ])
        ))
      let metrics = task.metrics.map { metric in
        object([
          ("type", YAMLText.string(metric.type)), ("name", YAMLText.string(metric.key)),
          ("value", Self.number(metric.value)),
        ])
      }
      return object([
        ("task", object(kind)), ("dataset", object(dataset)),
        ("metrics", "[" + metrics.joined(separator: ", ") + "]"),
      ])
    }
  }

  /// A number that every YAML parser accepts: some require a point before an exponent.
  static func number(_ value: Double) -> String {
    let text = "\(value)"
    return text.contains(".") ? text : text.replacing("e", with: ".0e", maxReplacements: 1)
  }

  static let taskType = "text-classification"

  /// Reads lines that `entries` wrote; other lines are skipped.
  static func results(of lines: [String]) -> [CardResult] {
    var results: [CardResult] = []
    for line in lines {
      guard let result = CardResult(line: line) else { continue }
      if let last = results.last, last.digest == result.digest, last.data == result.data,
        last.part == result.part, last.model == result.model
      {
        results[results.count - 1] = last.adding(result.figures.tasks)
      } else {
        results.append(result)
      }
    }
    return results
  }

  private func adding(_ tasks: [ModelFigures.Task]) -> CardResult {
    CardResult(
      data: data, part: part, digest: digest, model: model, role: role,
      figures: ModelFigures(tasks: figures.tasks + tasks))
  }
}

extension CardResult {
  private init?(line: String) {
    let start = line.drop { $0 == " " }
    guard start.hasPrefix("- {"), let value = try? StrictJSON.parse(Array(start.dropFirst(2).utf8)),
      let dataset = value["dataset"], let data = dataset["name"]?.string, let args = dataset["args"],
      let digest = dataset["revision"]?.string, let model = args["model"]?.string,
      let examples = args["texts"]?.int, let role = args["role"]?.string.flatMap(Role.init(rawValue:)),
      let list = value["metrics"]?.array
    else { return nil }
    let metrics = list.compactMap { metric -> ModelFigures.Metric? in
      guard let key = metric["name"]?.string, let number = metric["value"]?.double else { return nil }
      return ModelFigures.Metric(key: key, value: number)
    }
    self.init(
      data: data, part: dataset["split"]?.string, digest: digest, model: model, role: role,
      figures: ModelFigures(
        tasks: [
          ModelFigures.Task(name: value["task"]?["name"]?.string ?? "", examples: examples, metrics: metrics)
        ]))
  }
}
