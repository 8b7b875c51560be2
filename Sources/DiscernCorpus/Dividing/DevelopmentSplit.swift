/// The texts that are kept together when a part of the training texts is held out for development.
public enum DevelopmentSplit: String, CaseIterable, Codable, Sendable, Hashable {
  /// None: texts are divided one by one, so that classes keep their shares.
  case stratified
  /// Texts that nearly repeat each other (`NearCopies`).
  case nearDuplicates = "near-duplicates"
}
