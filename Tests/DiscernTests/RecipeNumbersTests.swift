import Discern
import DiscernCorpus
import DiscernTraining
import Foundation
import TestSupport
import Testing

private let numbers = [
  "9223372036854775807", "-9223372036854775808", "18446744073709551615", "99999999999999999999999", "0", "-1",
  "1", "1000000", "1000000000", "2147483647", "1e308", "-1e308", "1e-308", "3e38", "nan", "inf", "-inf",
  "0x10",
  "1e400", "", " 1",
]

private let numericKeys = RecipeKey.byTheme.flatMap { theme, keys in
  keys.filter { $0.form == .wholeNumber || $0.form == .number }.map { (theme: theme, key: $0) }
}

/// A value is refused with its key's name, or training begins with it: nothing traps.
@Test(arguments: numericKeys.map(\.key.name)) func noNumberInARecipeTraps(name: String) throws {
  let (theme, key) = try #require(numericKeys.first { $0.key.name == name })
  for text in numbers {
    var settings = RecipeSettings()
    let recipe: TrainingRecipe
    do {
      // Small, unless it is the value under test.
      for (other, value) in [("hidden", "2"), ("embedding-dim", "2"), ("batch-size", "8")]
      where other != name && !(name == "batch-tokens" && other == "batch-size") {
        try settings.set(try #require(RecipeKey.named(other)), to: value, at: .flag)
      }
      try settings.set(key, to: text, at: .flag)
      recipe = try settings.recipe()
    } catch {
      #expect("\(error)".contains("--\(name) "), "\(error)")
      continue
    }
    // The sizes of the network are limited by memory.
    guard theme == .training || theme == .data else { continue }
    var steps = 0
    do {
      _ = try TextClassifier.train(on: Corpus(paths: [testPath]), recipe: recipe) {
        if case .training(.step) = $0 { steps += 1 }
      } isInterrupted: {
        steps >= 2
      }
    } catch { #expect(error is DiscernError, "\(name) \(text): \(error)") }
  }
}

@Test func aNetworkBeyondAllMemoryIsRefusedBeforeAnythingIsRead() throws {
  for (name, value) in [("hidden", "1048576"), ("embedding-dim", "1048576"), ("attention-size", "1048576")] {
    var settings = RecipeSettings()
    try settings.set(try #require(RecipeKey.named("hidden")), to: "1048576", at: .flag)
    try settings.set(try #require(RecipeKey.named(name)), to: value, at: .flag)
    let recipe = try settings.recipe()
    var stages = 0
    do {
      _ = try TextClassifier.train(on: Corpus(paths: [testPath]), recipe: recipe) { _ in stages += 1 }
      Issue.record("\(name) \(value) was accepted")
    } catch {
      #expect("\(error)".contains("would need at least") && "\(error)".contains("--hidden"), "\(error)")
    }
    #expect(stages == 0)
  }
}
