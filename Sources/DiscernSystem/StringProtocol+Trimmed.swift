extension StringProtocol {
  /// The text without spaces (of all scripts) and tabs at both ends.
  ///
  /// - Parameter newlines: whether line ends are removed too.
  package func trimmed(newlines: Bool = false) -> String {
    func isSpace(_ scalar: Unicode.Scalar) -> Bool {
      switch scalar.value {
      case 0x09: true
      case 0x0A...0x0D, 0x85, 0x2028, 0x2029: newlines
      default: scalar.properties.generalCategory == .spaceSeparator
      }
    }
    let scalars = unicodeScalars.drop(while: isSpace)
    guard let last = scalars.lastIndex(where: { !isSpace($0) }) else { return "" }
    return String(String.UnicodeScalarView(scalars[...last]))
  }
}
