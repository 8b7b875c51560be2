/// The labels of some texts for one task.
///
/// A text has one number. Where a text has one label it is the label's id; for a multi-label task it
/// identifies a set of them, so that texts with the same labels have the same number.
public struct TaskLabels: Sendable, Equatable {
  /// The number of a text whose label is not known.
  public static let none: Int32 = -1

  /// [texts] label ids, or numbers of sets; -1 where the label is not known.
  public var numbers: [Int32]
  /// The different sets of labels, each rising ids; nil where a text has one label.
  public var sets: [[Int32]]?

  /// Every number must be -1 or a label, or the number of one of the sets.
  public init(numbers: [Int32], sets: [[Int32]]? = nil) {
    if let sets {
      precondition(
        numbers.allSatisfy { $0 >= -1 && Int($0) < sets.count }, "a number is not of the \(sets.count) sets")
    }
    self.numbers = numbers
    self.sets = sets
  }

  /// The number of texts.
  public var count: Int { numbers.count }

  /// The texts whose label is known.
  package var known: [Int] { numbers.indices.filter { numbers[$0] >= 0 } }

  /// The label ids of text `index`, rising; nil if they are not known.
  public func ids(_ index: Int) -> [Int32]? {
    let number = numbers[index]
    if number < 0 { return nil }
    return sets.map { $0[Int(number)] } ?? [number]
  }

  /// Of the texts of the given indices, in that order.
  public func selecting(_ indices: [Int]) -> TaskLabels {
    TaskLabels(numbers: indices.map { numbers[$0] }, sets: sets)
  }

  /// How many texts have each of `count` labels.
  public func counts(labelCount count: Int) -> [Int] {
    var result = [Int](repeating: 0, count: count)
    for index in numbers.indices {
      for id in ids(index) ?? [] { result[Int(id)] += 1 }
    }
    return result
  }

  /// These labels followed by others of the same task.
  package func adding(_ other: TaskLabels) -> TaskLabels {
    guard let sets, let others = other.sets else { return TaskLabels(numbers: numbers + other.numbers) }
    var all = sets
    var places = Dictionary(zip(sets, Int32(0)...), uniquingKeysWith: { first, _ in first })
    let renumbered = others.map { set -> Int32 in
      if let place = places[set] { return place }
      all.append(set)
      places[set] = Int32(all.count - 1)
      return Int32(all.count - 1)
    }
    return TaskLabels(
      numbers: numbers + other.numbers.map { $0 < 0 ? $0 : renumbered[Int($0)] }, sets: all)
  }
}
