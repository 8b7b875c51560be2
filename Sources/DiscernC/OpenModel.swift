import CDiscern
import Discern
import DiscernCorpus
import DiscernExport
import DiscernModels
import DiscernSystem
import DiscernTensor
import DiscernText
import DiscernVocabulary

/// A model that a caller in C holds, for any number of threads.
final class OpenModel: Sendable {
  let classifier: TextClassifier
  /// For encoding texts without classifying them.
  let inputs: TextInputSource
  let sessions = IdlePool<TextClassifier.Session>()
  let encoders = IdlePool<TextInputEncoder>()
  let compute: Compute
  let warning: OwnedStrings
  let taskNames: OwnedStrings
  let labels: [OwnedStrings]
  /// By task; empty for a task without thresholds.
  private nonisolated(unsafe) let thresholds: [UnsafeMutableBufferPointer<Float>]

  init(_ path: String, threads: Int) throws(InterfaceError) {
    do throws(TensorError) {
      compute = Compute(
        family: try KernelFamily.requested(), threadCount: threads > 0 ? threads : Compute().threadCount)
    } catch {
      throw .tensor(error)
    }
    do throws(DiscernError) { classifier = try TextClassifier(contentsOf: path) } catch {
      throw .classifier(error)
    }
    inputs = TextInputSource(classifier)
    taskNames = OwnedStrings(classifier.tasks.map(\.name))
    labels = classifier.tasks.map { OwnedStrings($0.labels.names) }
    thresholds = classifier.tasks.map { task in
      let values = task.thresholds ?? []
      let memory = UnsafeMutableBufferPointer<Float>.allocate(capacity: values.count)
      _ = memory.initialize(from: values)
      return memory
    }
    warning = OwnedStrings([Self.warnings(of: classifier).joined(separator: "; ")])
  }

  deinit { for values in thresholds { values.deallocate() } }

  /// The warnings, in the words of the command line.
  private static func warnings(of classifier: TextClassifier) -> [String] {
    var warnings: [String] = []
    switch classifier.record.outcome {
    case .completed, .stoppedEarly: break
    case .interrupted:
      warnings.append("the training of this model was interrupted; consider repeating it")
    case .diverged:
      warnings.append("the loss or its gradients became infinite or NaN at the end of this model's training")
    }
    let tokenizer = classifier.encoder.tokenizer.configuration
    if !tokenizer.matchesRunningICU {
      warnings.append(
        "the model was trained with ICU \(tokenizer.icuVersion), this machine has another version: some "
          + "texts may be tokenized differently")
    }
    return warnings
  }

  var outputCount: Int { labels.reduce(0) { $0 + $1.count } }

  var hasAttention: Bool { classifier.networks.contains(where: \.hasAttention) }

  var information: discern_model_info {
    discern_model_info(
      task_count: Int64(labels.count), output_count: Int64(outputCount), has_attention: hasAttention ? 1 : 0,
      has_network: classifier.kind.hasNetwork ? 1 : 0,
      has_letters: classifier.encoder.letters == nil ? 0 : 1,
      has_ngrams: classifier.encoder.ngrams == nil ? 0 : 1, warning: warning[0])
  }

  func task(_ index: Int64) throws(InterfaceError) -> discern_task {
    let index = try place(index, of: labels.count, "task")
    let hasThresholds = classifier.tasks[index].thresholds != nil
    return discern_task(
      name: taskNames[index], label_count: Int64(labels[index].count),
      first_output: Int64(labels[..<index].reduce(0) { $0 + $1.count }),
      thresholds: hasThresholds ? UnsafePointer(thresholds[index].baseAddress) : nil)
  }

  func label(_ index: Int64, ofTask task: Int64) throws(InterfaceError) -> discern_string {
    let labels = labels[try place(task, of: labels.count, "task")]
    return labels[try place(index, of: labels.count, "label")]
  }

  private func place(_ index: Int64, of count: Int, _ name: String) throws(InterfaceError) -> Int {
    guard index >= 0, index < count else {
      throw .outOfRange(name: name, value: index, expected: "0 to \(count - 1)")
    }
    return Int(index)
  }
}
