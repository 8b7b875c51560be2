import DiscernIO

/// Rows of cells with aligned columns: the first ones to the left, the others to the right. A cell may
/// contain any text: characters that could move a terminal's cursor are escaped.
struct Table {
  private var rows: [[String]] = []
  private let leftColumns: Int

  init(leftColumns: Int = 1) { self.leftColumns = leftColumns }

  mutating func add(_ cells: String...) { rows.append(cells) }

  mutating func add(_ cells: [String]) { rows.append(cells) }

  var lines: [String] { lines(width: nil) }

  /// - Parameter width: the width of a terminal, in which a last cell that does not fit is wrapped between
  ///   words; nil: cells are not wrapped.
  func lines(width: Int?) -> [String] {
    let rows = rows.map { $0.map(DisplayText.escaped) }
    let columns = rows.map(\.count).max() ?? 0
    let widths = (0..<columns).map { column in
      rows.map { column < $0.count ? DisplayText.width($0[column]) : 0 }.max() ?? 0
    }
    return rows.flatMap { row in
      var line = ""
      let start = widths.prefix(max(0, row.count - 1)).reduce(0) { $0 + $1 + 2 }
      if let width, row.count == columns, columns <= leftColumns, width - start >= 20 {
        let parts = DisplayText.wrapped(row[columns - 1], to: width - start)
        return Self.rows(row.dropLast(), widths, parts)
      }
      for (column, cell) in row.enumerated() {
        let space = String(repeating: " ", count: widths[column] - DisplayText.width(cell))
        line += column < leftColumns ? cell + space : space + cell
        if column < row.count - 1 { line += "  " }
      }
      while line.last == " " { line.removeLast() }
      return [line]
    }
  }

  /// The lines of several tables, one below the other, each of which fits a width: the first column, and as
  /// many of the groups of columns after it as fit, at least one.
  ///
  /// - Parameter size: the number of columns in a group.
  func blocks(of size: Int, width: Int) -> [String] {
    let groups = ((rows.map(\.count).max() ?? 1) - 1) / size
    var lines: [String] = []
    var next = 0
    repeat {
      var end = min(next + 1, groups)
      while end < groups, part(next..<end + 1, of: size).isWithin(width) { end += 1 }
      lines += (lines.isEmpty ? [] : [""]) + part(next..<end, of: size).lines(width: width)
      next = end
    } while next < groups
    return lines
  }

  /// The first column, and some of the groups of columns after it.
  private func part(_ groups: Range<Int>, of size: Int) -> Table {
    var table = Table(leftColumns: leftColumns)
    let (start, count) = (1 + groups.lowerBound * size, groups.count * size)
    table.rows = rows.map { row in Array(row.prefix(1)) + Array(row.dropFirst(start).prefix(count)) }
    return table
  }

  private func isWithin(_ width: Int) -> Bool { lines.allSatisfy { DisplayText.width($0) <= width } }

  /// A row of left-aligned cells, the last of which has several lines.
  private static func rows(_ cells: ArraySlice<String>, _ widths: [Int], _ parts: [String]) -> [String] {
    let head = zip(cells, widths).map { DisplayText.left($0, $1) + "  " }.joined()
    let space = String(repeating: " ", count: DisplayText.width(head))
    return parts.enumerated().map { ($0 == 0 ? head : space) + $1 }
  }
}
