/// The colours and the style sheet of charts. Geometry is in presentation attributes, colours in classes,
/// so that they follow the scheme.
package enum ChartStyle {
  /// Line colours: together with their dashes, they are distinguishable with every kind of colour blindness,
  /// and their contrast to the background and the raised background of their scheme is at least 4.5 : 1.
  package static let light = ["#0a5ca8", "#a34100", "#116329", "#7a3fd0", "#7d5300", "#4b535d"]
  package static let dark = ["#6cb6ff", "#f0985a", "#63b86a", "#c297ff", "#d9a62e", "#b3bcc6"]
  /// For six lines each; the first six are solid.
  private static let dashes = ["", "6 2", "2 2"]

  package static let sheet: String = {
    func variables(_ colors: [String]) -> String {
      colors.enumerated().map { "--c\($0 + 1):\($1);" }.joined()
    }
    let lines = light.indices.map { index in
      ".c\(index + 1){stroke:var(--c\(index + 1))}.d\(index + 1){fill:var(--c\(index + 1))}"
    }
    let cells = (1...ReportStyle.levels).flatMap { level in
      ["p", "n"].map { ".f\($0)\(level){fill:var(--\($0)\(level))}" }
    }
    return """
      :root{\(variables(light))}
      @media (prefers-color-scheme:dark){:root{\(variables(dark))}}
      svg{display:block;width:100%;height:auto;max-width:32rem}
      svg text{font:11px system-ui,sans-serif;fill:var(--text)}
      svg text.q{fill:var(--quiet)}
      svg text.s{font-size:8px}
      svg .e{text-anchor:end}svg .m{text-anchor:middle}
      .axis{stroke:var(--quiet);fill:none}.grid{stroke:var(--line);fill:none}
      .curve{fill:none;stroke-width:1.75}
      .thin{stroke-width:1}
      .whisker{stroke:var(--text);fill:none;stroke-width:1.25}
      .none{fill:var(--ground);stroke:var(--line)}
      .cell{stroke:var(--ground);stroke-width:1}
      \(lines.joined())\(cells.joined())

      """
  }()

  /// The classes of a line.
  static func line(_ index: Int) -> String { "curve c\(index % light.count + 1)" }

  /// The attribute that dashes a line; empty for a solid one.
  static func dash(_ index: Int) -> String {
    let dash = dashes[index / light.count % dashes.count]
    return dash.isEmpty ? "" : " stroke-dasharray=\"\(dash)\""
  }
}
