/// The version of all of the package.
package enum DiscernVersion {
  package static let number = "0.1.0"
}
