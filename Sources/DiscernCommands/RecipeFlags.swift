import ArgumentParser
import Discern
import DiscernText
import DiscernVocabulary

/// A group of flags for keys of a recipe:
/// ```swift
/// @Option(recipe: "batch-size") var batchSize: String?
/// @Flag(recipe: "lowercase") var lowercase: Bool?            // on or off
/// @Option(recipe: "task-weight") var taskWeight: [String] = []  // a list
/// ```
/// The property has the name of the key in Swift's spelling; flag, help and form follow from the key. Only
/// values that are given count.
protocol RecipeFlags: ParsableArguments {}

extension RecipeFlags {
  /// The values that are given for these flags, including those of nested groups.
  func settings() throws -> RecipeSettings {
    var settings = RecipeSettings()
    // The parser finds the flags in the same way.
    for child in Mirror(reflecting: self).children {
      let text: String?
      switch child.value {
      case let option as Option<String?>: text = option.wrappedValue
      case let flag as Flag<Bool?>: text = flag.wrappedValue.map { "\($0)" }
      case let list as Option<[String]>:
        text = list.wrappedValue.isEmpty ? nil : list.wrappedValue.joined(separator: ",")
      case let group as any RecipeFlagGroup:
        settings.merge(try group.settings())
        continue
      default: continue
      }
      guard let text, let label = child.label, let key = RecipeKey.named(label.dropFirst().kebab) else {
        continue
      }
      try settings.set(key, to: text, at: .flag)
    }
    return settings
  }

  /// The recipe that results from a file and these flags, which override the file. If they do not set the
  /// tokenizer, it is that of the vocabulary at `path`; contradicting that tokenizer is an error.
  ///
  /// - Parameters:
  ///   - base: the recipe of a model to grow from, overridden by both; the larger model has residual
  ///     connections.
  ///   - pretrained: the encoder whose tokenizer and network apply unless overridden by both.
  ///   - packed: the texts whose words, lengths and kind of model apply unless overridden by both.
  ///   - only: the kind of model to which a command is limited, as if given by a flag.
  ///   - options: other given options that determine some keys, without dashes, such as `vocab`.
  func recipe(
    base: TrainingRecipe? = nil, pretrained: PretrainedEncoder? = nil, packed: PackedTexts? = nil,
    file: String? = nil, only: ModelKind? = nil, beside options: Set<String> = [],
    vocabulary: Vocabulary? = nil,
    at path: String? = nil, quiet: Bool = false
  ) throws -> TrainingRecipe {
    do {
      var settings = base.map { RecipeSettings(of: $0) } ?? RecipeSettings()
      if base != nil { try settings.set(.required("residual"), to: "true", at: .flag) }
      if let pretrained { try settings.adopt(pretrained) }
      if let packed { try settings.adopt(packed) }
      let own = try take(in: &settings, above: file, only: only, quiet: quiet)
      try pretrained?.requireFit(
        settings.unchecked, givesNetwork: own.has(.required("encoder")), grows: base != nil)
      let recipe = try settings.recipe()
      try own.requireUse(in: recipe, beside: options)
      guard let made = vocabulary?.tokenizer, let path else { return recipe }
      var adopted: [String] = []
      for (own, _) in made.differences(from: recipe.tokenizer) {
        let key = RecipeKey.required(own.name)
        if settings.has(key) { continue }
        try settings.set(key, to: own.value, at: .flag)
        adopted.append(own.flag)
      }
      let result = try settings.recipe()
      try made.requireEqual(result.tokenizer, vocabulary: path)
      if !adopted.isEmpty, !quiet {
        Console.line("\(path): built with \(adopted.joined(separator: " ")), which is used here too")
      }
      if !made.matchesRunningICU {
        Console.warning(
          "\(path): made with ICU \(made.icuVersion), this is \(TokenizerConfiguration.runningICUVersion); "
            + "some texts may be tokenized differently")
      }
      return result
    } catch let error as RecipeError {
      throw DiscernError.recipe(error)
    }
  }
}

extension RecipeFlags {
  /// Merges a file and these flags, which override it, into settings. Settings that do not apply to the model
  /// of a flag are ignored, and reported if they come from a file.
  ///
  /// - Returns: the settings of the flags.
  @discardableResult
  func take(
    in settings: inout RecipeSettings, above file: String?, only: ModelKind? = nil, quiet: Bool = false
  ) throws -> RecipeSettings {
    let (base, model) = (settings, RecipeKey.required("model"))
    var own = try self.settings()
    if let only {
      if own.has(model), own.unchecked.model != only {
        throw ValidationError(
          "--model \(own.unchecked.model.rawValue): this command measures the model \(only.rawValue); leave "
            + "it out"
        )
      }
      try own.set(model, to: only.rawValue, at: .flag)
    }
    if let file {
      let choices = try RecipeSettings(contentsOf: file)
      // A file that contradicts itself is an error, whatever the flags are.
      try choices.checkUse()
      settings.merge(choices)
    }
    settings.merge(own)
    try settings.addImplied(by: own)
    guard own.has(model) || !base.isEmpty else { return own }
    let aside = settings.dropUseless(except: own)
    if let file, !aside.isEmpty, !quiet {
      let kind = settings.unchecked.model
      Console.line(
        "\(file): settings ignored, since the model \(kind.rawValue) has no "
          + (kind.hasNetwork ? "n-grams" : "network") + ": " + aside.joined(separator: ", "))
    }
    return own
  }
}

extension RecipeSettings {
  /// Adopts the settings that pretrained weights determine.
  fileprivate mutating func adopt(_ pretrained: PretrainedEncoder) throws(RecipeError) {
    guard let model = pretrained.languageModel else {
      return try set(.required("encoder"), to: NetworkKind.transformer.rawValue, at: .flag)
    }
    for (own, _) in model.tokenizer.differences(from: TrainingRecipe().tokenizer) {
      try set(.required(own.name), to: own.value, at: .flag)
    }
    let recipe = pretrained.recipe()
    for name in ["embedding-dim", "cell", "bidirectional", "hidden", "layers"] {
      let key = RecipeKey.required(name)
      try set(key, to: key.text(in: recipe), at: .flag)
    }
  }
}

extension RecipeSettings {
  /// Adopts the settings that were determined by packing.
  fileprivate mutating func adopt(_ packed: PackedTexts) throws(RecipeError) {
    let recipe = packed.recipe()
    for (own, _) in packed.tokenizer.differences(from: TrainingRecipe().tokenizer) {
      try set(.required(own.name), to: own.value, at: .flag)
    }
    for name in ["model", "max-tokens", "subword-buckets"]
      + (packed.maximumTokens == nil ? [] : ["truncation"])
    {
      let key = RecipeKey.required(name)
      try set(key, to: key.text(in: recipe), at: .flag)
    }
  }
}

/// An option group of recipe flags, of any type.
private protocol RecipeFlagGroup {
  func settings() throws -> RecipeSettings
}

extension OptionGroup: RecipeFlagGroup where Value: RecipeFlags {
  func settings() throws -> RecipeSettings { try wrappedValue.settings() }
}

extension Substring {
  /// The name in kebab case: `batchSize` as `batch-size`.
  fileprivate var kebab: String {
    reduce(into: "") { $0 += $1.isUppercase ? "-" + $1.lowercased() : String($1) }
  }
}

extension RecipeKey {
  fileprivate static func required(_ name: String) -> RecipeKey {
    guard let key = named(name) else { preconditionFailure("no recipe key is named \(name)") }
    return key
  }

  fileprivate var argumentHelp: ArgumentHelp { Self.argumentHelps[name] ?? ArgumentHelp(help) }

  /// Created once: the parser creates every command's flags repeatedly.
  private static let argumentHelps = {
    let recipe = TrainingRecipe()
    return Dictionary(uniqueKeysWithValues: all.map { ($0.name, $0.argumentHelp(defaults: recipe)) })
  }()

  private func argumentHelp(defaults recipe: TrainingRecipe) -> ArgumentHelp {
    var facts: [String] = []
    if case .choice(let names) = form { facts.append("values: " + names.joined(separator: ", ")) }
    let text = text(in: recipe)
    let help = help + (isAutomatic ? " " + Self.automaticNote : "")
    if !isImplied(in: recipe), !text.isEmpty {
      facts.append("default: " + (form == .onOff ? (text == "true" ? "--\(name)" : "--no-\(name)") : text))
    }
    return ArgumentHelp(help + (facts.isEmpty ? "" : " (\(facts.joined(separator: "; ")))"))
  }

  fileprivate var completion: CompletionKind? {
    if case .choice(let names) = form { .list(names) } else { nil }
  }
}

extension Option where Value == String? {
  /// The flag of a recipe key that has a value.
  init(recipe name: String) {
    let key = RecipeKey.required(name)
    precondition(key.form != .onOff, "\(name) is on or off, so a Flag")
    self.init(name: .customLong(name), help: key.argumentHelp, completion: key.completion)
  }
}

extension Option where Value == [String] {
  /// The flag of a recipe key whose value is a list; it may be repeated.
  init(wrappedValue: [String], recipe name: String) {
    let key = RecipeKey.required(name)
    guard case .list = key.form else { preconditionFailure("\(name) is no list") }
    self.init(wrappedValue: wrappedValue, name: .customLong(name), help: key.argumentHelp)
  }
}

extension Flag where Value == Bool? {
  /// The flag of a recipe key that is on or off.
  init(recipe name: String) {
    let key = RecipeKey.required(name)
    precondition(key.form == .onOff, "\(name) has a value, so it is an Option")
    self.init(name: .customLong(name), inversion: .prefixedNo, help: key.argumentHelp)
  }
}
