/// The entries of a folder or an archive that are not read as texts: counted by kind, the first few named.
struct LeftOut: Sendable {
  enum Kind: CaseIterable {
    case hidden, outside, unlabelled, noPart, circle
    case symbolicLink, leadsOut, hardLink, badName, device, other

    /// Whether relevant texts may be among them.
    var isWarning: Bool {
      switch self {
      case .hidden, .outside, .unlabelled, .noPart, .circle: false
      case .symbolicLink, .leadsOut, .hardLink, .badName, .device, .other: true
      }
    }

    func description(_ count: Int) -> String {
      let one = count == 1
      return switch self {
      case .hidden: one ? "hidden or system file" : "hidden or system files"
      case .outside: one ? "file outside the label folders" : "files outside the label folders"
      case .unlabelled: one ? "unlabelled text" : "unlabelled texts"
      case .noPart: one ? "file outside the parts' folders" : "files outside the parts' folders"
      case .circle: one ? "link back to a folder above" : "links back to folders above"
      case .symbolicLink:
        one ? "symbolic link, not followed in an archive" : "symbolic links, not followed in archives"
      case .leadsOut:
        one ? "symbolic link that leads out of the data" : "symbolic links that lead out of the data"
      case .hardLink:
        one
          ? "hard link to an entry that does not precede it in the archive"
          : "hard links to entries that do not precede them in the archive"
      case .badName:
        one
          ? "name that leads out of the archive (absolute, or with ..)"
          : "names that lead out of the archive (absolute, or with ..)"
      case .device: one ? "device, pipe or socket" : "devices, pipes or sockets"
      case .other: one ? "sparse file or part of one" : "sparse files or parts of some"
      }
    }
  }

  private struct Entry {
    var count = 0
    var names: [String] = []
  }

  private var entries: [Kind: Entry] = [:]

  /// - Parameter name: as it is shown.
  mutating func add(_ kind: Kind, _ name: @autoclosure () -> String) {
    entries[kind, default: Entry()].count += 1
    if entries[kind, default: Entry()].names.count < 3 { entries[kind]?.names.append(name()) }
  }

  var notes: [String] { Kind.allCases.filter { !$0.isWarning }.compactMap(line) }
  var warnings: [String] { Kind.allCases.filter(\.isWarning).compactMap(line) }

  private func line(_ kind: Kind) -> String? {
    guard let entry = entries[kind] else { return nil }
    let more = entry.count > entry.names.count ? ", …" : ""
    return "left out: \(entry.count) \(kind.description(entry.count)) "
      + "(\(entry.names.joined(separator: ", "))\(more))"
  }
}
