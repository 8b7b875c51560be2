import DiscernIO
import DiscernText
import DiscernVocabulary

/// The errors of a corpus.
public enum CorpusError: Equatable, KnownFailure {
  /// A file is missing, unreadable or damaged.
  case input(InputError)
  /// A row that cannot be used.
  case badRow(RecordLocation, RowProblem)
  /// No input was given.
  case noPaths
  /// There is no usable record in any input.
  case noRecords(paths: [String], skipped: Int)
  /// The input has no labels, but labels are required.
  case unlabelled(path: String, format: InputFormat)
  /// No rows can be distinguished; `likely` is the probable encoding.
  case notUTF8(path: String, likely: TextEncoding?)
  /// An input that cannot be read in this format.
  case unsupported(path: String, format: InputFormat, reason: String)
  /// A table or JSON, where the column or key of the texts must be named.
  case unnamedColumn(path: String, format: InputFormat)
  /// A folder or archive that does not have one subfolder per label.
  case notAFolderOfLabels(path: String, reason: String)
  /// An input lacks the part that was requested.
  case partMissing(path: String, part: Corpus.Part)
  /// No column has that name.
  case unknownColumn(path: String, name: String, available: [String])
  /// There are fewer columns than that number.
  case columnOutOfRange(path: String, number: Int, available: [String])
  /// Several columns have that name.
  case repeatedColumn(path: String, name: String)
  /// One column would be both text and label.
  case sameColumn(path: String, name: String)
  /// One column is selected twice, for the labels of different tasks, the text, the weight or the group.
  case columnTwice(path: String, name: String)
  /// A column that holds the texts or labels, by its name or as in training, is also given another role.
  case otherRole(path: String, name: String, role: String, option: String)
  /// No text has a label for the task.
  case taskWithoutLabels(name: String, column: String)
  /// All weights in the loss would be zero; `source` is the column or the file of the weights.
  case allWeightsZero(source: String)
  /// No text is in a group.
  case noGroups(column: String)
  /// The column of the text or the label cannot be determined.
  case undecidedColumn(path: String, role: String, available: [String])
  /// Labels that are not in a given set; at least one.
  case unknownLabels([UnseenLabel], known: [String])
  /// A task for which all texts have the same label.
  case singleLabel(task: String, label: String)
  /// A line of a file of class weights cannot be used.
  case classWeights(RecordLocation, ClassWeightProblem)
  /// The texts cannot be divided as requested.
  case splitImpossible(reason: String)
  /// The tokenizer failed, on the text at the location if there is one.
  case text(RecordLocation?, TextError)
  /// The texts' labels cannot form a set of labels.
  case labels(VocabularyError)

  public var kind: ErrorKind {
    switch self {
    case .input(let error): error.kind
    case .noPaths: .usage
    default: .badInput
    }
  }

  public var description: String {
    switch self {
    case .input(let error): return error.description
    case .badRow(let location, let problem): return "\(location): \(problem)"
    case .noPaths: return "no file or folder was given"
    case .noRecords(let paths, let skipped):
      let names = paths.joined(separator: ", ")
      return skipped == 0
        ? "\(names): no texts in it" : "\(names): no usable texts in it, all \(skipped) rows were skipped"
    case .unlabelled(let path, let format):
      return "\(path): has no labels (read as “\(format.rawValue)”); expected a label for each text, as a "
        + "column, a key, “__label__” or a subfolder (--input-format says which)"
    case .notUTF8(let path, let likely):
      let mend = likely.map { "it looks like \($0), which --encoding \($0) reads" }
      return "\(path): is not UTF-8; " + (mend ?? "--encoding NAME reads other encodings")
    case .unsupported(let path, let format, let reason):
      return "\(path): cannot be read as “\(format.rawValue)”: \(reason)"
    case .unnamedColumn(let path, let format):
      return "\(path): seems to be “\(format.rawValue)”: name the "
        + "\(format == .jsonl ? "key" : "column") of the texts (--text-column), or take every line as a text "
        + "(--input-format lines)"
    case .notAFolderOfLabels(let path, let reason):
      return "\(path): \(reason); expected a folder with one subfolder for each label"
    case .partMissing(let path, let part):
      return "\(path): has no “\(part.rawValue)” part"
    case .unknownColumn(let path, let name, let available):
      return "\(path): no column is named “\(name)”" + NearestName.hint(for: name, among: available)
    case .columnOutOfRange(let path, let number, let available):
      return "\(path): there is no column \(number); there are \(available.count): "
        + NearestName.list(available) + (number == 0 ? "; without names they are numbered from 1" : "")
    case .repeatedColumn(let path, let name):
      return "\(path): several columns are named “\(name)”; choose one by its number"
    case .sameColumn(let path, let name):
      return "\(path): “\(name)” cannot be both text and label"
    case .columnTwice(let path, let name):
      return
        "\(path): “\(name)” is selected twice; text, weight, group and every task need their own columns"
    case .otherRole(let path, let name, let role, let option):
      return
        "\(path): “\(name)” is used as the \(role), and selected with \(option) too; name another column "
        + "there, or select the \(role)'s with --\(role)-column"
    case .taskWithoutLabels(let name, let column):
      return "no text has a label"
        + (name.isEmpty ? "" : " for the task “\(name)”") + (column.isEmpty ? "" : " in “\(column)”")
    case .allWeightsZero(let source):
      return "\(source): all weights are 0, so nothing can be learned; give some texts a positive weight"
    case .noGroups(let column):
      return "--group-column \(column): no text is in a group; is that the right name?"
    case .undecidedColumn(let path, let role, let available):
      return "\(path): cannot tell which column holds the \(role); there are \(NearestName.list(available)); "
        + "choose with --\(role)-column"
    case .unknownLabels(let labels, let known):
      let first = labels.first
      return (first.map { "\($0.first): " } ?? "")
        + (labels.count == 1 ? "a label is" : "\(labels.count) labels are")
        + " unknown to the model: " + UnseenLabel.list(labels)
        + NearestName.hint(for: first?.label ?? "", among: known)
        + "; --on-error skip leaves such texts out"
    case .singleLabel(let task, let label):
      return "the task “\(task)” has only one label, “\(label)”; a classifier needs two"
    case .classWeights(let location, let problem): return "\(location): \(problem)"
    case .splitImpossible(let reason): return "cannot split: \(reason)"
    case .text(let location, let error):
      return (location.map { "\($0): " } ?? "") + error.description
    case .labels(let error): return error.description
    }
  }
}

extension CorpusError {
  /// Runs `body` and wraps its errors.
  static func wrapping<Result: ~Copyable>(
    _ body: () throws(InputError) -> Result
  ) throws(CorpusError) -> Result {
    do throws(InputError) { return try body() } catch { throw .input(error) }
  }
}
