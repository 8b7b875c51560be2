/// Labelled texts in files: any number of inputs, read as a stream, any number of times.
///
/// ```swift
/// let corpus = try Corpus(paths: ["aclImdb"], part: .train)
/// let report = try corpus.read { record in … }
/// ```
public struct Corpus: Sendable {
  /// A part of a folder or archive that contains `train`, `test` or similar folders (see `PartName`).
  public enum Part: String, CaseIterable, Codable, Sendable {
    /// All of the input.
    case all
    /// The training texts.
    case train
    /// The test texts.
    case test
    /// The development texts.
    case development = "dev"
  }

  /// The inputs, in order.
  public let paths: [String]
  /// The options for reading them.
  public let options: CorpusOptions
  /// The part to read of inputs with parts. Inputs without parts are always read completely.
  public let part: Part
  let plans: [SourcePlan]
  /// [records] whether each is read, in order; nil: all are.
  let chosen: [Bool]?

  /// Determines the kind of each path; for an archive, reads the headers. `-` is standard input; it and other
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

  /// Labelled texts in memory. They are read like those in files, with the same checks; messages refer to the
  /// third record as “records:3”.
  ///
  /// The tasks are those of the records, by name, unless the label columns in the options differ from the
  /// default. A model's output separates the labels of a multi-label task with the separator of their column,
  /// by default a comma.
  public init(records: [CorpusRecord], options: CorpusOptions = CorpusOptions()) {
    var options = options
    options.format = .records
    if options.labelColumns == [LabelColumn()] { options.labelColumns = Self.columns(of: records) }
    if records.contains(where: { $0.weight != 1 }) { options.weightColumn = .name("weight") }
    if records.contains(where: { $0.group != nil }) { options.groupColumn = .name("group") }
    self.init(paths: [RecordsStream.path], options: options, part: .all, plans: [SourcePlan(records)])
  }

  /// Unlabelled texts in memory.
  public init(texts: [String]) {
    var options = CorpusOptions()
    options.needsLabels = false
    self.init(records: texts.map { CorpusRecord($0) }, options: options)
  }

  /// The records' tasks, by name; the first record with a task determines whether each text has one label for
  /// it.
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

  /// The same inputs, reading only some records.
  ///
  /// - Parameter chosen: [records] whether each is read; those after the last one are not.
  package func selecting(records chosen: [Bool]) -> Corpus {
    Corpus(paths: paths, options: options, part: part, plans: plans, chosen: chosen)
  }

  /// The parts that the inputs have: none, or some of `.train`, `.development` and `.test`.
  public var availableParts: [Part] {
    [.train, .development, .test].filter { part in plans.contains { $0.parts.contains(part) } }
  }

  /// The same inputs, reading `part`. Throws if an input has parts, but not this one.
  public func selecting(_ part: Part) throws(CorpusError) -> Corpus {
    for plan in plans where part != .all && !plan.parts.isEmpty && !plan.parts.contains(part) {
      throw .partMissing(path: plan.path, part: part)
    }
    return Corpus(paths: paths, options: options, part: part, plans: plans)
  }

  /// The same inputs, reading the part for evaluation: `test`, or else `dev`; unchanged if no input has
  /// either.
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

  /// Passes each record to `body`, in the order of the inputs, and returns the findings from reading.
  ///
  /// Throws `CorpusError` and the errors of `body`. Memory: a few hundred kilobytes, or the longest record.
  public func read(_ body: (borrowing Record) throws -> Void) throws -> ReadingReport {
    let reader = CorpusReader(self)
    while let record = try reader.next() { try body(record) }
    return reader.report
  }
}
