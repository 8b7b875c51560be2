import DiscernModels
import DiscernTraining

/// Training choices as text, by key, and where each was made. A recipe's file makes one, flags make
/// another, and the second is merged into the first before a recipe comes of it: a key that others
/// follow, such as `dropout`, never undoes what was said of one of them elsewhere.
public struct RecipeSettings: Sendable {
  private struct Setting {
    /// As it was given, under the key's name or one that it had before.
    let name: String
    /// As the key has it today.
    let text: String
    let place: RecipeError.Place
  }

  private var settings: [String: Setting] = [:]

  /// No choice made.
  public init() {}

  /// Puts in what holds where a stored recipe says nothing: when there was no choice of models, all were
  /// networks.
  mutating func assumeNetwork() {
    if settings["model"] != nil { return }
    settings["model"] = Setting(name: "model", text: ModelKind.recurrent.rawValue, place: .flag)
  }

  /// The choices of a recipe; what follows from others is none.
  ///
  /// - Parameter fitted: choices of it that followed from texts, and are none either.
  package init(of recipe: TrainingRecipe, except fitted: [FittedChoice] = []) {
    let names = Set(fitted.map(\.key))
    for key in RecipeKey.all
    where !key.isImplied(in: recipe) && key.isUsed(by: recipe) && !names.contains(key.name) {
      settings[key.name] = Setting(name: key.name, text: key.text(in: recipe), place: .flag)
    }
  }

  /// Whether nothing was chosen.
  public var isEmpty: Bool { settings.isEmpty }

  /// Whether something was said about that key.
  public func has(_ key: RecipeKey) -> Bool { settings[key.name] != nil }

  /// What was said about that key: under which name, what, and where.
  func choice(of key: RecipeKey) -> (name: String, text: String, place: RecipeError.Place)? {
    settings[key.name].map { ($0.name, $0.text, $0.place) }
  }

  /// Takes back what was said about that key.
  mutating func remove(_ key: RecipeKey) { settings[key.name] = nil }

  /// Whether something was given under that name.
  func isGiven(_ name: String) -> Bool { settings.values.contains { $0.name == name } }

  /// - Parameters:
  ///   - key: the choice.
  ///   - alias: the name under which it was given, if that is one that the key had before.
  ///   - given: its value, as it was written.
  ///   - place: where that was, for messages.
  /// - Throws: `RecipeError.badValue` for text of another form; `.exclusive`, also for one key
  ///   under two names.
  public mutating func set(
    _ key: RecipeKey, as alias: RecipeAlias? = nil, to given: String, at place: RecipeError.Place
  ) throws(RecipeError) {
    let name = alias?.name ?? key.name
    var scratch = TrainingRecipe()
    guard let text = alias.map({ $0.renewed(given) }) ?? given, key.set(text, in: &scratch) else {
      throw .badValue(place, key: name, value: given, expected: alias?.expected ?? key.form.expected)
    }
    if let other = key.excluded.flatMap({ settings[$0] }) ?? settings[key.name], other.name != name {
      throw .exclusive(place, key: name, other: other.name)
    }
    settings[key.name] = Setting(name: name, text: text, place: place)
  }

  /// Takes over what the other settings say, where they say something.
  public mutating func merge(_ other: RecipeSettings) {
    for (name, setting) in other.settings {
      if let excluded = RecipeKey.named(name)?.excluded { settings[excluded] = nil }
      settings[name] = setting
    }
  }

  /// The defaults, changed by these choices, in the order of `RecipeKey.all`.
  ///
  /// - Throws: `DiscernError.recipe` for a value that cannot be, with its place; other cases for a
  ///   combination that cannot be.
  public func recipe() throws(DiscernError) -> TrainingRecipe {
    let recipe = unchecked
    try wrapping(DiscernError.recipe) { () throws(RecipeError) in try checkUse() }
    do { try recipe.validate() } catch {
      guard let (name, reason) = error.refusedChoice else { throw error }
      var key = RecipeKey.named(name).flatMap { has($0) ? $0 : nil }
      if key == nil {
        // Whichever choice is wrong by itself is to blame: others may follow from it.
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

  /// The same, whether the values can be or not.
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
  /// The key of a choice that cannot be, and why or how it could.
  fileprivate var refusedChoice: (name: String, reason: String)? {
    switch self {
    case .training(.invalidOption(let name, _, let expected)): (name, "expected " + expected)
    case .model(.invalidConfiguration(let name, _, let expected)): (name, "expected " + expected)
    case .ngrams(.invalidOption(let name, _, let expected)): (name, "expected " + expected)
    // Of a tokenizer's settings only the locale can be wrong.
    case .text: ("locale", description)
    default: nil
    }
  }
}
