import Discern
import DiscernServing
import Testing

@Test(arguments: [
  ("", "bad_json"), ("{", "bad_json"), ("[]", "bad_body"), ("{}", "bad_body"),
  (#"{"texts":"a"}"#, "bad_body"),
  (#"{"texts":[1]}"#, "bad_body"), (#"{"texts":[],"top":0}"#, "bad_body"),
  (#"{"texts":[],"top":1.5}"#, "bad_body"), (#"{"texts":[],"texts":[]}"#, "bad_json"),
  (#"{"texts":[],"tops":1}"#, "bad_body"), (#"{"texts":["a",]}"#, "bad_json"),
  (#"{"texts":["\ud800"]}"#, "bad_json"), (#"{"texts":["a","b","c","d"]}"#, "too_many_texts"),
  (String(repeating: "[", count: 100_000), "bad_json"),
])
func bodiesThatAreNoneAreRefused(body: String, code: String) throws {
  let service = try makeService { $0.texts = 3 }
  defer { service.finish() }
  #expect(try service.answer(.classifyJSON(top: nil), body).failure?.code == code)
}

@Test func bytesThatAreNotUTF8AreNamed() throws {
  let service = try makeService()
  defer { service.finish() }
  let outcomes = Outcomes()
  _ = service.submit(
    .classifyJSON(top: nil), body: Array(#"{"texts":[""#.utf8) + [0xFF], within: .seconds(600)
  ) {
    outcomes.add($0)
  }
  #expect(outcomes.next()?.failure == .notUTF8)
  _ = service.submit(.classifyLines(top: nil), body: [0x61, 0x0A, 0xFF, 0x0A, 0x62], within: .seconds(600)) {
    outcomes.add($0)
  }
  let lines = outcomes.next()?.text.split(separator: "\n") ?? []
  #expect(lines.count == 3)
  #expect(lines.dropFirst().first?.hasSuffix("\terror") == true)
}

@Test(arguments: [
  (#"{"text":1}"#, "bad_body"), (#"{"text":"a\u0000"}"#, "bad_body"),
  (#"{"text":"a","method":"occlusion"}"#, "bad_body"),
  (#"{"text":"a","label":"no such label"}"#, "not_explained"),
  (#"{"text":"a","task":"no such task"}"#, "not_explained"), (#"{"text":"a","top":1}"#, "bad_body"),
])
func explanationsThatAreNoneAreRefused(body: String, code: String) throws {
  let service = try makeService()
  defer { service.finish() }
  #expect(try service.answer(.explain, body).failure?.code == code)
}

@Test(arguments: [
  (SavedModel.path, #"{"text":"a","label":"no such label"}"#, "“label” is “no such label”, "),
  (SavedModel.path, #"{"text":"a","task":"no such task"}"#, "leave out “task”"),
  (SavedModel.tasksPath, #"{"text":"a","task":"no such task"}"#, "“task” is “no such task”, "),
  (SavedModel.tasksPath, #"{"text":"a","label":"b"}"#, "“label” needs “task”"),
])
func explanationsThatAreNoneAreNamedInTheRequestsWords(path: String, body: String, words: String) throws {
  let service = try makeService(path: path)
  defer { service.finish() }
  let failure = try service.answer(.explain, body).failure
  #expect(failure?.code == "not_explained")
  #expect(failure?.message.contains(words) == true)
  #expect(failure?.message.contains("--") == false)
}

@Test(arguments: [true, false])
func attentionThatIsNotThereIsNamed(hasNetwork: Bool) {
  let failure = ServingFailure(ExplanationError.noAttention(hasNetwork: hasNetwork))
  #expect(failure.status == 400)
  #expect(failure.message.hasPrefix("“method” is “attention”, and "))
  #expect(failure.message.contains("n-grams") != hasNetwork)
  #expect(!failure.message.contains("--"))
}

@Test func linesAreDividedAsTheyCome() throws {
  let text = "\u{FEFF}one\ntwo\r\n\nfour\r\r\nfünf"
  let expected = ["one", "two", "", "four", "fünf"]
  for size in 1...7 {
    var splitter = LineSplitter(limit: 8)
    var lines: [String] = []
    var rest = Array(text.utf8)[...]
    while !rest.isEmpty {
      splitter.append(rest.prefix(size))
      rest = rest.dropFirst(size)
      while let line = try splitter.next() { lines.append(String(decoding: line, as: UTF8.self)) }
    }
    splitter.finish()
    while let line = try splitter.next() { lines.append(String(decoding: line, as: UTF8.self)) }
    #expect(lines == expected)
    #expect(splitter.number == 5)
    #expect(splitter.count == 0)
  }
}

@Test func aLineWithoutEndIsCut() throws {
  var splitter = LineSplitter(limit: 8)
  splitter.append(Array("12345678".utf8))
  #expect(try splitter.next() == nil)
  splitter.append(Array("9".utf8))
  #expect(throws: ServingFailure.bodyTooLarge(limit: 8)) { try splitter.next() }
}
