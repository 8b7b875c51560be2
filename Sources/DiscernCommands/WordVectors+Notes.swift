import DiscernIO
import DiscernVocabulary

extension WordVectors {
  /// A line with the number of words that have a vector, and one for each peculiarity of the file.
  var notes: [String] {
    let origin =
      switch format {
      case .text: ""
      case .textWithTabs: ", from text with tabs"
      case .word2vecBinary: ", from word2vec's binary format"
      case .fastTextBinary: ", from fastText's binary format"
      }
    var notes = [
      "vectors: \(foundCount.grouped) of \(vocabulary.count.grouped) words, dimension \(dimension)"
        + origin
    ]
    if repeatedRowCount > 0 {
      notes.append(
        "  \(repeatedRowCount.grouped) \(repeatedRowCount == 1 ? "row repeats" : "rows repeat") a word; "
          + "the first of each word counts")
    }
    if rowsWithoutTokenCount > 0 {
      notes.append(
        "  skipped \(rowsWithoutTokenCount.grouped) \(rowsWithoutTokenCount == 1 ? "row" : "rows") without a "
          + "visible token")
    }
    return notes
  }
}
