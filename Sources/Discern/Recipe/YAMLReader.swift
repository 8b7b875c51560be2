import CLibYAML

/// Reads the single YAML document in a text, using libyaml's events.
package struct YAMLReader {
  package enum Failure: Error, Equatable {
    case syntax(line: Int, reason: String)
    /// An anchor, an alias or a custom tag.
    case reference(line: Int)
  }

  /// A list or a mapping that has not ended yet.
  private struct Open {
    let line: Int
    let isMapping: Bool
    var nodes: [YAMLNode] = []

    var node: YAMLNode {
      if !isMapping { return YAMLNode(content: .list(nodes), line: line) }
      let pairs = stride(from: 0, to: nodes.count - 1, by: 2).map { (nodes[$0], nodes[$0 + 1]) }
      return YAMLNode(content: .mapping(pairs), line: line)
    }
  }

  /// The maximum depth of nesting, far above that of any recipe.
  private static let deepest = 1_000

  private var open: [Open] = []
  private var root: YAMLNode?
  private var documents = 0

  /// - Returns: the document's root; nil for a text without one.
  package static func root(of text: String) throws(Failure) -> YAMLNode? {
    var text = text
    let result = text.withUTF8 { bytes -> Result<YAMLNode?, Failure> in
      do throws(Failure) {
        var reader = YAMLReader()
        return .success(try reader.read(bytes))
      } catch {
        return .failure(error)
      }
    }
    return try result.get()
  }

  private mutating func read(_ text: UnsafeBufferPointer<UInt8>) throws(Failure) -> YAMLNode? {
    guard let start = text.baseAddress else { return nil }
    var parser = yaml_parser_t()
    guard yaml_parser_initialize(&parser) == 1 else { throw .syntax(line: 1, reason: "out of memory") }
    defer { yaml_parser_delete(&parser) }
    yaml_parser_set_encoding(&parser, YAML_UTF8_ENCODING)
    yaml_parser_set_input_string(&parser, start, text.count)
    while true {
      var event = yaml_event_t()
      guard yaml_parser_parse(&parser, &event) == 1 else { throw Self.failure(parser, text) }
      defer { yaml_event_delete(&event) }
      if event.type == YAML_STREAM_END_EVENT { return root }
      try take(event)
    }
  }

  private mutating func take(_ event: yaml_event_t) throws(Failure) {
    let line = Int(event.start_mark.line) + 1
    switch event.type {
    case YAML_DOCUMENT_START_EVENT:
      documents += 1
      if documents > 1 { throw .syntax(line: line, reason: "a second document, expected only one") }
    case YAML_ALIAS_EVENT: throw .reference(line: line)
    case YAML_SCALAR_EVENT:
      let scalar = event.data.scalar
      try check(scalar.anchor, scalar.tag, "str", line)
      let text = String(
        decoding: UnsafeBufferPointer(start: scalar.value, count: scalar.length), as: UTF8.self)
      add(
        YAMLNode(content: .scalar(text, isPlain: scalar.style == YAML_PLAIN_SCALAR_STYLE), line: line))
    case YAML_SEQUENCE_START_EVENT:
      let start = event.data.sequence_start
      try check(start.anchor, start.tag, "seq", line)
      try begin(Open(line: line, isMapping: false))
    case YAML_MAPPING_START_EVENT:
      let start = event.data.mapping_start
      try check(start.anchor, start.tag, "map", line)
      try begin(Open(line: line, isMapping: true))
    case YAML_SEQUENCE_END_EVENT, YAML_MAPPING_END_EVENT:
      if let ended = open.popLast() { add(ended.node) }
    default: break
    }
  }

  private mutating func begin(_ node: Open) throws(Failure) {
    if open.count == Self.deepest {
      throw .syntax(line: node.line, reason: "more than \(Self.deepest) nested lists and mappings")
    }
    open.append(node)
  }

  private mutating func add(_ node: YAMLNode) {
    if open.isEmpty { root = node } else { open[open.count - 1].nodes.append(node) }
  }

  /// A tag may repeat a node's implicit type.
  private func check(
    _ anchor: UnsafePointer<UInt8>?, _ tag: UnsafePointer<UInt8>?, _ kind: String, _ line: Int
  ) throws(Failure) {
    if anchor != nil { throw .reference(line: line) }
    guard let tag else { return }
    if String(cString: tag) != "tag:yaml.org,2002:" + kind { throw .reference(line: line) }
  }

  private static func failure(_ parser: yaml_parser_t, _ text: UnsafeBufferPointer<UInt8>) -> Failure {
    let problem = parser.problem.map { String(cString: $0) } ?? "not YAML"
    if parser.error == YAML_READER_ERROR {
      let line = text.prefix(parser.problem_offset).count { $0 == 0x0A } + 1
      return .syntax(line: line, reason: problem)
    }
    let context = parser.context.map { String(cString: $0) + ", " } ?? ""
    let mark = parser.problem_mark
    return .syntax(
      line: Int(mark.line) + 1, reason: "\(context)\(problem) (column \(mark.column + 1))")
  }
}
