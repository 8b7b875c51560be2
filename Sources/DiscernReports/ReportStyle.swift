/// The colours and the style sheet that all pages share.
package enum ReportStyle {
  /// The colours of a scheme, as `#RRGGBB`.
  package struct Colors: Sendable {
    package let text, quiet, ground, raised, line: String
    /// From faint to full: support for a label, and against it. Blue and orange are distinguishable with
    /// every kind of colour blindness.
    package let positive, negative: [String]
  }

  package static let light = Colors(
    text: "#1b1f24", quiet: "#57606a", ground: "#ffffff", raised: "#f6f8fa", line: "#d0d7de",
    positive: ["#e3eefa", "#c6dcf4", "#a3c6ec", "#7caee3", "#5f9cdb"],
    negative: ["#fdeadb", "#fbd3b4", "#f7b787", "#f0985a", "#e67a33"])

  package static let dark = Colors(
    text: "#e9edf1", quiet: "#9aa5b1", ground: "#12161b", raised: "#1b2128", line: "#39424c",
    positive: ["#14283d", "#16395c", "#194a7b", "#1d5b99", "#2668ad"],
    negative: ["#33200f", "#4d2c10", "#6b3a10", "#874811", "#98530f"])

  /// The number of colour levels on each side.
  package static let levels = 5

  /// `--text`, `--quiet`, `--ground`, `--raised`, `--line`, `--p1` … `--p5` and `--n1` … `--n5` for both
  /// schemes; classes `p1` … `n5` for words.
  package static let sheet: String = {
    let classes = (1...levels).flatMap { level in
      ["p", "n"].map { ".\($0)\(level){background:var(--\($0)\(level))}" }
    }
    return """
      :root{color-scheme:light dark;\(variables(light))}
      @media (prefers-color-scheme:dark){:root{\(variables(dark))}}
      *{box-sizing:border-box}
      body{margin:0 auto;max-width:60rem;padding:1rem;font:1rem/1.5 system-ui,sans-serif;\
      color:var(--text);background:var(--ground)}
      h1{font-size:1.5rem;line-height:1.25;margin:.5rem 0;overflow-wrap:anywhere}
      h2{font-size:1.125rem;line-height:1.25;margin:0 0 .5rem;overflow-wrap:anywhere}
      p{margin:.5rem 0}
      .quiet{color:var(--quiet)}
      .wide{overflow-x:auto}
      table{border-collapse:collapse;margin:.5rem 0}
      th,td{padding:.2rem .75rem .2rem 0;text-align:left;vertical-align:top;overflow-wrap:anywhere}
      th{color:var(--quiet);font-weight:600;border-bottom:1px solid var(--line)}
      .number{text-align:right;font-variant-numeric:tabular-nums;white-space:nowrap}
      section{margin:1rem 0;padding:1rem;background:var(--raised);border:1px solid var(--line);\
      border-radius:.5rem}
      summary{cursor:pointer;color:var(--quiet)}
      \(classes.joined())
      @media print{body{max-width:none}section{break-inside:avoid}*{print-color-adjust:exact}}

      """
  }()

  private static func variables(_ colors: Colors) -> String {
    let plain = [
      ("text", colors.text), ("quiet", colors.quiet), ("ground", colors.ground), ("raised", colors.raised),
      ("line", colors.line),
    ]
    let steps = zip(["p", "n"], [colors.positive, colors.negative]).flatMap { name, values in
      values.enumerated().map { (name + "\($0 + 1)", $1) }
    }
    return (plain + steps).map { "--\($0):\($1);" }.joined()
  }
}
