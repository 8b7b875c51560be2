import Discern
import Foundation
import TestSupport
import Testing

private let reviews = SharedData.projectRoot.appendingPathComponent("corpora/reviews").path

/// The sections of the help that contain only recipe settings.
private let titles = [
  "Text", "Vocabulary and lengths", "N-grams", "Network", "Dropout", "Training", "Learning rate", "Loss",
  "Selection and calibration",
]

/// The recipe flags of `discern train`, from its own help.
private func recipeFlags(_ command: String...) throws -> Set<String> {
  try withTemporaryFolder { folder in
    let run = try CommandRun(
      arguments: command + ["--experimental-dump-help"], folder: folder)
    let object = try JSONSerialization.jsonObject(with: Data(run.output.utf8)) as? [String: Any]
    let arguments = (object?["command"] as? [String: Any])?["arguments"] as? [[String: Any]] ?? []
    var names: Set<String> = []
    for argument in arguments {
      let title = argument["sectionTitle"] as? String ?? ""
      for name in argument["names"] as? [[String: Any]] ?? [] {
        guard let name = name["name"] as? String,
          title.isEmpty ? ["model", "epochs"].contains(name) : titles.contains(title)
        else { continue }
        names.insert(name.hasPrefix("no-") ? String(name.dropFirst(3)) : name)
      }
    }
    return names
  }
}

@Test func everyRecipeKeyIsAFlagAndTheReverse() throws {
  let keys = Set(RecipeKey.all.map(\.name))
  #expect(try recipeFlags("train") == keys)
  #expect(try recipeFlags("recipe", "show") == keys)
}

@Test func theShownRecipeTrainsTheSameModel() throws {
  try withTemporaryFolder { folder in
    let shown = try CommandRun("recipe", "show", folder: folder)
    #expect(shown.status == 0 && shown.errors.isEmpty)
    #expect(shown.output == TrainingRecipe().yaml)
    try shown.output.write(toFile: folder + "/r.yaml", atomically: true, encoding: .utf8)
    #expect(try CommandRun("recipe", "show", "r.yaml", folder: folder).output == shown.output)

    let small = ["--hidden", "8", "--embedding-dim", "8", "--epochs", "1"]
    let common = ["train", "--train", reviews + "/train.tsv", "--quiet"]
    let plain = try CommandRun(arguments: common + small + ["--output", "plain"], folder: folder)
    let read = try CommandRun(
      arguments: common + small + ["--output", "read", "--recipe", "r.yaml"], folder: folder)
    #expect(plain.status == 0 && read.status == 0, "\(read.errors)")
    // The same choices as flags of `show`, and its output as a file alone.
    let written = try CommandRun(arguments: ["recipe", "show"] + small, folder: folder)
    try written.output.write(toFile: folder + "/small.yaml", atomically: true, encoding: .utf8)
    let alone = try CommandRun(
      arguments: common + ["--output", "alone", "--recipe", "small.yaml"], folder: folder)
    #expect(alone.status == 0, "\(alone.errors)")
    for file in ["weights.safetensors", "vocabulary.txt"] {
      let bytes = try Data(contentsOf: URL(fileURLWithPath: folder + "/plain/" + file))
      for other in ["read", "alone"] {
        #expect(try Data(contentsOf: URL(fileURLWithPath: "\(folder)/\(other)/\(file)")) == bytes)
      }
    }
  }
}

@Test func flagsWinOverTheFileAndMistakesAreTold() throws {
  try withTemporaryFolder { folder in
    try "hidden: 32\nlowercase: false\nbatch-tokens: 900\n".write(
      toFile: folder + "/r.yaml", atomically: true, encoding: .utf8)
    let shown = try CommandRun(
      "recipe", "show", "r.yaml", "--hidden", "16", "--lowercase", "--batch-size", "4", folder: folder)
    #expect(shown.lines.contains("hidden: 16"))
    #expect(shown.lines.contains("lowercase: true"))
    #expect(shown.lines.contains("batch-size: 4"))
    #expect(shown.lines.contains("locale: en") && shown.lines.contains("# epochs: 10"))
    #expect(shown.lines.contains("# attention-size: 16"))

    func fails(_ status: Int32, _ words: String, _ arguments: String...) throws {
      let run = try CommandRun(arguments: arguments, folder: folder)
      #expect(run.status == status && run.errors.contains(words) && run.output.isEmpty, "\(run.errors)")
    }
    try "hiden: 3\n".write(toFile: folder + "/wrong.yaml", atomically: true, encoding: .utf8)
    try fails(
      65, "wrong.yaml:1: no key is named “hiden”; did you mean “hidden”?", "recipe", "show", "wrong.yaml")
    try fails(
      65, "wrong.yaml:1", "train", "--train", "x", "--output", "m", "--recipe", "wrong.yaml")
    try fails(66, "absent.yaml", "recipe", "show", "absent.yaml")
    try fails(64, "--hidden many: expected a whole number", "recipe", "show", "--hidden", "many")
    try fails(64, "--hidden 0: expected 1 to 1048576", "recipe", "show", "r.yaml", "--hidden", "0")
    try fails(64, "are mutually exclusive", "recipe", "show", "--batch-size", "3", "--batch-tokens", "9")
    try fails(
      64, "--numbers 3: expected one of keep, zero, drop", "vocab", "build", "--input", "r.yaml", "--output",
      "v", "--numbers", "3")
  }
}

/// Values that followed from a model's texts are not choices, nor are those that do not apply to it, so that
/// the recipe can be used with other texts and for another kind of model.
@Test func aModelsRecipeHoldsWhatWasChosenAlone() throws {
  try withTemporaryFolder { folder in
    let train = ["train", "--train", reviews + "/train.tsv", "--epochs", "1", "--quiet"]
    let trained = try CommandRun(arguments: train + ["--output", "joined"], folder: folder)
    #expect(trained.status == 0, "\(trained.errors)")
    let shown = try CommandRun("recipe", "show", "joined", folder: folder).output
    for line in [
      "\n# hidden: 64  # for the texts of that training\n", "\nepochs: 1", "\nmodel: joined\n",
      "\n# attention-size: ",
    ] { #expect(shown.contains(line), "\(line) \(shown)") }
    try shown.write(toFile: folder + "/r.yaml", atomically: true, encoding: .utf8)
    let recipe = try TrainingRecipe(contentsOf: folder + "/r.yaml")
    #expect(recipe.options.epochs == 1 && recipe.automatic.contains("hidden"))
    #expect(!recipe.automatic.contains("epochs"))
    // The flag wins, and leaves the rest.
    let wider = try CommandRun("recipe", "show", "joined", "--hidden", "7", folder: folder).output
    #expect(wider.contains("\nhidden: 7") && wider.contains("\n# batch-size: "))

    let linear = try CommandRun("recipe", "show", "joined", "--model", "ngrams", folder: folder)
    #expect(linear.status == 0 && linear.errors.isEmpty, "\(linear.errors)")
    #expect(linear.output.contains("\n# hidden: ") && linear.output.contains("\n# epochs: "))
    #expect(linear.output.contains("\nword-ngrams: 3\n") && linear.output.contains("\nmodel: ngrams"))
    try linear.output.write(toFile: folder + "/l.yaml", atomically: true, encoding: .utf8)
    let again = try CommandRun(
      arguments: [
        "train", "--train", reviews + "/train.tsv", "--recipe", "l.yaml", "--output", "linear", "--quiet",
      ],
      folder: folder)
    #expect(again.status == 0, "\(again.errors)")
    #expect(try CommandRun("recipe", "show", "linear", folder: folder).output == linear.output)
  }
}
