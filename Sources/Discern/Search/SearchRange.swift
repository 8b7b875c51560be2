import DiscernSystem

/// The values that a search may choose for a key.
public enum SearchRange: Hashable, Sendable {
  /// The same value for every trial.
  case fixed(String)
  /// One of these, with equal probability.
  case choice([String])
  /// A whole number, both ends included.
  case integers(Int, Int)
  /// A number, uniform over the range.
  case linear(Double, Double)
  /// A number above 0, uniform on a logarithmic scale.
  case logarithmic(Double, Double)

  /// The forms of a range in a space file.
  static let expected =
    "log LOW … HIGH, linear LOW … HIGH, int LOW … HIGH, choice A, B, C (or A | B, C | D), or one value"

  /// - Parameters:
  ///   - text: as written in a space file.
  ///   - form: the form of the key's values.
  /// - Returns: `nil` for text of the wrong form. The values themselves are not checked.
  init?(_ text: String, _ form: RecipeKey.Form) {
    let words = text.split(separator: " ", maxSplits: 1).map(String.init)
    let rest = words.count > 1 ? words[1].trimmed() : ""
    switch words.first {
    case "choice":
      let parts = Self.parts(rest, rest.contains("|") ? "|" : ",")
      guard !parts.isEmpty, parts.allSatisfy({ !$0.isEmpty }), Set(parts).count == parts.count else {
        return nil
      }
      self = .choice(parts)
    case "int":
      guard form == .wholeNumber, let ends = Self.ends(rest), let low = Int(ends.0), let high = Int(ends.1),
        low < high, !high.subtractingReportingOverflow(low).overflow, high - low < Int.max
      else { return nil }
      self = .integers(low, high)
    case "linear", "log":
      guard form == .number || form == .wholeNumber, let ends = Self.ends(rest),
        let low = Double(recipeText: ends.0), let high = Double(recipeText: ends.1), low < high
      else { return nil }
      if words[0] == "linear" {
        self = .linear(low, high)
      } else {
        guard low > 0 else { return nil }
        self = .logarithmic(low, high)
      }
    default: self = .fixed(text)
    }
  }

  /// Low and high, with an ellipsis or dots between them.
  private static func ends(_ text: String) -> (String, String)? {
    for separator in ["…", "...", ".."] {
      let parts = text.split(separator: separator, omittingEmptySubsequences: false)
      if parts.count == 2 {
        return (
          parts[0].trimmed(), parts[1].trimmed()
        )
      }
    }
    return nil
  }

  private static func parts(_ text: String, _ separator: Character) -> [String] {
    text.split(separator: separator, omittingEmptySubsequences: false)
      .map { $0.trimmed() }
  }

  /// Values to check for validity: all values of a list, or else both ends.
  func examples(_ form: RecipeKey.Form) -> [String] {
    switch self {
    case .fixed(let text): [text]
    case .choice(let texts): texts
    case .integers, .linear, .logarithmic: [value(at: 0, form), value(at: 1, form)]
    }
  }

  /// The value at a position in the range, as written in a recipe; numbers with four digits.
  ///
  /// - Parameter place: 0...1.
  func value(at place: Double, _ form: RecipeKey.Form) -> String {
    switch self {
    case .fixed(let text): return text
    case .choice(let texts): return texts[min(texts.count - 1, Int(place * Double(texts.count)))]
    case .integers(let low, let high):
      return "\(low + min(high - low, Int(place * (Double(high - low) + 1))))"
    case .linear(let low, let high): return Self.text(low + place * (high - low), low, high, form)
    case .logarithmic(let low, let high):
      return Self.text(exp(log(low) + place * (log(high) - log(low))), low, high, form)
    }
  }

  private static func text(_ value: Double, _ low: Double, _ high: Double, _ form: RecipeKey.Form) -> String {
    if form == .wholeNumber {
      // Ends too large for an integer are refused by the key itself.
      return min(max(value, low.rounded(.up)), high.rounded(.down)).rounded().text(decimals: 0)
    }
    let short = value.text(significantDigits: 4)
    let rounded = Double(short) ?? value
    return rounded < low ? low.description : rounded > high ? high.description : short
  }

  /// Whether the value can differ between trials.
  public var varies: Bool {
    switch self {
    case .fixed: false
    case .choice(let texts): texts.count > 1
    case .integers, .linear, .logarithmic: true
    }
  }
}
