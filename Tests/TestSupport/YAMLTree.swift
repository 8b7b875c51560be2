import CLibYAML

/// Any YAML document as dictionaries, arrays, strings and numbers, by libyaml's own tree.
public enum YAMLTree {
  /// - Returns: nil for text that is not YAML.
  public static func load(_ text: String) -> Any? {
    var parser = yaml_parser_t()
    var document = yaml_document_t()
    yaml_parser_initialize(&parser)
    defer { yaml_parser_delete(&parser) }
    return Array(text.utf8).withUnsafeBufferPointer { bytes -> Any? in
      yaml_parser_set_input_string(&parser, bytes.baseAddress, bytes.count)
      guard yaml_parser_load(&parser, &document) == 1 else { return nil }
      defer { yaml_document_delete(&document) }
      guard yaml_document_get_root_node(&document) != nil else { return nil }
      return value(1, &document)
    }
  }

  private static func value(_ index: Int32, _ document: inout yaml_document_t) -> Any {
    guard let node = yaml_document_get_node(&document, index)?.pointee else { return "" }
    switch node.type {
    case YAML_SEQUENCE_NODE:
      let items = node.data.sequence.items
      return (0..<(items.top - items.start)).map { value(items.start[$0], &document) }
    case YAML_MAPPING_NODE:
      let pairs = node.data.mapping.pairs
      var result: [String: Any] = [:]
      for place in 0..<(pairs.top - pairs.start) {
        let pair = pairs.start[place]
        result["\(value(pair.key, &document))"] = value(pair.value, &document)
      }
      return result
    default:
      let scalar = node.data.scalar
      let text = String(
        decoding: UnsafeBufferPointer(start: scalar.value, count: scalar.length), as: UTF8.self)
      if scalar.style != YAML_PLAIN_SCALAR_STYLE { return text }
      if let number = Int(text) { return number }
      return Double(text) ?? text
    }
  }
}
