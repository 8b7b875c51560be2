import DiscernBundle
import DiscernCorpus
import DiscernIO

/// Texts, each with the one that is to be written of it.
public struct SequencePairs: Sendable {
  /// What is read, and what is to be written, of each pair.
  public private(set) var sources: [String] = [], targets: [String] = []
  /// How the files were understood, and what was skipped; nil for pairs in memory.
  public private(set) var reading: ReadingReport?
  /// Tables with more columns than two, where not both were named: only the first or the second is read then.
  public private(set) var wideTables: [(path: String, columns: Int)] = []

  /// Pairs in memory.
  public init(_ pairs: some Sequence<(source: String, target: String)>) {
    for (source, target) in pairs { append(source, target) }
  }

  /// Reads tables: the text's column is what is read, by default the first, and the label's what is to be
  /// written, by default the second. Without `header` the first row is a pair.
  ///
  /// - Throws: `DiscernError.corpus`; `.interrupted`.
  public init(
    contentsOf paths: [String], options: CorpusOptions = CorpusOptions(),
    isInterrupted: () -> Bool = { false }
  ) throws(DiscernError) {
    let areNamed = options.textColumn != nil && options.labelColumn != nil
    var options = options
    options.needsLabels = false
    options.keptColumns = [options.labelColumn ?? ColumnSelector("2")]
    options.labelColumn = nil
    options.textColumn = options.textColumn ?? ColumnSelector("1")
    if options.format == .automatic { options.format = .tsv }
    options.header = options.header ?? false
    options.readsOnce = true
    reading = try wrapping(DiscernError.corpus) { [options] () throws(CorpusError) in
      let reader = CorpusReader(try Corpus(paths: paths, options: options))
      while let record = try reader.next() {
        if isInterrupted() { throw .input(.interrupted) }
        let target = reader.kept.first.flatMap(\.self)?.text ?? ""
        append(String(decoding: record.text, as: UTF8.self), target)
      }
      return reader.report
    }
    for input in areNamed ? [] : reading?.inputs ?? [] {
      if let count = input.columns?.count, count > 2 { wideTables.append((input.path, count)) }
    }
  }

  /// The number of pairs.
  public var count: Int { sources.count }

  /// Adds a pair.
  public mutating func append(_ source: String, _ target: String) {
    sources.append(source)
    targets.append(target)
  }

  /// Some of the pairs, in that order.
  func selecting(_ indices: [Int]) -> SequencePairs {
    SequencePairs(indices.map { (sources[$0], targets[$0]) })
  }

  /// Follows from all of the content.
  var digest: String {
    var bytes: [UInt8] = []
    for (source, target) in zip(sources, targets) {
      bytes += source.utf8
      // No text has them.
      bytes.append(0)
      bytes += target.utf8
      bytes.append(0)
    }
    return FileDigest.of(bytes: bytes).sha256
  }
}
