/// A table on a page. Cells are escaped unless declared to be markup.
struct ReportTable {
  enum Cell {
    case text(String)
    case number(String)
    case markup(String)
  }

  private let head: [Cell]
  private var rows: [[Cell]] = []

  /// - Parameter head: the header cells.
  init(_ head: [Cell]) { self.head = head }

  mutating func add(_ cells: [Cell]) { rows.append(cells) }

  var isEmpty: Bool { rows.isEmpty }

  var html: String {
    "<div class=\"wide\"><table><thead>\(Self.row(head, "th"))</thead>\n<tbody>\n"
      + rows.map { Self.row($0, "td") }.joined(separator: "\n") + "\n</tbody></table></div>\n"
  }

  private static func row(_ cells: [Cell], _ element: String) -> String {
    "<tr>"
      + cells.map { cell in
        switch cell {
        case .text(let text): "<\(element) dir=\"auto\">\(MarkupText.escaped(text))</\(element)>"
        case .number(let text): "<\(element) class=\"number\">\(MarkupText.escaped(text))</\(element)>"
        case .markup(let html): "<\(element)>\(html)</\(element)>"
        }
      }.joined() + "</tr>"
  }
}

/// Names with their values, one pair below the other.
struct FactList {
  private var facts: [(name: String, html: String)] = []

  init() {}

  mutating func add(_ name: String, _ text: String?) {
    if let text { facts.append((name, MarkupText.escaped(text))) }
  }

  mutating func addDigest(_ name: String, _ digest: String?) {
    if let digest, !digest.isEmpty { facts.append((name, "<code>\(MarkupText.escaped(digest))</code>")) }
  }

  var html: String {
    "<dl class=\"facts\">\n"
      + facts.map { "<dt>\(MarkupText.escaped($0.name))</dt><dd>\($0.html)</dd>\n" }.joined() + "</dl>\n"
  }
}
