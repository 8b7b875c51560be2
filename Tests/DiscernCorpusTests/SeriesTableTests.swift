import DiscernCorpus
import Foundation
import TestSupport
import Testing

private func table(
  _ text: String, _ name: String = "t.csv", _ change: (inout SeriesTable.Options) -> Void = { _ in }
) throws -> SeriesTable {
  try withTemporaryFolder { folder in
    let path = folder + "/" + name
    try Data(text.utf8).write(to: URL(fileURLWithPath: path))
    var options = SeriesTable.Options()
    change(&options)
    return try SeriesTable(path: path, options: options)
  }
}

private func problem(
  _ text: String, _ change: (inout SeriesTable.Options) -> Void = { _ in }
) throws -> String {
  do {
    _ = try table(text, "t.csv", change)
    return ""
  } catch let error as SeriesError { return error.description }
}

@Suite struct SeriesTableTests {
  @Test func columnsAreReadWithAndWithoutNames() throws {
    let named = try table("a,b\n1,2\n-3.5,4e2\n")
    #expect(named.names == ["a", "b"] && named.values == [1, 2, -3.5, 400] && named.rowCount == 2)
    #expect(named.segments == [0..<2] && named.times.isEmpty && named.timeColumn == nil)
    let plain = try table("1;2\n3;4\n5;6\n")
    #expect(plain.names == ["1", "2"] && plain.rowCount == 3 && plain.value(row: 2, column: 1) == 6)
    let single = try table("\u{FEFF}x\r\n1\r\n2\r\n")
    #expect(single.names == ["x"] && single.values == [1, 2])
    let chosen = try table("a,b,c\n1,2,x\n3,4,y\n") { $0.columns = ["b", "a"] }
    #expect(chosen.names == ["b", "a"] && chosen.values == [2, 1, 4, 3])
    let quoted = try table("\"a,1\",b\n\"1\",2\n")
    #expect(quoted.names == ["a,1", "b"] && quoted.values == [1, 2])
  }

  @Test func timesAreFoundAndGoOn() throws {
    let hours = try table("time,x\n2024-02-28 22:00,1\n2024-02-28 23:00,2\n2024-02-29 00:00,3\n")
    #expect(hours.timeColumn == "time" && hours.names == ["x"] && hours.gapCount == 0)
    let step = try #require(hours.step)
    #expect(step.time(25, after: hours.times[2]).text == "2024-03-01 01:00")
    #expect(!hours.notes.isEmpty)
    let months = try table("2023-11-01,1\n2023-12-01,2\n2024-01-01,3\n2024-02-01,4\n2024-04-01,5\n")
    #expect(months.gapCount == 1 && months.segments == [0..<4, 4..<5])
    #expect(months.step?.time(2, after: months.times[4]).text == "2024-06-01")
    let zoned = try table("t,x\n2024-01-01T00:00:30Z,1\n2024-01-01T00:01:00Z,2\n")
    #expect(zoned.step?.time(1, after: zoned.times[1]).text == "2024-01-01T00:01:30Z")
    let numbers = try table("n,x\n1,5\n2,6\n4,7\n5,8\n") { $0.timeColumn = "n" }
    #expect(numbers.names == ["x"] && numbers.gapCount == 1)
    #expect(numbers.step?.time(3, after: numbers.times[3]).text == "8")
    let chosen = try table("day,x,y\n2024-01-01,1,2\n2024-01-02,3,4\n") { $0.columns = ["y"] }
    #expect(chosen.timeColumn == "day" && chosen.names == ["y"] && chosen.values == [2, 4])
  }

  @Test func emptyLinesPartSeries() throws {
    let text = "t,x\n\n0,1\n1,2\n2,3\n\n\n0,4\n1,5\n\n7,6\n9,7\n\n"
    let several = try table(text) { $0.timeColumn = "t" }
    #expect(several.values == [1, 2, 3, 4, 5, 6, 7] && several.seriesStarts == [0, 3, 5])
    #expect(several.segments == [0..<3, 3..<5, 5..<6, 6..<7] && several.gapCount == 1)
    let asTheyCome = try table(text) { ($0.timeColumn, $0.ignoresGaps) = ("t", true) }
    #expect(asTheyCome.segments == [0..<7])
    let plain = try table("1,2\n3,4\n\n5,6\n")
    #expect(
      plain.seriesStarts == [0, 2] && plain.segments == [0..<2, 2..<3]
        && plain.windows(
          1, horizon: 1, targets: 0..<3) == [0]
    )
    // Without one, times continue.
    let message = try problem("t,x\n0,1\n1,2\n0,3\n") { $0.timeColumn = "t" }
    #expect(message.contains("t.csv:4") && message.contains("put an empty line before it"), "\(message)")
  }

  @Test func lastDaysOfMonthsAndFractionsAreStepsToo() throws {
    let ends = try table("2023-11-30,1\n2023-12-31,2\n2024-01-31,3\n2024-02-29,4\n2024-03-31,5\n")
    #expect(ends.gapCount == 0)
    #expect(ends.step?.time(1, after: ends.times[4]).text == "2024-04-30")
    #expect(ends.step?.time(11, after: ends.times[4]).text == "2025-02-28")
    let rows = (0..<200).map { "\(1_700_000_000 + Double($0) / 10),\($0)" }.joined(separator: "\n")
    let fractions = try table("t,x\n" + rows) { $0.timeColumn = "t" }
    #expect(fractions.gapCount == 0 && fractions.segments == [0..<200])
    let days = "day,x\n2024-03-07,1\n2024-03-08,2\n2024-03-11,3\n2024-03-12,4\n"
    #expect(try table(days).gapCount == 1)
    let ignoring = try table(days) { $0.ignoresGaps = true }
    #expect(ignoring.segments == [0..<4] && ignoring.row(2, before: 3) == 1)
  }

  /// A day before by the clock, not by the rows between.
  @Test func aSeasonCrossesAGapByTheClock() throws {
    let hours = (0..<72).filter { !(30..<37).contains($0) }
    let text = hours.map { hour in
      "2024-01-0\(1 + hour / 24) \(hour % 24 < 10 ? "0" : "")\(hour % 24):00,\(hour)"
    }
    let table = try table("t,x\n" + text.joined(separator: "\n"))
    #expect(table.gapCount == 1 && table.rowCount == 65)
    for row in 0..<table.rowCount {
      let before = table.row(24, before: row)
      #expect(before.map { hours[$0] } == (hours.contains(hours[row] - 24) ? hours[row] - 24 : nil))
    }
  }

  /// Every day of 800 years is one after the day before.
  @Test func daysFollowOneAnother() throws {
    var text = "0001-01-01"
    var time = try #require(SeriesTime(text))
    let second = try #require(SeriesTime("0001-01-02"))
    let step = try #require(SeriesStep([time, second]))
    var (days, leaps) = (0, 0)
    while text != "0801-01-01" {
      time = step.time(1, after: time)
      text = time.text
      days += 1
      if text.hasSuffix("02-29") { leaps += 1 }
      if SeriesTime(text) != time { Issue.record("\(text)") }
    }
    #expect(days == 2 * 146_097 && leaps == 2 * 97)
  }

  @Test func windowsCrossNoGapAndHoldNoMissingRow() throws {
    let rows = (0..<20).map { "\($0 < 10 ? $0 : $0 + 1),\($0 == 4 ? "" : "\($0)")" }
    let table = try table("t,x\n" + rows.joined(separator: "\n")) {
      ($0.timeColumn, $0.missing) = ("t", .skip)
    }
    #expect(table.segments == [0..<4, 5..<10, 10..<20] && table.missingCount == 1 && table.gapCount == 1)
    #expect(table.windows(3, horizon: 1, targets: 0..<20) == [0, 5, 6] + Array(10...16))
    // What follows lies among the rows that are requested; windows may begin before them.
    #expect(table.windows(3, horizon: 2, targets: 14..<17) == [11, 12])
    #expect(table.hasValues(9) && !table.hasValues(4) && !table.hasValues(20) && !table.hasValues(-1))
  }

  @Test(arguments: [
    ("a\n1\nx\n", "t.csv:3: “x” in “a” is not a number"),
    ("oops,0.84\n1,2\n", "t.csv:1: “oops” in “1” is not a number"),
    ("a,a\n1,2\n", "several columns are named “a”"),
    ("a,b\n1,2\n3\n", "t.csv:3: "),
    ("a,b\n1,\n", "t.csv:2: missing value in “b”; --missing skip"),
    ("a\n1e40\n", "t.csv:2: “1e40” in “a” exceeds 3.4e38"),
    ("a\n1\n-0.2e-300\n", "t.csv:3: “-0.2e-300” in “a” is nearer to 0 than 7e-46, and would become 0"),
    ("a,b\n1,1e-46\n", "t.csv:2: “1e-46” in “b”"),
    ("a\ninf\n", "is not a number"),
    ("", "contains no rows of numbers"),
    ("a,b\n", "contains no rows of numbers"),
    ("d,x\n2024-01-02,1\n2024-01-01,2\n", "t.csv:3: “2024-01-01” in “d” is not later than “2024-01-02”"),
    ("d,x\n2024-01-02,1\n2024-01-02,2\n", "is not later than"),
    ("d,x\n2024-01-02,1\n2024-02-30,2\n", "t.csv:3: “2024-02-30” in “d” is not a time"),
    ("d,x\n2024-01-02,1\n5,2\n", "is not a time"),
  ])
  func whatIsWrongIsNamed(text: String, expected: String) throws {
    let message = try problem(text)
    #expect(message.contains(expected), "\(message)")
  }

  /// However it is written.
  @Test func zeroIsANumber() throws {
    let table = try table("a\n0\n-0.00e-300\n0E9\n1e-45\n")
    #expect(table.values == [0, 0, 0, .leastNonzeroMagnitude])
  }

  @Test func columnsThatAreNotThereAreNamed() throws {
    #expect(try problem("a,b\n1,2\n") { $0.columns = ["c"] }.contains("no column is named “c”"))
    #expect(try problem("a,b\n1,2\n") { $0.timeColumn = "c" }.contains("no column is named “c”"))
    #expect(
      try problem("a,b\n1,2\n") { $0.columns = ["a", "a"] }.contains("t.csv: --columns selects “a” twice"))
    #expect(try problem("a,b\n1,2\n") { $0.columns = ["b", "2"] }.contains("--columns selects “b” twice"))
    #expect(
      try problem("a,b\n1,2\n") { ($0.columns, $0.timeColumn) = (["a"], "a") }.contains("--time-column"))
    #expect(try problem("a\n1\n") { $0.timeColumn = "a" }.contains("no column of numbers is left"))
    #expect(throws: SeriesError.self) { try SeriesTable(path: "/nowhere/t.csv") }
  }
}
