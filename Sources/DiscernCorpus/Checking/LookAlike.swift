import DiscernText

/// Keys that are equal for names that look the same to people.
enum LookAlike {
  /// The name as it looks: compatibility characters, composed and decomposed letters, and letters of the
  /// Greek and Cyrillic alphabets that are drawn like Latin ones are unified; invisible characters are left
  /// out. Case is kept.
  static func appearance(_ name: String) -> String {
    let composed = UnicodeForm.compatible(name)
    var result = ""
    for scalar in composed.unicodeScalars {
      switch scalar.properties.generalCategory {
      case .control, .format, .lineSeparator, .paragraphSeparator: continue
      case .spaceSeparator: result.unicodeScalars.append(" ")
      default: result.unicodeScalars.append(latin[scalar] ?? scalar)
      }
    }
    return result
  }

  /// The letters and digits of a name, without regard to case; empty if it has none.
  static func letters(_ name: String) -> String {
    let folded = appearance(name).lowercased()
    return String(
      String.UnicodeScalarView(
        folded.unicodeScalars.filter { $0.properties.isAlphabetic || $0.properties.numericType != nil }))
  }

  // The Cyrillic and Greek letters whose prototype in Unicode's confusables.txt (UTS #39) is a Latin letter.
  private static let latin: [Unicode.Scalar: Unicode.Scalar] = {
    let cyrillic = ("АВЕЅІЈКМНОРСТУХавеѕіјкмнорстухԁһԛԝ", "ABESIJKMHOPCTYXabesijkmhopctyxdhqw")
    let greek = ("ΑΒΕΖΗΙΚΜΝΟΡΤΥΧανορτυχικ", "ABEZHIKMNOPTYXavoptuxik")
    var pairs: [Unicode.Scalar: Unicode.Scalar] = [:]
    for (others, letters) in [cyrillic, greek] {
      for (other, letter) in zip(others.unicodeScalars, letters.unicodeScalars) { pairs[other] = letter }
    }
    return pairs
  }()
}
