import DiscernIO
import Testing

// Columns as wcwidth 0.9 in Python gives them (wcswidth of each text).
@Test(arguments: [
  ("", 0), ("abc", 3), ("é", 1), ("e\u{301}", 1), ("中文", 4), ("ｆｕｌｌ", 8), ("ﾊﾝｶｸ", 4), ("한국어", 6),
  ("😀", 2), ("👨‍👩‍👧‍👦", 2), ("ไทย", 3), ("การ์ด", 4), ("ру́сский", 7), ("、。", 4), ("❤\u{FE0F}", 2), ("≤", 1),
])
func widthCountsTerminalColumns(text: String, columns: Int) {
  #expect(DisplayText.width(text) == columns)
}

@Test func cuttingAndPaddingGoByColumns() {
  #expect(DisplayText.cut("abcdef", to: 6) == "abcdef")
  #expect(DisplayText.cut("abcdef", to: 4) == "abc…")
  #expect(DisplayText.cut("中文字", to: 4) == "中…")
  #expect(DisplayText.cut("abc", to: 1) == "…")
  #expect(DisplayText.cut("abc", to: 0) == "")
  #expect(DisplayText.cutMiddle("abcdefghi", to: 9) == "abcdefghi")
  #expect(DisplayText.cutMiddle("abcdefghij", to: 9) == "abc…fghij")
  #expect(DisplayText.cutMiddle("中文字字字字", to: 9) == "中…字字")
  #expect(["", "…", "…c", "a…c"] == (0...3).map { DisplayText.cutMiddle("aabc", to: $0) })
  #expect(DisplayText.left("中", 4) == "中  ")
  #expect(DisplayText.right("中文字", 4) == " 中…")
}

@Test func nounsFollowTheirNumber() {
  #expect(1.counted("row") == "1 row" && 0.counted("row") == "0 rows")
  #expect(1.counted("class", "classes") == "1 class" && 2.counted("class", "classes") == "2 classes")
}

@Test func longLinesAreBrokenBetweenWords() {
  #expect(DisplayText.wrapped("one two three", to: 13) == ["one two three"])
  #expect(DisplayText.wrapped("one two three four", to: 9) == ["one two", "  three", "  four"])
  #expect(DisplayText.wrapped("  one two three", to: 9) == ["  one two", "    three"])
  // Words that are too long, and columns taken by letters.
  #expect(DisplayText.wrapped("a /very/long/path b", to: 8) == ["a", "  /very/long/path", "  b"])
  #expect(DisplayText.wrapped("电影 电影 电影", to: 9) == ["电影 电影", "  电影"])
  // Text to copy is not broken.
  #expect(
    DisplayText.wrapped("saved; to go on: discern train --resume c; that is all", to: 20) == [
      "saved; to go on:", "  discern train --resume c;", "  that is all",
    ])
}
