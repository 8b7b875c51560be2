/// A teacher's predictions for some texts: by head, the probabilities at the distillation temperature.
package struct TeacherTargets: Sendable {
  private let heads: [(columns: Int, probabilities: [Float])]
  package let count: Int

  /// - Parameters:
  ///   - count: of texts.
  ///   - heads: [texts, C] each, row-major.
  package init(count: Int, _ heads: [(columns: Int, probabilities: [Float])]) {
    precondition(heads.allSatisfy { $0.probabilities.count == count * $0.columns }, "the targets' shape")
    self.count = count
    self.heads = heads
  }

  /// Some texts' probabilities for a head [n, C].
  func rows(of texts: [Int], head: Int) -> [Float] {
    let (columns, probabilities) = heads[head]
    var rows: [Float] = []
    rows.reserveCapacity(texts.count * columns)
    for text in texts { rows += probabilities[text * columns..<(text + 1) * columns] }
    return rows
  }

  package func selecting(_ texts: [Int]) -> TeacherTargets {
    TeacherTargets(
      count: texts.count,
      heads.indices.map { (columns: heads[$0].columns, probabilities: rows(of: texts, head: $0)) })
  }

  /// These texts followed by others of the same heads.
  func adding(_ other: TeacherTargets) -> TeacherTargets {
    TeacherTargets(
      count: count + other.count,
      zip(heads, other.heads).map {
        (columns: $0.columns, probabilities: $0.probabilities + $1.probabilities)
      })
  }
}
