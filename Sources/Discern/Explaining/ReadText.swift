import DiscernCorpus
import DiscernText
import DiscernVocabulary

/// A text as a model reads it, and what the model says of it.
struct ReadText {
  let text: String
  /// The text alone.
  let texts: EncodedTexts
  /// The parts of the text, each with some of its tokens.
  let spans: [TokenSpan]
  /// All of its tokens.
  let tokens: [String]
  /// Which of its tokens the network read; empty for a text without tokens, of which it read `<unk>`.
  let kept: [Int]
  /// Where the n-grams are that the model knows.
  let places: [NGramPlace]
  let evidence: Classification.Evidence
  /// [C] of all tasks, of the model as a whole.
  let logits: [Float]
  /// [C] of the networks alone; nil without any.
  let network: [Float]?
  /// [C]
  let probabilities: [Float]

  /// By token: the span that it belongs to.
  var spanOfToken: [Int] {
    spans.enumerated().flatMap { Array(repeating: $0, count: $1.tokens.count) }
  }

  /// Whether the network read a token; those that it read are the first ones, the last ones, or both.
  func isKept(_ token: Int) -> Bool {
    var (low, high) = (0, kept.count)
    while low < high {
      let middle = (low + high) / 2
      if kept[middle] < token { low = middle + 1 } else { high = middle }
    }
    return low < kept.count && kept[low] == token
  }

  /// What stands in a range of bytes.
  func string(_ range: Range<Int>) -> String {
    let start = text.utf8.index(text.utf8.startIndex, offsetBy: range.lowerBound)
    let end = text.utf8.index(start, offsetBy: range.count)
    return String(decoding: text.utf8[start..<end], as: UTF8.self)
  }
}
