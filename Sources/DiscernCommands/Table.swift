import DiscernIO

/// Rows of cells with aligned columns: the first to the left, the others to the right. A cell may hold
/// anything: what could move a terminal's cursor is escaped.
struct Table {
  private var rows: [[String]] = []
  private let leftColumns: Int

  init(leftColumns: Int = 1) { self.leftColumns = leftColumns }

  mutating func add(_ cells: String...) { rows.append(cells) }

  mutating func add(_ cells: [String]) { rows.append(cells) }

  var lines: [String] {
    let rows = rows.map { $0.map(DisplayText.escaped) }
    let columns = rows.map(\.count).max() ?? 0
    let widths = (0..<columns).map { column in
      rows.map { column < $0.count ? DisplayText.width($0[column]) : 0 }.max() ?? 0
    }
    return rows.map { row in
      var line = ""
      for (column, cell) in row.enumerated() {
        let space = String(repeating: " ", count: widths[column] - DisplayText.width(cell))
        line += column < leftColumns ? cell + space : space + cell
        if column < row.count - 1 { line += "  " }
      }
      while line.last == " " { line.removeLast() }
      return line
    }
  }
}

extension Int {
  /// With thin groups of three: 25 000 as "25,000".
  var grouped: String {
    var digits = String(magnitude)
    var result = ""
    while digits.count > 3 {
      result = "," + digits.suffix(3) + result
      digits.removeLast(3)
    }
    return (self < 0 ? "-" : "") + digits + result
  }
}
