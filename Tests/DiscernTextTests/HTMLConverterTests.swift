import DiscernText
import TestSupport
import Testing

@Suite struct HTMLConverterTests {
  @Test(
    "HTML to text",
    arguments: [
      ("Great.<br /><br />Really", "Great.\n\nReally"), ("a<BR>b<br/>c</br>d", "a\nb\nc\nd"),
      ("un<b>believ</b>able <i class=\"x>y\">film</i>", "unbelievable film"),
      ("<p>one</p><p>two</p>", "\none\n\ntwo\n"), ("<td>a</td><td>b</td>", " a  b "),
      ("caf&eacute; &amp; &quot;tea&quot; &#233;&#xE9;&#xe9 &hellip;", "café & \"tea\" ééé …"),
      (
        "don&#146;t &#150; &#0;&#xD800;&#x110000;&#99999999999; &#7;",
        "don’t – \u{FFFD}\u{FFFD}\u{FFFD}\u{FFFD}  "
      ),
      ("AT&T & R&B &; &# &#x &nosuch; &copy 2020", "AT&T & R&B &; &# &#x &nosuch; &copy 2020"),
      ("i <3 it, a < b, w <- <= <<", "i <3 it, a < b, w <- <= <<"),
      ("a <b and <i>c</i>", "a <b and c"), ("the end <b", "the end <b"), ("the end <", "the end <"),
      ("<john@example.org> <http://example.org/> </3", "<john@example.org> <http://example.org/> </3"),
      ("x<script>if (a < b) { '</b>' }</script>y", "x y"), ("x<STYLE>p > b {}</Style >y", "x y"),
      ("x<script>never closed", "x "), ("a<!-- c <b> -->b<!-- open", "ab<!-- open"),
      ("<!DOCTYPE html><html><head><title>T</title></head><body>B</body></html>", "\n\n\nT\n\n\nB\n\n"),
      ("<?php x ?>a<![CDATA[x]]>b", "ab"), ("a\u{0}b\u{1}c", "a\u{0}b\u{1}c"),
      ("<b>a\u{0}\u{7F}b</b>", "a  b"),
      ("&lt;b&gt; &amp;lt;", "<b> &lt;"), ("<o:p>office</o:p> <x-y>own</x-y>", "office own"),
      ("<a href='<b>'>q</a> <a title=\"it's\">r</a> <a b=\"c>d", "q r d"), ("   <b> a</b>  ", "    a  "),
      ("<textarea>a <b>b</b></textarea><plaintext>c <b>d</b>", "\na b\n\nc d"),
      ("", ""), ("no markup", "no markup"), ("<meta charset=\"utf-16\">é", "é"),
    ])
  func conversion(html: String, expected: String) throws {
    #expect(try HTMLConverter().convert(html) == expected)
  }

  @Test("every number that means a character gives just that character")
  func numericEntities() throws {
    let converter = HTMLConverter()
    for value in [0x20, 0x41, 0xA0, 0x3B1, 0x4E2D, 0x1F600, 0x10FFFD] as [UInt32] {
      let expected = String(try #require(UnicodeScalar(value)))
      #expect(try converter.convert("&#\(value);") == expected)
      #expect(try converter.convert("&#X\(String(value, radix: 16));") == expected)
    }
  }

  @Test("ill-formed UTF-8 in markup is repaired and counted")
  func repairs() throws {
    let converter = HTMLConverter()
    var text: [UInt8] = []
    let html: [UInt8] = Array("<b>a".utf8) + [0xFF, 0xE2, 0x82] + Array("b</b>".utf8)
    try html.withUnsafeBufferPointer { bytes throws(TextError) in try converter.convert(bytes, into: &text) }
    #expect(String(decoding: text, as: UTF8.self) == "a\u{FFFD}\u{FFFD}b")
    #expect(converter.repairedSequenceCount == 2)
    var buffer = TokenBuffer()
    _ = try tokens(html, Tokenizer().makeSession(), &buffer)
    #expect(buffer.strings == ["a", "\u{FFFD}", "\u{FFFD}", "b"])
    #expect(buffer.repairedSequenceCount == 2)
  }

  @Test("markup of more than one piece loses and adds nothing")
  func pieces() throws {
    let converter = HTMLConverter()
    // libxml2 gets 256 tags or a mebibyte at a time; words, spaces and elements lie across the cuts.
    let word = "<b>un</b><i>believ</i>able <u> </u>"
    #expect(
      try converter.convert(String(repeating: word, count: 1_000))
        == String(repeating: "unbelievable  ", count: 1_000))
    let long = String(repeating: "abcdé ", count: 500_000)
    #expect(try converter.convert(long + "<b>x</b>" + long) == long + "x" + long)
    let entities = String(repeating: "&amp;&#233;", count: 200_000)
    #expect(try converter.convert(entities) == String(repeating: "&é", count: 200_000))
  }

  /// The limit guards against time that grows with the square of the length; it is not a measurement.
  @Test(
    "hostile markup takes linear time", .timeLimit(.minutes(1)),
    arguments: [
      "<div>", "<b>", "<div></b>", "<a b=\"", "<a b=\" c=\"", "<a b=\"<a b='", "<!--", "<!-- >", "<a", "</a ",
      "<script>", "</script ", "<!a", "<?a ", "&#", "&amp", "&lt;", "<table><tr><td>", "<p>", "<", "&",
      "<xyz>",
      "<![CDATA[", "<a\u{0}>", "<b =\"'>",
    ])
  func hostile(unit: String) throws {
    let text = Array(String(repeating: unit, count: 100_000).utf8)
    var comparison = try PathComparison(TokenizerConfiguration())
    try comparison.expectSameTokens(text)
  }

  @Test(
    "a hundred thousand elements deep, closed by other names, and a tag of a hundred thousand attributes",
    .timeLimit(.minutes(1)))
  func deep() throws {
    let session = try Tokenizer().makeSession()
    let open = String(repeating: "<div>", count: 100_000)
    let close = String(repeating: "</b>", count: 100_000)
    #expect(try session.tokenize(open + "x" + close + " y") == ["x", "y"])
    // libxml2 compares an end tag that fits none with every open element: minutes, were the depth not cut.
    let unfitting = String(repeating: "<i>", count: 120_000) + String(repeating: "</b>", count: 120_000)
    #expect(try session.tokenize(String(repeating: unfitting + " x ", count: 4)) == ["x", "x", "x", "x"])
    #expect(try session.tokenize("<b " + String(repeating: "a=1 ", count: 100_000) + ">x") == ["x"])
    let attributes = (0..<100_000).map { "a\($0)=\"\($0)\"" }.joined(separator: " ")
    #expect(try session.tokenize("<b \(attributes)>x</b>") == ["x"])
  }

  /// The tokenizer reads line breaks and stray brackets itself; the reference gives every text with a
  /// `<` or `&` to libxml2.
  @Test("random mixes of simple markup give what libxml2 gives", arguments: [1, 2, 3, 4])
  func simpleMarkup(seed: UInt64) throws {
    let simple = [
      "<br />", "<br>", "<BR/>", "<bR \n/ >", "<br /><br />", "<", "<3", " < ", "<-", "<=", ">", "&", " & ",
      "AT&T",
      "&;", "word", "don't", ".", "...", "'", "s", "1", ",", " ", "\n", "é", "日本", "\u{301}", "\u{338}", "’",
      "😀",
      "\u{200D}", "\u{0}", "\u{FEFF}", "\u{AD}", "\u{FFFE}", "I",
    ]
    let richer =
      simple + [
        "<b>", "</b>", "<p>", "<b", "</", "<!", "<br", "/>", "&amp;", "&lt;", "&#39;", "&x", ";", "=", "\"",
        "<td>",
        "<script>", "</script>", "<!--", "-->", "<a href='", "<html>", "</body>", "&nbsp;", "<hr>", "</br>",
        "<brx>", "<br x>", "<br\u{A0}>",
      ]
    var comparison = try PathComparison(
      TokenizerConfiguration { $0.locale = seed == 2 ? "tr" : "en" })
    var random = RandomText(seed: seed)
    for pieces in [simple, richer] {
      for _ in 0..<2_500 {
        let bytes = Array(random.text(of: pieces, upTo: 14).utf8)
        guard try comparison.expectSameTokens(bytes) else { return }
      }
    }
  }

  @Test("with conversion off, markup is text")
  func off() throws {
    let session = try Tokenizer(TokenizerConfiguration { $0.html = false }).makeSession()
    #expect(try session.tokenize("a<br />&amp;") == ["a", "<", "br", "/", ">", "&", "amp", ";"])
  }
}
