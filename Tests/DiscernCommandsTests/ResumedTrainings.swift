import Foundation
import TestSupport

/// Shared by the tests of resumed trainings.
enum ResumedTrainings {
  static let reviews = SharedData.projectRoot.appendingPathComponent("corpora/reviews").path

  /// Forty texts, so few that a training takes less than a second.
  static func writeTexts(_ folder: String, _ name: String = "t.tsv", count: Int = 40) throws {
    let all = try String(contentsOfFile: reviews + "/train.tsv", encoding: .utf8)
    let lines = all.split(separator: "\n").prefix(count + 1)
    try (lines.joined(separator: "\n") + "\n").write(
      toFile: folder + "/" + name, atomically: false, encoding: .utf8)
  }

  static let small = anyEpochs + ["--epochs", "3"]
  static let anyEpochs = [
    "train", "--hidden", "3", "--embedding-dim", "3", "--batch-size", "6", "--threads", "1",
    "--learning-rate", "0.05", "--quiet",
  ]

  /// A log's lines without what differs from one run to the next.
  static func log(_ path: String) throws -> [String] {
    func lasting(_ value: Any) -> Any {
      if let object = value as? [String: Any] {
        return object.filter {
          !$0.key.hasSuffix("Seconds") && !["tokensPerSecond", "model"].contains($0.key)
        }
        .mapValues(lasting)
      }
      return (value as? [Any])?.map(lasting) ?? value
    }
    return try String(contentsOfFile: path, encoding: .utf8).split(separator: "\n").map { line in
      let value = lasting(try JSONSerialization.jsonObject(with: Data(line.utf8)))
      return String(
        decoding: try JSONSerialization.data(withJSONObject: value, options: .sortedKeys), as: UTF8.self)
    }
  }

  /// The bits of all weights of a model.
  static func weights(_ model: String) throws -> [Data] {
    try FileManager.default.contentsOfDirectory(atPath: model).filter { $0.hasSuffix(".safetensors") }
      .sorted()
      .map { try Data(contentsOf: URL(fileURLWithPath: model + "/" + $0)) }
  }

  /// The number of the newest checkpoint.
  static func newest(_ folder: String) -> Int {
    let names = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
    return names.compactMap { $0.hasPrefix("checkpoint-") ? Int($0.dropFirst(11)) : nil }.max() ?? 0
  }
}
