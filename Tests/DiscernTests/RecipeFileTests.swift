import Discern
import DiscernIO
import DiscernVocabulary
import Foundation
import TestSupport
import Testing

/// The error of reading these bytes as a recipe, with `r.yaml` as its path.
private func failure(_ bytes: [UInt8]) throws -> DiscernError? {
  try withTemporaryFolder { folder -> DiscernError? in
    let path = folder + "/r.yaml"
    try Data(bytes).write(to: URL(fileURLWithPath: path))
    do throws(DiscernError) {
      _ = try TrainingRecipe(contentsOf: path)
      return nil
    } catch {
      #expect("\(error)".hasPrefix(path), "\(error)")
      return error
    }
  }
}

/// The message without the folder's name; empty if the recipe was read.
private func message(_ text: String) throws -> String {
  guard let error = try failure(Array(text.utf8)) else { return "" }
  let words = "\(error)"
  return String(words[(words.range(of: "r.yaml")?.lowerBound ?? words.startIndex)...])
}

@Test func aRecipeIsPlainYAML() throws {
  for text in [
    "hidden: 32", "---\nhidden: 32\n...\n", "{hidden: 32, epochs: 3}", "\u{FEFF}hidden: 32\n",
    "\u{FEFF}epochs: 1\r\nhidden: 32\r\n", "\u{FEFF}# x\nepochs: 1\nhidden: 32",
    "# a *comment* & more\r\nhidden: 32 # units\r\n", "locale: \"tr\"", "locale: no", "? hidden\n: 32\n",
    "monitor: 'loss'", "metric: loss", "adversarial: none", "%YAML 1.2\n---\nseed: 18446744073709551615",
  ] {
    #expect(try message(text) == "", "\(text)")
  }
}

@Test func mistakesAreNamedWithTheirLine() throws {
  let cases: [(String, String)] = [
    ("epochs: 3\nhiden: 3\n", "r.yaml:2: no key is named “hiden”; did you mean “hidden”?"),
    ("lr: 0.1\n", "r.yaml:1: no key is named “lr”; did you mean “learning-rate”?"),
    ("batch_size: 3\n", "did you mean “batch-size”?"), ("num_layers: 3\n", "did you mean “layers”?"),
    ("zzz: 3\n", "r.yaml:1: no key is named “zzz”; discern recipe show"),
    ("vectors: glove.txt\n", "paths are given as flags"),
    ("# x\nhidden: 3\nepochs: 2\nhidden: 4\n", "r.yaml:4: “hidden” occurs more than once"),
    ("\nlocale: englsh\n", "r.yaml:2: locale: “englsh”: ICU knows no language “englsh”; did you mean en"),
    ("hidden: many\n", "r.yaml:1: hidden: “many”: expected a whole number"),
    ("hidden:\n", "r.yaml:1: hidden: “”: expected a whole number"),
    ("hidden: ~\n", "expected a whole number"), ("hidden: 3.5\n", "expected a whole number"),
    ("hidden: 99999999999999999999\n", "expected a whole number"),
    ("hidden: \"3\"\n", "expected a whole number, without quotes"),
    ("hidden: 0\n", "r.yaml:1: hidden: “0”: expected 1 to"),
    ("\n\nepochs: -1\n", "r.yaml:3: epochs: “-1”: expected 1 to 1000000"),
    ("dropout: nan\n", "expected a number"), ("dropout: 0x1p-1\n", "expected a number"),
    ("dropout: 1e999\n", "expected a number"), ("dropout: 1.5\n", "r.yaml:1: dropout: “1.5”"),
    ("learning-rate: .inf\n", "expected a number"),
    ("lowercase: yes\n", "expected true or false"), ("lowercase: 'true'\n", "without quotes"),
    ("monitor: f1\n", "expected one of auto, accuracy, macro-f1, micro-f1, loss"),
    ("metric: f1\n", "r.yaml:1: metric: “f1”: expected one of auto, accuracy"),
    ("directions: 3\n", "r.yaml:1: directions: “3”: expected 1 or 2"),
    ("directions: true\n", "r.yaml:1: directions: “true”: expected 1 or 2"),
    ("bidirectional: 2\n", "r.yaml:1: bidirectional: “2”: expected true or false"),
    ("seeds: 2\nensemble: 2\n", "r.yaml:2: “ensemble” and “seeds” are mutually exclusive"),
    (
      "bidirectional: true\ndirections: 2\n",
      "r.yaml:2: “directions” and “bidirectional” are mutually exclusive"
    ),
    ("seeds: 2\nseeds: 2\n", "“seeds” occurs more than once"),
    ("max-size: 2\n", "r.yaml:1: max-size: “2”: expected 3 to"),
    ("pooling: max+\n", "expected additive, linear, max"),
    ("pooling: max+max\n", "r.yaml:1: pooling: “max+max”"),
    ("pooling: [max, mean]\n", "r.yaml:1: found a list as the value of “pooling”"),
    ("shape:\n  hidden: 3\n", "r.yaml:1: no key is named “shape”"),
    ("hidden:\n  size: 3\n", "found a mapping as the value of “hidden”"),
    ("[hidden]: 3\n", "r.yaml:1: found a list as a key"),
    ("batch-size: 3\nbatch-tokens: 9\n", "r.yaml:2: “batch-tokens” and “batch-size” are mutually exclusive"),
    ("", "r.yaml: sets nothing"), ("# nothing\n", "r.yaml: sets nothing"), ("{}", "r.yaml: sets nothing"),
    ("---\n", "r.yaml: sets nothing"),
    ("hidden\n", "r.yaml:1: found “hidden”, expected lines such as"), ("- hidden\n", "found a list"),
    ("hidden: 3\n---\nhidden: 4\n", "r.yaml:2: not YAML: "),
    ("epochs: 3\n\thidden: 3\n", "r.yaml:2: not YAML: "), ("hidden: \"3\n", "not YAML: "),
    ("hidden: 3\nepochs: \u{1}\n", "r.yaml:2: not YAML: "), ("a: b: c\n", "r.yaml:1: not YAML: "),
    ("hidden: &a 3\nepochs: *a\n", "r.yaml:1: anchors"), ("hidden: *a\n", "r.yaml:1: anchors"),
    ("epochs: 3\nhidden: !!int 3\n", "r.yaml:2: anchors"), ("&a hidden: 3\n", "r.yaml:1: anchors"),
  ]
  for (text, words) in cases {
    let found = try message(text)
    #expect(found.contains(words), "\(text) gives “\(found)”")
  }
}

/// Former names of keys keep their meaning, and are written as today's.
@Test func formerNamesAreRead() throws {
  try withTemporaryFolder { folder in
    let path = folder + "/r.yaml"
    func recipe(_ text: String) throws -> TrainingRecipe {
      try text.write(toFile: path, atomically: true, encoding: .utf8)
      return try TrainingRecipe(contentsOf: path)
    }
    let former = try recipe("max-size: 77\ndev-fraction: 0.3\nmetric: loss\nseeds: 2\ndirections: 1\n")
    let today = try recipe(
      "vocab-size: 77\nvalidation-fraction: 0.3\nmonitor: loss\nensemble: 2\nbidirectional: false\n")
    #expect(former == today)
    #expect(former != TrainingRecipe() && former.yaml == today.yaml && !former.yaml.contains("max-size"))
    #expect(try recipe("directions: 2\n") == TrainingRecipe())
    #expect(try recipe("directions: 1\n") != TrainingRecipe())
  }
}

@Test func filesThatAreNoRecipes() throws {
  #expect(throws: DiscernError.self) { try TrainingRecipe(contentsOf: "/no/such.yaml") }
  func isRecipeError(_ path: String, _ expected: RecipeError) {
    do {
      _ = try RecipeSettings(contentsOf: path)
      Issue.record("\(path) was read")
    } catch { #expect(error == expected) }
  }
  try withTemporaryFolder { folder in
    isRecipeError(folder + "/absent", .input(.notFound(path: folder + "/absent")))
    isRecipeError(folder, .input(.isDirectory(path: folder)))
    let path = folder + "/r.yaml"
    try Data(Array("hidden: 3\nlocale: \"".utf8) + [0xFF, 0x22]).write(to: URL(fileURLWithPath: path))
    isRecipeError(path, .notUTF8(path: path, line: 2))
    try Data(repeating: 0x23, count: 1 << 17).write(to: URL(fileURLWithPath: path))
    isRecipeError(path, .tooLarge(path: path, limit: 1 << 16))
  }
}

/// Aliases of aliases: 3⁴⁰ nodes, as a value and, where a parser compares them, as a key.
@Test func bombsDoNotGoOff() throws {
  var bomb = "a0: &a0 [x, x, x]\n"
  for level in 1...40 { bomb += "a\(level): &a\(level) [*a\(level - 1), *a\(level - 1), *a\(level - 1)]\n" }
  #expect(try message(bomb).contains("anchors"))
  #expect(try message(bomb + "? *a40\n: 1\n").contains("anchors"))
  let small = "a: &a [x, x, x]\nb: &b [*a, *a, *a]\n? [*b, *b, *b]\n: 1\n"
  #expect(try message(small).contains("anchors"))
  // Depth.
  for deep in [String(repeating: "[", count: 60_000), String(repeating: "{a: ", count: 15_000)] {
    #expect(try message(deep).contains("not YAML"))
  }
  #expect(try message(String(repeating: "- ", count: 900) + "x").contains("found a list"))
}

/// Reading a file of any bytes ends, and without a trap.
@Test func randomDamageIsRefusedOrRead() throws {
  var generator = SeededGenerator(seed: 7)
  let recipe = Array(TrainingRecipe().yaml.utf8)
  let signs = Array(":#-[]{}&*!|>'\"%@`,?\n\t 0\u{00}é".utf8)
  for _ in 0..<300 {
    var bytes = recipe
    for _ in 0..<Int.random(in: 1...8, using: &generator) {
      let place = Int.random(in: bytes.indices, using: &generator)
      switch Int.random(in: 0..<3, using: &generator) {
      case 0: bytes[place] = signs.randomElement(using: &generator) ?? 0
      case 1: bytes.remove(at: place)
      default: bytes.insert(signs.randomElement(using: &generator) ?? 0, at: place)
      }
    }
    _ = try failure(bytes)
  }
}

@Test func everyExampleRecipeIsReadAndComplete() throws {
  let folder = SharedData.projectRoot.appendingPathComponent("Examples/recipes").path
  let names = try FileManager.default.contentsOfDirectory(atPath: folder).filter { $0.hasSuffix(".yaml") }
  #expect(Set(names).isSuperset(of: ["default.yaml", "short-texts.yaml", "reviews.yaml", "chinese.yaml"]))
  for name in names {
    let recipe = try TrainingRecipe(contentsOf: folder + "/" + name)
    let text = try String(contentsOfFile: folder + "/" + name, encoding: .utf8)
    let lines = text.split(separator: "\n")
    for key in RecipeKey.all {
      #expect(
        lines.contains { $0.hasPrefix(key.name + ":") || $0.hasPrefix("# " + key.name + ":") },
        "\(name) says nothing of \(key.name); write it again: Scripts/recipes")
    }
    if name == "default.yaml" {
      #expect(recipe == TrainingRecipe())
      #expect(text == recipe.yaml, "write them again: Scripts/recipes")
    }
  }
}

@Test func messagesNameKeysNeverProperties() throws {
  for key in RecipeKey.all {
    for value in ["-1", "0", "1.5", "-0.5", "99999999", "99999999999999999999", "none", "last+last", "x"] {
      var settings = RecipeSettings()
      var message = ""
      do throws(RecipeError) { try settings.set(key, to: value, at: .flag) } catch { message = "\(error)" }
      if message.isEmpty { do { _ = try settings.recipe() } catch { message = "\(error)" } }
      let words = message.replacing("IDs", with: "")
      #expect(words.firstMatch(of: /[a-z][A-Z]/) == nil, "\(message)")
      if !message.isEmpty { #expect(message.hasPrefix("--\(key.name) "), "\(message)") }
    }
  }
}
