import DiscernCorpus
import DiscernIO

/// Lines of input that could not be used, counted by kind.
struct LineFailures {
  private struct Kind {
    let name: String
    let reason: String
    var places: [String] = []
    var count = 0
  }

  /// The operation that failed, such as `classified`.
  let verb: String
  private(set) var count = 0
  /// The kinds, in order of first occurrence.
  private var kinds: [Kind] = []

  init(verb: String) { self.verb = verb }

  mutating func add(_ location: RecordLocation, _ problem: RowProblem) {
    count += 1
    let index = kinds.firstIndex { $0.name == problem.kind } ?? kinds.endIndex
    if index == kinds.endIndex { kinds.append(Kind(name: problem.kind, reason: problem.description)) }
    kinds[index].count += 1
    guard kinds[index].places.count < 5 else { return }
    let path = location.path == "-" ? "standard input" : location.path
    kinds[index].places.append("\(RecordLocation(path: path, line: location.line))")
  }

  /// Reports the lines on standard error.
  func warn() { for warning in warnings { Console.warning(warning) } }

  /// One warning for each kind.
  private var warnings: [String] {
    kinds.map { kind in
      let lines = "\(kind.count.grouped) line\(kind.count == 1 ? "" : "s") not \(verb)"
      let more = kind.count > kind.places.count ? ", …" : ""
      let places = kind.places.joined(separator: ", ") + more
      return "\(lines): \(kind.name) at \(places): \(kind.reason)"
    }
  }
}
