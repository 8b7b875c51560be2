import DiscernIO
import Synchronization

#if HDF5
  /// Reads a series from the datasets of an HDF5 file: those of one axis are columns, those of two are rows
  /// by columns.
  struct HDF5Series {
    private let path: String
    private let options: SeriesTable.Options
    private let file: HDF5File
    private let content: HDF5File.Content
    private let memory: SystemMemory.Limit
    private let known: Set<String>
    private let originals: [String: String]
    /// The names of all datasets.
    private var names: [String] { content.datasets }

    /// A column of a dataset.
    private struct Column {
      let dataset: HDF5Dataset
      /// The index of the column in the dataset, from 0.
      let place: Int
      /// `group/load`, or `group/table/3`.
      let name: String
    }

    static func table(
      path: String, options: SeriesTable.Options, memory: SystemMemory.Limit
    ) throws(SeriesError) -> SeriesTable {
      try HDF5File.lock.withLock { _ throws(SeriesError) in
        try Self(path: path, options: options, memory: memory).table()
      }
    }

    private init(
      path: String, options: SeriesTable.Options, memory: SystemMemory.Limit
    ) throws(SeriesError) {
      (self.path, self.options, self.memory) = (path, options, memory)
      do throws(HDF5Error) {
        if options.separator != nil { throw .separator(path: path) }
        file = try HDF5File(path: path)
        content = try file.content()
        // If columns are selected, other links do not matter.
        if options.columns == nil, let link = content.links.first { throw link.problem }
        if content.datasets.isEmpty, content.links.isEmpty { throw .empty(path: path) }
      } catch {
        throw .hdf5(error)
      }
      known = Set(content.datasets)
      originals = Dictionary(content.aliases.map { ($0.name, $0.original) }) { first, _ in first }
    }

    private func table() throws(SeriesError) -> SeriesTable {
      let columns: [Column]
      let time: (dataset: HDF5Dataset, isFound: Bool)?
      var claims = HDF5Claims(file)
      do throws(HDF5Error) {
        let asked = try options.timeColumn.map { name throws(HDF5Error) in try dataset(name) }
        try asked?.require(isTime: true)
        let datasets = try options.columns == nil ? self.datasets(without: asked) : []
        let found = asked == nil ? times(among: options.columns == nil ? datasets : others()) : nil
        time = (asked ?? found).map { ($0, asked == nil) }
        if let asked = options.columns {
          columns = try self.columns(asked, &claims)
        } else {
          columns = try self.columns(of: datasets.filter { $0 !== found }, &claims)
        }
        if let time { try claims.add(time.dataset, columns: 0) }
        try requireOneLength(columns.map(\.dataset) + [time?.dataset].compactMap(\.self))
      } catch {
        throw .hdf5(error)
      }
      try requireApart(columns, time?.dataset)
      guard columns[0].dataset.rows > 0 else { throw .noRows(path: path) }
      try claims.check(rows: columns[0].dataset.rows, hasTimes: time != nil, against: memory)
      let (values, missing) = try self.values(columns)
      return SeriesTable(
        path: path, names: columns.map(\.name), values: values, isMissing: missing,
        timeColumn: time?.dataset.name, times: try time.map(self.times) ?? [],
        notes: (time.map { $0.isFound ? ["times in “\($0.dataset.name)”"] : [] } ?? []) + aliasNotes,
        ignoresGaps: options.ignoresGaps, namesArePaths: true)
    }

    // MARK: Datasets and columns

    /// The name under which a dataset is listed.
    private func original(_ name: String) -> String {
      originals[name] ?? name
    }

    /// Notes on names that give no column, since their datasets are read by other names.
    private var aliasNotes: [String] {
      guard options.columns == nil else { return [] }
      let shown = content.aliases.prefix(3).map { alias in
        "“\(DisplayText.escaped(alias.name))” is another name of "
          + (alias.original.isEmpty ? "the whole file" : "“\(DisplayText.escaped(alias.original))”")
      }
      let left = content.aliases.count - shown.count
      return shown + (left > 0 ? ["\(left.counted("further name")) of what is read"] : [])
    }

    /// A dataset that was requested.
    private func dataset(_ name: String) throws(HDF5Error) -> HDF5Dataset {
      do throws(HDF5Error) { return try file.dataset(name) } catch {
        let own = String(name.drop { $0 == "/" })
        if known.contains(original(own)) { throw error }
        // This includes names beyond a link to a group.
        if let link = content.links.first(where: { own == $0.name || own.hasPrefix($0.name + "/") }) {
          throw link.problem
        }
        throw .unknown(path: path, name: name, available: names)
      }
    }

    /// All datasets of the file except that of the times.
    private func datasets(without time: HDF5Dataset?) throws(HDF5Error) -> [HDF5Dataset] {
      let own = time.map { original($0.name) }
      return try names.filter { $0 != own }.map { name throws(HDF5Error) in try file.dataset(name) }
    }

    /// The datasets that were not requested, except those that cannot be opened.
    private func others() -> [HDF5Dataset] {
      let asked = Set((options.columns ?? []).map { original(String($0.drop { $0 == "/" })) })
      return names.filter { !asked.contains($0) }.compactMap { try? file.dataset($0) }
    }

    /// The only dataset of strings, if it begins with a date.
    private func times(among datasets: [HDF5Dataset]) -> HDF5Dataset? {
      let strings = datasets.filter(\.hasStrings)
      guard strings.count == 1, let dataset = strings.first, (try? dataset.require(isTime: true)) != nil
      else { return nil }
      var isDate = false
      try? dataset.readTimes(upTo: 1) { _, _, time in isDate = time.map { $0.form != .number } ?? false }
      return isDate ? dataset : nil
    }

    private func columns(_ asked: [String], _ claims: inout HDF5Claims) throws(HDF5Error) -> [Column] {
      var opened: [String: HDF5Dataset] = [:]
      var columns: [Column] = []
      for name in asked {
        // “table/3” is the third column of “table”, unless a dataset has that name.
        let parts = name.split(separator: "/")
        let parent = parts.dropLast().joined(separator: "/")
        if parts.count > 1, let number = Int(parts[parts.count - 1]),
          known.contains(original(parent))
        {
          let dataset: HDF5Dataset
          if let known = opened[parent] { dataset = known } else { dataset = try self.dataset(parent) }
          opened[parent] = dataset
          try dataset.require(isTime: false)
          guard dataset.rank == 2, (1...dataset.columns).contains(number) else {
            throw .columnOutOfRange(path: path, dataset: parent, number: number, count: dataset.columns)
          }
          try claims.add(dataset, columns: 1)
          columns.append(Column(dataset: dataset, place: number - 1, name: "\(parent)/\(number)"))
        } else {
          let dataset = try dataset(name)
          opened[dataset.name] = dataset
          columns += try self.columns(of: [dataset], &claims)
        }
      }
      return columns
    }

    private func columns(
      of datasets: [HDF5Dataset], _ claims: inout HDF5Claims
    ) throws(HDF5Error) -> [Column] {
      var columns: [Column] = []
      for dataset in datasets {
        try dataset.require(isTime: false)
        try claims.add(dataset, columns: dataset.columns)
        columns +=
          dataset.rank == 1
          ? [Column(dataset: dataset, place: 0, name: dataset.name)]
          : (0..<dataset.columns).map { place in
            Column(dataset: dataset, place: place, name: "\(dataset.name)/\(place + 1)")
          }
      }
      return columns
    }

    private func requireOneLength(_ datasets: [HDF5Dataset]) throws(HDF5Error) {
      guard let first = datasets.first else { return }
      for other in datasets where other.rows != first.rows {
        throw .lengths(
          path: path, dataset: first.name, rows: first.rows, other: other.name, otherRows: other.rows)
      }
    }

    private func requireApart(_ columns: [Column], _ time: HDF5Dataset?) throws(SeriesError) {
      if columns.isEmpty { throw .noColumns(path: path, available: names) }
      var known: Set<String> = []
      for column in columns {
        if column.name == time?.name { throw .timeIsRead(path: path, name: column.name) }
        if !known.insert(column.name).inserted {
          throw .columnTwice(path: path, name: column.name)
        }
      }
    }

    // MARK: Values

    /// [rows, columns] the values, and the rows that lack a value in some column.
    private func values(_ columns: [Column]) throws(SeriesError) -> ([Float], Set<Int>) {
      let count = columns.count
      var values = [Float](repeating: 0, count: columns[0].dataset.rows * count)
      var missing: Set<Int> = []
      var read: [ObjectIdentifier: [(index: Int, column: Column)]] = [:]
      for (index, column) in columns.enumerated() {
        read[ObjectIdentifier(column.dataset), default: []].append((index, column))
      }
      // In the order in which they were requested, so that the first problem is always the same.
      for (index, column) in columns.enumerated() {
        guard let own = read[ObjectIdentifier(column.dataset)], own[0].index == index else { continue }
        try column.dataset.read { first, rows, value throws(SeriesError) in
          for row in first..<first + rows {
            for (index, column) in own {
              let number = value(row, column.place)
              if number.double.isNaN {
                if options.missing == .stop {
                  throw .missing(.row(path: path, row + 1), column: column.name)
                }
                missing.insert(row)
              } else if !number.float.isFinite {
                throw .tooLarge(.row(path: path, row + 1), column: column.name, value: number.text)
              } else if number.float == 0, number.double != 0 {
                throw .tooSmall(.row(path: path, row + 1), column: column.name, value: number.text)
              } else {
                values[row * count + index] = number.float
              }
            }
          }
        }
      }
      return (values, missing)
    }

    private func times(_ time: (dataset: HDF5Dataset, isFound: Bool)) throws(SeriesError) -> [SeriesTime] {
      var times: [SeriesTime] = []
      times.reserveCapacity(time.dataset.rows)
      try time.dataset.readTimes { row, field, own throws(SeriesError) in
        times.append(
          try SeriesTime.next(
            own, field, after: times.last, isFirst: false, time.dataset.name,
            .row(path: path, row + 1)))
      }
      return times
    }
  }
#else
  enum HDF5Series {
    static func table(
      path: String, options: SeriesTable.Options, memory: SystemMemory.Limit
    ) throws(SeriesError) -> SeriesTable {
      throw .hdf5(.notBuilt(path: path))
    }
  }
#endif
