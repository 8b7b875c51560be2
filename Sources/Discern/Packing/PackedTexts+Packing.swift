import DiscernBundle
import DiscernCorpus
import DiscernModels
import DiscernTensor
import DiscernText
import DiscernTraining
import DiscernVocabulary

extension PackedTexts {
  /// Packs labelled texts: encodes them as ids, divides them into training and development texts as
  /// `TextClassifier.train` does, and writes them block by block.
  ///
  /// The texts are read three times. Memory: the words, and about 20 bytes for each text.
  ///
  /// - Parameters:
  ///   - corpus: the training texts.
  ///   - development: the development texts; nil holds out a part of the training texts.
  ///   - vocabulary: the vocabulary; nil builds one from the training texts.
  ///   - recipe: only its settings for words, lengths and the held-out part are used.
  ///   - path: the folder to write; existing packed texts are replaced.
  ///   - threads: the number of threads.
  ///   - onStage: receives the same stages as in training, on the calling thread.
  ///   - isInterrupted: called from time to time.
  /// - Throws: `DiscernError`.
  @discardableResult
  public static func pack(
    _ corpus: Corpus, development: Corpus? = nil, vocabulary: Vocabulary? = nil,
    recipe: TrainingRecipe = TrainingRecipe(), to path: String, threads: Int = 1,
    onStage: (TrainingStage) -> Void = { _ in }, isInterrupted: () -> Bool = { false }
  ) throws(DiscernError) -> SavedModel {
    let destination = try wrapping(DiscernError.folder) { () throws(ModelFolderError) in
      try ShardFolder.checkDestination(path)
    }
    let packer = CorpusPacker(corpus: corpus, development: development, threads: threads)
    return try packer.pack(by: recipe, vocabulary, to: destination, onStage, isInterrupted)
  }
}

/// Writes texts to shards.
private struct CorpusPacker {
  let corpus: Corpus
  let development: Corpus?
  let threads: Int

  func pack(
    by given: TrainingRecipe, _ vocabulary: Vocabulary?, to destination: ModelDestination,
    _ onStage: (TrainingStage) -> Void, _ isInterrupted: () -> Bool
  ) throws(DiscernError) -> SavedModel {
    var recipe = given
    recipe.model = .recurrent
    recipe.automatic.subtract(["subword-buckets", "subword-dropout"])
    let inputs = TrainingInputs(
      texts: .corpus(corpus, development: development), unlabelled: nil, vocabulary: vocabulary,
      vectorsPath: nil, base: nil, pretrained: nil, teacher: nil, checkpoints: nil,
      compute: Compute(threadCount: threads))
    let (encoder, data) = try inputs.encoded(&recipe, onStage, isInterrupted)
    let layout = ShardLayout(
      idBytes: ShardLayout.idBytes(vocabularySize: encoder.vocabulary.count), taskCount: data.tasks.count,
      hasWeights: data.weights != nil)
    var words = encoder.vocabulary
    words.tokenizer = encoder.tokenizer.configuration
    return try ShardFolder.write(to: destination, vocabulary: words, wrap: DiscernError.folder) {
      folder throws(DiscernError) in
      let parts = try write(
        data, CorpusEncoder(encoder, threads: threads), layout, in: folder, isInterrupted)
      return ShardContent(
        tokenizer: encoder.tokenizer.configuration, maximumTokens: recipe.maximumTokens,
        truncation: recipe.truncation, vocabulary: encoder.vocabulary, tasks: data.tasks,
        hasWeights: data.weights != nil, training: parts.training, development: parts.development,
        trainingSummary: data.summary, developmentSummary: data.held?.summary,
        division: data.held == nil
          ? ["validation-fraction", "dev-split", "seed"].reduce(into: [:]) { choices, name in
            choices[name] = RecipeKey.named(name)?.text(in: recipe)
          } : nil,
        columns: data.columns, sources: TrainingRecord.Files.names(corpus),
        developmentSources: development.map(TrainingRecord.Files.names))
    }
  }

  /// Reads the texts once more and writes them.
  private func write(
    _ data: TextsToPack, _ encoder: CorpusEncoder, _ layout: ShardLayout, in folder: String,
    _ isInterrupted: () -> Bool
  ) throws(DiscernError) -> (training: ShardContent.Part, development: ShardContent.Part) {
    let training = ShardPartWriter(folder: folder, name: "training", layout)
    let development = ShardPartWriter(folder: folder, name: "development", layout)
    var failure: BundleError?
    var (place, held) = (0, 0)
    let again: EncodedCorpus
    do throws(CorpusError) {
      again = try encoder.encode(
        corpus, keepsTexts: false, isInterrupted: isInterrupted
      ) { ids throws(CorpusError) in
        let isHeld = held < data.heldOut.count && data.heldOut[held] == place
        defer { place += 1 }
        guard place < data.count else { return }
        if isHeld { held += 1 }
        do throws(BundleError) {
          try (isHeld ? development : training).append(
            ids, numbers: data.labels.map { $0.numbers[place] }, weight: data.weights?[place] ?? 1)
        } catch {
          failure = error
          throw .input(.interrupted)
        }
      }
    } catch {
      if let failure { throw .folder(.bundle(failure)) }
      throw try wrapped(error)
    }
    guard again.summary.digest == data.summary.digest else {
      throw .conflict("the texts of --train changed while they were packed; pack them again")
    }
    do throws(BundleError) {
      let sets = data.labels.map { $0.sets ?? [] }
      if let held = data.held {
        for text in 0..<held.texts.count {
          try development.append(
            held.texts[text], numbers: held.labels.map { $0.numbers[text] }, weight: 1)
        }
        return (
          try training.finish(sets: sets), try development.finish(sets: held.labels.map { $0.sets ?? [] })
        )
      }
      return (try training.finish(sets: sets), try development.finish(sets: sets))
    } catch {
      throw .folder(.bundle(error))
    }
  }

  private func wrapped(_ error: CorpusError) throws(DiscernError) -> DiscernError {
    try wrapping(DiscernError.corpus) { () throws(CorpusError) in throw error }
  }
}
