import Discern
import DiscernEvaluation
import DiscernSystem

/// The accuracy of groups of texts as bars with Wilson intervals.
struct GroupChart {
  let title: String
  let groups: [TextGroup]

  private static let (width, row, left, right) = (360.0, 24.0, 96.0, 92.0)

  var html: String {
    let height = Self.row * Double(groups.count) + 18
    let room = Self.width - Self.left - Self.right
    var content = ""
    for tick in [0, 0.5, 1] {
      let x = Self.left + room * tick
      content += SVG.line(x, 0, x, height - 16, "grid")
      content += SVG.text(x, height - 4, tick == 0.5 ? "0.5" : "\(Int(tick))", "q m")
    }
    for (index, group) in groups.enumerated() {
      let middle = Self.row * (Double(index) + 0.5)
      let share = Double(group.right) / Double(max(1, group.count))
      let interval = ConfidenceInterval(count: group.right, of: group.count)
      content += SVG.text(Self.left - 6, middle + 4, group.name, "e")
      content += SVG.rectangle(Self.left, middle - 7, room * share, 14, "fp3")
      let (low, high) = (Self.left + room * interval.low, Self.left + room * interval.high)
      content += SVG.line(low, middle, high, middle, "whisker")
      content += SVG.line(low, middle - 3, low, middle + 3, "whisker")
      content += SVG.line(high, middle - 3, high, middle + 3, "whisker")
      content += SVG.text(
        Self.width - Self.right + 6, middle + 4, "\(String(format: "%.3f", share)) of \(group.count)")
    }
    return "<figure><figcaption>\(MarkupText.escaped(title))</figcaption>\n"
      + SVG.drawing(width: Self.width, height: height, label: title, content) + "</figure>\n"
  }
}
