/// The names of the classes, each with an id.
///
/// Names are any UTF-8 strings, distinguished by their bytes. They are ordered by their bytes, so that
/// ids do not depend on the order of a file. As JSON a label set is the list of its names.
public struct LabelSet: Sendable, Equatable, Codable {
  private let table: TokenTable

  /// The set of the names in `names`, which may be repeated. Throws `VocabularyError.noLabels` if there are
  /// none.
  public init(_ names: some Sequence<String>) throws(VocabularyError) {
    let sorted = names.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
    var table = TokenTable()
    for name in sorted {
      var name = name
      _ = name.withUTF8 { table.insert($0) }
    }
    if table.count == 0 { throw .noLabels }
    self.table = table
  }

  /// The number of labels, at least one.
  public var count: Int { table.count }

  /// All names, by id.
  public var names: [String] { (0..<count).map(name(at:)) }

  /// The name of the label `id`, which must be in `0..<count`.
  public func name(at id: Int) -> String { String(decoding: table[id], as: UTF8.self) }

  /// The id of a name given as UTF-8, nil if it is not in the set. Allocates nothing.
  public func id(of name: UnsafeBufferPointer<UInt8>) -> Int? {
    let found = table.find(name)
    return found < 0 ? nil : Int(found)
  }

  /// The id of a name, nil if it is not in the set.
  public func id(of name: String) -> Int? {
    var name = name
    return name.withUTF8 { id(of: $0) }
  }

  /// Throws `VocabularyError.singleLabel` unless there are at least two labels.
  public func requireSeveral() throws(VocabularyError) {
    if count < 2 { throw .singleLabel(name(at: 0)) }
  }

  /// Reads a list of names, keeping its order: the ids of a model's outputs are those of its training. Throws
  /// `VocabularyError` for an empty list or a repeated name.
  public init(from decoder: any Decoder) throws {
    let names = try decoder.singleValueContainer().decode([String].self)
    var table = TokenTable()
    for name in names {
      var utf8 = name
      let before = table.count
      _ = utf8.withUTF8 { table.insert($0) }
      if table.count == before { throw VocabularyError.duplicateLabel(name) }
    }
    if table.count == 0 { throw VocabularyError.noLabels }
    self.table = table
  }

  public func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(names)
  }
}
