import DiscernCorpus
import DiscernIO
import Foundation
import HDF5Files
import TestSupport
import Testing

#if HDF5
  /// Writes a file and reads its table.
  private func table(
    _ options: SeriesTable.Options = SeriesTable.Options(), _ write: (Int64) throws -> Void
  ) throws -> SeriesTable {
    try withTemporaryFolder { folder in
      let path = folder + "/t.h5"
      let file = hdf5_file_begin(path)
      try write(file)
      hdf5_file_end(file)
      return try SeriesTable(path: path, options: options)
    }
  }

  private func options(_ change: (inout SeriesTable.Options) -> Void) -> SeriesTable.Options {
    var options = SeriesTable.Options()
    change(&options)
    return options
  }

  private func problem(
    _ options: SeriesTable.Options = SeriesTable.Options(), _ write: (Int64) throws -> Void
  ) throws -> String {
    do {
      return "read as \(try table(options, write).names)"
    } catch let error as SeriesError { return error.description }
  }

  private func numbers(
    _ file: Int64, _ path: String, _ values: [Double], columns: Int = 0, type: String = "<f8", chunk: Int = 0,
    level: UInt32 = 0
  ) {
    hdf5_file_numbers(
      file, path, type, UInt64(values.count / max(1, columns)), UInt64(columns), values, UInt64(chunk), level)
  }

  private func strings(_ file: Int64, _ path: String, _ values: [String], size: Int = 10) {
    let copies = values.map { strdup($0) }
    hdf5_file_strings(
      file, path, UInt64(values.count), copies.map { UnsafePointer($0) }, UInt64(size))
    for copy in copies { free(copy) }
  }

  private func csv(
    _ text: String, _ change: (inout SeriesTable.Options) -> Void = { _ in }
  ) throws -> SeriesTable {
    try withFile(Array(text.utf8), named: "t.csv") { path in
      try SeriesTable(path: path, options: options(change))
    }
  }

  private func bits(_ table: SeriesTable) -> [UInt32] { table.values.map(\.bitPattern) }

  @Suite struct HDF5SeriesTests {
    /// Any width and order of bytes, with chunks and packed: the bits of the same numbers as text.
    @Test(arguments: ["<f4", ">f4", "<f8", ">f8", "<f2", "<i1", ">i2", "<i4", ">i8", "<u1", ">u4", "<u8"])
    func numbersAreThoseOfTheSameText(type: String) throws {
      var noise = SeededGenerator(seed: 3)
      // Numbers that the type holds.
      let values = (0..<501).map { _ -> Double in
        switch type.dropFirst() {
        case "f4": Double(Float.random(in: -1e6...1e6, using: &noise))
        case "f8": Double.random(in: -1e6...1e6, using: &noise)
        case "f2": Double(Int.random(in: -512...512, using: &noise)) / 4
        default: Double(Int.random(in: type.contains("u") ? 0...127 : -128...127, using: &noise))
        }
      }
      let read = try table { file in
        numbers(file, "/deep/packed", values, type: type, chunk: 50, level: 6)
        numbers(file, "/plain", values, type: type)
      }
      let text = try csv(
        "plain,deep/packed\n" + values.map { "\($0),\($0)\n" }.joined())
      #expect(read.names == text.names && bits(read) == bits(text))
      // Rows by columns, of more rows than are read together.
      let wide = try table { file in
        numbers(file, "/t", values, columns: 3, type: type, chunk: 7, level: 1)
      }
      #expect(wide.names == ["t/1", "t/2", "t/3"] && wide.rowCount == 167)
      #expect(bits(wide) == stride(from: 0, to: 1002, by: 2).map { bits(text)[$0] })
    }

    @Test func manyRowsAreReadBlockByBlock() throws {
      let values = (0..<150_000).map { Double($0 % 977) / 8 }
      for (chunk, level) in [(0, 0), (1000, 0), (40_000, 4)] as [(Int, UInt32)] {
        let read = try table { file in
          numbers(file, "/t", values, columns: 2, type: ">f4", chunk: chunk, level: level)
        }
        #expect(read.values == values.map { Float($0) }, "\(chunk)")
      }
    }

    /// Beyond what a Double holds: rounded once, as text is.
    @Test func largeIntegersAreRoundedOnce() throws {
      let values: [Int64] = [
        9_007_199_254_740_993, -9_223_372_036_854_775_808, 16_777_217, 9_007_199_791_611_905, 0,
      ]
      let read = try table { file in hdf5_file_integers(file, "/x", 1, UInt64(values.count), values) }
      #expect(bits(read) == bits(try csv("x\n" + values.map { "\($0)\n" }.joined())))
      let unsigned = values.map { UInt64(bitPattern: $0) }
      let large = try table { file in hdf5_file_integers(file, "/x", 0, UInt64(values.count), values) }
      #expect(bits(large) == bits(try csv("x\n" + unsigned.map { "\($0)\n" }.joined())))
    }

    @Test func columnsAreChosenByPathAndNumber() throws {
      func write(_ file: Int64) {
        numbers(file, "/a", [1, 2, 3])
        numbers(file, "/g/b", [4, 5, 6], type: "<i2")
        numbers(file, "/g/t", [7, 8, 9, 10, 11, 12], columns: 2)
        numbers(file, "/short", [1, 2])
        hdf5_file_link(file, "/soft", nil, "/g/b")
      }
      let chosen = try table(options { $0.columns = ["/g/t/2", "a", "g/b"] }, write)
      #expect(chosen.names == ["g/t/2", "a", "g/b"] && chosen.values == [8, 1, 4, 10, 2, 5, 12, 3, 6])
      let whole = try table(options { $0.columns = ["g/t", "soft"] }, write)
      #expect(whole.names == ["g/t/1", "g/t/2", "soft"] && whole.values == [7, 8, 4, 9, 10, 5, 11, 12, 6])
      for (columns, words) in [
        (["g/c"], "no dataset is named “g/c”; there are “a”, “short”, “g/b”, “g/t”; did you mean"),
        (["g/t/3"], "“g/t” has 2 columns, none with the number 3"),
        (["a/1"], "none with the number 1"), (["a", "/a"], "“a”"), (["g/t", "g/t/1"], "“g/t/1”"),
        (["a", "short"], "“a” has 3 rows, but “short” has 2; select"), (["g"], "“g”"),
      ] {
        let message = try problem(options { $0.columns = columns }, write)
        #expect(message.contains(words) && message.contains("/t.h5: "), "\(message)")
      }
      #expect(try problem { write($0) }.contains("select datasets of equal length"))
    }

    @Test func timesAreNumbersOrStrings() throws {
      let days = ["2024-02-28", "2024-02-29", "2024-03-01", "2024-03-03"]
      for size in [10, 16, 64] {
        let read = try table { file in
          strings(file, "/day", days, size: size)
          numbers(file, "/x", [1, 2, 3, 4])
        }
        let text = try csv("day,x\n" + zip(days, 1...4).map { "\($0),\($1)\n" }.joined())
        #expect(read.times == text.times && read.names == ["x"] && read.timeColumn == "day")
        #expect(read.gapCount == 1 && read.segments == text.segments && read.notes == text.notes)
      }
      let numbered = try table(options { $0.timeColumn = "/n" }) { file in
        numbers(file, "/n", [1, 2, 4, 5], type: "<i8")
        numbers(file, "/x", [1, 2, 3, 4])
      }
      #expect(numbered.times == (try csv("n,x\n1,1\n2,2\n4,3\n5,4\n") { $0.timeColumn = "n" }).times)
      #expect(numbered.timeColumn == "n" && numbered.names == ["x"])
      for (values, words) in [
        (["2024-01-01", "2024-01-01"], "row 2: “2024-01-01” in “n” is not later than"),
        (["2024-01-01", "soon"], "row 2: “soon” in “n” is not a time"),
      ] {
        let message = try problem(options { $0.timeColumn = "n" }) { file in
          strings(file, "/n", values)
          numbers(file, "/x", [1, 2])
        }
        #expect(message.contains(words), "\(message)")
      }
      for (size, words) in [(0, "“n” holds strings of any length"), (65, "“n” holds strings of 65 bytes")] {
        let message = try problem(options { $0.timeColumn = "n" }) { file in
          strings(file, "/n", ["2024-01-01", "2024-01-02"], size: size)
          numbers(file, "/x", [1, 2])
        }
        #expect(message.contains(words) && message.contains("dtype=\"S19\""), "\(message)")
      }
      let twice = try problem(options { ($0.timeColumn, $0.columns) = ("n", ["n"]) }) {
        numbers($0, "/n", [1, 2])
      }
      #expect(twice.contains("both the time column"))
      let nan = try problem(options { $0.timeColumn = "n" }) { file in
        numbers(file, "/n", [1, .nan])
        numbers(file, "/x", [1, 2])
      }
      #expect(nan.contains("row 2"), "\(nan)")
      let cut = try problem(options { $0.timeColumn = "n" }) { file in
        numbers(file, "/n", [1, 2, 3])
        numbers(file, "/x", [1, 2])
      }
      #expect(cut.contains("“x” has 2 rows, but “n” has 3"), "\(cut)")
    }

    @Test func missingAndLargeValuesAreNamedByRow() throws {
      func write(_ file: Int64) { numbers(file, "/x", [1, .nan, 3]) }
      #expect(try problem { write($0) }.contains("t.h5, row 2: missing value in “x”; --missing skip"))
      let skipped = try table(options { $0.missing = .skip }, write)
      #expect(skipped.missingCount == 1 && skipped.segments == [0..<1, 2..<3])
      for value in [Double.infinity, 1e39] {
        let message = try problem { numbers($0, "/x", [1, 2, value]) }
        #expect(message.contains("row 3") && message.contains("exceeds 3.4e38"), "\(message)")
      }
    }

    @Test(arguments: [
      ("scalar", "0 axes"), ("cube", "3 axes"), ("compound", "compound"), ("enumeration", "enumeration"),
      ("unwritten", "never written"), ("external", "in another file"), ("virtual", "in another file"),
      ("huge", "never written"),
    ])
    func whatIsNoColumnIsNamed(what: String, words: String) throws {
      let message = try problem { hdf5_file_odd($0, "/group/odd", what) }
      #expect(message.contains(words) && message.contains("“group/odd”"), "\(message)")
      let asked = try problem(options { $0.columns = ["group/odd"] }) {
        hdf5_file_odd($0, "/group/odd", what)
      }
      #expect(asked == message || asked.contains(words), "\(asked)")
    }

    @Test func whatIsNotThereIsNamed() throws {
      #expect(try problem { _ in }.contains("contains no dataset"))
      #expect(try problem { hdf5_file_partial($0, "/x") }.contains("some values of “x” were never written"))
      #expect(try problem { numbers($0, "/x", []) }.contains("contains no rows"))
      let other = try problem(options { $0.columns = ["x"] }) { file in
        numbers(file, "/y", [1])
        hdf5_file_link(file, "/x", "/etc/other.h5", "/x")
      }
      #expect(other.contains("“x” is a link to another file (“/x” in /etc/other.h5)"), "\(other)")
      let text = try problem { strings($0, "/x", ["one", "two"]) }
      #expect(text.contains("“x” holds strings"), "\(text)")
      let separated = try problem(options { $0.separator = FieldSeparator(",") }) { numbers($0, "/x", [1]) }
      #expect(separated.contains("--separator"))
    }

    /// A link is read by name, told, or an error; nothing that a file names is left out without a word.
    @Test func linksAreReadOrNamed() throws {
      func write(_ file: Int64) {
        numbers(file, "/g/load", [1, 2])
        numbers(file, "/g/t", [3, 4, 5, 6], columns: 2)
        // Before and after what they name, by way of one another, and of a group.
        for (name, target) in [
          ("/a", "/g/load"), ("/z", "a"), ("/g/table", "t"), ("/h", "/g"),
        ] { hdf5_file_link(file, name, nil, target) }
      }
      let whole = try table { write($0) }
      #expect(whole.names == ["g/load", "g/t/1", "g/t/2"] && whole.values == [1, 3, 4, 2, 5, 6])
      #expect(
        whole.notes == [
          "“a” is another name of “g/load”", "“h” is another name of “g”", "“z” is another name of “g/load”",
          "1 further name of what is read",
        ], "\(whole.notes)")
      let named = try table(options { $0.columns = ["z", "g/table/2", "h/t"] }, write)
      #expect(
        named.names == ["z", "g/table/2", "h/t/1", "h/t/2"] && named.values == [1, 4, 3, 4, 2, 6, 5, 6])
      #expect(named.notes.isEmpty)
      // Times by a link are not read as a column too.
      let timed = try table(options { $0.timeColumn = "a" }, write)
      #expect(timed.names == ["g/t/1", "g/t/2"] && timed.times.count == 2)
    }

    @Test(
      arguments: [
        ("other.h5", "/g/load", "“ext” is a link to another file (“/g/load” in other.h5)"),
        (nil, "/gone", "“ext” is a link to “/gone”, and nothing is there"),
        (nil, "ext", "“ext” is a link to “ext”, and nothing is there"),
        (nil, "/out/x", "“ext” is a link to “/out/x”, and nothing is there"),
      ] as [(String?, String, String)])
    func linksThatLeadToNothingAreNamed(file other: String?, target: String, words: String) throws {
      func write(_ file: Int64) {
        numbers(file, "/g/load", [1, 2])
        hdf5_file_link(file, "/ext", other, target)
        // Behind the first in the order of names.
        if target.hasPrefix("/out") { hdf5_file_link(file, "/out", "t.h5", "/g") }
      }
      for columns in [nil, ["ext"], ["g/load", "/ext"], ["ext/1"], ["ext/deep/x"]] as [[String]?] {
        let message = try problem(options { $0.columns = columns }, write)
        #expect(message.contains(words) && message.contains("--columns"), "\(message)")
      }
      #expect(try problem(options { $0.timeColumn = "ext" }, write).contains(words))
      // Whoever names others reads them.
      #expect(try table(options { $0.columns = ["g/load"] }, write).values == [1, 2])
      let alone = try problem { hdf5_file_link($0, "/ext", other, target) }
      #expect(alone.contains("“ext” is a link"), "\(alone)")
    }

    @Test func cutFilesGiveErrors() throws {
      try withTemporaryFolder { folder in
        let path = folder + "/t.h5"
        let file = hdf5_file_begin(path)
        strings(file, "/day", (10..<30).map { "2024-01-\($0)" })
        numbers(file, "/g/x", (0..<20).map(Double.init), chunk: 8, level: 3)
        hdf5_file_end(file)
        let whole = try Data(contentsOf: URL(fileURLWithPath: path))
        #expect(try SeriesTable(path: path).rowCount == 20)
        for length in stride(from: 8, to: whole.count, by: 97) {
          try whole.prefix(length).write(to: URL(fileURLWithPath: path))
          #expect {
            try SeriesTable(path: path)
          } throws: { "\($0)".contains("t.h5: ") }
        }
      }
    }
  }
#else
  @Test func aBuildWithoutHDF5NamesTheTrait() throws {
    try withFile([0x89] + Array("HDF\r\n\u{1A}\n".utf8) + [UInt8](repeating: 0, count: 600)) { path in
      #expect(throws: SeriesError.hdf5(.notBuilt(path: path))) { try SeriesTable(path: path) }
      #expect("\(HDF5Error.notBuilt(path: path))".contains("--traits HDF5"))
    }
  }
#endif
