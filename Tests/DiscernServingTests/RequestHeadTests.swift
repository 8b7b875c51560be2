import DiscernServing
import Testing

@Test(arguments: [
  ([("Content-Length", "10")], "bad_request"),
  ([("Content-Length", "11")], "bad_request"),
  ([("Transfer-Encoding", "chunked")], "bad_request"),
  ([("Host", "other")], "bad_request"),
  ([("Expect", "a miracle")], "expectation_failed"),
  ([("Discern-Timeout", "-1")], "bad_timeout"),
  ([("Discern-Timeout", "nan")], "bad_timeout"),
  ([("Discern-Timeout", "86401")], "bad_timeout"),
  ([("Discern-Timeout", "0")], "bad_timeout"),
  ([("Discern-Timeout", "1"), ("Discern-Timeout", "2")], "bad_timeout"),
  ([("Content-Encoding", "gzip")], "unsupported_media_type"),
  ([("Content-Type", "application/json")], "bad_request"),
])
func headsThatBreakRulesAreRefused(fields: [(String, String)], code: String) throws {
  let service = try makeService(workers: 0)
  guard case .failure(let failure) = service.receive(head(fields)) else {
    Issue.record("taken: \(fields)")
    return
  }
  #expect(failure.code == code)
}

private func head(_ more: [(String, String)]) -> RequestHead {
  head("POST", "/v1/classify", type: "application/json", length: 10, more)
}

@Test(
  arguments: [
    (nil, "length_required"), ("ten", "bad_request"), ("-1", "bad_request"), ("", "bad_request"),
    ("1000001", "body_too_large"), ("99999999999999999999999", "body_too_large"),
  ] as [(String?, String)])
func lengthsAreNumbersWithinTheLimit(length: String?, code: String) throws {
  let service = try makeService(workers: 0)
  let head = RequestHead(
    method: "POST", target: "/v1/classify",
    fields: [("host", "a"), ("content-type", "application/json")]
      + (length.map { [(name: "content-length", value: $0)] } ?? []))
  guard case .failure(let failure) = service.receive(head) else {
    Issue.record("taken: \(length ?? "none")")
    return
  }
  #expect(failure.code == code)
}

@Test(arguments: [
  ("application/json", true), ("Application/JSON; charset=UTF-8", true),
  ("application/json ;charset=\"utf-8\"", true), ("application/json; charset=latin1", false),
  ("text/html", false), ("", false), ("application/x-www-form-urlencoded", false),
])
func typesAreKnown(type: String, isTaken: Bool) throws {
  let service = try makeService(workers: 0)
  let reception = service.receive(head("POST", "/v1/classify", type: type))
  if isTaken {
    #expect(reception == .whole(.classifyJSON(top: nil), within: .seconds(10)))
  } else {
    guard case .failure(let failure) = reception else {
      Issue.record("taken: \(type)")
      return
    }
    #expect(failure.status == 415)
    #expect(failure.message.contains("latin1") == type.contains("latin1"))
  }
}

@Test func compressedBodiesAreNamed() throws {
  let service = try makeService(workers: 0)
  let head = head([("Content-Encoding", "gzip")])
  #expect(service.receive(head) == .failure(.otherEncoding("gzip")))
  #expect(ServingFailure.otherEncoding("gzip").message.hasPrefix("Content-Encoding is “gzip”"))
}

@Test func whiteSpaceAroundValuesIsNoPartOfThem() throws {
  let service = try makeService(workers: 0)
  let fields = [
    ("Host", " a\t"), ("Content-Type", "\tapplication/json \t"), ("Content-Length", " 10 "),
    ("Discern-Timeout", " 2 "), ("Content-Encoding", "identity "), ("Expect", "100-continue\t"),
  ]
  let head = RequestHead(
    method: "POST", target: "/v1/classify", fields: fields.map { (name: $0, value: $1) })
  #expect(service.receive(head) == .whole(.classifyJSON(top: nil), within: .seconds(2)))
}

@Test func aHeaderShortensTheDeadlineAndNeverLengthensIt() throws {
  let service = try makeService(workers: 0)
  func within(_ seconds: String) -> Service.Reception {
    service.receive(head([("Discern-Timeout", seconds)]))
  }
  #expect(within("0.25") == .whole(.classifyJSON(top: nil), within: .milliseconds(250)))
  #expect(within("3600") == .whole(.classifyJSON(top: nil), within: .seconds(10)))
  #expect(within("86400") == .whole(.classifyJSON(top: nil), within: .seconds(10)))
}

@Test(
  arguments: [
    ("/v1/classify?top=2", 2), ("/v1/classify?top=%32", 2), ("http://localhost:8080/v1/classify?top=2", 2),
    ("/%761/classify", nil), ("/v1/classify?", nil),
  ] as [(String, Int?)])
func targetsAreDecoded(target: String, top: Int?) throws {
  let service = try makeService(workers: 0)
  let reception = service.receive(head("POST", target, type: "text/plain"))
  #expect(reception == .whole(.classifyLines(top: top), within: .seconds(10)))
  let other = service.receive(head("POST", target))
  #expect(other == .whole(.classifyJSON(top: top), within: .seconds(10)))
}

@Test(arguments: [
  ("/v1/classify?top=0", 400), ("/v1/classify?top=two", 400), ("/v1/classify?top=1&top=2", 400),
  ("/v1/classify?other=1", 400), ("/v1/%", 400), ("/v1/%4", 400), ("/v1/%zz", 400), ("/v1/%ff", 400),
  ("/v1/classify?top=%ff", 400), ("/v1/classify/", 404), ("/../etc/passwd", 404), ("*", 404),
])
func targetsThatAreNoneAreRefused(target: String, status: Int) throws {
  let service = try makeService(workers: 0)
  guard case .failure(let failure) = service.receive(head("POST", target, type: "text/plain")) else {
    Issue.record("taken: \(target)")
    return
  }
  #expect(failure.status == status)
}
