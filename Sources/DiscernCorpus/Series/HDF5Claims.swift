#if HDF5
  import DiscernIO

  /// The total sizes that the datasets to be read claim to have: each alone may be small enough.
  struct HDF5Claims {
    private let file: HDF5File
    /// By address, since a dataset with two names is in the file once.
    private var known: Set<UInt64> = []
    private var plainBytes = 0
    private var packedBytes = 0
    private var columnCount = 0
    private var keptBytes = 0
    private var blockBytes = 0

    init(_ file: HDF5File) { self.file = file }

    private static func sum(_ a: Int, _ b: Int) -> Int {
      let (sum, isLarge) = a.addingReportingOverflow(b)
      return isLarge ? .max : sum
    }

    /// - Parameters:
    ///   - dataset: a dataset whose own claims are plausible.
    ///   - columns: the number of its columns that are read.
    /// - Throws: `HDF5Error` if the file cannot hold all that it claims, or there are too many columns.
    mutating func add(_ dataset: HDF5Dataset, columns: Int) throws(HDF5Error) {
      columnCount = Self.sum(columnCount, columns)
      if columnCount > HDF5Dataset.columnLimit {
        throw .tooManyColumns(path: file.path, dataset: dataset.name, limit: HDF5Dataset.columnLimit)
      }
      guard known.insert(dataset.address).inserted else { return }
      keptBytes = Self.sum(keptBytes, dataset.keptBytes)
      blockBytes = max(blockBytes, dataset.blockBytes)
      if dataset.isPacked {
        packedBytes = Self.sum(packedBytes, dataset.claimedBytes)
      } else if dataset.chunkBytes == 0 {
        // Chunks that were never written take no bytes.
        plainBytes = Self.sum(plainBytes, dataset.claimedBytes)
      }
      if plainBytes > file.size || !UnpackLimit().allows(unpacked: packedBytes, packed: file.size) {
        throw .claims(
          path: file.path, dataset: dataset.name, others: known.count - 1,
          bytes: Self.sum(plainBytes, packedBytes), fileBytes: file.size)
      }
    }

    /// - Throws: `SeriesError.memory` if a table with this many rows would exceed the limit.
    func check(rows: Int, hasTimes: Bool, against limit: SystemMemory.Limit) throws(SeriesError) {
      let rowBytes =
        columnCount * MemoryLayout<Float>.stride + (hasTimes ? MemoryLayout<SeriesTime>.stride : 0)
      let (tableBytes, isLarge) = rows.multipliedReportingOverflow(by: rowBytes)
      let needed = Self.sum(Self.sum(isLarge ? .max : tableBytes, keptBytes), blockBytes)
      guard needed > limit.bytes else { return }
      throw .memory(
        MemoryShortage(
          purpose: "reading \(file.path)", needed: needed, limit: limit,
          advice: "read fewer of its datasets (--columns)"))
    }
  }
#endif
