import DiscernSystem

/// An error of this package: its message names the cause and the remedy, its kind is for programs.
public protocol KnownFailure: LocalizedError, CustomStringConvertible, Sendable {
  var kind: ErrorKind { get }
}

extension KnownFailure {
  /// The same text as `description`, for programs that show `localizedDescription`.
  public var errorDescription: String? { description }
  // The same as Foundation's own defaults, which only files that import it would see.
  public var failureReason: String? { nil }
  public var recoverySuggestion: String? { nil }
  public var helpAnchor: String? { nil }
}
