/// One training choice under the name that it has in a recipe's file and as a flag: `hidden`,
/// `batch-size`.
///
/// `RecipeKey.all` is the one list of them. Recipe files are read by it, `discern recipe show` and the
/// help of `discern train` are written from it, so a new choice is one entry there and one flag.
public struct RecipeKey: Sendable {
  /// What a group of choices is about; also the order in which they are shown.
  public enum Theme: String, Sendable, CaseIterable {
    /// The tokenizer.
    case text = "How text becomes words"
    /// Vocabulary, text lengths, labels and held-out texts.
    case data = "Which words and texts"
    /// The linear model of n-grams.
    case ngrams = "The n-grams"
    /// Layers and their sizes.
    case model = "The network"
    /// Steps, rates, losses and the choice of the best epoch.
    case training = "Training"
  }

  /// What a value looks like.
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
    /// Parts with commas between them, described in a few words. A file may also have them as a list,
    /// and a flag may be repeated.
    case list(String)

    /// What is expected, for messages.
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

  /// In a file and, behind two dashes, as a flag.
  public let name: String
  /// A sentence for people, the same in help and in shown recipes.
  public let help: String
  /// What its values look like.
  public let form: Form
  /// The key that says the same thing in another way: of the two only one can be given.
  public let excluded: String?
  /// The names that it had before.
  public let aliases: [RecipeAlias]
  private let read: @Sendable (TrainingRecipe) -> String
  private let write: @Sendable (inout TrainingRecipe, String) -> Bool
  private let implied: @Sendable (TrainingRecipe) -> Bool

  /// A choice that is one property of a recipe.
  init<Value: RecipeValue>(
    _ name: String, formerly aliases: [RecipeAlias] = [],
    _ path: any WritableKeyPath<TrainingRecipe, Value> & Sendable, _ help: String
  ) {
    self.init(
      name, formerly: aliases, help, read: { $0[keyPath: path] }, write: { $0[keyPath: path] = $1 })
  }

  /// - Parameters:
  ///   - aliases: the names that it had before.
  ///   - excluding: the key that says the same in another way.
  ///   - isImplied: whether the value follows from the choices that stand before it in `all`; such a
  ///     value is shown as a comment. Setting it is another thing than leaving it out.
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
    excluded = excluding
    self.read = { read($0).recipeText }
    self.write = { recipe, text in
      guard let value = Value(recipeText: text) else { return false }
      write(&recipe, value)
      return true
    }
    implied = isImplied
  }

  /// The value in a recipe, as it is written in a file and behind a flag.
  public func text(in recipe: TrainingRecipe) -> String { read(recipe) }

  /// Whether the value in a recipe is what the other choices, or the texts, make of it.
  public func isImplied(in recipe: TrainingRecipe) -> Bool {
    implied(recipe) || recipe.leavesOpen(self)
  }

  /// Sets the value from text, and those that follow it; `false` if the text has another form. The texts then
  /// no longer decide about it.
  func set(_ text: String, in recipe: inout TrainingRecipe) -> Bool {
    guard write(&recipe, text) else { return false }
    recipe.automatic.remove(name)
    if let excluded { recipe.automatic.remove(excluded) }
    return true
  }

  /// Every choice. A value that others follow is before them.
  public static let all = byTheme.flatMap(\.keys)

  /// The same, by what they are about.
  public static let byTheme: [(theme: Theme, keys: [RecipeKey])] = [
    (.text, textKeys), (.data, dataKeys), (.ngrams, ngramKeys), (.model, modelKeys),
    (.training, trainingKeys),
  ]

  /// The key of that name.
  public static func named(_ name: String) -> RecipeKey? { byName[name] }

  /// The key that had that name before, and that name.
  public static func formerly(named name: String) -> (key: RecipeKey, alias: RecipeAlias)? { byAlias[name] }

  private static let byName = Dictionary(uniqueKeysWithValues: all.map { ($0.name, $0) })
  private static let byAlias = Dictionary(
    uniqueKeysWithValues: all.flatMap { key in key.aliases.map { ($0.name, (key: key, alias: $0)) } })
}
