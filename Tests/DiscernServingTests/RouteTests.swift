import Discern
import DiscernIO
import DiscernModels
import DiscernServing
import DiscernVocabulary
import Testing

@Test(arguments: Route.allCases)
func everyPathSaysItsMethods(route: Route) throws {
  let service = try makeService(workers: 0)
  guard case .failure(let failure) = service.receive(head("DELETE", route.rawValue)),
    case .response(let options) = service.receive(head("OPTIONS", route.rawValue, length: nil))
  else {
    Issue.record("\(route.rawValue)")
    return
  }
  let refusal = Response(failure)
  #expect(refusal.status == 405)
  #expect(options.status == 204)
  let allowed = refusal.fields.first { $0.name == "Allow" }
  #expect(allowed == options.fields.first { $0.name == "Allow" })
  #expect(
    allowed?.value == (route == .classify || route == .explain ? "POST, OPTIONS" : "GET, HEAD, OPTIONS"))
}

@Test func errorsHaveOneShape() throws {
  let failures: [ServingFailure] = [
    .badHead("a"), .headTooLarge(bytes: 1, fields: 2), .badEncoding("a\u{1}\""), .lengthMissing, .unknownPath,
    .otherMethod(allowed: ["GET"]), .otherType(found: nil, expected: ["text/plain"]), .otherExpectation("a"),
    .badQuery("a"), .badTimeout("a"), .bodyTooLarge(limit: 1), .tooManyTexts(found: 2, limit: 1), .notUTF8,
    .badJSON("a"), .badBody("a"), .notExplained("a"), .slowHead, .slowBody, .queueFull, .tooManyConnections,
    .late, .stopping, .failed,
  ]
  for failure in failures {
    let response = Response(failure)
    let value = try StrictJSON.parse(response.body)
    #expect(value.object?.map(\.key) == ["error"])
    #expect(value["error"]?.object?.map(\.key) == ["code", "message"])
    #expect(value["error"]?["code"]?.string == failure.code)
    #expect((400..<600).contains(response.status))
  }
  #expect(Response(.queueFull).fields.contains { $0.name == "Retry-After" && $0.value == "1" })
}

@Test func theDescriptionIsWhole() throws {
  let service = try makeService(workers: 0) { $0.texts = 77 }
  guard case .response(let response) = service.receive(head("GET", "/openapi.json", length: nil)) else {
    Issue.record("no description")
    return
  }
  let value = try StrictJSON.parse(response.body)
  #expect(Set(value["paths"]?.object?.map(\.key) ?? []) == Set(Route.allCases.map(\.rawValue)))
  let schemas = Set(value["components"]?["schemas"]?.object?.map(\.key) ?? [])
  var references: Set<String> = []
  func visit(_ value: JSONValue) {
    for member in value.object ?? [] {
      if member.key == "$ref", let name = member.value.string { references.insert(name) }
      visit(member.value)
    }
    for element in value.array ?? [] { visit(element) }
  }
  visit(value)
  #expect(references == Set(schemas.map { "#/components/schemas/" + $0 }))
  let texts = value["components"]?["schemas"]?["Texts"]?["properties"]?["texts"]
  #expect(texts?["maxItems"]?.int == 77)
}

@Test func theDescriptionNamesWhatTheModelHas() throws {
  func schema(_ path: String) throws -> JSONValue? {
    let service = try makeService(path: path, workers: 0)
    guard case .response(let response) = service.receive(head("GET", "/openapi.json", length: nil)) else {
      return nil
    }
    return try StrictJSON.parse(response.body)["components"]?["schemas"]?["TextToExplain"]
  }
  func choices(_ value: JSONValue?, _ key: String) -> [String?]? {
    value?["properties"]?[key]?["enum"]?.array?.map(\.string)
  }
  let one = try schema(SavedModel.path)
  #expect(choices(one, "label") == ["bad", "good", nil])
  #expect(choices(one, "task") == ["", nil])
  #expect(choices(one, "method") == ["gradients", "attention", nil])
  let several = try schema(SavedModel.tasksPath)
  let tasks = try makeService(path: SavedModel.tasksPath, workers: 0).model.classifier.tasks
  #expect(choices(several, "task") == tasks.map(\.name) + [nil])
  let groups = several?["anyOf"]?.array ?? []
  #expect(groups.count == tasks.count + 1)
  for (group, task) in zip(groups.dropFirst(), tasks) {
    #expect(choices(group, "task") == [task.name])
    #expect(choices(group, "label") == task.labels.names)
  }
}

@Test func thePageAllowsItselfAlone() throws {
  let service = try makeService(workers: 0)
  guard case .response(let response) = service.receive(head("GET", "/", length: nil)) else {
    Issue.record("no page")
    return
  }
  let page = String(decoding: response.body, as: UTF8.self)
  let policy = response.fields.first { $0.name == "Content-Security-Policy" }?.value ?? ""
  #expect(policy.hasPrefix("default-src 'none'; style-src 'sha256-"))
  #expect(policy.contains("script-src 'sha256-"))
  #expect(!policy.contains("unsafe"))
  for word in ["src=", "http:", "https:", "url(", "@import", " style="] { #expect(!page.contains(word)) }
}

@Test func theModelIsDescribed() throws {
  let service = try makeService(path: SavedModel.tasksPath, workers: 0)
  guard case .response(let response) = service.receive(head("GET", "/v1/model", length: nil)) else {
    Issue.record("no model")
    return
  }
  let value = try StrictJSON.parse(response.body)
  let tasks = service.model.classifier.tasks
  #expect(value["tasks"]?.array?.map { $0["name"]?.string } == tasks.map(\.name))
  #expect(
    value["tasks"]?.array?.map { $0["labels"]?.array?.compactMap(\.string) } == tasks.map(\.labels.names))
}

/// The bytes of an answer are reused for the next one, not rebuilt.
@Test(arguments: [Route.model, .description, .page])
func whatDoesNotChangeIsMadeOnce(route: Route) throws {
  let service = try makeService(workers: 0)
  let answers = (0..<2).map { _ in service.receive(head("GET", route.rawValue, length: nil)) }
  let places = answers.map { answer -> UnsafeRawPointer? in
    guard case .response(let response) = answer else { return nil }
    return response.body.withUnsafeBytes { $0.baseAddress }
  }
  #expect(places[0] != nil)
  #expect(places[0] == places[1])
  withExtendedLifetime(answers) {}
}

@Test func readinessEndsWithTheServer() throws {
  let service = try makeService(workers: 0)
  guard case .response = service.receive(head("GET", "/readyz", length: nil)) else {
    Issue.record("not ready")
    return
  }
  service.beginStopping()
  #expect(service.receive(head("GET", "/readyz", length: nil)) == .failure(.stopping))
  // Everything else continues.
  #expect(service.receive(head()) == .whole(.classifyJSON(top: nil), within: .seconds(10)))
  guard case .response = service.receive(head("GET", "/livez", length: nil)) else {
    Issue.record("not alive")
    return
  }
}
