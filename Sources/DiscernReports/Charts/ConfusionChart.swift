import DiscernIO
import DiscernSystem

/// A table of counts as a picture: rows are true labels, columns predicted ones, coloured by the share of the
/// row's total.
struct ConfusionChart {
  let names: [String]
  /// [names, names]
  let counts: [Int]
  /// [names] the totals to which the shares refer.
  let totals: [Int]
  let title: String
  let rowName: String
  let columnName: String

  /// The maximum number of names: more are not legible.
  static let nameLimit = 20
  /// Up to this number of names, a small picture is enough.
  static let fewNames = 8
  private static let left = 108.0

  var html: String {
    let count = names.count
    let isSmall = count <= Self.fewNames
    let width = isSmall ? 360.0 : 640
    let cell = min(isSmall ? 56 : 44, (width - Self.left - 8) / Double(max(1, count)))
    let nameHeight = isSmall && count <= 3 ? 16.0 : 62
    let top = 16.0
    let height = top + cell * Double(count) + nameHeight + 14
    var content = SVG.text(Self.left - 6, 11, rowName, "q e") + SVG.text(Self.left, 11, columnName, "q")
    for row in 0..<count {
      let y = top + cell * Double(row)
      content += SVG.text(Self.left - 6, y + cell / 2 + 4, shown(names[row], 14), "e")
      for column in 0..<count {
        let value = counts[row * count + column]
        let x = Self.left + cell * Double(column)
        let share = Double(value) / Double(max(1, totals[row]))
        content += SVG.rectangle(
          x, y, cell, cell, "cell " + Self.fill(share, isRight: row == column),
          title: "\(names[row]) → \(names[column]): \(value)")
        if value > 0 {
          content += SVG.text(
            x + cell / 2, y + cell / 2 + 4, "\(value)", value > 999 || cell < 26 ? "s m" : "m")
        }
      }
    }
    let floor = top + cell * Double(count) + 12
    for (column, name) in names.enumerated() {
      let x = Self.left + cell * (Double(column) + 0.5)
      content +=
        nameHeight < 20
        ? SVG.text(x, floor, shown(name, 9), "m")
        : SVG.text(x + 4, floor - 2, shown(name, 10), "e", turned: true)
    }
    return
      "<figure><figcaption>\(MarkupText.escaped(title))</figcaption>\n"
      + "<div class=\"wide\">"
      + SVG.drawing(width: width, height: height, label: title, class: isSmall ? "" : "large", content)
      + "</div></figure>\n"
  }

  private func shown(_ name: String, _ columns: Int) -> String {
    DisplayText.cut(DisplayText.escaped(name), to: columns)
  }

  private static func fill(_ share: Double, isRight: Bool) -> String {
    if share < 0.005 { return "none" }
    let bounds = isRight ? [0.2, 0.4, 0.6, 0.8] : [0.02, 0.05, 0.1, 0.2]
    let level = bounds.count { share > $0 } + 1
    return (isRight ? "fp" : "fn") + "\(level)"
  }
}
