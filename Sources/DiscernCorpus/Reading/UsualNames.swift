import Foundation

/// The names that corpora commonly give to their columns, the surest first.
enum UsualNames {
  static let text = [
    "text", "sentence", "review", "content", "document", "body", "comment", "message", "tweet", "question",
    "query", "utterance", "review_text", "reviewtext", "comment_text", "sms", "title", "headline",
    "description",
  ]
  static let label = [
    "label", "labels", "class", "category", "sentiment", "target", "intent", "emotion", "topic", "tag",
    "polarity", "rating", "stars", "score",
  ]
  /// Columns that are neither.
  static let identifier = ["", "id", "idx", "index", "no", "number", "guid", "uuid", "unnamed: 0"]

  static func normalised(_ name: String) -> String {
    name.trimmingCharacters(in: .whitespaces).lowercased()
  }

  /// Which of `names` stands earliest in `usual`.
  static func first(of usual: [String], in names: [String], except excluded: Set<Int> = []) -> Int? {
    let candidates = names.map(normalised)
    for name in usual {
      if let index = candidates.indices.first(where: { !excluded.contains($0) && candidates[$0] == name }) {
        return index
      }
    }
    return nil
  }
}
