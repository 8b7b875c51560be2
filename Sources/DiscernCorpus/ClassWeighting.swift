import DiscernIO
import DiscernVocabulary

/// The weight of each label of a task in the loss.
public enum ClassWeighting: Sendable, Hashable, CustomStringConvertible {
  /// Rarer labels weigh more. A label that n of N texts have weighs N / (C · n), where C labels occur, as
  /// with scikit-learn's `class_weight="balanced"`. For a multi-label task, a label's weight for texts that
  /// have it is (N − n) / n, so that both answers have the same total weight. A label that no text or every
  /// text has weighs 1.
  case balanced
  /// A file of lines `label⇥weight`; labels that are not in it weigh 1.
  case file(String)

  /// `balanced`, or a file's path.
  public init(_ argument: String) { self = argument == "balanced" ? .balanced : .file(argument) }

  public var description: String {
    switch self {
    case .balanced: "balanced"
    case .file(let path): path
    }
  }

  /// [labels] the weights of a task's labels.
  ///
  /// - Parameters:
  ///   - labelSet: the task's.
  ///   - labels: those of the training texts.
  /// - Throws: `CorpusError.classWeights` naming the line; `.allWeightsZero`; `.input` for a file that cannot
  ///   be read.
  public func weights(_ labelSet: LabelSet, _ labels: TaskLabels) throws(CorpusError) -> [Float] {
    try weights(labelSet, LabelTally(labels, labelCount: labelSet.count))
  }

  /// The same from counts of labels.
  package func weights(_ labelSet: LabelSet, _ labels: LabelTally) throws(CorpusError) -> [Float] {
    switch self {
    case .file(let path): return try Self.read(path, labelSet)
    case .balanced:
      let (counts, all) = (labels.counts, labels.known)
      let present = counts.count { $0 > 0 }
      return counts.map { count in
        if count == 0 || labels.isMultiLabel && count == all { return 1 }
        return labels.isMultiLabel
          ? Float(Double(all - count) / Double(count))
          : Float(Double(all) / (Double(present) * Double(count)))
      }
    }
  }

  private static func read(_ path: String, _ labels: LabelSet) throws(CorpusError) -> [Float] {
    var weights = [Float](repeating: 1, count: labels.count)
    var lines: [Int: Int] = [:]
    var problem: (line: Int, ClassWeightProblem)?
    do throws(InputError) {
      let reader = LineReader(try ByteSource(path: path))
      while problem == nil, let line = try reader.next() {
        if line.isEmpty { continue }
        do throws(ClassWeightProblem) {
          let (label, weight) = try parse(line, labels)
          if let first = lines[label] { throw .repeated(label: labels.name(at: label), firstLine: first) }
          lines[label] = reader.lineNumber
          weights[label] = weight
        } catch {
          problem = (reader.lineNumber, error)
        }
      }
    } catch {
      throw .input(error)
    }
    if let problem { throw .classWeights(RecordLocation(path: path, line: problem.line), problem.1) }
    if weights.allSatisfy({ $0 == 0 }) { throw .allWeightsZero(source: path) }
    return weights
  }

  private static func parse(
    _ line: UnsafeBufferPointer<UInt8>, _ labels: LabelSet
  ) throws(ClassWeightProblem) -> (label: Int, weight: Float) {
    guard let tab = line.lastIndex(of: 0x09) else { throw .noTab }
    let name = UnsafeBufferPointer(rebasing: line[..<tab])
    guard let label = labels.id(of: name) else {
      throw .unknownLabel(String(decoding: name, as: UTF8.self), known: labels.names)
    }
    let field = UnsafeBufferPointer(rebasing: line[(tab + 1)...])
    guard case .value(let weight) = DecimalFloat.parse(field), weight >= 0 else {
      throw .badWeight(String(decoding: field, as: UTF8.self))
    }
    return (label, weight)
  }
}
