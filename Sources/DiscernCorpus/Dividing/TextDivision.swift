import DiscernIO

/// A division of texts into training texts and those held out for development.
public struct TextDivision: Sendable {
  /// Indices of texts, ascending.
  public let training: [Int]
  /// Indices of texts, ascending.
  public let development: [Int]
  /// The groups that were kept together; nil if none were requested.
  public let groups: Groups?
  /// [texts] the number of each text's group; nil if none were requested.
  package let groupNumbers: [Int32]?

  /// The groups that a division kept together.
  public struct Groups: Sendable, Equatable, Codable {
    /// The number of groups in training. A text without a group counts as a group.
    public internal(set) var training = 0
    /// The number of groups in development.
    public internal(set) var development = 0
    /// The number of texts in training.
    public internal(set) var trainingTexts = 0
    /// The number of texts in development.
    public internal(set) var developmentTexts = 0
    /// The number of texts in the largest group.
    public internal(set) var largest = 0
    /// The column or key of the groups; nil if they are only near copies.
    public internal(set) var column: String?
    /// The number of texts in no group of the column.
    public internal(set) var textsWithoutGroup: Int?
    /// The groups of near copies; nil if they were not looked for.
    public internal(set) var nearCopies: Copies?

    /// The numbers of near copies.
    public struct Copies: Sendable, Equatable, Codable {
      /// The number of groups, each of at least two texts.
      public let groups: Int
      /// The number of texts in these groups.
      public let texts: Int
      /// The number of texts in the largest group.
      public let largest: Int

      package init(groups: Int, texts: Int, largest: Int) {
        self.groups = groups
        self.texts = texts
        self.largest = largest
      }
    }
  }
}

extension EncodedCorpus {
  /// Holds out a part of the texts.
  ///
  /// - Parameters:
  ///   - split: near copies must have been requested when the corpus was encoded.
  ///   - fraction: the share of all texts, above 0 and below 1.
  ///   - column: that of `groups`, for messages.
  /// - Throws: `CorpusError.splitImpossible`.
  package func divided(
    _ split: DevelopmentSplit, column: ColumnSelector?, fraction: Double, seed: UInt64
  ) throws(CorpusError) -> TextDivision {
    let targets = targets.map(\.labels)
    guard groups != nil || split == .nearDuplicates else {
      let split = try StratifiedSplit(targets: targets, fraction: fraction, seed: seed)
      return TextDivision(
        training: split.training, development: split.development, groups: nil, groupNumbers: nil)
    }
    let wanted = try StratifiedSplit.wanted(fraction, of: count)
    var result = TextDivision.Groups()
    let (numbers, groupCount) = joined(nearCopies: split == .nearDuplicates, column, &result)
    let strata = LabelStrata.numbers(targets, fraction: fraction)
    let grouped = GroupedSplit(labels: strata, groups: numbers, wanted: wanted, seed: seed)
    let sizes = numbers.reduce(into: [Int](repeating: 0, count: groupCount)) { $0[Int($1)] += 1 }
    result.largest = sizes.max() ?? 0
    guard 2 * grouped.development.count >= wanted, !grouped.training.isEmpty else {
      throw .splitImpossible(
        reason: reason(result, wanted, largest: sizes.firstIndex(of: result.largest), numbers))
    }
    result.development = Set(grouped.development.map { numbers[$0] }).count
    result.training = groupCount - result.development
    result.trainingTexts = grouped.training.count
    result.developmentTexts = grouped.development.count
    return TextDivision(
      training: grouped.training, development: grouped.development, groups: result,
      groupNumbers: numbers)
  }

  /// [texts] the number of each text's group, a separate one for a text without a group; nil if there is no
  /// group column.
  package var groupNumbers: [Int32]? {
    if groups == nil { return nil }
    var result = TextDivision.Groups()
    return joined(nearCopies: false, nil, &result).numbers
  }

  /// The number of each text's group, and the number of groups.
  func joined(
    nearCopies: Bool, _ column: ColumnSelector?, _ result: inout TextDivision.Groups
  ) -> (numbers: [Int32], count: Int) {
    var sets = DisjointSets(count: count)
    if let groups {
      result.column = column?.description ?? "group"
      result.textsWithoutGroup = groups.textsWithoutGroup
      var firsts = [Int32](repeating: -1, count: groups.count)
      for (text, group) in groups.numbers.enumerated() where group >= 0 {
        if firsts[Int(group)] < 0 { firsts[Int(group)] = Int32(text) }
        sets.join(firsts[Int(group)], Int32(text))
      }
    }
    if nearCopies {
      guard let sketches else { preconditionFailure("the texts were encoded without sketches") }
      let copies = NearCopies(of: sketches).groups
      for group in copies {
        for text in group.dropFirst() { sets.join(group[0], text) }
      }
      result.nearCopies = TextDivision.Groups.Copies(
        groups: copies.count, texts: copies.reduce(0) { $0 + $1.count },
        largest: copies.map(\.count).max() ?? 0)
    }
    return sets.numbered()
  }

  /// The reason why no part can be held out: the groups are too large.
  private func reason(
    _ division: TextDivision.Groups, _ wanted: Int, largest: Int?, _ numbers: [Int32]
  ) -> String {
    let first = numbers.firstIndex { Int($0) == largest } ?? 0
    let flag = division.column.map { "--group-column \($0)" } ?? "--dev-split near-duplicates"
    var name = locations.isEmpty ? "" : ", with \(locations[first]),"
    if let groups, groups.numbers[first] >= 0 {
      name = ", “\(DisplayText.cut(DisplayText.escaped(groups.name(groups.numbers[first])), to: 40))”,"
    }
    return "\(count.counted("text")) in \(Set(numbers).count.counted("group")) of \(flag) cannot give "
      + "\(wanted.counted("text")) to development and keep each class in training: the largest group\(name) "
      + "has \(division.largest); raise --validation-fraction, give --dev, or "
      + (division.column == nil ? "leave --dev-split out" : "choose a column of smaller groups")
  }
}
