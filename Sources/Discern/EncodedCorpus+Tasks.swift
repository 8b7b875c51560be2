import DiscernCorpus
import DiscernModels

extension EncodedCorpus {
  /// The tasks of its labels, before anything is tuned.
  var tasks: [ClassificationTask] {
    targets.map { target in
      var task = ClassificationTask(target)
      // Where a single task's labels stand is asked anew.
      if targets.count == 1 { task.source.column = nil }
      return task
    }
  }

  /// The columns of all inputs, where these have the same.
  var sameColumns: TableColumns? {
    let inputs = reading.inputs.map(\.columns)
    return inputs.allSatisfy { $0 == inputs[0] } ? inputs[0] : nil
  }
}
