import Foundation

/// The places of the real data and the conformance suites, if they exist.
///
/// They are beside the project (`../shared`), are not part of it, and tests that need them are
/// skipped without them: `@Test(.enabled(if: SharedData.isPresent))`.
public enum SharedData {
  /// The project's root, found from the path of this file.
  public static let projectRoot = URL(fileURLWithPath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

  private static let root = projectRoot.deletingLastPathComponent().appendingPathComponent("shared")

  public static let isPresent = FileManager.default.fileExists(
    atPath: root.appendingPathComponent("DESIGN.md").path)

  /// The path of a file under `../shared`, such as `suites/uax29/WordBreakTest.txt`.
  public static func path(_ relative: String) -> String {
    root.appendingPathComponent(relative).path
  }
}
