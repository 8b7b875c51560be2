import DiscernIO

/// One output of a classifier: the question that it answers about every text, and the kind of answer.
public struct HeadConfiguration: Hashable, Sendable {
  /// The task's name; may be empty if it is the only one.
  public var name: String
  /// The kind of answer and the number of outputs.
  public var kind: Kind

  /// The kind of an answer.
  public enum Kind: Hashable, Sendable {
    /// One of `count` classes, whose probabilities sum to one (softmax).
    case classes(count: Int)
    /// Any subset of `count` labels, each with its own probability (sigmoid): multi-label.
    case labels(count: Int)
  }

  /// An output of the given name and kind.
  public init(name: String = "", _ kind: Kind) {
    self.name = name
    self.kind = kind
  }

  /// The number of outputs of the head's layer.
  public var outputCount: Int { rules.outputCount }
}

extension HeadConfiguration.Kind {
  /// The behaviour of this kind of head: the one place that maps a kind to its implementation.
  package var rules: any HeadRules {
    switch self {
    case .classes(let count): ClassesHead(count: count)
    case .labels(let count): LabelsHead(count: count)
    }
  }
}

extension HeadConfiguration.Kind: CustomStringConvertible {
  public var description: String {
    switch self {
    case .classes(let count): "one of \(count) labels"
    case .labels(let count): "any number of \(count) labels"
    }
  }
}

extension HeadConfiguration {
  package var rules: any HeadRules { kind.rules }
}

/// Coded in JSON as `{"name": …, "classes": 3}` or `{"name": …, "labels": 4}`.
extension HeadConfiguration: Codable {
  private enum CodingKeys: String, CodingKey {
    case name, classes, labels
    /// The keys of the first format: the number of outputs, and which of the two kinds.
    case classCount, isMultiLabel
  }

  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    name = try container.decode(String.self, forKey: .name)
    func failure(_ reason: String) -> DecodingError {
      .dataCorrupted(DecodingError.Context(codingPath: decoder.codingPath, debugDescription: reason))
    }
    let count = try container.decodeIfPresent(Int.self, forKey: .classCount)
    let isMultiLabel = try container.decodeIfPresent(Bool.self, forKey: .isMultiLabel)
    if let count, let isMultiLabel {
      kind = isMultiLabel ? .labels(count: count) : .classes(count: count)
      return
    }
    guard count == nil, isMultiLabel == nil else {
      throw failure("must have both “classCount” and “isMultiLabel”")
    }
    let classes = try container.decodeIfPresent(Int.self, forKey: .classes)
    let labels = try container.decodeIfPresent(Int.self, forKey: .labels)
    switch (classes, labels) {
    case (let count?, nil): kind = .classes(count: count)
    case (nil, let count?): kind = .labels(count: count)
    case (nil, nil), (.some, .some):
      // A kind of another version has another key, which the error should name.
      let keys = try decoder.container(keyedBy: AnyCodingKey.self).allKeys.map(\.stringValue)
      if keys.contains(where: { CodingKeys(stringValue: $0) == nil }) {
        throw DecodingError.typeMismatch(
          Kind.self, DecodingError.Context(codingPath: decoder.codingPath, debugDescription: ""))
      }
      throw failure("must have either “classes” or “labels”")
    }
  }

  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(name, forKey: .name)
    switch kind {
    case .classes(let count): try container.encode(count, forKey: .classes)
    case .labels(let count): try container.encode(count, forKey: .labels)
    }
  }
}
