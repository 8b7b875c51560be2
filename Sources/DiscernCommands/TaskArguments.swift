import ArgumentParser
import Discern
import DiscernCorpus

/// The tasks, one or several, and the format of their labels.
struct TaskArguments: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "Task and the column or key of its labels; repeat it for several tasks on one encoder. Empty labels "
        + "count as missing.",
      valueName: "[name=]column"))
  var task: [String] = []

  @Option(
    help: ArgumentHelp(
      "Multi-label: a text has any number of labels, separated by this character; for all tasks or the named "
        + "one.",
      valueName: "[name=]character"))
  var multiLabel: [String] = []

  @Option(
    help: "Column or key of training weights of the texts (numbers from 0): a name, or a number from 1.")
  var weightColumn: String?

  func validate() throws {
    _ = try columns(labelColumn: nil)
    if weightColumn == "" {
      throw ValidationError("--weight-column is empty: columns are named, or numbered from 1")
    }
  }

  /// The names and columns of `[name=]column` arguments.
  static func tasks(_ arguments: [String]) throws -> [(name: String, column: ColumnSelector)] {
    var tasks: [(name: String, column: ColumnSelector)] = []
    for argument in arguments {
      let (name, column) = divided(argument)
      if column.isEmpty {
        throw ValidationError("--task \(argument): columns are named, or numbered from 1")
      }
      guard LabelColumn.isTaskName(name ?? column) else {
        throw ValidationError(
          "--task \(argument): “\(name ?? column)” cannot be a task's name; write NAME=\(column) with "
            + "letters, "
            + "digits, _ and -")
      }
      if tasks.contains(where: { $0.name == name ?? column }) {
        throw ValidationError("--task \(argument): there are two tasks named “\(name ?? column)”")
      }
      tasks.append((name ?? column, ColumnSelector(column)))
    }
    return tasks
  }

  /// The columns or keys of all tasks' labels.
  func columns(labelColumn: String?) throws -> [LabelColumn] {
    var columns = try Self.tasks(task).map { LabelColumn(task: $0.name, column: $0.column) }
    if columns.isEmpty {
      columns = [LabelColumn(column: labelColumn.map { ColumnSelector($0) })]
    } else if labelColumn != nil {
      throw ValidationError("--label-column and --task both name labels; give only --task")
    }
    for argument in multiLabel {
      // The character may be “=”.
      let (name, text) = argument.count == 1 ? (nil, argument) : Self.divided(argument)
      guard let separator = LabelSeparator(text) else {
        throw ValidationError("--multi-label \(argument): expected \(LabelSeparator.expected)")
      }
      let chosen = columns.indices.filter { name == nil || columns[$0].task == name }
      if chosen.isEmpty {
        throw ValidationError("--multi-label \(argument): there is no task “\(name ?? "")”")
      }
      for index in chosen { columns[index].separator = separator }
    }
    return columns
  }

  /// Divides `NAME=VALUE` at the first `=`; without one, there is no name.
  static func divided(_ argument: String) -> (name: String?, value: String) {
    guard let place = argument.firstIndex(of: "=") else { return (nil, argument) }
    return (String(argument[..<place]), String(argument[argument.index(after: place)...]))
  }
}

extension CorpusArguments {
  /// The options for reading texts with labels for the tasks.
  func options(_ tasks: TaskArguments) throws -> CorpusOptions {
    var options = options()
    options.labelColumns = try tasks.columns(labelColumn: labelColumn)
    options.weightColumn = tasks.weightColumn.map { ColumnSelector($0) }
    return options
  }

  /// The columns of the labels for an evaluation.
  ///
  /// - Parameter tasks: the `--task` arguments.
  func measuredColumns(of classifier: TextClassifier, tasks: [String]) throws -> [LabelColumn] {
    let known = classifier.labelColumns
    let named = try TaskArguments.tasks(tasks)
    if known.count == 1, named.isEmpty {
      return [
        LabelColumn(
          task: known[0].task, column: options().labelColumn ?? known[0].column,
          separator: known[0].separator)
      ]
    }
    if labelColumn != nil {
      throw ValidationError("--label-column: the model has several tasks; use --task NAME=COLUMN")
    }
    if named.isEmpty { return known }
    return named.map { name, column in
      LabelColumn(task: name, column: column, separator: known.first { $0.task == name }?.separator)
    }
  }
}
