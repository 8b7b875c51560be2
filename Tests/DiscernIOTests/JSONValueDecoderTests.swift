import DiscernIO
import Testing

private enum Size: Codable, Equatable {
  case texts(Int)
  case all
}

private struct Part: Decodable, Equatable {
  var count = 1
  var rate: Float = 2
  var names: [String] = []
  var limit: Int?
  var size = Size.all

  private enum CodingKeys: String, CodingKey { case count, rate, names, limit, size }

  init() {}

  init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    try container.read(.count, into: &count)
    try container.read(.rate, into: &rate)
    try container.read(.names, into: &names)
    limit = try container.decodeIfPresent(Int.self, forKey: .limit)
    try container.read(.size, into: &size)
  }
}

private struct Whole: Decodable {
  let number: Int
  let seed: UInt64?
  let parts: [Part]
  let named: [String: Part]
}

private func read(_ text: String) throws -> (whole: Whole, unknown: [String], missing: [String]) {
  let decoder = JSONValueDecoder(try StrictJSON.parse(Array(text.utf8)))
  let whole = try decoder.decode(Whole.self)
  return (whole, decoder.unknownKeys, decoder.missingKeys)
}

@Test func keysThatNothingAskedForAndDefaultsAreNamed() throws {
  let (whole, unknown, missing) = try read(
    """
    {"number": 2.0, "seed": 18446744073709551615, "parts": [{"count": 2, "limit": null},
     {"rate": 0.1, "new": {"z": 1}, "size": {"texts": {"_0": 8}}}],
     "named": {"é": {"zz": 1, "names": ["a", "b"]}}, "other": 1}
    """)
  #expect(whole.number == 2 && whole.seed == .max)
  #expect(whole.parts[0].count == 2 && whole.parts[1].rate == 0.1 && whole.parts[1].size == .texts(8))
  #expect(whole.named["é"]?.names == ["a", "b"])
  #expect(unknown == ["other", "parts.1.new", "named.é.zz"])
  #expect(
    missing == [
      "parts.0.names", "parts.0.rate", "parts.0.size", "parts.1.count", "parts.1.names", "named.é.count",
      "named.é.rate", "named.é.size",
    ])
}

@Test func misfitsHaveTheirPath() throws {
  for (text, path) in [
    (#"{"number": 1.5, "parts": [], "named": {}}"#, "number"),
    (#"{"number": 1e400, "parts": [], "named": {}}"#, "number"),
    (#"{"number": 1, "seed": -1, "parts": [], "named": {}}"#, "seed"),
    (#"{"number": 1, "parts": [{}, {"rate": 1e300}], "named": {}}"#, "parts.1.rate"),
    (#"{"number": 1, "parts": [{"names": ["a", 1]}], "named": {}}"#, "parts.0.names.1"),
    (#"{"number": 1, "parts": [{"count": true}], "named": {}}"#, "parts.0.count"),
    (#"{"number": 1, "parts": [{"count": null}], "named": {}}"#, "parts.0.count"),
    (#"{"number": 1, "parts": [{"size": {"lines": {}}}], "named": {}}"#, "parts.0.size"),
    (#"{"number": 1, "parts": [], "named": {"a": 1}}"#, "named.a"),
    (#"{"number": 1, "parts": {}, "named": {}}"#, "parts"),
    ("{\"number\": 1, \"parts\": [], \"named\": {\"\u{E9}\": {}, \"e\u{301}\": {}}}", "named"),
    (#"{"parts": [], "named": {}}"#, "number"),
  ] {
    do {
      _ = try read(text)
      Issue.record("\(text) was read")
    } catch let error as DecodingError {
      let found: [any CodingKey] =
        switch error {
        case .keyNotFound(let key, let context): context.codingPath + [key]
        case .typeMismatch(_, let context), .valueNotFound(_, let context), .dataCorrupted(let context):
          context.codingPath
        @unknown default: []
        }
      #expect(found.map(\.stringValue).joined(separator: ".") == path, "\(text): \(error)")
    }
  }
}

@Test func aValueDecodesAndEncodesItself() throws {
  let text = #"{"a":[1,-2,18446744073709551615,0.1,1e-06,true,null,"é"],"b":{"c":{}}}"#
  let value = try StrictJSON.parse(Array(text.utf8))
  let decoder = JSONValueDecoder(value)
  #expect(try decoder.decode(JSONValue.self) == value)
  #expect(decoder.unknownKeys == [])
}
