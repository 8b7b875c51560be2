/// The treatment of a row that cannot be used.
public enum ErrorPolicy: String, CaseIterable, Codable, Sendable {
  /// Throw an error that names file, line and reason.
  case stop
  /// Count it, keep the reason (for the first twenty) and continue.
  case skip
}
