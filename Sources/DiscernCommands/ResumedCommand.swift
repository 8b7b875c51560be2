import ArgumentParser
import Discern
import DiscernCorpus
import DiscernIO
import DiscernSystem

/// The command line of a resumed training run: the stored one, changed by the flags that are now given.
struct ResumedCommand {
  let arguments: [String]
  /// The folder to which relative paths of the stored command line refer; nil: the working directory.
  private let root: String?

  /// Options that name files; a relative path refers to the folder in which it was given.
  private static let paths: Set<String> = [
    "train", "dev", "unlabelled", "vectors", "vocab", "recipe", "output", "json-log", "csv-log",
    "tensorboard", "grow-from", "beside", "pretrained", "teacher", "card",
  ]
  /// Options that may be repeated: values given now replace all stored ones.
  private static let lists: Set<String> = [
    "train", "dev", "unlabelled", "task", "multi-label", "class-weights",
  ]

  /// Those of `paths` whose files are not read as streams: outputs and folders.
  private static let unread: Set<String> = [
    "output", "json-log", "csv-log", "tensorboard", "grow-from", "beside", "pretrained", "teacher",
  ]

  /// Options that apply only to resuming.
  private static let ofResuming: Set<String> = ["resume", "more-epochs", "allow-other-kernels"]

  /// - Parameters:
  ///   - stored: the arguments of `discern train` when training began.
  ///   - given: the arguments of `discern train` now, with the current names.
  /// - Throws: `ValidationError` for an input that could be read only once and is not given again;
  ///   `UsageProblem` for stored flags with former names that cannot be renewed.
  init(_ stored: StoredCommand, given: [String], directory: String?) throws {
    let given = Self.parts(given).filter { !Self.ofResuming.contains($0.name) }
    let names = Set(given.map(\.name))
    var kept = Self.parts(try Self.renewed(stored.arguments)).filter {
      !Self.lists.contains($0.name) || !names.contains($0.name)
    }
    for part in kept where Self.paths.contains(part.name) && !names.contains(part.name) {
      guard let value = part.value, stored.streams.contains(value) else { continue }
      throw ValidationError(
        "--\(part.name) \(value) was a stream, which cannot be read again; give the same texts as a file: "
          + "--\(part.name) FILE")
    }
    let isElsewhere =
      directory != stored.directory && FolderEntry(path: stored.directory)?.kind == .folder
    let root = isElsewhere ? stored.directory : nil
    self.root = root
    kept = kept.map { part in
      guard Self.paths.contains(part.name), let value = part.value else { return part }
      let path = Self.path(value, from: root)
      return path == value ? part : Part(name: part.name, value: path, words: ["--" + part.name, path])
    }
    arguments = (kept + given).flatMap(\.words)
  }

  /// The arguments of `discern train`, with the current names.
  static func renewed(_ arguments: [String]) throws(UsageProblem) -> [String] {
    Array(try FormerNames.renewed(["train"] + arguments).dropFirst())
  }

  /// - Throws: `ValidationError` if the parser rejects the combined command line.
  func command(resuming folder: String) throws(ValidationError) -> TrainCommand {
    do { return try TrainCommand.parse(arguments) } catch {
      throw ValidationError(
        "--resume \(folder): continuing with the command line of that "
          + "training: " + TrainCommand.message(for: error))
    }
  }

  /// The recipe of the resumed training run, with file paths relative to the current folder.
  func recipe(_ stored: TrainingRecipe) -> TrainingRecipe {
    var recipe = stored
    recipe.classWeights = stored.classWeights.mapValues { weighting in
      switch weighting {
      case .balanced: .balanced
      case .file(let path): .file(Self.path(path, from: root))
      }
    }
    return recipe
  }

  private static func path(_ path: String, from root: String?) -> String {
    guard let root, !path.hasPrefix("/"), path != "-" else { return path }
    return root + "/" + path
  }

  /// Removes flags about other processes, which are given again each time: the results do not depend on them.
  static func withoutDistribution(_ arguments: [String]) -> [String] {
    parts(arguments).filter { $0.name != "distributed" }.flatMap(\.words)
  }

  /// The inputs of a command line that can be read only once.
  static func streams(_ arguments: [String]) -> [String] {
    parts(arguments).filter { paths.contains($0.name) && !unread.contains($0.name) }
      .compactMap(\.value)
      .filter { $0 == "-" || FolderEntry(path: $0)?.kind == .other || isDescriptor($0) }
  }

  /// Whether a path is an open descriptor, whose number denotes another file in another process.
  private static func isDescriptor(_ path: String) -> Bool {
    ["/dev/stdin", "/dev/fd/", "/proc/self/fd/"].contains { path.hasPrefix($0) }
  }

  /// An option with its value, if it has one.
  struct Part {
    let name: String
    var value: String?
    /// The words of the command line.
    var words: [String]
  }

  /// A command line's options; a word without dashes belongs to the option before it.
  static func parts(_ arguments: [String]) -> [Part] {
    var parts: [Part] = []
    for word in arguments {
      if word.hasPrefix("--"), word.count > 2 {
        let pieces = word.dropFirst(2).split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
        parts.append(
          Part(name: String(pieces[0]), value: pieces.count > 1 ? String(pieces[1]) : nil, words: [word]))
      } else if word.hasPrefix("-"), word.dropFirst().first?.isLetter == true {
        // Short options are flags.
        parts.append(Part(name: word, words: [word]))
      } else if let last = parts.last {
        parts[parts.count - 1] = Part(name: last.name, value: word, words: last.words + [word])
      } else {
        parts.append(Part(name: "", words: [word]))
      }
    }
    return parts
  }
}
