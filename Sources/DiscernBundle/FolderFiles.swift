/// A model's folder, opened once, and the stages of saves that replace its files one by one or were
/// interrupted meanwhile.
struct FolderFiles: Sendable {
  let folder: OpenFolder
  private let stages: [OpenFolder]

  /// Throws when there is no such folder and when it may not be read.
  init(path: String) throws(BundleError) {
    folder = try OpenFolder(path: path)
    var stages: [OpenFolder] = []
    let names: [FileName]
    do throws(BundleError) {
      names = try folder.names()
    } catch .cannotList {
      // Without the right to list it, the files that the manifest names are read.
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

  /// Opens a file of the model that counts.
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
