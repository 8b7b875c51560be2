import DiscernVocabulary

/// The groups that texts are in, such as all reviews of one film: a division keeps each on one side.
public struct TextGroups: Sendable, Equatable {
  /// The number of a text that is in no group.
  public static let none: Int32 = -1

  /// [texts] the number of each text's group, in order of first occurrence; -1: no group.
  public private(set) var numbers: [Int32] = []
  private var table = TokenTable()

  init() {}

  /// The number of groups.
  public var count: Int { table.count }
  /// The number of texts in no group.
  public var textsWithoutGroup: Int { numbers.count { $0 < 0 } }

  /// The group's name as written in the data.
  public func name(_ number: Int32) -> String { String(decoding: table[Int(number)], as: UTF8.self) }

  mutating func append(_ group: UnsafeBufferPointer<UInt8>?) {
    numbers.append(group.map { table.insert($0) } ?? Self.none)
  }

  /// [texts] the hash of each text's group.
  var hashes: [ContentHash] {
    let names = (0..<table.count).map { number in
      Array(table[number]).withUnsafeBufferPointer { ContentHash($0) }
    }
    return numbers.map { $0 < 0 ? ContentHash() : names[Int($0)] }
  }
}
