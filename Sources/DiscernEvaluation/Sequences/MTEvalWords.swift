/// Words as divided by NIST's script mteval-v13a, on which BLEU is usually computed: the punctuation of ASCII
/// is separate, except apostrophes, full stops and commas between digits, and dashes that do not follow a
/// digit.
public enum MTEvalWords {
  /// The words of a text, in their order.
  public static func words(of text: String) -> [String] {
    var scalars = Array(text.unicodeScalars)
    scalars = replacing("<skipped>", by: "", in: scalars)
    scalars = replacing("-\n", by: "", in: scalars)
    scalars = replacing("\n", by: " ", in: scalars)
    for (entity, character) in [("&quot;", "\""), ("&amp;", "&"), ("&lt;", "<"), ("&gt;", ">")] {
      scalars = replacing(entity, by: character, in: scalars)
    }
    scalars = [" "] + scalars + [" "]
    scalars = scalars.flatMap { isSymbol($0) ? [" ", $0, " "] : [$0] }
    scalars = spacingPairs(scalars) {
      !isDigit($0) && isPoint($1)
    } as: {
      [$0, " ", $1, " "]
    }
    scalars = spacingPairs(scalars) {
      isPoint($0) && !isDigit($1)
    } as: {
      [" ", $0, " ", $1]
    }
    scalars = spacingPairs(scalars) {
      isDigit($0) && $1 == "-"
    } as: {
      [$0, " ", $1, " "]
    }
    return scalars.split(whereSeparator: isSpace).map { part in
      var word = String.UnicodeScalarView()
      word.append(contentsOf: part)
      return String(word)
    }
  }

  /// The symbols of ASCII and the space, except `'`, `,`, `-` and `.`.
  private static func isSymbol(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar {
    case "{"..."~", "["..."`", " "..."&", "("..."+", ":"..."@", "/": true
    default: false
    }
  }

  private static func isDigit(_ scalar: Unicode.Scalar) -> Bool { ("0"..."9").contains(scalar) }
  private static func isPoint(_ scalar: Unicode.Scalar) -> Bool { scalar == "." || scalar == "," }

  private static func isSpace(_ scalar: Unicode.Scalar) -> Bool {
    scalar.properties.isWhitespace || (0x1C...0x1F).contains(scalar.value)
  }

  /// Replaces pairs of neighbours from left to right; none is in two pairs.
  private static func spacingPairs(
    _ scalars: [Unicode.Scalar], _ isPair: (Unicode.Scalar, Unicode.Scalar) -> Bool,
    as make: (Unicode.Scalar, Unicode.Scalar) -> [Unicode.Scalar]
  ) -> [Unicode.Scalar] {
    var result: [Unicode.Scalar] = []
    var index = 0
    while index < scalars.count {
      if index + 1 < scalars.count, isPair(scalars[index], scalars[index + 1]) {
        result += make(scalars[index], scalars[index + 1])
        index += 2
      } else {
        result.append(scalars[index])
        index += 1
      }
    }
    return result
  }

  private static func replacing(
    _ old: String, by new: String, in scalars: [Unicode.Scalar]
  ) -> [Unicode.Scalar] {
    let (old, new) = (Array(old.unicodeScalars), Array(new.unicodeScalars))
    var result: [Unicode.Scalar] = []
    var index = 0
    while index < scalars.count {
      if scalars[index] == old[0], scalars[index...].starts(with: old) {
        result += new
        index += old.count
      } else {
        result.append(scalars[index])
        index += 1
      }
    }
    return result
  }
}
