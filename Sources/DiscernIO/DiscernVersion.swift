import CDiscernFiles

/// The version of all of the package. Its number has this one place: scripts and the Python package read it.
package enum DiscernVersion {
  package static let number = "0.1.0"

  /// The commit of the sources; `nil` in a build that was not made by `Scripts/release`.
  package static let commit: String? = {
    let name = String(cString: discern_commit())
    return name.isEmpty ? nil : name
  }()
}
