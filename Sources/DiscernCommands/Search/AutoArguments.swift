import ArgumentParser

/// The options for searching for a recipe.
struct AutoArguments: ParsableArguments {
  @Flag(
    help: ArgumentHelp(
      "Search for the best recipe: n-grams, a network or both, and their main settings. Settings given here "
        + "or in --recipe stay fixed."))
  var auto = false

  @Option(
    help: ArgumentHelp("With --auto: time limit (90s, 10m, 2h).", valueName: "time"),
    transform: SearchArguments.seconds)
  var budget: Double?

  @OptionGroup var search: SearchArguments

  /// The default time limit.
  static let usualBudget = 600.0

  func validate() throws {
    if auto { return }
    let given = [
      ("budget", budget != nil), ("workers", search.workers != nil),
      ("trial-memory", search.trialMemory != nil),
    ]
    if let (name, _) = given.first(where: \.1) {
      throw ValidationError("--\(name) needs --auto, or discern sweep")
    }
  }
}
