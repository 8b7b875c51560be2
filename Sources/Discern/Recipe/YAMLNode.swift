/// A node of a YAML document. Anchors, aliases and tags are not supported: the reader refuses them.
package struct YAMLNode {
  package enum Content {
    /// Plain: without quotes, and not a block.
    case scalar(String, isPlain: Bool)
    case list([YAMLNode])
    /// In the file's order.
    case mapping([(key: YAMLNode, value: YAMLNode)])
  }

  package let content: Content
  /// Counted from 1.
  package let line: Int

  /// A scalar's text.
  package var scalar: String? {
    if case .scalar(let text, _) = content { text } else { nil }
  }

  package var list: [YAMLNode]? {
    if case .list(let nodes) = content { nodes } else { nil }
  }

  package var mapping: [(key: YAMLNode, value: YAMLNode)]? {
    if case .mapping(let pairs) = content { pairs } else { nil }
  }

  /// A description for messages.
  var kind: String {
    switch content {
    case .scalar(let text, _): text.isEmpty ? "nothing" : "“\(text.prefix(40))”"
    case .mapping: "a mapping"
    case .list: "a list"
    }
  }
}
