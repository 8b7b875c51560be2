import DiscernBundle
import DiscernCorpus
import DiscernIO
import DiscernModels
import DiscernTensor
import DiscernText
import DiscernTraining

extension TextMatcher {
  /// Trains a matcher to find texts that belong together, or vectors that belong to texts: InfoNCE with the
  /// other examples of a batch as negatives.
  ///
  /// The same data, options and seed give the same weights, bit for bit, for any number of threads.
  ///
  /// - Parameters:
  ///   - data: the training examples.
  ///   - development: the examples to measure on; nil: a part of the data is held out.
  ///   - pretrained: the recurrent network with which both towers begin, or a transformer, which is frozen
  ///     and whose vectors are projected.
  ///   - options: the settings of towers, loss and training.
  ///   - checkpoints: where the state is saved, and from which training resumes.
  ///   - compute: threads and kernels.
  ///   - onStage: called on the calling thread.
  ///   - isInterrupted: called from time to time while data is read, and after every step; if it returns
  ///     true, training ends with the best weights so far.
  /// - Throws: `DiscernError`; `.interrupted` if no epoch was complete.
  public static func train(
    on data: MatchData, development: MatchData? = nil, pretrained: PretrainedEncoder? = nil,
    options: MatchOptions = MatchOptions(), checkpoints: RunCheckpoints? = nil,
    compute: Compute = Compute(), onStage: (MatchStage) -> Void = { _ in },
    isInterrupted: () -> Bool = { false }
  ) throws(DiscernError) -> TextMatcher {
    try options.validate()
    var options = options
    if let model = pretrained?.languageModel {
      options.network = options.network.beginning(with: model.network)
    }
    let rows = try MatchRows(data, isInterrupted: isInterrupted)
    let encoding = try MatchEncoding(rows, options, pretrained: pretrained, onStage, isInterrupted)
    let (examples, summary) = try encoding.examples(
      rows, data, compute, part: "training", onStage, isInterrupted)
    var division = MatchDivision(examples, options)
    var others = EncodingSummary()
    if let development {
      let rows = try MatchRows(development, isInterrupted: isInterrupted)
      let own = try encoding.examples(
        rows, development, compute, part: "development", onStage, isInterrupted)
      try requireSameKind(examples, own.examples, development)
      division = MatchDivision(training: examples, heldOut: own.examples)
      others = own.summary
    }
    for (part, examples, fewest) in [("training", division.training, 2), ("held out", division.heldOut, 1)] {
      let usable = examples.usable.count
      if usable < examples.count { onStage(.withoutPartner(examples.count - usable, part: part)) }
      guard usable >= fewest else { throw .match(.tooFew(part: part, count: usable, needed: fewest)) }
    }
    let heldOut = division.heldOut.selecting(division.heldOut.usable)
    let learned = division.training.usable.count
    onStage(.divided(training: learned, heldOut: heldOut.count))
    let fitted = options.fit(to: learned, isFrozen: encoding.transformer != nil)
    if !fitted.isEmpty { onStage(.fitted(fitted)) }
    let source = MatchSource(division.training, batchSize: options.pairsPerBatch, seed: options.seed)
    let matcher = try initial(encoding, division.training, options, pretrained, compute)
    onStage(.model(matcher.configuration, parameterCount: matcher.weights.layout.trainedCount))
    var choices = options.choices
    choices["pretrained"] = pretrained?.digest
    let identity = RunIdentity(
      choices: choices, tokenizer: encoding.encoder.tokenizer.configuration, kernels: compute.family.name,
      vocabulary: FileDigest.of(bytes: encoding.encoder.vocabulary.fileContents).sha256,
      data: "\(summary.texts) texts with the digest \(summary.digest) and \(others.digest)")
    let trained = try withoutActuallyEscaping(onStage) { onStage throws(DiscernError) in
      let store = try checkpoints?.store(identity, inputFlag: "--train") { onStage(.checkpointFailed($0)) }
      return try wrapping(DiscernError.training) { () throws(TrainingError) in
        try Trainer(options.training(stepCount: source.plan(epoch: 1).count), compute: compute).train(
          MatchTraining(
            matcher, batchSize: options.pairsPerBatch, watchesRecall: options.monitor == .recall,
            seed: options.seed), source: source, development: heldOut, store: store,
          onEvent: { onStage(.training($0)) }, isInterrupted: isInterrupted)
      }
    }
    var record = MatchRecord()
    record.choices = choices
    record.examples = data.kind.name
    record.data = summary.asSaved
    record.columns = rows.reading?.inputs.first?.columns
    if case .pairs(let column) = data.kind { record.pairColumn = column }
    record.trainingTextCount = learned
    record.heldOutTextCount = heldOut.count
    record.scores = MatchVectors(heldOut, trained.model.matcher, compute).scores(heldOut, compute)
    record.temperature = Double(trained.model.matcher.temperature)
    record.epochs = trained.epochs
    record.outcome = trained.outcome
    record.kernels = compute.family.name
    let hints = TrainingHint.hints(
      of: record, division.training, heldOut, options, isPretrained: pretrained != nil)
    if !hints.isEmpty { onStage(.hints(hints)) }
    return TextMatcher(
      encoder: encoding.encoder, matcher: trained.model.matcher, record: record, compute: compute)
  }

  /// Checks that both have partners of the same kind and, if vectors are given, of the same size.
  private static func requireSameKind(
    _ training: MatchExamples, _ other: MatchExamples, _ data: MatchData
  ) throws(DiscernError) {
    switch (training.partners, other.partners) {
    case (.texts, .texts), (.labels, .labels): return
    case (.vectors(let own), .vectors(let others)):
      guard case .vectors(let path, _) = data.kind, own.size != others.size else { return }
      throw .match(.featureCount(path: path, got: others.size, expected: own.size))
    default:
      throw .conflict(
        "development data must be of the same kind as training data: pairs, labels or vectors")
    }
  }

  /// The model at the start of training.
  private static func initial(
    _ encoding: MatchEncoding, _ training: MatchExamples, _ options: MatchOptions,
    _ pretrained: PretrainedEncoder?, _ compute: Compute
  ) throws(DiscernError) -> Matcher {
    let transformer = encoding.transformer?.model
    var right: MatcherConfiguration.RightTower = options.sharesTowers ? .shared : .text
    var features = TextVectors(size: 0, values: [])
    if case .vectors(let vectors) = training.partners { (right, features) = (.vectors, vectors) }
    var network = EncoderConfiguration.recurrent(options.network)
    if let transformer {
      var configuration = transformer.configuration
      configuration.unfrozenLayers = 0
      configuration.outputDropout = 0
      network = .transformer(configuration)
    }
    let configuration = MatcherConfiguration(
      vocabularySize: transformer?.vocabularySize ?? encoding.encoder.vocabulary.count, encoder: network,
      vectorSize: options.vectorSize ?? transformer?.configuration.hiddenSize ?? 128, right: right,
      featureCount: features.size, scalesFeatures: transformer == nil)
    try checkMemory(configuration, training, options)
    let matcher = try wrapping(DiscernError.model) { () throws(ModelError) in
      try Matcher(
        configuration, seed: options.seed, temperature: Float(options.firstTemperature),
        transformer: transformer, pretrained: pretrained?.languageModel?.weights ?? [],
        features: features.values)
    }
    // A thousand texts are enough for means and deviations.
    let sample = Array(stride(from: 0, to: training.count, by: max(1, training.count / 1024)))
    var others: EncodedTexts?
    if case .texts(let texts) = training.partners { others = texts.selecting(sample) }
    matcher.fitScaling(to: training.left.selecting(sample), others, compute: compute)
    return matcher
  }

  private static func checkMemory(
    _ configuration: MatcherConfiguration, _ training: MatchExamples, _ options: MatchOptions
  ) throws(DiscernError) {
    // Equal texts of a batch are read once.
    func tokens(_ texts: EncodedTexts, _ keys: [Int32]) -> Double {
      let mean = Double(texts.tokenIDs.count) / Double(max(1, texts.count))
      return mean * Double(min(options.pairsPerBatch, Set(keys).count))
    }
    let batchTokens =
      switch training.partners {
      case .texts(let right): tokens(training.left, training.leftKeys) + tokens(right, training.rightKeys)
      case .labels: tokens(training.left, Array(0..<Int32(training.count)))
      case .vectors: tokens(training.left, training.leftKeys)
      }
    let memory = try wrapping(DiscernError.model) { () throws(ModelError) in
      try MatchMemory(
        configuration, batchSize: min(options.pairsPerBatch, training.count), batchTokens: Int(batchTokens))
    }
    do throws(MemoryShortage) { try memory.check(against: SystemMemory.limit()) } catch {
      throw .training(.memory(error))
    }
  }
}
