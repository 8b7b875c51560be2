import Discern

extension ModelKind {
  /// Those that need nothing but labelled texts.
  static let trainedAlone: [ModelKind] = [.joined, .ngrams, .recurrent]
}
