import Discern
import DiscernIO
import DiscernSystem

/// A search as parallel coordinates: an axis for each key, and a line for each trial, from its settings to
/// its score. SVG without scripts, for light and dark backgrounds.
struct SearchPicture {
  private struct Axis {
    let title: String
    /// By trial: the place on the axis, 0...1 from below; a trial to whose model the setting does not apply
    /// has none.
    let places: [Int: Double]
    let ticks: [(place: Double, text: String)]
  }

  private let axes: [Axis]
  private let scores: [Int: Double]
  private let failed: Set<Int>
  private let best: Int?

  private static let (gap, height, margin, top) = (130.0, 360.0, 70.0, 60.0)

  init(_ standing: SearchStanding, _ space: SearchSpace, metric: String) {
    let trials = standing.trials.filter { $0.sameAs == nil }
    var scores: [Int: Double] = [:]
    var failed: Set<Int> = []
    for result in standing.results where result.repetition == 0 {
      if result.outcome == .failed { failed.insert(result.trial) }
      if let score = result.score?.score { scores[result.trial] = score }
    }
    self.scores = scores
    self.failed = failed
    best = standing.best
    let shown = trials.filter { scores[$0.number] != nil || failed.contains($0.number) }
    let dimensions = space.dimensions.filter(\.range.varies)
    axes = dimensions.map { Self.axis($0, shown) } + [Self.scoreAxis(scores, metric)]
  }

  private static func axis(_ dimension: SearchSpace.Dimension, _ trials: [SearchTrial]) -> Axis {
    let key = dimension.key
    let values = trials.filter { key.isUsed(by: $0.recipe) }.map { trial in
      (trial.number, key.isAutomatic && key.isImplied(in: trial.recipe) ? "auto" : key.text(in: trial.recipe))
    }
    let isLogarithmic = if case .logarithmic = dimension.range { true } else { false }
    let isChoice = if case .choice = dimension.range { true } else { false }
    let numbers = values.compactMap { Double($0.1) }
    guard !isChoice, !numbers.isEmpty, !isLogarithmic || numbers.allSatisfy({ $0 > 0 }) else {
      var texts: [String] = []
      if case .choice(let all) = dimension.range { texts = all }
      for (_, text) in values where !texts.contains(text) { texts.append(text) }
      func place(_ text: String) -> Double {
        texts.count < 2 ? 0.5 : Double(texts.firstIndex(of: text) ?? 0) / Double(texts.count - 1)
      }
      return Axis(
        title: key.name,
        places: Dictionary(values.map { ($0.0, place($0.1)) }, uniquingKeysWith: { a, _ in a }),
        ticks: texts.map { (place($0), $0) })
    }
    let scale = { (value: Double) in isLogarithmic ? log10(value) : value }
    let (low, high) = (numbers.map(scale).min() ?? 0, numbers.map(scale).max() ?? 1)
    func place(_ value: Double) -> Double { high > low ? (scale(value) - low) / (high - low) : 0.5 }
    let places = values.compactMap { number, text in Double(text).map { (number, place($0)) } }
    let ticks = [0, 0.5, 1].compactMap { share -> (place: Double, text: String)? in
      let value = low + share * (high - low)
      // A value between two whole numbers is not labelled.
      if key.form == .wholeNumber, !isLogarithmic, value != value.rounded() { return nil }
      return (high > low ? share : 0.5, String(format: "%.3g", isLogarithmic ? pow(10, value) : value))
    }
    return Axis(
      title: key.name, places: Dictionary(places, uniquingKeysWith: { a, _ in a }),
      ticks: high > low ? ticks : Array(ticks.prefix(1)))
  }

  private static func scoreAxis(_ scores: [Int: Double], _ metric: String) -> Axis {
    let (low, high) = (scores.values.min() ?? 0, scores.values.max() ?? 1)
    func place(_ value: Double) -> Double { high > low ? (value - low) / (high - low) : 1 }
    return Axis(
      title: metric, places: scores.mapValues(place),
      ticks: high > low
        ? [0, 0.5, 1].map { ($0, String(format: "%.4f", low + $0 * (high - low))) }
        : [(1, String(format: "%.4f", high))])
  }

  // MARK: Drawing

  private var width: Double { 2 * Self.margin + Double(max(1, axes.count - 1)) * Self.gap }

  private static func number(_ value: Double) -> String { String(format: "%.1f", value) }

  private func x(_ axis: Int) -> Double { Self.margin + Double(axis) * Self.gap }

  private func y(_ place: Double) -> Double { Self.top + Self.height * (1 - place) }

  var svg: String {
    let full = Self.top + Self.height + 40
    var lines = [
      """
      <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 \(Self.number(width)) \(Self.number(full))" \
      width="\(Self.number(width))" height="\(Self.number(full))" role="img">
      """,
      "<title>Settings and scores of the trials</title>",
      """
      <style>svg{background:#fff;font:12px sans-serif}text{fill:#222}.a{stroke:#888}.t{font-weight:bold}\
      path{fill:none;stroke-width:1.5;stroke-opacity:.75}.f{stroke:#888;stroke-dasharray:3 4}\
      .b{stroke-width:4;stroke-opacity:1}.h{paint-order:stroke;stroke:#fff;stroke-width:4px}\
      @media(prefers-color-scheme:dark){svg{background:#16181d}text{fill:#e6e6e6}.h{stroke:#16181d}}</style>
      """,
    ]
    // The best trial last, so that it is drawn above the others.
    let order =
      Set(scores.keys).union(failed).sorted {
        let (own, other) = (scores[$0] ?? -.infinity, scores[$1] ?? -.infinity)
        return own != other ? own < other : $0 > $1
      }.filter { $0 != best } + [best].compactMap(\.self)
    lines += order.compactMap(path)
    for (index, axis) in axes.enumerated() { lines += drawn(axis, index) }
    return (lines + ["</svg>"]).joined(separator: "\n") + "\n"
  }

  /// The line of a trial; it skips axes that do not apply to it.
  private func path(_ trial: Int) -> String? {
    let points = axes.indices.compactMap { index in
      axes[index].places[trial].map { "\(Self.number(x(index))) \(Self.number(y($0)))" }
    }
    guard points.count > 1 else { return nil }
    let place = axes[axes.count - 1].places[trial]
    let style = place.map { "stroke=\"\(Self.color($0))\"" } ?? "class=\"f\""
    let reached = scores[trial].map { String(format: "%.4f", $0) } ?? "failed"
    return "<path d=\"M\(points.joined(separator: "L"))\" \(style)\(trial == best ? " class=\"b\"" : "")>"
      + "<title>trial \(trial): \(reached)</title></path>"
  }

  private func drawn(_ axis: Axis, _ index: Int) -> [String] {
    let x = Self.number(x(index))
    var lines = [
      "<line class=\"a\" x1=\"\(x)\" x2=\"\(x)\" y1=\"\(Self.number(y(0)))\" y2=\"\(Self.number(y(1)))\"/>",
      "<text class=\"t\" x=\"\(x)\" y=\"28\" text-anchor=\"middle\">\(Self.escaped(axis.title))</text>",
    ]
    for (place, text) in axis.ticks {
      lines.append(
        "<text class=\"h\" x=\"\(Self.number(self.x(index) + 6))\" y=\"\(Self.number(y(place) + 4))\">"
          + "\(Self.escaped(DisplayText.cut(text, to: 16)))</text>")
    }
    return lines
  }

  private static func escaped(_ text: String) -> String {
    DisplayText.escaped(text).replacing("&", with: "&amp;").replacing("<", with: "&lt;")
      .replacing(">", with: "&gt;").replacing("\"", with: "&quot;")
  }

  /// From violet to orange, distinguishable with colour blindness, on light and on dark.
  private static func color(_ place: Double) -> String {
    let stops: [(Double, Double, Double)] = [(135, 90, 200), (60, 120, 185), (25, 150, 130), (230, 140, 25)]
    let position = min(max(place, 0), 1) * Double(stops.count - 1)
    let index = min(Int(position), stops.count - 2)
    let share = position - Double(index)
    let (a, b) = (stops[index], stops[index + 1])
    func mixed(_ a: Double, _ b: Double) -> Int { Int((a + share * (b - a)).rounded()) }
    return "rgb(\(mixed(a.0, b.0)),\(mixed(a.1, b.1)),\(mixed(a.2, b.2)))"
  }
}
