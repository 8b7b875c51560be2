import ArgumentParser
import DiscernIO

/// A folder for a command's own files during its work.
enum StateFolder {
  /// Must be called before anything is written there.
  ///
  /// - Parameters:
  ///   - flag: the flag that names the folder, with dashes.
  ///   - inputs: the input paths; in an input folder, the files would be read as texts.
  /// - Throws: `ValidationError` if the folder is a model or another folder of Discern's, or is inside one or
  ///   inside an input.
  static func requireOwnPlace(
    _ flag: String, _ path: String, inputs: [String] = []
  ) throws(ValidationError) {
    if let whole = WholeFolder(holding: path) {
      let isItself = whole.path == path || PathPlace(whole.path) == PathPlace(path)
      throw ValidationError(
        "\(flag) \(path): is \(isItself ? "" : "in the folder of ")\(whole.noun)"
          + "\(isItself ? "" : " (\(whole.path))"); name a folder of its own")
    }
    let place = PathPlace(path)
    for input in inputs where FolderEntry(path: input)?.kind == .folder && place.lies(in: PathPlace(input)) {
      throw ValidationError(
        "\(flag) \(path): is in the input folder \(input); name another folder")
    }
  }
}
