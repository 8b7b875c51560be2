import Foundation

/// A path that was found fit for a model before long work began.
public struct ModelDestination: Sendable {
  /// The path as it was given.
  public let path: String

  /// Tries all that saving there needs.
  package init(
    checking path: String, format: BundleFormat, expectedBytes: Int = 0
  ) throws(BundleError) {
    try AtomicFolder.check(destination: path, format: format)
    self.path = path
  }

  /// Saves by `write` at the path, or else at the first of several others that takes it, which is then an
  /// error that says where: beside the path, in the working directory, in the folder for temporary files.
  package func save(
    _ write: (String) throws(BundleError) -> SavedModel
  ) throws(BundleError) -> SavedModel {
    let failure: BundleError
    do throws(BundleError) { return try write(path) } catch { failure = error }
    for place in otherPlaces {
      if let saved = try? write(place) {
        throw .savedElsewhere(destination: path, reason: "\(failure)", path: saved.path)
      }
    }
    throw failure
  }

  private var otherPlaces: [String] {
    let beside = path.hasSuffix("/") ? String(path.dropLast()) : path
    let name = beside.split(separator: "/").last.map(String.init) ?? "model"
    let temporary = ProcessInfo.processInfo.environment["TMPDIR"] ?? "/tmp"
    let ending = "-saved-\(getpid())"
    return [beside + ending, name + ending, BundleManifest.join(temporary, name + ending)]
  }
}
