/// Lines over a common range, with a legend below.
struct LineChart {
  struct Line {
    let name: String
    let points: [(x: Double, y: Double)]
    var hasDots = false
    /// The number of its style, colour and dashes; nil: the line's own number.
    var style: Int?
  }

  let title: String
  let xName: String
  let yName: String
  var xAxis: Axis
  var yAxis: Axis
  var lines: [Line]
  /// Whether to draw a line from the lower left to the upper right corner.
  var hasDiagonal = false

  private static let width = 360.0
  private static let height = 240.0
  private static let (left, right, top, bottom) = (46.0, 8.0, 10.0, 36.0)

  private func x(_ value: Double) -> Double {
    Self.left + (Self.width - Self.left - Self.right) * xAxis.share(value)
  }

  private func y(_ value: Double) -> Double {
    Self.height - Self.bottom - (Self.height - Self.top - Self.bottom) * yAxis.share(value)
  }

  var html: String {
    var content = ""
    for tick in yAxis.ticks {
      content += SVG.line(Self.left, y(tick), Self.width - Self.right, y(tick), "grid")
      content += SVG.text(Self.left - 5, y(tick) + 4, yAxis.label(tick), "q e")
    }
    for tick in xAxis.ticks {
      content += SVG.text(x(tick), Self.height - Self.bottom + 14, xAxis.label(tick), "q m")
    }
    content += SVG.path(
      [(Self.left, Self.top), (Self.left, y(yAxis.low)), (Self.width - Self.right, y(yAxis.low))], "axis")
    content += SVG.text((Self.left + Self.width) / 2, Self.height - 5, xName, "m")
    if hasDiagonal {
      content += SVG.line(x(xAxis.low), y(yAxis.low), x(xAxis.high), y(yAxis.high), "axis thin")
    }
    for (index, line) in lines.enumerated() {
      let style = line.style ?? index
      let places = Self.thinned(
        line.points.filter { $0.x.isFinite && $0.y.isFinite }.map { (x($0.x), y($0.y)) })
      content += SVG.path(places, ChartStyle.line(style), dash: ChartStyle.dash(style))
      if line.hasDots || places.count == 1 {
        content += places.map {
          SVG.circle($0.x, $0.y, 2.5, "d\(style % ChartStyle.light.count + 1)")
        }.joined()
      }
    }
    return "<figure><figcaption>\(MarkupText.escaped(title))"
      + (yName.isEmpty ? "" : " <span class=\"quiet\">\(MarkupText.escaped(yName))</span>")
      + "</figcaption>\n"
      + SVG.drawing(width: Self.width, height: Self.height, label: title, content) + legend + "</figure>\n"
  }

  private var legend: String {
    if lines.count < 2 { return "" }
    var seen = Set<Int>()
    let items = lines.enumerated().compactMap { index, line -> String? in
      let style = line.style ?? index
      guard seen.insert(style).inserted else { return nil }
      let key = SVG.drawing(
        width: 24, height: 8, label: "", class: "key",
        SVG.path([(0, 4), (24, 4)], ChartStyle.line(style), dash: ChartStyle.dash(style)))
      return "<li>\(key)\(MarkupText.escaped(line.name))</li>\n"
    }
    return items.count < 2 ? "" : "<ul class=\"keys\">\n\(items.joined())</ul>\n"
  }

  /// The points without those that visibly coincide with the previous one.
  private static func thinned(_ points: [(x: Double, y: Double)]) -> [(x: Double, y: Double)] {
    var kept: [(x: Double, y: Double)] = []
    for (index, point) in points.enumerated() {
      if let last = kept.last, index < points.count - 1,
        abs(point.x - last.x) + abs(point.y - last.y) < 2
      {
        continue
      }
      kept.append(point)
    }
    return kept
  }
}
