/// The labels of some texts for one task.
///
/// Each text has one number. With one label per text, it is the label's id; for a multi-label task, it
/// identifies a set of labels, so that texts with the same labels have the same number.
public struct TaskLabels: Sendable, Equatable {
  /// The number of a text whose label is unknown.
  public static let none: Int32 = -1

  /// [texts] label ids, or numbers of sets; -1 if the label is unknown.
  public var numbers: [Int32]
  /// The distinct sets of label ids, each ascending; nil if each text has one label.
  public var sets: [[Int32]]?

  /// Every number must be -1, a label's id or, if there are sets, the index of one of them.
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

  /// The indices of the texts whose label is known.
  package var known: [Int] { numbers.indices.filter { numbers[$0] >= 0 } }

  /// The label ids of text `index`, ascending; nil if unknown.
  public func ids(_ index: Int) -> [Int32]? {
    let number = numbers[index]
    if number < 0 { return nil }
    return sets.map { $0[Int(number)] } ?? [number]
  }

  /// The labels of the texts with the given indices, in that order.
  public func selecting(_ indices: [Int]) -> TaskLabels {
    TaskLabels(numbers: indices.map { numbers[$0] }, sets: sets)
  }

  /// The number of texts with each of `count` labels.
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
