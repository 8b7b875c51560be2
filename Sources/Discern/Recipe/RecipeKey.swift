/// One training setting under its name in a recipe file and as a flag, such as `hidden` or `batch-size`.
///
/// `RecipeKey.all` is the single list of them. Recipe files are parsed with it, and `discern recipe show` and
/// the help of `discern train` are generated from it, so a new setting is one entry there and one flag.
public struct RecipeKey: Sendable {
  /// The topic of a group of settings; also the order in which the groups are shown.
  public enum Theme: String, Sendable, CaseIterable {
    /// The tokenizer.
    case text = "Tokenization"
    /// Vocabulary, text lengths, labels and held-out texts.
    case data = "Vocabulary and data"
    /// The linear model of n-grams.
    case ngrams = "N-grams"
    /// Layers and their sizes.
    case model = "Network"
    /// Steps, rates, losses and the choice of the best epoch.
    case training = "Training"
  }

  /// The form of a value.
  public enum Form: Sendable, Hashable {
    /// Digits, possibly with a minus sign.
    case wholeNumber
    /// A decimal number.
    case number
    /// `true` or `false`; as a flag `--name` or `--no-name`.
    case onOff
    /// One of these names.
    case choice([String])
    /// Free text, described in a few words.
    case text(String)
    /// Comma-separated parts, described in a few words. A file may also give them as a list, and a flag may
    /// be repeated.
    case list(String)

    /// The expected form, for messages.
    public var expected: String {
      switch self {
      case .wholeNumber: "a whole number"
      case .number: "a number such as 0.5 or 1e-3"
      case .onOff: "true or false"
      case .choice(let names): "one of " + names.joined(separator: ", ")
      case .text(let expected), .list(let expected): expected
      }
    }
  }

  /// The name in a file and, after two dashes, as a flag.
  public let name: String
  /// A sentence for users, the same in help and in shown recipes.
  public let help: String
  /// The form of its values.
  public let form: Form
  /// The expected values, for messages.
  public let expected: String
  /// The key that sets the same thing in another way: only one of the two can be given.
  public let excluded: String?
  /// Its former names.
  public let aliases: [RecipeAlias]
  private let read: @Sendable (TrainingRecipe) -> String
  private let write: @Sendable (inout TrainingRecipe, String) -> Bool
  private let implied: @Sendable (TrainingRecipe) -> Bool

  /// A setting that is a single property of a recipe.
  init<Value: RecipeValue>(
    _ name: String, formerly aliases: [RecipeAlias] = [],
    _ path: any WritableKeyPath<TrainingRecipe, Value> & Sendable, _ help: String
  ) {
    self.init(
      name, formerly: aliases, help, read: { $0[keyPath: path] }, write: { $0[keyPath: path] = $1 })
  }

  /// - Parameters:
  ///   - aliases: its former names.
  ///   - excluding: the key that sets the same thing in another way.
  ///   - isImplied: whether the value is derived from settings that precede it in `all`; such a value is
  ///     shown as a comment. Setting it explicitly is not the same as leaving it out.
  init<Value: RecipeValue>(
    _ name: String, formerly aliases: [RecipeAlias] = [], _ help: String, excluding: String? = nil,
    read: @escaping @Sendable (TrainingRecipe) -> Value,
    write: @escaping @Sendable (inout TrainingRecipe, Value) -> Void,
    isImplied: @escaping @Sendable (TrainingRecipe) -> Bool = { _ in false }
  ) {
    self.name = name
    self.aliases = aliases
    self.help = help
    form = Value.recipeForm
    expected = Value.recipeExpected
    excluded = excluding
    self.read = { read($0).recipeText }
    self.write = { recipe, text in
      guard let value = Value(recipeText: text) else { return false }
      write(&recipe, value)
      return true
    }
    implied = isImplied
  }

  /// The value in a recipe, as written in a file or after a flag.
  public func text(in recipe: TrainingRecipe) -> String { read(recipe) }

  /// Whether the value in a recipe is derived from other settings, or from the texts.
  public func isImplied(in recipe: TrainingRecipe) -> Bool {
    implied(recipe) || recipe.leavesOpen(self)
  }

  /// Sets the value from text, and the values derived from it; `false` if the text has the wrong form. The
  /// value then no longer depends on the texts.
  func set(_ text: String, in recipe: inout TrainingRecipe) -> Bool {
    guard write(&recipe, text) else { return false }
    recipe.automatic.remove(name)
    if let excluded { recipe.automatic.remove(excluded) }
    return true
  }

  /// All settings. A setting precedes those that are derived from it.
  public static let all = byTheme.flatMap(\.keys)

  /// All settings, by topic.
  public static let byTheme: [(theme: Theme, keys: [RecipeKey])] = [
    (.text, textKeys), (.data, dataKeys), (.ngrams, ngramKeys), (.model, modelKeys),
    (.training, trainingKeys),
  ]

  /// The key of that name.
  public static func named(_ name: String) -> RecipeKey? { byName[name] }

  /// The key that formerly had that name, and the alias.
  public static func formerly(named name: String) -> (key: RecipeKey, alias: RecipeAlias)? { byAlias[name] }

  private static let byName = Dictionary(uniqueKeysWithValues: all.map { ($0.name, $0) })
  private static let byAlias = Dictionary(
    uniqueKeysWithValues: all.flatMap { key in key.aliases.map { ($0.name, (key: key, alias: $0)) } })
}
