#if HDF5
  import CDiscernHDF5
  import DiscernIO
  import DiscernSystem

  /// A dataset of an HDF5 file.
  final class HDF5Dataset {
    /// Its path, without a leading slash.
    let name: String
    /// The lengths of the one or two axes; 1 for an axis that does not exist.
    let rows: Int
    let columns: Int
    private let file: HDF5File
    private let handle: UnsafeMutableRawPointer
    private let description: discern_hdf5_description

    /// Strings longer than this are not times.
    private static let stringLimit = 64
    static let columnLimit = 100_000
    private static let blockValues = 1 << 16

    private enum Elements { case integers, numbers, strings, other }

    init(_ file: HDF5File, _ name: String, _ handle: UnsafeMutableRawPointer) throws(HDF5Error) {
      self.file = file
      self.name = name
      self.handle = handle
      var description = discern_hdf5_description()
      var reason = HDF5File.reason
      let status = discern_hdf5_describe(handle, &description, &reason)
      self.description = description
      rows = Int(clamping: description.rows)
      columns = Int(clamping: description.columns)
      guard status == 0 else {
        throw .unreadable(path: file.path, dataset: name, reason: HDF5File.text(reason))
      }
    }

    deinit { discern_hdf5_close_dataset(handle) }

    var rank: Int { Int(description.rank) }

    private var elements: Elements {
      switch description.elements {
      case DISCERN_HDF5_SIGNED, DISCERN_HDF5_UNSIGNED: description.element_size <= 8 ? .integers : .other
      case DISCERN_HDF5_FLOAT: .numbers
      case DISCERN_HDF5_FIXED_STRING:
        description.element_size <= UInt64(Self.stringLimit) ? .strings : .other
      default: .other
      }
    }

    /// Whether it holds numbers, on one or two axes.
    var hasNumbers: Bool { (elements == .integers || elements == .numbers) && (1...2).contains(rank) }
    var hasStrings: Bool { elements == .strings && rank == 1 }

    private var noun: String {
      switch description.elements {
      case DISCERN_HDF5_SIGNED, DISCERN_HDF5_UNSIGNED: "integers of \(8 * description.element_size) bits"
      case DISCERN_HDF5_STRING: "strings of any length"
      case DISCERN_HDF5_FIXED_STRING: "strings of \(description.element_size) bytes"
      case DISCERN_HDF5_ENUMERATION: "an enumeration, such as of true and false"
      case DISCERN_HDF5_COMPOUND: "records of several fields (compound)"
      default: "something other than numbers"
      }
    }

    // MARK: Checks

    /// - Throws: `HDF5Error` if it is not a column of times or, respectively, not columns of numbers.
    func require(isTime: Bool) throws(HDF5Error) {
      let isKind = isTime ? elements != .other : elements == .integers || elements == .numbers
      if !isKind { throw .kind(path: file.path, dataset: name, found: noun, isTime: isTime) }
      if rank < 1 || rank > (isTime ? 1 : 2) {
        throw .rank(path: file.path, dataset: name, rank: rank, isTime: isTime)
      }
      if columns > Self.columnLimit {
        throw .tooWide(path: file.path, dataset: name, columns: columns, limit: Self.columnLimit)
      }
      // An empty dataset is never written.
      if rows == 0 || columns == 0 { return }
      switch description.storage {
      case DISCERN_HDF5_PARTIAL: throw .unwritten(path: file.path, dataset: name)
      case DISCERN_HDF5_ELSEWHERE: throw .elsewhere(path: file.path, dataset: name)
      case DISCERN_HDF5_UNKNOWN_FILTER:
        let filter = withUnsafeBytes(of: description.filter) { $0.map { CChar(bitPattern: $0) } }
        throw .filter(path: file.path, dataset: name, name: HDF5File.text(filter))
      default: break
      }
      try requireBelievable()
    }

    /// The address in the file; a dataset with several names has one.
    var address: UInt64 { description.address }
    /// Whether its unpacked values may have more bytes than the file.
    var isPacked: Bool { description.is_packed != 0 }
    /// The sizes in bytes of its values and of a chunk of them, according to its header.
    var claimedBytes: Int {
      let (values, isLarge) = description.rows.multipliedReportingOverflow(by: description.columns)
      return bytes(isLarge ? .max : values)
    }
    var chunkBytes: Int { bytes(description.chunk_elements) }

    private func bytes(_ elements: UInt64) -> Int {
      let (bytes, isLarge) = elements.multipliedReportingOverflow(by: description.element_size)
      return isLarge ? .max : Int(clamping: bytes)
    }

    /// Checks that the claims are plausible, so that a header alone does not cause large allocations: values
    /// are in the file or, if packed, obey the limit that applies to other compressed files.
    private func requireBelievable() throws(HDF5Error) {
      for claim in [claimedBytes, chunkBytes] {
        let isPossible =
          isPacked ? UnpackLimit().allows(unpacked: claim, packed: file.size) : claim <= file.size
        if !isPossible {
          throw .claim(path: file.path, dataset: name, bytes: claim, fileBytes: file.size)
        }
      }
    }

    // MARK: Reading

    /// The number of rows that are read together: complete chunks, so that each is unpacked once.
    private var blockRows: Int {
      let wanted = max(1, Self.blockValues / max(1, columns))
      let chunk = Int(clamping: description.chunk_rows)
      return min(max(1, rows), chunk <= 1 ? wanted : max(chunk, wanted / chunk * chunk))
    }

    /// The sizes in bytes of a block, and of the chunks that libhdf5 caches for each open dataset.
    var blockBytes: Int {
      let rowBytes = columns * max(MemoryLayout<UInt64>.stride, Int(clamping: description.element_size))
      let (bytes, isLarge) = blockRows.multipliedReportingOverflow(by: rowBytes)
      return isLarge ? .max : bytes
    }
    var keptBytes: Int { chunkBytes > 0 ? min(claimedBytes, Self.keptChunks) : 0 }
    private static let keptChunks = 1 << 20

    /// Reads all rows, block by block.
    ///
    /// - Parameter body: receives a block's first row, its number of rows, and a function for its values by
    ///   row and column.
    func read(
      _ body: (_ first: Int, _ count: Int, _ value: (_ row: Int, _ column: Int) -> HDF5Number)
        throws(SeriesError) -> Void
    ) throws(SeriesError) {
      var words = [UInt64](repeating: 0, count: blockRows * columns)
      let (elements, columns) = (description.elements, columns)
      for first in stride(from: 0, to: rows, by: blockRows) {
        let count = min(blockRows, rows - first)
        var reason = HDF5File.reason
        let status = discern_hdf5_read(
          handle, elements, UInt64(first), UInt64(count), UInt64(columns), &words, &reason)
        guard status == 0 else { throw .hdf5(unreadable(reason)) }
        try body(first, count) { row, column in
          HDF5Number(bits: words[(row - first) * columns + column], elements)
        }
      }
    }

    /// Reads each row's time, as written and as parsed; nil if it is not a time.
    ///
    /// - Parameter body: also receives the row.
    func readTimes(
      upTo limit: Int = .max,
      _ body: (_ row: Int, _ field: String, _ time: SeriesTime?) throws(SeriesError) -> Void
    ) throws(SeriesError) {
      guard elements == .strings else {
        try read { first, count, value throws(SeriesError) in
          for row in first..<min(first + count, limit) {
            let number = value(row, 0)
            let time = SeriesTime(form: .number, value: number.double)
            try body(row, number.text, number.double.isFinite ? time : nil)
          }
        }
        return
      }
      for first in stride(from: 0, to: min(rows, limit), by: blockRows) {
        for (index, field) in try strings(first..<min(rows, limit, first + blockRows)).enumerated() {
          try body(first + index, field, SeriesTime(field))
        }
      }
    }

    private final class Fields { var values: [String] = [] }

    private func strings(_ range: Range<Int>) throws(SeriesError) -> [String] {
      let fields = Fields()
      var reason = HDF5File.reason
      let status = discern_hdf5_read_strings(
        handle, UInt64(range.lowerBound), UInt64(range.count),
        { bytes, count, context in
          let fields = Unmanaged<Fields>.fromOpaque(context).takeUnretainedValue()
          let field = UnsafeRawBufferPointer(start: bytes, count: count)
          fields.values.append(String(decoding: field, as: UTF8.self))
        }, Unmanaged.passUnretained(fields).toOpaque(), &reason)
      guard status == 0 else { throw .hdf5(unreadable(reason)) }
      return fields.values.map { String($0.trimmed()) }
    }

    private func unreadable(_ reason: [CChar]) -> HDF5Error {
      .unreadable(path: file.path, dataset: name, reason: HDF5File.text(reason))
    }
  }

  /// A number as stored in a dataset.
  struct HDF5Number {
    private enum Value {
      case signed(Int64)
      case unsigned(UInt64)
      case float(Double)
    }

    private let value: Value

    init(bits: UInt64, _ elements: discern_hdf5_class) {
      value =
        switch elements {
        case DISCERN_HDF5_SIGNED: .signed(Int64(bitPattern: bits))
        case DISCERN_HDF5_UNSIGNED: .unsigned(bits)
        default: .float(Double(bitPattern: bits))
        }
    }

    /// The nearest float; infinite beyond the largest one.
    var float: Float {
      switch value {
      case .signed(let number): Float(number)
      case .unsigned(let number): Float(number)
      case .float(let number): Float(number)
      }
    }

    var double: Double {
      switch value {
      case .signed(let number): Double(number)
      case .unsigned(let number): Double(number)
      case .float(let number): number
      }
    }

    var text: String {
      switch value {
      case .signed(let number): "\(number)"
      case .unsigned(let number): "\(number)"
      case .float(let number): "\(number)"
      }
    }
  }
#endif
