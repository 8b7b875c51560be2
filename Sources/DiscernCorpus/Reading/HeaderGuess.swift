/// Whether the first row of a table names the columns.
struct HeaderGuess {
  /// The first row's cells, without white space around them, in lower case.
  private let cells: [String]
  /// By column: facts about the values below.
  private let below: [ColumnFacts]
  private let rowsBelow: Int
  /// The number of exact repetitions of the first row.
  private let repeats: Int

  /// - Parameter rest: the rows below, without exact repetitions of the first one.
  init(_ first: [String], _ rest: [[String]], _ below: [ColumnFacts], repeats: Int) {
    // A cell that is far too long for a name need not be examined.
    cells = first.map { $0.utf8.count > 400 ? "\n" : UsualNames.normalised($0) }
    self.below = below
    rowsBelow = rest.count
    self.repeats = repeats
  }

  /// Names are distinct, short and made of letters, digits and a little punctuation. Such cells are taken for
  /// names if one is a usual name for a text or a label, or if they are unlike the values below. A class that
  /// occurs again below is not a name.
  var isHeader: Bool {
    let named = cells.filter { !$0.isEmpty }
    guard !named.isEmpty, Set(named).count == named.count,
      cells.allSatisfy({ Self.isNameLike($0, spaces: 6) })
    else { return false }
    if cells.indices.contains(where: comesAgainAsClass) { return false }
    if cells.allSatisfy({ Self.isNameLike($0, spaces: 1) }),
      cells.indices.contains(where: { isUsual($0) && !comesAgain($0) })
    {
      return true
    }
    // Concatenated files repeat the names; a row that is repeated often is data.
    guard rowsBelow >= 3, repeats * 4 <= rowsBelow else { return false }
    return cells.indices.reduce(0) { $0 + evidence($1) } >= 3
  }

  private func isUsual(_ column: Int) -> Bool {
    UsualNames.text.contains(cells[column]) || UsualNames.label.contains(cells[column])
  }

  private func comesAgain(_ column: Int) -> Bool {
    below[column].values.contains { UsualNames.normalised($0) == cells[column] }
  }

  private func comesAgainAsClass(_ column: Int) -> Bool {
    !cells[column].isEmpty && below[column].isCategorical && comesAgain(column)
  }

  /// The evidence that a cell is a name, from the values below it: a word above numbers (2, or 3 above at
  /// least ten), a class that does not recur although all others do (2), a word above texts (1).
  private func evidence(_ column: Int) -> Int {
    let cell = cells[column]
    let facts = below[column]
    if cell.isEmpty || facts.count < 3 { return 0 }
    if facts.isNumeric {
      return ColumnFacts.isNumber(cell) || LabelReview.isMissing(cell) ? 0 : facts.count < 10 ? 2 : 3
    }
    if facts.isCategorical {
      return facts.count >= 6 && facts.singletons == 0 && !comesAgain(column) ? 2 : 0
    }
    // A name of several words must be even shorter than the texts.
    let times = cell.contains(" ") ? 3 : 2
    return cell.count < facts.shortest && cell.count * times <= facts.medianLength ? 1 : 0
  }

  /// Letters, digits and a little punctuation, at most 40 characters, with few spaces; or nothing, as pandas
  /// names its index. The headers of survey forms are entire questions.
  private static func isNameLike(_ cell: String, spaces: Int) -> Bool {
    cell.count <= 40 && cell.count(where: { $0 == " " }) <= spaces
      && cell.unicodeScalars.allSatisfy {
        $0.properties.isAlphabetic || $0.properties.generalCategory == .nonspacingMark
          || $0.properties.numericType != nil || $0.isASCII && "_-.:/#()?'%+&* ".unicodeScalars.contains($0)
      }
  }
}
