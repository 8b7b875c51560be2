import DiscernBundle
import DiscernCorpus
import DiscernIO

/// Pairs of source and target texts.
public struct SequencePairs: Sendable {
  /// The source and target text of each pair.
  public private(set) var sources: [String] = [], targets: [String] = []
  /// How the files were read, and what was skipped; nil for pairs in memory.
  public private(set) var reading: ReadingReport?
  /// Tables with more than two columns whose columns were not both named; columns are then taken by position.
  public private(set) var wideTables: [(path: String, columns: Int)] = []

  /// Pairs in memory.
  public init(_ pairs: some Sequence<(source: String, target: String)>) {
    for (source, target) in pairs { append(source, target) }
  }

  /// Reads tables or JSON Lines: the text column has the sources, by default the first, and the label column
  /// the targets, by default the second. The first row is a pair unless the options say otherwise by `header`
  /// or the name of a column.
  ///
  /// - Throws: `DiscernError.corpus`; `.interrupted`.
  public init(
    contentsOf paths: [String], options: CorpusOptions = CorpusOptions(),
    isInterrupted: () -> Bool = { false }
  ) throws(DiscernError) {
    let unnamed = options.textColumn == nil ? "text" : options.labelColumn == nil ? "label" : nil
    var options = options
    options.needsLabels = false
    options.keptColumns = [options.labelColumn ?? ColumnSelector("2")]
    options.needsKept = true
    options.labelColumn = nil
    options.textColumn = options.textColumn ?? ColumnSelector("1")
    options.expectsTable = true
    func isName(_ column: ColumnSelector?) -> Bool { if case .name = column { true } else { false } }
    // Columns given by name require a header.
    if !isName(options.textColumn), !isName(options.keptColumns[0]) {
      options.header = options.header ?? false
    }
    options.readsOnce = true
    reading = try wrapping(DiscernError.corpus) { [options] () throws(CorpusError) in
      let reader = CorpusReader(try Corpus(paths: paths, options: options))
      while let record = try Self.next(reader, unnamed) {
        if isInterrupted() { throw .input(.interrupted) }
        let target = reader.kept.first.flatMap(\.self)?.text ?? ""
        append(String(decoding: record.text, as: UTF8.self), target)
      }
      return reader.report
    }
    for input in unnamed == nil ? [] : reading?.inputs ?? [] {
      if let count = input.columns?.count, count > 2 { wideTables.append((input.path, count)) }
    }
  }

  /// - Parameter unnamed: the role whose key was not named.
  private static func next(_ reader: CorpusReader, _ unnamed: String?) throws(CorpusError) -> Record? {
    do throws(CorpusError) { return try reader.next() } catch {
      guard let unnamed, case .badRow(let location, .missingKey(let key, let available)) = error,
        key == (unnamed == "text" ? "1" : "2")
      else { throw error }
      throw .undecidedColumn(path: location.path, role: unnamed, available: available)
    }
  }

  /// The number of pairs.
  public var count: Int { sources.count }

  /// Adds a pair.
  public mutating func append(_ source: String, _ target: String) {
    sources.append(source)
    targets.append(target)
  }

  /// A digest of all pairs.
  var digest: String {
    var bytes: [UInt8] = []
    for (source, target) in zip(sources, targets) {
      bytes += source.utf8
      // No text contains this byte.
      bytes.append(0)
      bytes += target.utf8
      bytes.append(0)
    }
    return FileDigest.of(bytes: bytes).sha256
  }
}
