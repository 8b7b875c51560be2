import DiscernSystem

/// A path that was checked for a model before long work began.
public struct ModelDestination: Sendable {
  /// The path as given.
  public let path: String
  /// Events during the check that users should know about.
  public let notes: [SaveNote]
  /// The destination of weights that are never trained; nil: the model's folder.
  public let reference: WeightReference?
  package let found: Found

  /// The earlier model there, if any.
  package struct Found: Sendable, Equatable {
    let manifest: FileMark?

    init(in folder: OpenFolder) throws(BundleError) {
      manifest = try folder.mark(of: FileName(BundleManifest.fileName))
    }

    /// Follows links; without a manifest if there is nothing, or access is denied.
    init(path: String) {
      manifest = FileMark(path: BundleManifest.join(path, BundleManifest.fileName))
    }
  }

  /// Checks all conditions for saving there: the temporary folder is created, written to and removed, and
  /// enough bytes must be free.
  ///
  /// - Parameter reference: the path of a file for weights that are never trained; nil: they are in the
  ///   folder.
  package init(
    checking path: String, format: BundleFormat, expectedBytes: Int = 0, reference: String? = nil
  ) throws(BundleError) {
    self.reference = try reference.map { path throws(BundleError) in try WeightReference(path) }
    _ = try self.reference?.path(from: path)
    notes = try AtomicFolder.check(destination: path, format: format, expectedBytes: expectedBytes)
    self.path = path
    found = Found(path: path)
  }

  /// Throws unless this many bytes are free there; called as soon as the model's size is known.
  package func requireSpace(_ bytes: Int) throws(BundleError) {
    try AtomicFolder.requireSpace(bytes, at: path)
  }

  /// Saves with `write` at the path, or else at the first of several others where that succeeds: next to the
  /// path, in the working directory, in the folder for temporary files. This is then an error that names the
  /// place.
  ///
  /// - Parameter write: receives a path, the earlier model found there by the check, and the reference; a
  ///   model saved elsewhere needs no reference.
  package func save(
    _ write: (String, Found?, WeightReference?) throws(BundleError) -> SavedModel
  ) throws(BundleError) -> SavedModel {
    let failure: BundleError
    do throws(BundleError) {
      let saved = try write(path, found, reference)
      return SavedModel(path: saved.path, notes: notes + saved.notes.filter { !notes.contains($0) })
    } catch {
      failure = error
    }
    for place in otherPlaces {
      if let saved = try? write(place, nil, nil) {
        throw .savedElsewhere(destination: path, reason: "\(failure)", path: saved.path)
      }
    }
    throw failure
  }

  private var otherPlaces: [String] {
    var beside = path
    while beside.count > 1, beside.hasSuffix("/") { beside.removeLast() }
    let name = beside.split(separator: "/").last.map(String.init) ?? "model"
    let temporary = ProcessInfo.processInfo.environment["TMPDIR"] ?? "/tmp"
    return [beside, name, BundleManifest.join(temporary, name)].map { place in
      // A free name: an existing file may be another model that was saved in this way.
      let numbers = [""] + (2...999).map { "-\($0)" }
      let free = numbers.first { access("\(place)-saved\($0)", F_OK) != 0 }
      return "\(place)-saved\(free ?? "")"
    }
  }
}
