import DiscernCorpus
import DiscernIO
import DiscernModels
import DiscernTensor
import DiscernText
import DiscernVocabulary

/// A trained classifier with everything needed to use it: the content of a model's folder.
///
/// The folder has `manifest.json` (configuration, tokenizer, tasks and their labels, facts about the
/// training, SHA-256 of each file), `manifest.sha256`, `vocabulary.txt` and `weights.safetensors` (PyTorch's
/// names and gate order), or `weights-1.safetensors` and so on for an ensemble. A transformer's weights that
/// training did not change are in `encoder.safetensors`, once for all networks, or in a file outside the
/// folder that several models share (`WeightReference`). A model of n-grams has `ngrams.txt` and
/// `ngrams.safetensors`, with or without a network. A transformer has `pieces.txt` instead of
/// `vocabulary.txt`; word networks alongside it have the latter, and `companion.safetensors` or
/// `companion-1.safetensors` and so on. The folder also has the card, `README.md`, which is not part of the
/// model (`ModelCardFile`). `AtomicFolder` puts the folder in its place; loading checks everything first.
package struct ModelFolder<Facts: Codable & Sendable>: Sendable {
  package let encoder: TextEncoder
  /// The tasks, in the order of the model's heads.
  package let tasks: [ClassificationTask]
  /// Networks, n-grams, or both.
  package let model: JoinedClassifier
  /// Further content, such as the record of its training.
  package let facts: Facts
  /// Makes the card of the folder at a path, whose content has been written: its bytes, or nil if the
  /// existing card stays, and notes for the user.
  package var card: @Sendable (_ path: String, SavedContent) -> (bytes: [UInt8]?, notes: [SaveNote]) = {
    _, _ in (nil, [])
  }

  static var vocabularyFile: String { "vocabulary.txt" }
  static var piecesFile: String { "pieces.txt" }
  static var fixedFile: String { "encoder.safetensors" }
  static var ngramsFile: String { "ngrams.txt" }
  static var ngramWeightsFile: String { "ngrams.safetensors" }

  /// The names of the weight files for this many networks; nil for one.
  static func weightsFiles(_ count: Int?, named name: String = "weights") -> [String] {
    count.map { (1...$0).map { "\(name)-\($0).safetensors" } } ?? ["\(name).safetensors"]
  }
  static var companionName: String { "companion" }

  package init(
    encoder: TextEncoder, tasks: [ClassificationTask], model: JoinedClassifier, facts: Facts
  ) {
    self.encoder = encoder
    self.tasks = tasks
    self.model = model
    self.facts = facts
  }

  /// Reads and checks a folder.
  ///
  /// - Throws: `ModelFolderError`.
  package init(path: String) throws(ModelFolderError) {
    self = try BundleFolder.reading(
      path, format: .model, wrap: ModelFolderError.bundle
    ) { folder throws(ModelFolderError) in try Self(folder) }
  }

  /// Checks all conditions for saving a model there; called before long work.
  ///
  /// - Throws: `ModelFolderError.bundle`.
  package static func checkDestination(
    _ path: String, expectedBytes: Int, reference: String? = nil
  ) throws(ModelFolderError) -> ModelDestination {
    do throws(BundleError) {
      return try ModelDestination(
        checking: path, format: .model, expectedBytes: expectedBytes, reference: reference)
    } catch {
      throw .bundle(error)
    }
  }

  /// Writes the folder, replacing a model of the same name and nothing else.
  ///
  /// - Throws: `ModelFolderError.bundle`.
  package func write(to path: String) throws(ModelFolderError) -> SavedModel {
    do throws(BundleError) { return try put(at: path, expecting: nil, nil) } catch { throw .bundle(error) }
  }

  /// Writes the folder to its destination, or else to the first of several other places where that succeeds.
  ///
  /// - Throws: `ModelFolderError.bundle`; with `BundleError.savedElsewhere`, the model is saved at another
  ///   path.
  package func save(to destination: ModelDestination) throws(ModelFolderError) -> SavedModel {
    do throws(BundleError) {
      return try destination.save { path, found, reference throws(BundleError) in
        try put(at: path, expecting: found, reference)
      }
    } catch {
      throw .bundle(error)
    }
  }

  /// Throws if the reference of a destination does not apply to the model, or cannot be made.
  package func checkReference(of destination: ModelDestination) throws(ModelFolderError) {
    guard let reference = destination.reference else { return }
    do throws(BundleError) {
      guard let fixed = model.networks.first?.fixedWeightsFile else {
        throw .reference(path: reference.path, reason: Self.nothingFixed)
      }
      try reference.check(fixed)
    } catch {
      throw .bundle(error)
    }
  }

  /// Whether the manifest has a list of labels and no tasks.
  private var isOrdinary: Bool {
    tasks.count == 1 && tasks[0].name.isEmpty && tasks[0].decision == .likeliest
      && tasks[0].source.column == nil
  }

  /// The reason why a reference does not apply to a model.
  package static var nothingFixed: String {
    "the model has no frozen pretrained layers, which the file would contain; leave it out"
  }

  /// Features that a reader must support beyond the manifest's keys.
  var requirements: [BundleManifest.Requirement] {
    let readsLetters = model.allNetworks.contains { $0.configuration.encoder.letters != nil }
    return (model.ngrams == nil ? [] : [.ngrams]) + (encoder.pieces == nil ? [] : [.transformer])
      + (readsLetters ? [.subwords] : [])
      + (encoder.dividesSentences || encoder.companion?.dividesSentences == true ? [.sentences] : [])
      + (model.companions.isEmpty ? [] : [.companion])
      + (model.isQuantized ? [.int8] : [])
  }

  /// - Returns: the number of networks if there are several, otherwise nil.
  private func write(
    _ networks: [NeuralClassifier], _ name: String, to folder: borrowing AtomicFolder
  ) throws(BundleError) -> Int? {
    let count = networks.count > 1 ? networks.count : nil
    for (network, file) in zip(networks, Self.weightsFiles(count, named: name)) {
      _ = try network.weightsFile.write(to: folder.path(of: file))
    }
    return count
  }

  private func put(
    at path: String, expecting found: ModelDestination.Found?, _ reference: WeightReference?
  ) throws(BundleError) -> SavedModel {
    let folder = try AtomicFolder(destination: path, format: .model)
    let count = try write(model.networks, "weights", to: folder)
    let companions = try write(model.companions, Self.companionName, to: folder)
    var references: [String: (path: String, digest: FileDigest)] = [:]
    switch (model.networks.first?.fixedWeightsFile, reference) {
    case (let fixed?, let reference?):
      references[Self.fixedFile] = (try reference.path(from: path), try reference.put(fixed))
    case (let fixed?, nil): _ = try fixed.write(to: folder.path(of: Self.fixedFile))
    case (nil, let reference?): throw .reference(path: reference.path, reason: Self.nothingFixed)
    case (nil, nil): break
    }
    if let pieces = encoder.pieces {
      try FileWriter.write(PieceContent.fileContents(pieces), to: folder.path(of: Self.piecesFile))
    } else if !model.networks.isEmpty {
      try FileWriter.write(encoder.vocabulary.fileContents, to: folder.path(of: Self.vocabularyFile))
    }
    if let companion = encoder.companion {
      try FileWriter.write(companion.vocabulary.fileContents, to: folder.path(of: Self.vocabularyFile))
    }
    if let ngrams = model.ngrams {
      try FileWriter.write(ngrams.vocabulary.fileContents, to: folder.path(of: Self.ngramsFile))
      _ = try ngrams.weightsFile.write(to: folder.path(of: Self.ngramWeightsFile))
    }
    var notes: [SaveNote] = []
    try folder.writeManifest(
      ModelContent(
        model: model.networks.first?.configuration,
        ngrams: model.ngrams.map { _ in
          NGramContent(mixing: model.mixing, temperatures: model.ngramTemperatures)
        },
        earlyExit: model.earlyExit,
        companion: encoder.companion.flatMap { words in
          model.companions.first.map {
            CompanionContent(
              model: $0.configuration, models: companions, maximumTokens: words.maximumTokens,
              truncation: words.truncation)
          }
        },
        arithmetic: model.isQuantized ? .int8 : nil,
        models: count, tokenizer: encoder.tokenizer.configuration,
        pieces: encoder.pieces.map(PieceContent.init),
        maximumTokens: encoder.maximumTokens, truncation: encoder.truncation,
        labels: isOrdinary ? tasks[0].labels : nil, temperature: isOrdinary ? tasks[0].temperature : nil,
        tasks: isOrdinary ? nil : tasks, training: facts),
      requires: requirements, references: references
    ) { content throws(BundleError) in
      let card = card(path, content)
      notes = card.notes
      if let bytes = card.bytes { try FileWriter.write(bytes, to: folder.path(of: ModelCardFile.name)) }
    }
    return SavedModel(path: path, notes: notes + (try folder.commit(expecting: found)))
  }
}
