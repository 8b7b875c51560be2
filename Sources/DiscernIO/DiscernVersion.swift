import CDiscernFiles

/// The version of the whole package. The number is defined only here: scripts and the Python package read it.
package enum DiscernVersion {
  package static let number = "0.1.0"

  /// The commit of the sources; `nil` in a build that was not made by `Scripts/release`.
  package static let commit: String? = {
    let name = String(cString: discern_commit())
    return name.isEmpty ? nil : name
  }()
}
