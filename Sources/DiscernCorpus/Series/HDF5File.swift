#if HDF5
  import CDiscernHDF5
  import DiscernIO
  import DiscernSystem
  import Synchronization

  /// An HDF5 file that is open for reading.
  final class HDF5File {
    let path: String
    /// Bytes.
    let size: Int
    private let handle: UnsafeMutableRawPointer

    /// libhdf5 has one state for all threads: to be held as long as there is a file.
    static let lock = Mutex(())
    /// Groups and datasets that are looked through.
    private static let objectLimit = 10_000

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

    /// Room for libhdf5's words.
    static var reason: [CChar] { [CChar](repeating: 0, count: Int(DISCERN_HDF5_REASON)) }

    static func text(_ reason: [CChar]) -> String {
      String(decoding: reason.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    private final class Listing {
      var objects: [(name: String, isGroup: Bool, address: UInt64)] = []
      let limit: Int
      init(limit: Int) { self.limit = limit }
    }

    /// The paths of all datasets, without a slash before them, group by group, in the order of the names.
    func datasets() throws(HDF5Error) -> [String] {
      var names: [String] = []
      var groups = [""]
      var known: Set<UInt64> = []
      var next = 0
      while next < groups.count {
        let group = groups[next]
        next += 1
        for object in try objects(of: group) where known.insert(object.address).inserted {
          let name = group.isEmpty ? object.name : group + "/" + object.name
          if object.isGroup { groups.append(name) } else { names.append(name) }
        }
        if known.count >= Self.objectLimit { throw .tooMany(path: path, limit: Self.objectLimit) }
      }
      return names
    }

    private func objects(
      of group: String
    ) throws(HDF5Error) -> [(name: String, isGroup: Bool, address: UInt64)] {
      let listing = Listing(limit: Self.objectLimit)
      var reason = Self.reason
      let status = discern_hdf5_list(
        handle, "/" + group,
        { name, object, address, context in
          let listing = Unmanaged<Listing>.fromOpaque(context).takeUnretainedValue()
          let bytes = UnsafeRawBufferPointer(start: name, count: strlen(name))
          let text = RawPath(bytes: Array(bytes)).text
          listing.objects.append((text, object == DISCERN_HDF5_GROUP, address))
          return listing.objects.count < listing.limit ? 0 : 1
        }, Unmanaged.passUnretained(listing).toOpaque(), &reason)
      guard status == 0 else {
        throw .unreadable(path: path, dataset: group.isEmpty ? nil : group, reason: Self.text(reason))
      }
      return listing.objects
    }

    /// - Parameter name: its path, with or without a slash before it.
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
