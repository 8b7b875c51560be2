import DiscernBundle
import DiscernIO

/// The place to which a path refers: the names from the root, with links resolved; the last names need not
/// exist yet.
struct PathPlace: Equatable {
  private let names: [Substring]

  init(_ path: String) {
    let root = path.hasPrefix("/") ? "" : FolderEntry.resolved(RawPath("."))?.text ?? ""
    var names = (root + "/" + path).split(separator: "/").filter { $0 != "." }
    var missing: [Substring] = []
    while true {
      if let real = FolderEntry.resolved(RawPath("/" + names.joined(separator: "/"))) {
        self.names = real.text.split(separator: "/") + missing.reversed()
        return
      }
      guard let last = names.popLast() else {
        self.names = missing.reversed()
        return
      }
      missing.append(last)
    }
  }

  /// Whether it is that folder or inside it.
  func lies(in folder: PathPlace) -> Bool { names.starts(with: folder.names) }
}
