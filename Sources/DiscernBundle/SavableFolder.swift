/// A folder of one format that is written in one step: a pretrained model, sequence model, matcher or
/// forecaster.
package protocol SavableFolder {
  static var format: BundleFormat { get }
  /// Writes the folder at a path.
  ///
  /// - Parameter found: the content when the path was checked.
  func put(at path: String, expecting found: ModelDestination.Found?) throws(BundleError) -> SavedModel
}

extension SavableFolder {
  /// Checks all conditions for saving there; called before long work.
  package static func checkDestination(
    _ path: String, expectedBytes: Int
  ) throws(ModelFolderError) -> ModelDestination {
    do throws(BundleError) {
      return try ModelDestination(checking: path, format: format, expectedBytes: expectedBytes)
    } catch {
      throw .bundle(error)
    }
  }

  /// Writes the folder to its destination, or else to the first of several other places where that succeeds.
  package func save(to destination: ModelDestination) throws(ModelFolderError) -> SavedModel {
    do throws(BundleError) {
      return try destination.save { path, found, _ throws(BundleError) in
        try put(at: path, expecting: found)
      }
    } catch {
      throw .bundle(error)
    }
  }
}
