import DiscernModels
import DiscernTraining

/// Training settings as text, by key, with the place where each was made. A recipe file gives one value of
/// this type, flags another, and the second is merged into the first before the recipe is made: a key from
/// which others are derived, such as `dropout`, never undoes a value set for one of them elsewhere.
public struct RecipeSettings: Sendable {
  private struct Setting {
    /// The key's name as given, current or former.
    let name: String
    /// The current form of the value.
    let text: String
    let place: RecipeError.Place
  }

  private var settings: [String: Setting] = [:]

  /// No settings.
  public init() {}

  /// Adds the setting that an old stored recipe implies: before there was a choice of models, all were
  /// recurrent networks.
  mutating func assumeNetwork() {
    if settings["model"] != nil { return }
    settings["model"] = Setting(name: "model", text: ModelKind.recurrent.rawValue, place: .flag)
  }

  /// The settings of a recipe, without derived ones.
  ///
  /// - Parameter fitted: settings derived from texts, which are also left out.
  package init(of recipe: TrainingRecipe, except fitted: [FittedChoice] = []) {
    let names = Set(fitted.map(\.key))
    for key in RecipeKey.all
    where !key.isImplied(in: recipe) && key.isUsed(by: recipe) && !names.contains(key.name) {
      settings[key.name] = Setting(name: key.name, text: key.text(in: recipe), place: .flag)
    }
  }

  /// Whether nothing is set.
  public var isEmpty: Bool { settings.isEmpty }

  /// Whether that key has been set.
  public func has(_ key: RecipeKey) -> Bool { settings[key.name] != nil }

  /// The setting of that key: the name used, the value, and the place.
  func choice(of key: RecipeKey) -> (name: String, text: String, place: RecipeError.Place)? {
    settings[key.name].map { ($0.name, $0.text, $0.place) }
  }

  /// Removes the setting of that key.
  mutating func remove(_ key: RecipeKey) { settings[key.name] = nil }

  /// Whether a setting was made under that name.
  func isGiven(_ name: String) -> Bool { settings.values.contains { $0.name == name } }

  /// - Parameters:
  ///   - key: the key to set.
  ///   - alias: the former name under which it was given, if any.
  ///   - given: the value as written.
  ///   - place: where it was written, for messages.
  /// - Throws: `RecipeError.badValue` for text of the wrong form; `.exclusive`, also for one key under two
  ///   names.
  public mutating func set(
    _ key: RecipeKey, as alias: RecipeAlias? = nil, to given: String, at place: RecipeError.Place
  ) throws(RecipeError) {
    let name = alias?.name ?? key.name
    var scratch = TrainingRecipe()
    guard let text = alias.map({ $0.renewed(given) }) ?? given, key.set(text, in: &scratch) else {
      throw .badValue(place, key: name, value: given, expected: alias?.expected ?? key.expected)
    }
    if let other = key.excluded.flatMap({ settings[$0] }) ?? settings[key.name], other.name != name {
      throw .exclusive(place, key: name, other: other.name)
    }
    settings[key.name] = Setting(name: name, text: text, place: place)
  }

  /// Adds all settings of `other`, which replace those of the same keys.
  public mutating func merge(_ other: RecipeSettings) {
    for (name, setting) in other.settings {
      if let excluded = RecipeKey.named(name)?.excluded { settings[excluded] = nil }
      settings[name] = setting
    }
  }

  /// The defaults, changed by these settings, in the order of `RecipeKey.all`.
  ///
  /// - Throws: `DiscernError.recipe` for an invalid value, with its place; other cases for an impossible
  ///   combination.
  public func recipe() throws(DiscernError) -> TrainingRecipe {
    let recipe = unchecked
    try wrapping(DiscernError.recipe) { () throws(RecipeError) in try checkUse() }
    do { try recipe.validate() } catch {
      guard let (name, reason) = error.refusedChoice else { throw error }
      var key = RecipeKey.named(name).flatMap { has($0) ? $0 : nil }
      if key == nil {
        // Name the setting that is wrong by itself: others may be derived from it.
        for candidate in RecipeKey.all {
          guard let setting = settings[candidate.name] else { continue }
          do { try Self.recipe([candidate.name: setting]).validate() } catch let own {
            if own.description == error.description { key = key ?? candidate }
          }
        }
      }
      guard let key, let setting = settings[key.name] else { throw error }
      throw .recipe(
        .invalid(setting.place, key: setting.name, value: setting.text, reason: reason))
    }
    return recipe
  }

  /// The same recipe, without checking the values.
  package var unchecked: TrainingRecipe { Self.recipe(settings) }

  private static func recipe(_ settings: [String: Setting]) -> TrainingRecipe {
    var recipe = TrainingRecipe()
    for key in RecipeKey.all {
      guard let setting = settings[key.name] else { continue }
      let isRead = key.set(setting.text, in: &recipe)
      precondition(isRead, "\(key.name) was checked when it was set")
    }
    return recipe
  }
}

extension DiscernError {
  /// The same error about the flag of an invalid setting, for options that exist only on the command line.
  package var namingFlag: DiscernError {
    switch self {
    case .training(.invalidOption(let name, let value, _)),
      .model(.invalidConfiguration(let name, let value, _)):
      .recipe(.invalid(.flag, key: name, value: value, reason: refusedChoice?.reason ?? description))
    default: self
    }
  }

  /// The key of an invalid setting, and the reason or the valid values.
  fileprivate var refusedChoice: (name: String, reason: String)? {
    switch self {
    case .training(.invalidOption(let name, _, let expected)): (name, "expected " + expected)
    case .model(.invalidConfiguration(let name, _, let expected)): (name, "expected " + expected)
    case .ngrams(.invalidOption(let name, _, let expected)): (name, "expected " + expected)
    // Only the locale of a tokenizer can be invalid.
    case .text: ("locale", description)
    default: nil
    }
  }
}
