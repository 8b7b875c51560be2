import DiscernCorpus
import DiscernIO
import DiscernModels
import DiscernText
import DiscernVocabulary

extension ModelFolder {
  /// Reads and checks an open folder.
  init(_ folder: BundleFolder) throws(ModelFolderError) {
    let content: ModelContent<Facts>
    var defaults: [String]
    do throws(BundleError) {
      (content, defaults) = try folder.manifest.decodeNamingDefaults(ModelContent<Facts>.self)
      defaults.removeAll { !$0.hasPrefix("content.model.") && !$0.hasPrefix("content.companion.model.") }
      try Self.checkFiles(content, folder)
    } catch {
      throw .bundle(error)
    }
    let heads = try Self.heads(content, folder.path, defaults)
    let tasks = try Self.tasks(content, heads, folder.path)
    let ngrams = try content.ngrams.map { own throws(ModelFolderError) in
      try Self.ngrams(own, heads, hasCompanion: content.companion != nil, folder)
    }
    let encoder = try Self.encoder(content, ngrams?.vocabulary, folder)
    func networks(
      _ configuration: ClassifierConfiguration, _ files: [String], fixed: NetworkFile? = nil
    ) throws(ModelFolderError) -> [NeuralClassifier] {
      var networks: [NeuralClassifier] = []
      for name in files {
        let own = try NetworkFile(
          folder, name, configuration, content.arithmetic, isFixed: false, defaults)
        networks.append(
          try NeuralClassifier(own, fixed, configuration, sharingFixedOf: networks.first, defaults))
      }
      return networks
    }
    let own = try content.model.map { configuration throws(ModelFolderError) in
      let fixed = try folder.manifest.files[Self.fixedFile].map { _ throws(ModelFolderError) in
        try NetworkFile(folder, Self.fixedFile, configuration, content.arithmetic, isFixed: true, defaults)
      }
      return try networks(configuration, Self.weightsFiles(content.models), fixed: fixed)
    }
    let companions = try content.companion.map { companion throws(ModelFolderError) in
      try networks(
        companion.model, Self.weightsFiles(companion.models, named: Self.companionName))
    }
    var model = JoinedClassifier(
      own ?? [], beside: companions ?? [], ngrams, mixing: content.ngrams?.mixing)
    model.ngramTemperatures = content.ngrams?.temperatures
    model.earlyExit = try Self.earlyExit(content, heads, folder.path)
    self.init(encoder: encoder, tasks: tasks, model: model, facts: content.training)
    do throws(BundleError) { try folder.manifest.check(needs: requirements) } catch { throw .bundle(error) }
  }

  /// Checks that the files and the parts of the content match.
  private static func checkFiles(
    _ content: ModelContent<Facts>, _ folder: BundleFolder
  ) throws(BundleError) {
    // A number that no machine could train can only come from damage.
    if let count = content.models, !(2...1000).contains(count) || content.model == nil {
      throw .malformedManifest(
        path: folder.path, key: "content.models",
        reason: content.model == nil
          ? "is \(count), although there is no “model”"
          : "is \(count), expected 2 to 1000, or nothing for one")
    }
    let weights = content.model == nil ? [] : weightsFiles(content.models)
    if let file = weights.first(where: { folder.manifest.files[$0] == nil }) {
      throw .malformedManifest(
        path: folder.path, key: "files.\(file)",
        reason: "is missing, although by “models” there \(weights.count == 1 ? "is one" : "are several")")
    }
    // If an existing part were not used, answers would differ from those of the saved model.
    func require(_ holds: Bool, _ key: String, _ reason: String) throws(BundleError) {
      if !holds { throw .malformedManifest(path: folder.path, key: key, reason: reason) }
    }
    let names = folder.manifest.files.keys
    try require(
      content.model != nil || !names.contains { $0.hasPrefix("weights") }, "content.model",
      "is missing, although there are weights of a network")
    try require(
      content.arithmetic == nil || content.model != nil, "content.arithmetic",
      "is present, although there is no network")
    try require(
      content.ngrams != nil || !names.contains(ngramsFile), "content.ngrams",
      "is missing, although there is \(ngramsFile)")
    try require(
      content.ngrams == nil || (content.ngrams?.mixing != nil) == (content.model != nil),
      "content.ngrams.mixing",
      content.model == nil
        ? "is present, although there is no network to mix with"
        : "is missing, although there is a network to mix with")
    let isTransformer = content.model?.encoder.transformer != nil
    try require(
      isTransformer == (content.pieces != nil), "content.pieces",
      isTransformer
        ? "is missing, although the network is a transformer" : "is present, although there is no transformer"
    )
    try require(
      isTransformer == names.contains(fixedFile), "files.\(fixedFile)",
      isTransformer
        ? "is missing, although the network is a transformer" : "is present, although there is no transformer"
    )
    try checkCompanion(content, names, require)
    let ngrams = content.ngrams == nil ? [] : [ngramsFile, ngramWeightsFile]
    if let file = ngrams.first(where: { folder.manifest.files[$0] == nil }) {
      throw .malformedManifest(
        path: folder.path, key: "files.\(file)", reason: "is missing, although there is “ngrams”")
    }
  }

  /// Checks the content about word networks alongside a transformer.
  private static func checkCompanion(
    _ content: ModelContent<Facts>, _ files: some Sequence<String>,
    _ require: (Bool, String, String) throws(BundleError) -> Void
  ) throws(BundleError) {
    let own = Set(files.filter { $0.hasPrefix(companionName) })
    guard let companion = content.companion else {
      return try require(own.isEmpty, "content.companion", "is missing, although there are its weights")
    }
    try require(
      content.model?.encoder.transformer != nil && content.ngrams != nil, "content.companion",
      "is present, although there are no transformer and n-grams")
    try require(
      companion.model.encoder.transformer == nil, "content.companion.model.encoder",
      "is a transformer, expected a network of words")
    try require(
      (2...1000).contains(companion.models ?? 2), "content.companion.models",
      "is \(companion.models ?? 0), expected 2 to 1000, or nothing for one")
    for file in weightsFiles(companion.models, named: companionName) {
      try require(own.contains(file), "files.\(file)", "is missing, although there is “companion”")
    }
  }

  /// The model's heads.
  private static func heads(
    _ content: ModelContent<Facts>, _ path: String, _ defaults: [String]
  ) throws(ModelFolderError) -> [HeadConfiguration] {
    for model in [content.model, content.companion?.model].compactMap(\.self) {
      do throws(ModelError) { try model.validate() } catch {
        throw .model(path: BundleManifest.join(path, BundleManifest.fileName), error, defaults: defaults)
      }
    }
    guard let model = content.model else { return (content.tasks ?? ordinary(content)).map(\.head) }
    if let other = content.companion?.model, other.heads != model.heads {
      throw .inconsistent(
        path: path, what: "the networks of words have \(named(other.heads.map(\.name), "head"))",
        expected: "\(named(model.heads.map(\.name), "head")), as the transformer's, with the same labels")
    }
    return model.heads
  }

  /// The n-grams, which must fit the heads.
  private static func ngrams(
    _ content: NGramContent, _ heads: [HeadConfiguration], hasCompanion: Bool, _ folder: BundleFolder
  ) throws(ModelFolderError) -> NGramClassifier {
    let path = BundleManifest.join(folder.path, ngramsFile)
    let mixing = content.mixing
    let factors = 0...Float(1000)
    let isSound = (mixing ?? []).allSatisfy {
      factors.contains($0.ngrams) && factors.contains($0.network)
        && factors.contains($0.companion ?? 0) && ($0.companion != nil) == hasCompanion
        && $0.ngrams + $0.network + ($0.companion ?? 0) > 0
    }
    if let temperatures = content.temperatures {
      guard mixing != nil, temperatures.count == heads.count,
        temperatures.allSatisfy({ $0 >= 0.01 && $0 <= 100 })
      else {
        throw .inconsistent(
          path: folder.path, what: "the n-grams' temperatures are \(temperatures)",
          expected: "0.01 to 100 for each of \(heads.count.counted("task")), beside a network")
      }
    }
    guard isSound, mixing?.count ?? heads.count == heads.count else {
      let factors = (mixing ?? []).map { mixing in
        [mixing.ngrams, mixing.network] + (mixing.companion.map { [$0] } ?? [])
      }
      throw .inconsistent(
        path: folder.path,
        what:
          "manifest.json mixes parts by \(factors)",
        expected: "factors from 0 to 1000, not all 0, of each part for each of "
          + heads.count.counted("task"))
    }
    let bytes: [UInt8]
    let file: SafetensorsFile
    do throws(BundleError) {
      bytes = try folder.contents(ngramsFile)
      file = try folder.tensors(ngramWeightsFile)
    } catch {
      throw .bundle(error)
    }
    let vocabulary: NGramVocabulary
    do throws(NGramError) {
      vocabulary = try NGramVocabulary(fileContents: bytes, path: path)
    } catch {
      throw .ngrams(error)
    }
    return try NGramClassifier(vocabulary, heads: heads, file)
  }

  /// The early exit, which must fit the heads.
  private static func earlyExit(
    _ content: ModelContent<Facts>, _ heads: [HeadConfiguration], _ path: String
  ) throws(ModelFolderError) -> EarlyExitRule? {
    let hasExit = content.model?.encoder.recurrent?.hasEarlyExit == true
    guard let rule = content.earlyExit else {
      if hasExit {
        throw .inconsistent(
          path: path, what: "the network has an early exit, and “earlyExit” is missing",
          expected: "temperatures for it")
      }
      return nil
    }
    let factors = 0...Float(1000)
    let isSound =
      rule.temperatures.count == heads.count && rule.temperatures.allSatisfy { $0 >= 0.01 && $0 <= 100 }
      && rule.mixing?.count == (content.ngrams == nil ? nil : heads.count)
      && (rule.mixing ?? []).allSatisfy {
        factors.contains($0.ngrams) && factors.contains($0.network) && $0.companion == nil
          && $0.ngrams + $0.network > 0
      }
    guard hasExit, isSound else {
      throw .inconsistent(
        path: path,
        what: "manifest.json says “earlyExit” with the temperatures \(rule.temperatures)"
          + (hasExit ? "" : ", and the network has no early exit"),
        expected: "temperatures from 0.01 to 100 for each of \(heads.count.counted("task")), and factors "
          + "from 0 to 1000 beside n-grams alone")
    }
    return rule
  }

  private static func encoder(
    _ content: ModelContent<Facts>, _ ngrams: NGramVocabulary?, _ folder: BundleFolder
  ) throws(ModelFolderError) -> TextEncoder {
    let path = folder.path
    var vocabulary: Vocabulary?
    var pieces: WordPieceTokenizer?
    if let own = content.pieces {
      let bytes: [UInt8]
      do throws(BundleError) { bytes = try folder.contents(piecesFile) } catch { throw .bundle(error) }
      pieces = try own.tokenizer(
        bytes, path: BundleManifest.join(path, piecesFile), rows: content.model?.vocabularySize ?? 0,
        places: content.model?.encoder.transformer?.positionCount ?? 0)
      vocabulary = Vocabulary(words: [])
    } else if let model = content.model {
      vocabulary = try folder.vocabulary(vocabularyFile, count: model.vocabularySize)
    }
    for limit in [content.maximumTokens, content.companion?.maximumTokens].compactMap(\.self) where limit < 1
    {
      throw .inconsistent(path: path, what: "maximumTokens is \(limit)", expected: "at least 1")
    }
    let words = try content.companion.map { companion throws(ModelFolderError) in
      try folder.vocabulary(vocabularyFile, count: companion.model.vocabularySize)
    }
    do throws(TextError) {
      var encoder = TextEncoder(
        tokenizer: try Tokenizer(content.tokenizer), vocabulary: vocabulary ?? Vocabulary(words: []),
        maximumTokens: content.maximumTokens, truncation: content.truncation, ngrams: ngrams)
      encoder.letters = content.model?.encoder.letters
      encoder.pieces = pieces
      encoder.dividesSentences = content.model?.encoder.readsSentences ?? false
      if let companion = content.companion, let words {
        var own = TextEncoder(
          tokenizer: encoder.tokenizer, vocabulary: words, maximumTokens: companion.maximumTokens,
          truncation: companion.truncation)
        own.letters = companion.model.encoder.letters
        own.dividesSentences = companion.model.encoder.readsSentences
        encoder.companion = own
      }
      return encoder
    } catch {
      throw .text(path: path, error)
    }
  }

  /// The task of a model without a list of tasks.
  private static func ordinary(_ content: ModelContent<Facts>) -> [ClassificationTask] {
    content.labels.map { [ClassificationTask(labels: $0, temperature: content.temperature ?? 0)] } ?? []
  }

  /// The number of names, and those that are not empty, for messages.
  private static func named(_ names: [String], _ noun: String) -> String {
    let count = names.count.counted(noun)
    let known = names.filter { !$0.isEmpty }
    return known.isEmpty ? count : "\(count), \(NearestName.list(known))"
  }

  /// The tasks, which must fit the model's heads.
  private static func tasks(
    _ content: ModelContent<Facts>, _ heads: [HeadConfiguration], _ path: String
  ) throws(ModelFolderError) -> [ClassificationTask] {
    func require(
      _ holds: Bool, _ what: @autoclosure () -> String, _ expected: @autoclosure () -> String
    ) throws(ModelFolderError) {
      if !holds { throw .inconsistent(path: path, what: what(), expected: expected()) }
    }
    let tasks = content.tasks ?? ordinary(content)
    try require(
      tasks.map(\.name) == heads.map(\.name),
      "manifest.json has \(named(tasks.map(\.name), "task"))",
      "\(named(heads.map(\.name), "task")), as its model's heads are named")
    for (task, head) in zip(tasks, heads) {
      let place = task.name.isEmpty ? "the task " : "“\(DisplayText.escaped(task.name))” "
      try require(
        task.head == head, "\(place)gives a text \(task.head.kind)", "\(head.kind), as the model's head says")
      // Far beyond the results of calibration; outside this range, probabilities may become NaN.
      try require(
        task.temperature >= 0.01 && task.temperature <= 100, "the temperature is \(task.temperature)",
        "0.01 to 100")
      switch task.decision {
      case .likeliest: break
      case .thresholds(let thresholds):
        try require(
          thresholds.count == task.labels.count && thresholds.allSatisfy { $0 >= 0 && $0 <= 1 },
          "\(place)has \(thresholds.count) thresholds",
          "\(task.labels.count) from 0 to 1, one for each label")
      }
    }
    return tasks
  }
}
