import ArgumentParser
import Discern
import DiscernBundle
import DiscernIO

struct RecipeCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "recipe",
    abstract: "Print recipes, the files of training "
      + "settings.", subcommands: [Show.self])

  struct Show: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "show",
      abstract: "Print a recipe with all settings, explained: the defaults, a file's or a model's.",
      discussion: """
        Takes the flags of discern train, which override the file or the model.

        Examples:
          discern recipe show > recipe.yaml
          discern recipe show --hidden 256 --dropout 0.3 > recipe.yaml
          discern recipe show model > recipe.yaml
          discern train --recipe recipe.yaml --train reviews.tsv --output model
        """)

    @Argument(
      help: "Recipe file, or a trained model. Default: the defaults.",
      completion: .file(extensions: ["yaml", "yml"]))
    var path: String?

    @OptionGroup var recipe: RecipeArguments

    func validate() throws {
      if let path, let file = recipe.file {
        throw ValidationError("\(path) and --recipe \(file): give one of them")
      }
    }

    func run() throws {
      try reportingErrors {
        let output = Output.standard()
        let (recipe, fitted) = try shown()
        try output.write(recipe.yaml(fitted: fitted))
        try output.flush()
      }
    }

    /// The recipe, and the values chosen from the texts that its model was trained on.
    private func shown() throws -> (recipe: TrainingRecipe, fitted: [FittedChoice]) {
      guard let path = path ?? recipe.file else { return (try recipe.recipe(), []) }
      guard FolderEntry(path: path)?.kind == .folder || PackedModel.isOne(path) else {
        return (try recipe.recipe(file: path), [])
      }
      let record = try TextClassifier(contentsOf: path).record
      if !record.hasRecipe {
        Console.warning("\(path): no recipe is stored with this model, so these are the defaults")
      }
      for choice in record.notUnderstood where choice.hasPrefix("recipe") {
        Console.warning("\(path): left out a setting unknown to this version: \(choice)")
      }
      var settings = RecipeSettings(of: record.recipe, except: record.fitted)
      // The model's settings for a part that another kind of model lacks are ignored.
      let own = try self.recipe.take(in: &settings, above: nil)
      let shown = try settings.recipe()
      try own.requireUse(in: shown, beside: [])
      return (shown, record.fitted)
    }
  }
}
