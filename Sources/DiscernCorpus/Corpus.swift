/// Labelled texts in files: any number of inputs, read as a stream, as often as wanted.
///
/// ```swift
/// let corpus = try Corpus(paths: ["aclImdb"], part: .train)
/// let report = try corpus.read { record in … }
/// ```
public struct Corpus: Sendable {
  /// A part of a folder or archive that holds `train` and `test`, or such (see `PartName`).
  public enum Part: String, CaseIterable, Codable, Sendable {
    case all, train, test
    case development = "dev"
  }

  public let paths: [String]
  public let options: CorpusOptions
  /// What is read of an input with parts. Inputs without parts are always read whole.
  public let part: Part
  let plans: [SourcePlan]

  /// Looks at what the paths are; of an archive it reads the headers. `-` is standard input; it and other
  /// streams are copied to a temporary file (in `TMPDIR`), since a corpus may be read several times. Throws
  /// `CorpusError`.
  public init(
    paths: [String], options: CorpusOptions = CorpusOptions(), part: Part = .all
  ) throws(CorpusError) {
    guard !paths.isEmpty else { throw .noPaths }
    var plans: [SourcePlan] = []
    for path in paths {
      let plan = try SourcePlan(path: path, options: options)
      if part != .all, !plan.parts.isEmpty, !plan.parts.contains(part) {
        throw .partMissing(path: path, part: part)
      }
      plans.append(plan)
    }
    self.init(paths: paths, options: options, part: part, plans: plans)
  }

  private init(paths: [String], options: CorpusOptions, part: Part, plans: [SourcePlan]) {
    self.paths = paths
    self.options = options
    self.part = part
    self.plans = plans
  }

  /// The parts that the inputs have: none, or some of `.train`, `.development` and `.test`.
  public var availableParts: [Part] {
    [.train, .development, .test].filter { part in plans.contains { $0.parts.contains(part) } }
  }

  /// The same inputs, of which `part` is read. Throws if one has parts but not this one.
  public func selecting(_ part: Part) throws(CorpusError) -> Corpus {
    for plan in plans where part != .all && !plan.parts.isEmpty && !plan.parts.contains(part) {
      throw .partMissing(path: plan.path, part: part)
    }
    return Corpus(paths: paths, options: options, part: part, plans: plans)
  }

  /// The development parts of those inputs that have one; nil if none has.
  public var developmentPart: Corpus? {
    let having = plans.filter { $0.parts.contains(.development) }
    if having.isEmpty { return nil }
    return Corpus(paths: having.map(\.path), options: options, part: .development, plans: having)
  }

  /// Hands over every record, in the order of the inputs, and returns what was met on the way.
  ///
  /// Throws `CorpusError` and what `body` throws. Memory: a fixed few hundred kilobytes, or the longest
  /// record.
  public func read(_ body: (borrowing Record) throws -> Void) throws -> ReadingReport {
    let reader = CorpusReader(self)
    while let record = try reader.next() { try body(record) }
    return reader.report
  }
}
