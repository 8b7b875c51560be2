/// Labelled texts in files: any number of inputs, read as a stream, as often as wanted.
///
/// ```swift
/// let corpus = try Corpus(paths: ["aclImdb"], part: .train)
/// let report = try corpus.read { record in … }
/// ```
public struct Corpus: Sendable {
  /// A part of a folder or archive that holds `train` and `test`, or such (see `PartName`).
  public enum Part: String, CaseIterable, Codable, Sendable {
    /// Everything that the input holds.
    case all
    /// The training texts.
    case train
    /// The test texts.
    case test
    /// The development texts.
    case development = "dev"
  }

  /// The inputs in their order.
  public let paths: [String]
  /// The options for reading them.
  public let options: CorpusOptions
  /// The part to read of an input with parts. Inputs without parts are always read whole.
  public let part: Part
  let plans: [SourcePlan]
  /// [records] whether each is read, in their order; nil: all are.
  let chosen: [Bool]?

  /// Determines the kinds of the paths; for an archive it reads the headers. `-` is standard input; it and
  /// other streams are copied to a temporary file (in `TMPDIR`), since a corpus may be read several times.
  /// Throws `CorpusError`.
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

  /// Labelled texts that a program has in memory. They are read like those of files, with the same
  /// checks; messages name the third of them “records:3”.
  ///
  /// The tasks are those of the records, by name, unless the options have other label columns than the
  /// default's. A multi-label task's labels have a comma between them in a model's output, or
  /// their column's separator.
  public init(records: [CorpusRecord], options: CorpusOptions = CorpusOptions()) {
    var options = options
    options.format = .records
    if options.labelColumns == [LabelColumn()] { options.labelColumns = Self.columns(of: records) }
    if records.contains(where: { $0.weight != 1 }) { options.weightColumn = .name("weight") }
    if records.contains(where: { $0.group != nil }) { options.groupColumn = .name("group") }
    self.init(paths: [RecordsStream.path], options: options, part: .all, plans: [SourcePlan(records)])
  }

  /// Texts without labels that a program has in memory.
  public init(texts: [String]) {
    var options = CorpusOptions()
    options.needsLabels = false
    self.init(records: texts.map { CorpusRecord($0) }, options: options)
  }

  /// The tasks of records by name; the first record that has a task says whether texts have one label in it.
  private static func columns(of records: [CorpusRecord]) -> [LabelColumn] {
    var columns: [String: LabelColumn] = [:]
    for record in records {
      for (task, labels) in record.labels where columns[task] == nil {
        columns[task] = LabelColumn(task: task)
        if case .any = labels { columns[task]?.separator = .comma }
      }
    }
    return columns.isEmpty ? [LabelColumn()] : columns.values.sorted { $0.task < $1.task }
  }

  private init(
    paths: [String], options: CorpusOptions, part: Part, plans: [SourcePlan], chosen: [Bool]? = nil
  ) {
    self.paths = paths
    self.options = options
    self.part = part
    self.plans = plans
    self.chosen = chosen
  }

  /// The same inputs, of which some records are read.
  ///
  /// - Parameter chosen: [records] whether each is read; those after the last one are not.
  package func selecting(records chosen: [Bool]) -> Corpus {
    Corpus(paths: paths, options: options, part: part, plans: plans, chosen: chosen)
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

  /// The same inputs, of which the part is read that models are measured on: `test`, or else `dev`; all of
  /// inputs without parts.
  package func selectingToMeasure() throws(CorpusError) -> Corpus {
    let part = [Part.test, .development].first(where: availableParts.contains)
    return try part.map { part throws(CorpusError) in try selecting(part) } ?? self
  }

  /// The development parts of those inputs that have one; nil if none has.
  public var developmentPart: Corpus? {
    let having = plans.filter { $0.parts.contains(.development) }
    if having.isEmpty { return nil }
    return Corpus(paths: having.map(\.path), options: options, part: .development, plans: having)
  }

  /// The same texts without their groups.
  var withoutGroups: Corpus {
    var options = options
    options.groupColumn = nil
    return Corpus(paths: paths, options: options, part: part, plans: plans, chosen: chosen)
  }

  /// Hands over every record, in the order of the inputs, and returns findings on the way.
  ///
  /// Throws `CorpusError` and what `body` throws. Memory: a fixed few hundred kilobytes, or the longest
  /// record.
  public func read(_ body: (borrowing Record) throws -> Void) throws -> ReadingReport {
    let reader = CorpusReader(self)
    while let record = try reader.next() { try body(record) }
    return reader.report
  }
}
