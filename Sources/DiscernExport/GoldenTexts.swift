import Discern
import DiscernIO
import DiscernModels
import DiscernVocabulary

/// Texts of the model's own words with the classifier's answers, to check an exported graph.
struct GoldenTexts {
  /// A line of JSON for each: the text, the graph's inputs, and by task the logits, the probabilities and the
  /// labels that the classifier gives.
  let lines: String

  /// The numbers of words in the texts.
  private static let lengths = [1, 2, 3, 4, 5, 6, 8, 10, 13, 17, 22, 28, 36, 47, 60, 80]

  init(_ classifier: TextClassifier) throws(ExportError) {
    let encoder = try TextInputEncoder(TextInputSource(classifier))
    let words = Self.words(classifier)
    var texts = ["", "⁂⁂ qzxjqz"]
    var place = 0
    for length in Self.lengths {
      // A step that is prime, so that rare and frequent words are used.
      let chosen = (0..<length).map { _ -> String in
        place = (place + 7919) % words.count
        return words[place]
      }
      // The end of a line ends a sentence.
      let ending = (classifier.encoder.companion ?? classifier.encoder).dividesSentences ? "\n" : " "
      texts.append(
        stride(from: 0, to: length, by: 7)
          .map { chosen[$0..<min(length, $0 + 7)].joined(separator: " ") }.joined(separator: ending))
    }
    var lines = ""
    for text in texts {
      let inputs = try encoder.encode(text)
      let answer = try Self.answer(text, classifier)
      lines += JSONText.object([("text", JSONText.string(text))] + inputs.members + answer) + "\n"
    }
    self.lines = lines
  }

  /// The model's words, or those of its n-grams.
  private static func words(_ classifier: TextClassifier) -> [String] {
    let vocabulary = classifier.encoder.vocabulary
    var words =
      classifier.encoder.pieces?.pieces.filter { $0.allSatisfy { $0.isLetter || $0.isNumber } }
      ?? (2..<max(2, vocabulary.count)).map { vocabulary.token(at: $0) }
    if words.isEmpty, let ngrams = classifier.encoder.ngrams {
      words = (0..<ngrams.count).lazy.filter { ngrams.kind($0) == .words }.compactMap { ngrams.name($0) }
    }
    return words.isEmpty ? ["good", "bad", "one", "two", "three"] : words
  }

  private static func answer(
    _ text: String, _ classifier: TextClassifier
  ) throws(ExportError) -> [(key: String, value: String)] {
    let result: Classification
    let logits: [String: [Float]]
    do throws(DiscernError) {
      let session = try classifier.makeSession()
      session.includesDetails = true
      try session.add(text)
      result = session.classify()[0]
      logits = result.details?.logits ?? [:]
    } catch {
      throw .classifier(error)
    }
    var lists: [(key: String, logits: String, probabilities: String, labels: String)] = []
    for (task, prediction) in zip(classifier.tasks, result.predictions) {
      var probabilities = [Float](repeating: 0, count: task.labels.count)
      for candidate in prediction.ranking {
        if let id = task.labels.id(of: candidate.label) { probabilities[id] = candidate.probability }
      }
      lists.append(
        (
          task.name, JSONText.list((logits[task.name] ?? []).map(JSONText.number)),
          JSONText.list(probabilities.map(JSONText.number)),
          JSONText.list(prediction.labels.map { JSONText.string($0.label) })
        ))
    }
    func byTask(_ value: ((key: String, logits: String, probabilities: String, labels: String)) -> String)
      -> String
    {
      lists.count == 1 ? value(lists[0]) : JSONText.object(lists.map { ($0.key, value($0)) })
    }
    return [
      ("logits", byTask(\.logits)), ("probabilities", byTask(\.probabilities)), ("labels", byTask(\.labels)),
    ]
  }
}
