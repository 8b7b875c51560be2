/// A model's folder, opened once, and the stages (`InPlaceReplacement`) of saves that are replacing its files
/// one by one or were interrupted while doing so.
struct FolderFiles: Sendable {
  let folder: OpenFolder
  private let stages: [OpenFolder]

  /// Throws if there is no such folder, or it may not be read.
  init(path: String) throws(BundleError) {
    folder = try OpenFolder(path: path)
    var stages: [OpenFolder] = []
    let names: [FileName]
    do throws(BundleError) {
      names = try folder.names()
    } catch .cannotList {
      // Without permission to list the folder, the files that the manifest names can still be read.
      names = []
    } catch {
      throw error
    }
    for name in names where SaveFolder.isName(name) {
      do throws(BundleError) {
        let stage = try folder.folder(name)
        if try InPlaceReplacement.holdsOldModel(stage) { stages.append(stage) }
      } catch .notFound {
        // Finished meanwhile.
        continue
      }
    }
    self.stages = stages
  }

  var path: String { folder.path }

  /// Opens a file of the valid model: from a stage while that holds the old model, otherwise from the folder.
  func open(_ name: String) throws(BundleError) -> FileReader {
    let name = FileName(name)
    for stage in stages {
      do throws(BundleError) {
        return try FileReader(
          InPlaceReplacement.asideName(name), in: stage, path: folder.path(of: name))
      } catch .notFound {
        continue
      }
    }
    return try FileReader(name, in: folder)
  }
}
