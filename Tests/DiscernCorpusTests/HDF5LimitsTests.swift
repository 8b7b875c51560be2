import DiscernCorpus
import DiscernIO
import HDF5Files
import TestSupport
import Testing

#if HDF5
  /// Writes a file and says what is wrong with its table.
  private func problem(
    columns: [String]? = nil, memory: Int = .max, _ write: (Int64) -> Void
  ) throws -> String {
    try withTemporaryFolder { folder in
      let path = folder + "/t.h5"
      let file = hdf5_file_begin(path)
      write(file)
      hdf5_file_end(file)
      var options = SeriesTable.Options()
      options.columns = columns
      do {
        let limit = SystemMemory.Limit(bytes: memory, source: "the test's memory")
        let table = try SeriesTable(path: path, options: options, memory: limit)
        return "read as \(table.rowCount) rows of \(table.names.count)"
      } catch let error as SeriesError {
        return "\(error.kind): \(error)"
      }
    }
  }

  private func number(_ file: Int64, _ path: String, _ values: [Double] = [1, 2]) {
    hdf5_file_numbers(file, path, "<f8", UInt64(values.count), 0, values, 0, 0)
  }

  @Suite struct HDF5LimitsTests {
    /// Nine datasets of 32 MiB in a few KiB each: one is plausible, all of them are not.
    @Test func packedDatasetsAreLimitedTogether() throws {
      let zeros = [Double](repeating: 0, count: 1 << 22)
      func write(_ file: Int64) {
        for index in 0..<9 {
          hdf5_file_numbers(file, "/x\(index)", "<f8", UInt64(zeros.count), 0, zeros, 1 << 18, 9)
        }
        hdf5_file_link(file, "/same", nil, "/x0")
      }
      let all = try problem(write)
      #expect(
        all.hasPrefix("badInput: ")
          && all.contains("“x8” and 8 other datasets claim to have 301989888 bytes"),
        "\(all)")
      #expect(all.contains("(--columns)"), "\(all)")
      // Each alone is what it was, and one of two names counts once.
      let names = (0..<8).map { "x\($0)" } + ["same"]
      for (columns, needed) in [(["x3"], "19.9 MB"), (names, "161.5 MB")] {
        let message = try problem(columns: columns, memory: 1 << 20, write)
        #expect(
          message.hasPrefix("outOfMemory: reading ") && message.contains("would need at least \(needed)")
            && message.contains("the test's memory"), "\(message)")
      }
    }

    @Test func rowsAndTimesCountForTheMemory() throws {
      func write(_ file: Int64) { number(file, "/x", [Double](repeating: 1, count: 1000)) }
      // 4 bytes of each value, and a block of 8.
      #expect(try problem(memory: 12_000, write) == "read as 1000 rows of 1")
      #expect(try problem(memory: 11_999, write).hasPrefix("outOfMemory: "))
    }

    @Test func columnsOfAllDatasetsAreLimitedTogether() throws {
      let wide = [Double](repeating: 1, count: 60_000)
      func write(_ file: Int64) {
        for name in ["/a", "/b"] { hdf5_file_numbers(file, name, "<f4", 1, 60_000, wide, 0, 0) }
      }
      #expect(try problem(write).contains("with “b” there are more than 100000 columns"))
      #expect(try problem(columns: ["a"], write) == "read as 1 rows of 60000")
    }

    @Test(arguments: [(1, 100, true), (1, 101, false), (50, 79, true), (50, 81, false)])
    func groupsInOneAnotherAreLimited(letters: Int, depth: Int, isRead: Bool) throws {
      let group = "/" + String(repeating: "g", count: letters)
      let message = try problem { number($0, String(repeating: group, count: depth) + "/x") }
      if isRead {
        #expect(message == "read as 2 rows of 1")
      } else {
        #expect(message.contains("more than 100 groups in one another, or a path of more than 4096 bytes"))
        #expect(message.count < 400 && message.contains("h5copy"), "\(message)")
      }
    }

    @Test func asManyObjectsAsTheLimitAreRead() throws {
      func write(_ file: Int64, links: Int) {
        number(file, "/x")
        for index in 0..<links { hdf5_file_link(file, "/to\(index)", nil, "/x") }
      }
      #expect(try problem { write($0, links: 9_999) } == "read as 2 rows of 1")
      #expect(try problem { write($0, links: 10_000) }.contains("more than 10000 groups and datasets"))
    }

    @Test func whatIsNotInTheFileIsBadInput() throws {
      for name in ["y", "x/2", "t/3"] {
        let message = try problem(columns: [name]) { file in
          number(file, "/x")
          hdf5_file_numbers(file, "/t", "<f8", 1, 2, [1, 2], 0, 0)
        }
        #expect(message.hasPrefix("badInput: "), "\(message)")
      }
      let twice = try problem(columns: ["x", "/x"]) { number($0, "/x") }
      #expect(twice.hasPrefix("usage: ") && twice.contains("--columns selects “x” twice"), "\(twice)")
      let small = try problem { number($0, "/x", [1, 0, 1e-300]) }
      #expect(small.contains("row 3: “1e-300” in “x” is nearer to 0 than 7e-46"), "\(small)")
    }
  }
#endif
