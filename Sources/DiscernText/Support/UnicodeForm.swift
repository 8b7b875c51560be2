/// Unicode's normalisation forms, by ICU.
package enum UnicodeForm {
  /// The text in NFKC.
  package static func compatible(_ text: String) -> String {
    (try? CharacterTransform(.nfkc, lowercase: false, locale: "root"))?(text) ?? text
  }
}
