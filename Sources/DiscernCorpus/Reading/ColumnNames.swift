import DiscernSystem

/// The columns of a table, and the choice among them.
struct ColumnNames {
  let path: String
  /// The header's names; nil without a header.
  let names: [String]?
  let count: Int

  /// The names, or `1`, `2` … without a header.
  var available: [String] { names ?? (1...count).map { String($0) } }

  /// The index of the requested column; nil if none is requested. A number is looked up as a name first.
  func find(_ selector: ColumnSelector?) throws(CorpusError) -> Int? {
    guard let selector else { return nil }
    if let place = try place(named: selector.description) { return place }
    switch selector {
    case .number(let number):
      guard number >= 1, number <= count else {
        throw .columnOutOfRange(path: path, number: number, available: available)
      }
      return number - 1
    case .name(let name): throw .unknownColumn(path: path, name: name, available: available)
    }
  }

  /// Ignores white space around names: it is part of the header's layout, as in `label, text`.
  private func isName(_ name: String, of column: Int) -> Bool {
    available[column].utf8.elementsEqual(name.trimmed().utf8)
  }

  private func place(named name: String) throws(CorpusError) -> Int? {
    let matches = (names ?? []).indices.filter { isName(name, of: $0) }
    if matches.count > 1 { throw .repeatedColumn(path: path, name: name) }
    return matches.first
  }

  /// The index of a column of the training data, if this data has it too: by name or, without names, by
  /// position if the numbers of columns are the same.
  func place(_ trained: ColumnSelector, _ trainedCount: Int?) -> Int? {
    switch trained {
    case .name(let name):
      let matches = (names ?? []).indices.filter { isName(name, of: $0) }
      return matches.count == 1 ? matches[0] : nil
    case .number(let number):
      return names == nil && trainedCount == count && (1...count).contains(number) ? number - 1 : nil
    }
  }
}
