import DiscernIO

/// A recipe's settings under their names in files and as flags, with numbers as numbers, as shown in logs and
/// by `discern info --json`.
///
/// A value derived from others is left out, as in a recipe file, where it is a comment.
public struct RecipeChoices: Encodable, Sendable {
  private let recipe: TrainingRecipe

  init(_ recipe: TrainingRecipe) { self.recipe = recipe }

  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: AnyCodingKey.self)
    for key in RecipeKey.all where !key.isImplied(in: recipe) && key.isUsed(by: recipe) {
      let (name, text) = (AnyCodingKey(key.name), key.text(in: recipe))
      switch key.form {
      case .wholeNumber:
        if let value = Int(text) {
          try container.encode(value, forKey: name)
        } else {
          try container.encode(UInt64(text), forKey: name)
        }
      case .number: try container.encode(Double(text), forKey: name)
      case .onOff: try container.encode(text == "true", forKey: name)
      case .choice, .text, .list: try container.encode(text, forKey: name)
      }
    }
  }
}

extension TrainingRecipe {
  /// The settings in the form of JSON output.
  public var choices: RecipeChoices { RecipeChoices(self) }
}
