#if HDF5
  import CDiscernHDF5
  import DiscernIO
  import DiscernSystem
  import Synchronization

  /// An HDF5 file that is open for reading.
  final class HDF5File {
    let path: String
    /// In bytes.
    let size: Int
    private let handle: UnsafeMutableRawPointer

    /// Must be held as long as a file is open, since libhdf5 has one state for all threads.
    static let lock = Mutex(())
    /// The maximum number of groups and datasets.
    private static let objectLimit = 10_000
    /// The maximum depth of nested groups, and of bytes in a path: the name of each object includes its full
    /// path.
    private static let depthLimit = 100
    private static let pathLimit = 4096

    init(path: String) throws(HDF5Error) {
      let name = RawPath(path).bytes.map { CChar(bitPattern: $0) } + [0]
      size = Int(discern_hdf5_size(name))
      guard path != "-", size >= 0 else { throw .notPlain(path: path) }
      var reason = Self.reason
      guard let handle = discern_hdf5_open(name, &reason) else {
        throw .unreadable(path: path, dataset: nil, reason: Self.text(reason))
      }
      self.path = path
      self.handle = handle
    }

    deinit { discern_hdf5_close(handle) }

    /// A buffer for libhdf5's message.
    static var reason: [CChar] { [CChar](repeating: 0, count: Int(DISCERN_HDF5_REASON)) }

    static func text(_ reason: [CChar]) -> String {
      String(decoding: reason.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    /// An entry of a group.
    private struct Entry {
      let name: String
      let object: discern_hdf5_object
      let address: UInt64
      let target, targetFile: String
    }

    private final class Listing {
      var entries: [Entry] = []
      let limit: Int
      init(limit: Int) { self.limit = limit }
    }

    /// The content of a file, by paths without a leading slash, group by group, in the order of the names.
    struct Content {
      /// All datasets; one with several names is listed by the first that is not a soft link.
      var datasets: [String] = []
      /// Further names of datasets and groups, and the names by which these are listed.
      var aliases: [(name: String, original: String)] = []
      /// Links that lead to nothing in the file, and the errors about them.
      var links: [(name: String, problem: HDF5Error)] = []
    }

    /// The content of the file.
    func content() throws(HDF5Error) -> Content {
      var content = Content()
      var groups: [(name: String, address: UInt64, depth: Int)] = [("", 0, 0)]
      var known: [UInt64: String] = [:]
      var aliases: [(name: String, address: UInt64)] = []
      var next = 0
      while next < groups.count {
        let group = groups[next]
        next += 1
        for entry in try entries(of: group.name, at: group.address) {
          let name = group.name.isEmpty ? entry.name : group.name + "/" + entry.name
          let isGroup = entry.object == DISCERN_HDF5_GROUP
          if name.utf8.count > Self.pathLimit || isGroup && group.depth == Self.depthLimit {
            throw .tooDeep(path: path, name: name, groups: Self.depthLimit, bytes: Self.pathLimit)
          }
          switch entry.object {
          case DISCERN_HDF5_ALIAS: aliases.append((name, entry.address))
          case DISCERN_HDF5_DEAD_LINK:
            content.links.append((name, .deadLink(path: path, name: name, target: entry.target)))
          case DISCERN_HDF5_OUTER_LINK:
            content.links.append(
              (name, .outerLink(path: path, name: name, file: entry.targetFile, target: entry.target)))
          default:
            if known[entry.address] != nil {
              aliases.append((name, entry.address))
            } else {
              known[entry.address] = name
              if isGroup {
                groups.append((name, entry.address, group.depth + 1))
              } else {
                content.datasets.append(name)
              }
            }
          }
        }
        if known.count + aliases.count + content.links.count > Self.objectLimit {
          throw .tooMany(path: path, limit: Self.objectLimit)
        }
      }
      // The root group, to which a link may lead, has no name.
      content.aliases = aliases.map { ($0.name, known[$0.address] ?? "") }
      return content
    }

    private func entries(of group: String, at address: UInt64) throws(HDF5Error) -> [Entry] {
      // One more than allowed, which is then refused.
      let listing = Listing(limit: Self.objectLimit + 1)
      var reason = Self.reason
      let status = discern_hdf5_list(
        handle, address,
        { entry, context in
          func text(_ name: UnsafePointer<CChar>) -> String {
            RawPath(bytes: Array(UnsafeRawBufferPointer(start: name, count: strlen(name)))).text
          }
          let listing = Unmanaged<Listing>.fromOpaque(context).takeUnretainedValue()
          let own = entry.pointee
          listing.entries.append(
            Entry(
              name: text(own.name), object: own.object, address: own.address, target: text(own.target),
              targetFile: text(own.target_file)))
          return listing.entries.count < listing.limit ? 0 : 1
        }, Unmanaged.passUnretained(listing).toOpaque(), &reason)
      guard status == 0 else {
        throw .unreadable(path: path, dataset: group.isEmpty ? nil : group, reason: Self.text(reason))
      }
      return listing.entries
    }

    /// - Parameter name: its path, with or without a leading slash.
    func dataset(_ name: String) throws(HDF5Error) -> HDF5Dataset {
      let name = String(name.drop { $0 == "/" })
      var reason = Self.reason
      guard let opened = discern_hdf5_open_dataset(handle, "/" + name, &reason) else {
        throw .unreadable(path: path, dataset: name, reason: Self.text(reason))
      }
      return try HDF5Dataset(self, name, opened)
    }
  }
#endif
