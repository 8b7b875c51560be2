/// The names of files that operating systems add to users' files, and of hidden files.
package enum SystemFile {
  package static func isNamed(_ name: some StringProtocol) -> Bool {
    if name.hasPrefix(".") { return true }
    switch name.utf8.count {
    case 5: return name == "Icon\r"
    case 6: return name == "@eaDir"
    case 8: return name == "__MACOSX"
    case 9: return name.lowercased() == "thumbs.db"
    case 11: return name.lowercased() == "desktop.ini"
    case 12: return name.lowercased() == "ehthumbs.db" || name.lowercased() == "$recycle.bin"
    default: return name == "System Volume Information"
    }
  }

  /// Whether a component of a path has such a name.
  static func isOnPath(_ path: RawPath) -> Bool {
    path.text.split(separator: "/").contains { $0 != "." && $0 != ".." && isNamed($0) }
  }
}
