import DiscernEvaluation
import DiscernSystem

/// A reliability diagram: the accuracy in each bin of confidences, and below it the number of answers.
struct ReliabilityChart {
  let title: String
  let curve: CalibrationCurve

  private static let (width, height, left, right, top) = (360.0, 268.0, 46.0, 8.0, 10.0)
  /// The heights of the diagram, and of the counts below it.
  private static let (tall, low) = (170.0, 34.0)

  var html: String {
    let room = Self.width - Self.left - Self.right
    let step = room / Double(curve.bins.count)
    let floor = Self.top + Self.tall
    let ground = floor + 10 + Self.low
    let largest = Double(curve.bins.map(\.count).max() ?? 1)
    var content = ""
    for tick in Axis.unit.ticks {
      let y = floor - Self.tall * tick
      content += SVG.line(Self.left, y, Self.width - Self.right, y, "grid")
      content += SVG.text(Self.left - 5, y + 4, Axis.unit.label(tick), "q e")
      content += SVG.text(Self.left + room * tick, ground + 14, Axis.unit.label(tick), "q m")
    }
    for (index, bin) in curve.bins.enumerated() where bin.count > 0 {
      let x = Self.left + step * Double(index)
      let accuracy = bin.accuracy ?? 0
      content += SVG.rectangle(
        x + 1, floor - Self.tall * accuracy, step - 2, Self.tall * accuracy, "fp3",
        title:
          "\(bin.count) answers, confidence \(Self.figure(bin.confidence)), right \(Self.figure(accuracy))")
      let y = floor - Self.tall * (bin.confidence ?? 0)
      content += SVG.line(x + 1, y, x + step - 1, y, "whisker")
      let height = Self.low * Double(bin.count) / largest
      content += SVG.rectangle(x + 1, ground - height, step - 2, height, "fn3")
    }
    content += SVG.line(Self.left, floor, Self.width - Self.right, Self.top, "axis thin")
    content += SVG.line(Self.left, floor, Self.width - Self.right, floor, "axis")
    content += SVG.line(Self.left, ground, Self.width - Self.right, ground, "axis")
    content += SVG.text(Self.left - 5, ground - Self.low / 2 + 4, "texts", "q e")
    content += SVG.text((Self.left + Self.width) / 2, Self.height - 4, "confidence", "m")
    return "<figure><figcaption>\(MarkupText.escaped(title))</figcaption>\n"
      + SVG.drawing(width: Self.width, height: Self.height, label: title, content)
      + "<p class=\"quiet\">Bars: the share that is right; strokes: the mean confidence. On the diagonal "
      + "both agree. Expected calibration error \(Self.figure(curve.expectedCalibrationError)), largest gap "
      + "\(Self.figure(curve.maximumCalibrationError)).</p></figure>\n"
  }

  private static func figure(_ value: Double?) -> String { value.map { String(format: "%.3f", $0) } ?? "–" }
}
