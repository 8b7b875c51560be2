import DiscernSystem

/// Elements of a chart. They escape their text; callers must not.
enum SVG {
  /// A coordinate with at most one decimal; more cannot be seen.
  static func number(_ value: Double) -> String {
    var text = String(format: "%.1f", value.isFinite ? value : 0)
    if text.hasSuffix(".0") { text.removeLast(2) }
    return text == "-0" ? "0" : text
  }

  /// - Parameter label: a description for screen readers.
  static func drawing(
    width: Double, height: Double, label: String, class name: String = "", _ content: String
  ) -> String {
    "<svg\(name.isEmpty ? "" : " class=\"\(name)\"") viewBox=\"0 0 \(number(width)) \(number(height))\" "
      + "role=\"img\" aria-label=\"\(MarkupText.escaped(label))\">\n\(content)</svg>\n"
  }

  static func line(_ x1: Double, _ y1: Double, _ x2: Double, _ y2: Double, _ name: String) -> String {
    "<path class=\"\(name)\" d=\"M\(number(x1)) \(number(y1))L\(number(x2)) \(number(y2))\"/>\n"
  }

  static func path(_ points: [(x: Double, y: Double)], _ name: String, dash: String = "") -> String {
    guard !points.isEmpty else { return "" }
    let places = points.map { "\(number($0.x)) \(number($0.y))" }
    return "<path class=\"\(name)\"\(dash) d=\"M\(places.joined(separator: "L"))\"/>\n"
  }

  static func rectangle(
    _ x: Double, _ y: Double, _ width: Double, _ height: Double, _ name: String, title: String? = nil
  ) -> String {
    let start =
      "<rect class=\"\(name)\" x=\"\(number(x))\" y=\"\(number(y))\" width=\"\(number(max(0, width)))\" "
      + "height=\"\(number(max(0, height)))\""
    return title.map { "\(start)><title>\(MarkupText.escaped($0))</title></rect>\n" } ?? start + "/>\n"
  }

  static func circle(_ x: Double, _ y: Double, _ radius: Double, _ name: String) -> String {
    "<circle class=\"\(name)\" cx=\"\(number(x))\" cy=\"\(number(y))\" r=\"\(number(radius))\"/>\n"
  }

  static func text(_ x: Double, _ y: Double, _ text: String, _ name: String = "", turned: Bool = false)
    -> String
  {
    "<text\(name.isEmpty ? "" : " class=\"\(name)\"") x=\"\(number(x))\" y=\"\(number(y))\""
      + (turned ? " transform=\"rotate(-60 \(number(x)) \(number(y)))\"" : "")
      + ">\(MarkupText.escaped(text))</text>\n"
  }
}
