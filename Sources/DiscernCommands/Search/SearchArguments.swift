import ArgumentParser
import Discern
import DiscernIO
import DiscernSystem

/// The limits of a search.
struct SearchArguments: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "Number of trials trained in parallel, each in its own process. Default: one per two cores.",
      valueName: "number"))
  var workers: Int?

  @Option(
    help: ArgumentHelp(
      "Memory limit of a trial, with K, M or G; a trial that exceeds it fails. Default: an equal share of "
        + "what is available.", valueName: "size"))
  var trialMemory: ByteCount?

  func validate() throws {
    if let workers, !(1...256).contains(workers) {
      throw ValidationError("--workers \(workers): expected 1 to 256")
    }
  }

  /// A time such as `30m`, in seconds.
  static func seconds(_ text: String) throws -> Double {
    guard case .seconds(let seconds)? = CheckpointInterval(text) else {
      throw ValidationError("expected a time such as 90s, 30m or 2h")
    }
    return seconds
  }

  /// - Parameter threads: the number of threads of all trials together.
  func setup(folder: String, dataWords: [String], threads: Int, savesModels: Bool) -> SearchRun.Setup {
    let workers = workers ?? max(1, threads / 2)
    let limit = SystemMemory.limit().bytes
    // Some memory is left for this process and the system.
    let share = limit == .max ? 0 : Int(0.85 * Double(limit)) / workers
    return SearchRun.Setup(
      folder: folder, dataWords: dataWords, workers: workers, threads: max(1, threads / workers),
      memory: trialMemory?.bytes ?? share, savesModels: savesModels)
  }

  /// - Throws: `ValidationError` for a recipe of several training runs, whose epochs cannot be compared.
  static func requireOneNetwork(_ recipe: TrainingRecipe) throws {
    if recipe.ensembleSize > 1 {
      throw ValidationError(
        "--ensemble \(recipe.ensembleSize): a trial trains one network; use it with the recipe that is found"
      )
    }
    if recipe.selfTrains {
      throw ValidationError(
        "--self-train: a trial trains once; use it with the recipe that is found")
    }
  }

  /// The arguments of a command that concern the data: all except recipe keys and the options of a search.
  ///
  /// - Throws: `ValidationError` for an input that can be read only once, since every trial reads it.
  static func dataWords(
    _ words: [String], of command: String, except own: Set<String>
  ) throws -> [String] {
    let keys = Set(
      RecipeKey.all.flatMap { key in
        ([key.name] + key.aliases.map(\.name)).flatMap { [$0, "no-" + $0] }
      })
    let words = Array(RawArguments.joiningValues([command] + words).dropFirst())
    let streams = ResumedCommand.streams(words)
    if let stream = streams.first {
      throw ValidationError("\(stream) can be read only once, but every trial reads it; give a file")
    }
    return ResumedCommand.parts(words)
      .filter { !keys.contains($0.name) && !own.contains($0.name) && $0.name != "recipe" }.flatMap(\.words)
  }
}
