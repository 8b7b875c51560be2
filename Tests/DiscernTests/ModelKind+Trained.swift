import Discern

extension ModelKind {
  /// Those that need only labelled texts.
  static let trainedAlone: [ModelKind] = [.joined, .ngrams, .recurrent]
}
