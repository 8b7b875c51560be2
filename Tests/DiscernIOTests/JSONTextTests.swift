import DiscernIO
import Foundation
import Testing

@Test func jsonTextIsWhatFoundationReads() throws {
  let hard = "a\"b\\c/\n\r\t\u{0}\u{1F}\u{7F}é😀\u{2028}"
  let text = JSONText.object([
    ("z", JSONText.string(hard)), (hard, JSONText.list([JSONText.number(0.1), JSONText.number(1e-7)])),
    ("n", JSONText.number(.nan)),
  ])
  let object = try #require(try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any])
  #expect(object["z"] as? String == hard)
  #expect((object[hard] as? [Double])?.map(Float.init) == [0.1, 1e-7])
  #expect(object["n"] is NSNull)
  #expect(JSONText.object([("b", "1"), ("a", "2")]) == #"{"a":2,"b":1}"#)
}
