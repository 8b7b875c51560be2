/// A folder of one format that is written in one step: the result of pretraining, of sequence models,
/// of matchers and of forecasters.
package protocol SavableFolder {
  static var format: BundleFormat { get }
  /// Writes the folder at a path.
  ///
  /// - Parameter found: the content when the path was checked.
  func put(at path: String, expecting found: ModelDestination.Found?) throws(BundleError) -> SavedModel
}

extension SavableFolder {
  /// Checks everything that saving there needs; called before long work.
  package static func checkDestination(
    _ path: String, expectedBytes: Int
  ) throws(ModelFolderError) -> ModelDestination {
    do throws(BundleError) {
      return try ModelDestination(checking: path, format: format, expectedBytes: expectedBytes)
    } catch {
      throw .bundle(error)
    }
  }

  /// Writes the folder to its destination, or else to the first of several places that takes it.
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
