import ArgumentParser
import Discern

struct RecipeCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "recipe", abstract: "Write training choices down.", subcommands: [Show.self])

  struct Show: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "show",
      abstract: "Print a recipe with every choice and its explanation: the defaults, or a file's.",
      discussion: """
        Takes the flags of discern train, which win over the file.

        Examples:
          discern recipe show > recipe.yaml
          discern recipe show --hidden 256 --dropout 0.3 > recipe.yaml
          discern train --recipe recipe.yaml --train reviews.tsv --output model
        """)

    @Argument(help: "A recipe. Default: the defaults.", completion: .file(extensions: ["yaml", "yml"]))
    var file: String?

    @OptionGroup(title: "Recipe options") var flags: ChoiceFlags

    func run() throws {
      try reportingErrors {
        let recipe = try flags.recipe(file: file)
        let output = Output.standard()
        try output.write(recipe.yaml)
        try output.flush()
      }
    }
  }
}
