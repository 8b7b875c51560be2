import CLibXML2
import DiscernReports
import Foundation
import Testing

/// The names of a page's elements and attributes, as libxml2 finds them, and its complaints.
struct ParsedPage {
  private(set) var elements: [String] = []
  private(set) var attributes: Set<String> = []
  private(set) var text = ""
  private(set) var isWhole = false

  init(_ page: String) {
    let options =
      HTML_PARSE_RECOVER.rawValue | HTML_PARSE_NONET.rawValue | HTML_PARSE_NOERROR.rawValue
      | HTML_PARSE_NOWARNING.rawValue
    var page = page
    let document = page.withUTF8 { bytes in
      bytes.withMemoryRebound(to: CChar.self) {
        htmlReadMemory($0.baseAddress, Int32($0.count), nil, "UTF-8", Int32(options))
      }
    }
    guard let document else { return }
    defer { xmlFreeDoc(document) }
    isWhole = true
    walk(xmlDocGetRootElement(document))
  }

  private mutating func walk(_ first: xmlNodePtr?) {
    var node = first
    while let current = node {
      if current.pointee.type == XML_ELEMENT_NODE {
        elements.append(String(cString: current.pointee.name))
        var attribute = current.pointee.properties
        while let own = attribute {
          attributes.insert(String(cString: own.pointee.name))
          attribute = own.pointee.next
        }
      } else if current.pointee.type == XML_TEXT_NODE, let content = current.pointee.content {
        text += String(cString: content)
      }
      walk(current.pointee.children)
      node = current.pointee.next
    }
  }
}

@Test func nothingOfATextIsMarkup() {
  let hostile =
    "<script>alert(1)</script></style></title>\"'&lt;<!-- --><img src=x onerror=y>"
    + "\u{0}\u{1B}\u{202E}\r\u{FFFE}"
  let page = HTMLPage(title: hostile)
  let parsed = ParsedPage(
    page.head + "<p title=\"\(MarkupText.escaped(hostile))\">"
      + MarkupText.escaped(hostile) + "</p>" + page.end)
  #expect(parsed.isWhole)
  #expect(
    parsed.elements == ["html", "head", "meta", "meta", "meta", "meta", "title", "style", "body", "p"])
  #expect(parsed.attributes == ["lang", "charset", "http-equiv", "content", "name", "title"])
  #expect(parsed.text.contains("<script>alert(1)</script></style></title>"))
  #expect(parsed.text.contains("\"'&lt;<!-- --><img src=x onerror=y>"))
  #expect(parsed.text.contains("\u{FFFD}\u{FFFD}\u{202E}\r\u{FFFD}"))
}

@Test func thePolicyAllowsTheStyleSheetAlone() throws {
  let head = HTMLPage(title: "a", style: ".own{color:red}").head
  #expect(head.contains("default-src 'none'; style-src 'sha256-"))
  #expect(!head.contains("unsafe") && !head.contains("<script") && !head.contains("http:"))
  #expect(head.contains(".own{color:red}</style>"))
  // Another sheet has another digest.
  #expect(head.prefix(300) != HTMLPage(title: "a").head.prefix(300))
}

/// WCAG 2's contrast of two colours.
private func contrast(_ a: String, _ b: String) -> Double {
  func luminance(_ color: String) -> Double {
    let digits = Array(color.dropFirst())
    let channels = stride(from: 0, to: 6, by: 2).map { place -> Double in
      let value = Double(Int(String(digits[place...place + 1]), radix: 16) ?? -1) / 255
      return value <= 0.04045 ? value / 12.92 : pow((value + 0.055) / 1.055, 2.4)
    }
    return 0.2126 * channels[0] + 0.7152 * channels[1] + 0.0722 * channels[2]
  }
  let (one, other) = (luminance(a), luminance(b))
  return (max(one, other) + 0.05) / (min(one, other) + 0.05)
}

@Test func lettersCanBeReadOnEveryColour() {
  for colors in [ReportStyle.light, ReportStyle.dark] {
    let grounds = [colors.ground, colors.raised]
    for ground in grounds + colors.positive + colors.negative {
      #expect(contrast(colors.text, ground) >= 4.5, "\(colors.text) on \(ground)")
    }
    for ground in grounds { #expect(contrast(colors.quiet, ground) >= 4.5) }
    #expect(colors.positive.count == ReportStyle.levels && colors.negative.count == ReportStyle.levels)
    // Each step differs more from the ground than the one before.
    for ramp in [colors.positive, colors.negative] {
      let steps = ramp.map { contrast($0, colors.ground) }
      #expect(steps == steps.sorted())
    }
  }
}
