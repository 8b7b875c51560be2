import DiscernIO

/// The space of a search: recipe keys with ranges.
///
/// ```yaml
/// learning-rate: log 1e-4 … 1e-2
/// hidden: choice 32, 64, 128
/// layers: int 1 … 3
/// dropout: linear 0.1 … 0.5
/// epochs: 8
/// ```
public struct SearchSpace: Sendable {
  /// A key and its possible values.
  public struct Dimension: Sendable {
    /// The key.
    public let key: RecipeKey
    /// Its possible values.
    public let range: SearchRange
    let place: RecipeError.Place
    let alias: RecipeAlias?
  }

  /// The dimensions in the order of the file.
  public let dimensions: [Dimension]

  /// Keys that affect what is measured, how trials are compared, or the number of networks: they must be the
  /// same for all trials.
  private static let common: Set<String> = [
    "seed", "ensemble", "self-train", "validation-fraction", "dev-split", "monitor", "task-metric", "watch",
  ]

  /// Reads a space's file.
  ///
  /// - Throws: `DiscernError.recipe`, naming file and line.
  public init(contentsOf path: String) throws(DiscernError) {
    try self.init(
      wrapping(DiscernError.recipe) { () throws(RecipeError) in
        try RecipeSettings.text(path)
      }, path: path)
  }

  /// - Parameters:
  ///   - text: YAML.
  ///   - path: for messages.
  package init(_ text: String, path: String) throws(DiscernError) {
    dimensions = try wrapping(DiscernError.recipe) { () throws(RecipeError) in
      var dimensions: [Dimension] = []
      for (key, value) in try RecipeSettings.pairs(text, path) {
        dimensions.append(try Self.dimension(key, value, dimensions, path))
      }
      if dimensions.isEmpty { throw .empty(path: path) }
      return dimensions
    }
  }

  private static func dimension(
    _ node: YAMLNode, _ value: YAMLNode, _ known: [Dimension], _ path: String
  ) throws(RecipeError) -> Dimension {
    let (name, key, alias) = try RecipeSettings.known(node, path)
    let line = node.line
    let place = RecipeError.Place.file(path: path, line: line)
    if known.contains(where: { $0.key.name == key.name }) {
      throw .duplicateKey(path: path, line: line, key: name)
    }
    guard let scalar = value.scalar else {
      throw .notAScalar(
        path: path, line: line, found: "\(value.kind) as the value of “\(name)”")
    }
    if Self.common.contains(key.name) {
      throw .invalid(
        place, key: name, value: scalar,
        reason: "trials are compared by it, so it must be the same for all of them; give it as a flag")
    }
    guard let range = SearchRange(scalar, key.form) else {
      throw .badValue(
        place, key: name, value: scalar,
        expected: "\(SearchRange.expected); a value is \(alias?.expected ?? key.expected)")
    }
    for text in range.examples(key.form) {
      var settings = RecipeSettings()
      try settings.set(key, as: alias, to: text, at: place)
      try Self.check(settings)
    }
    return Dimension(key: key, range: range, place: place, alias: alias)
  }

  /// - Throws: `RecipeError.invalid` for a value that is invalid whatever the other settings are.
  private static func check(_ settings: RecipeSettings) throws(RecipeError) {
    do throws(DiscernError) { _ = try settings.recipe() } catch {
      // In combination with other settings, other errors might not occur.
      if case .recipe(let problem) = error, case .invalid = problem { throw problem }
    }
  }

  /// The settings of a trial: those of `base`, and for each key a value determined by the seed, the trial's
  /// number and the key's name. Trial 1 is `base` with the values common to all trials. Settings that do not
  /// apply to a trial's model are left out.
  ///
  /// - Parameters:
  ///   - number: from 1.
  ///   - seed: the seed of the whole search.
  ///   - base: the settings that are not searched.
  public func settings(
    ofTrial number: Int, seed: UInt64, above base: RecipeSettings
  ) throws(RecipeError) -> RecipeSettings {
    var own = RecipeSettings()
    for dimension in dimensions where number > 1 || !dimension.range.varies {
      let stream = RandomStream(seed: seed, purpose: .search, name: dimension.key.name)
      let place = Double(stream.bits(number) >> 11) * 0x1p-53
      try own.set(
        dimension.key, as: dimension.alias, to: dimension.range.value(at: place, dimension.key.form),
        at: dimension.place)
    }
    var settings = base
    settings.merge(own)
    _ = settings.dropUseless(except: RecipeSettings())
    return settings
  }

  /// The space without keys that are set elsewhere.
  package func without(_ settings: RecipeSettings) -> SearchSpace {
    SearchSpace(
      dimensions: dimensions.filter { dimension in
        !settings.has(dimension.key)
          && !(dimension.key.excluded.flatMap(RecipeKey.named).map(settings.has) ?? false)
      })
  }

  private init(dimensions: [Dimension]) { self.dimensions = dimensions }
}
