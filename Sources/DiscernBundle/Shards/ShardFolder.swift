import DiscernCorpus
import DiscernIO
import DiscernModels
import DiscernText
import DiscernVocabulary

/// A folder of packed texts: `manifest.json` and its digest, `vocabulary.txt`, and shards of 64 MB of texts
/// as ids with their labels.
package struct ShardFolder: Sendable {
  package let path: String
  package let content: ShardContent
  /// Includes the tokenizer that made the words.
  package let vocabulary: Vocabulary
  package let training: ShardedTexts
  package let development: ShardedTexts

  package static let vocabularyFile = "vocabulary.txt"

  /// Whether a folder declares itself to be one.
  package static func isOne(_ path: String) -> Bool {
    guard FolderEntry(path: path)?.kind == .folder else { return false }
    do throws(BundleError) {
      _ = try BundleManifest(folder: path, format: .shards)
      return true
    } catch {
      switch error {
      case .notFound, .noManifest, .wrongFormat, .notAFolder, .notAFile: return false
      // A damaged folder is reported when it is read.
      default: return namesFormat(path)
      }
    }
  }

  private static func namesFormat(_ path: String) -> Bool {
    let bytes = try? FileReader(path: BundleManifest.join(path, BundleManifest.fileName))
      .contents(limit: BundleManifest.limit)
    return bytes.map { String(decoding: $0, as: UTF8.self).contains("\"\(BundleFormat.shards.name)\"") }
      ?? false
  }

  /// Reads a folder, after checking it completely.
  package init(path: String) throws(ModelFolderError) {
    self = try BundleFolder.reading(
      path, format: .shards, wrap: ModelFolderError.bundle
    ) { folder throws(ModelFolderError) in try Self(folder) }
  }

  private init(_ folder: BundleFolder) throws(ModelFolderError) {
    path = folder.path
    do throws(BundleError) {
      content = try folder.manifest.decode(ShardContent.self)
      try folder.manifest.check(needs: [])
      try Self.check(content, folder)
    } catch {
      throw .bundle(error)
    }
    vocabulary = try folder.vocabulary(Self.vocabularyFile, count: content.vocabularySize)
    do throws(TextError) { _ = try Tokenizer(content.tokenizer) } catch {
      throw .text(path: folder.path, error)
    }
    do throws(ShardError) {
      let (content, layout) = (content, content.layout)
      func part(_ part: ShardContent.Part) throws(ShardError) -> ShardedTexts {
        try ShardedTexts(
          part, in: folder.path, layout, tasks: content.tasks, vocabularySize: content.vocabularySize)
      }
      training = try part(content.training)
      development = try part(content.development)
    } catch {
      throw .shards(error)
    }
  }

  private static func check(_ content: ShardContent, _ folder: BundleFolder) throws(BundleError) {
    func require(_ holds: Bool, _ key: String, _ reason: String) throws(BundleError) {
      if !holds {
        throw .malformedManifest(
          path: BundleManifest.join(folder.path, BundleManifest.fileName), key: "content.\(key)",
          reason: reason)
      }
    }
    try require(!content.tasks.isEmpty, "tasks", "is empty")
    try require(
      content.idBytes == ShardLayout.idBytes(vocabularySize: content.vocabularySize), "idBytes",
      "is \(content.idBytes), which does not fit \(content.vocabularySize) words")
    try require(content.maximumTokens ?? 1 >= 1, "maximumTokens", "is below 1")
    for (name, part) in [("training", content.training), ("development", content.development)] {
      try require(part.texts > 0, "\(name).texts", "is \(part.texts), expected at least 1")
      try require(
        part.sets.count == content.tasks.count, "\(name).sets",
        "does not have a list for each "
          + "task")
      for file in part.files {
        try require(
          folder.manifest.files[file] != nil, "\(name).files", "names \(file), which “files” does not list")
      }
      for (task, sets) in zip(content.tasks, part.sets) {
        let labels = 0..<Int32(task.labels.count)
        try require(
          sets.allSatisfy { set in
            set.allSatisfy(labels.contains) && zip(set, set.dropFirst()).allSatisfy { $0 < $1 }
          }, "\(name).sets", "has a set whose label numbers do not increase")
      }
    }
  }

  /// Writes a folder, completely or not at all.
  ///
  /// - Parameters:
  ///   - vocabulary: including its tokenizer.
  ///   - write: writes the shards into the folder at a path, and returns their content.
  package static func write<Failure: Error>(
    to destination: ModelDestination, vocabulary: Vocabulary, wrap: (ModelFolderError) -> Failure,
    _ write: (String) throws(Failure) -> ShardContent
  ) throws(Failure) -> SavedModel {
    var failure: Failure?
    do throws(BundleError) {
      let folder = try AtomicFolder(destination: destination.path, format: .shards)
      try FileWriter.write(vocabulary.fileContents, to: folder.path(of: vocabularyFile))
      var content: ShardContent?
      do throws(Failure) { content = try write(folder.temporaryPath) } catch { failure = error }
      if let content {
        try folder.writeManifest(content)
        return SavedModel(path: destination.path, notes: try folder.commit(expecting: destination.found))
      }
    } catch {
      throw wrap(.bundle(error))
    }
    guard let failure else { preconditionFailure("neither content nor failure") }
    throw failure
  }

  /// Checks all conditions for writing there.
  package static func checkDestination(_ path: String) throws(ModelFolderError) -> ModelDestination {
    do throws(BundleError) { return try ModelDestination(checking: path, format: .shards) } catch {
      throw .bundle(error)
    }
  }
}
