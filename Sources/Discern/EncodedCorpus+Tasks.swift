import DiscernCorpus
import DiscernModels

extension EncodedCorpus {
  /// The tasks of its labels, with nothing tuned.
  var tasks: [ClassificationTask] {
    targets.map { target in
      var task = ClassificationTask(target)
      // The column of a single task's labels is detected again for other data.
      if targets.count == 1 { task.source.column = nil }
      return task
    }
  }

  /// The columns of all inputs; nil if they differ.
  var sameColumns: TableColumns? {
    let inputs = reading.inputs.map(\.columns)
    return inputs.allSatisfy { $0 == inputs[0] } ? inputs[0] : nil
  }
}
