/// Names that are not allowed for an output, whatever the file system accepts.
package enum OutputName {
  /// The ending of packed models, which are files.
  package static let packedEnding = ".discern"

  /// The reason why a folder is not written under this name; nil if the name is allowed.
  package static func objection(toFolder path: String) -> String? {
    if path.isEmpty { return "the name of the folder is empty; give one" }
    if path == "-" { return "a folder cannot be written to standard output; give it a name" }
    var name = path[...]
    while name.count > 1, name.last == "/" { name.removeLast() }
    guard name.hasSuffix(packedEnding) else { return nil }
    return "a folder is written, but this is the ending of a packed model: leave it out, and make the single "
      + "file afterwards with discern pack"
  }
}
