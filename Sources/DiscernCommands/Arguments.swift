import ArgumentParser
import Discern
import DiscernCorpus
import DiscernIO
import DiscernSystem
import DiscernTensor
import DiscernText
import DiscernVocabulary

extension InputFormat: ExpressibleByArgument {
  public init?(argument: String) {
    guard let format = Self.allCases.first(where: { $0.rawValue == argument }) else { return nil }
    self = format
  }
}
extension ErrorPolicy: ExpressibleByArgument {}

/// The options for reading data, shared by all commands that read data.
struct CorpusArguments: ParsableArguments {
  @Option(help: "Input format. Default: detected.")
  var inputFormat: InputFormat = .automatic

  @Option(
    help: ArgumentHelp(
      "Field separator of a table, such as , ; | or \\t. Default: detected.",
      valueName: "character"),
    transform: { argument in
      guard let separator = FieldSeparator(argument) else {
        // The parser names flag and value.
        throw ValidationError("expected \(FieldSeparator.expected)")
      }
      return separator
    })
  var separator: FieldSeparator?

  @Option(help: "Column or key of the text: a name, or a number from 1.")
  var textColumn: String?

  @Option(help: "Column or key of the label: a name, or a number from 1.")
  var labelColumn: String?

  @Flag(
    inversion: .prefixedNo,
    help: "Whether the first row of CSV or TSV is a header. Default: detected.")
  var header: Bool?

  @Option(help: "What to do with a bad row: stop with an error that names it, or skip and count it.")
  var onError: ErrorPolicy = .stop

  @Option(
    help: ArgumentHelp(
      "Encoding of file names in folders and archives that are not UTF-8, such as gbk or windows-1252.",
      valueName: "name"))
  var namesEncoding: String?

  @Option(help: "Maximum size to which a compressed file or an archive may unpack; takes K, M or G.")
  var maxUnpackedBytes: ByteCount = ByteCount(UnpackLimit().bytes)

  @Option(help: "Maximum ratio of the unpacked size of a compressed file or an archive to its own size.")
  var maxUnpackRatio = UnpackLimit().ratio

  @Option(
    help: ArgumentHelp(
      "Encoding of the input, such as windows-1252 or utf-16. Default: UTF-8.", valueName: "name"))
  var encoding: String?

  @Option(
    help: ArgumentHelp(
      "Maximum length of a line or text in bytes; takes K, M or G. Longer ones are bad rows.",
      valueName: "size"))
  var maxLineBytes = ByteCount(16 << 20)

  @Flag(name: .shortAndLong, help: "Print only results, warnings and errors.")
  var quiet = false

  func options(needsLabels: Bool = true) -> CorpusOptions {
    var options = CorpusOptions()
    options.format = inputFormat
    options.textColumn = textColumn.map { ColumnSelector($0) }
    options.labelColumn = labelColumn.map { ColumnSelector($0) }
    options.header = header
    options.separator = separator
    options.onError = onError
    options.needsLabels = needsLabels
    options.encoding = encoding.flatMap { TextEncoding($0) }
    options.maximumLineBytes = maxLineBytes.bytes
    options.namesEncoding = namesEncoding.flatMap { TextEncoding($0) }
    options.unpackLimit = UnpackLimit(bytes: maxUnpackedBytes.bytes, ratio: maxUnpackRatio)
    return options
  }

  /// For inputs that are read only once, so that a pipe need not be copied.
  func readingOnce(_ options: CorpusOptions) -> CorpusOptions {
    var options = options
    options.readsOnce = true
    return options
  }

  /// For texts that are classified as they arrive.
  ///
  /// - Parameter columns: the columns of the data on which the model was trained.
  func options(trainedOn columns: TableColumns?) -> CorpusOptions {
    var options = options(needsLabels: false)
    options.answersAtOnce = true
    // The label columns are not needed here.
    options.trainedColumns = columns.map {
      TableColumns(text: $0.text, labels: [], count: $0.count, separator: $0.separator)
    }
    return readingOnce(options)
  }

  /// For texts without labels: unless a layout is given, every line is a text, whatever it contains.
  ///
  /// - Parameter refusingTables: whether files that are tables or JSON by name or content are an error then.
  func textOptions(refusingTables: Bool = false) -> CorpusOptions {
    var options = options(needsLabels: false)
    if options.format == .automatic && textColumn == nil {
      options.format = .lines
      options.refusesTables = refusingTables
    }
    return options
  }

  func validate() throws {
    if let namesEncoding, TextEncoding(namesEncoding) == nil {
      throw ValidationError(
        "--names-encoding \(namesEncoding): no such encoding; \(TextEncoding.hint(for: namesEncoding))")
    }
    if maxUnpackRatio < 1 {
      throw ValidationError("--max-unpack-ratio \(maxUnpackRatio): expected at least 1")
    }
    for (name, value) in [("text", textColumn), ("label", labelColumn)] where value == "" {
      throw ValidationError("--\(name)-column is empty: columns are named, or numbered from 1")
    }
    if let encoding, TextEncoding(encoding) == nil {
      throw ValidationError("--encoding \(encoding): no such encoding; \(TextEncoding.hint(for: encoding))")
    }
  }

  /// Reports how an input is read, before its texts arrive. Nothing is reported for standard input as plain
  /// lines.
  func announce(_ input: ReadingReport.Input) {
    if input.path == "-", input.format == .lines {
      for note in input.notes where note != "the file is empty" { Console.warning("standard input: \(note)") }
      return
    }
    guard !quiet else { return }
    // Labels are not needed here, so a guess at their column is not reported.
    let words = ["read as \(input.format.rawValue)"] + words(input, hasLabels: false) + input.notes
    Console.line("\(input.path): " + words.joined(separator: ", "))
  }

  /// Reports findings about an announced input at its end.
  func conclude(_ input: ReadingReport.Input) {
    let name = input.path == "-" ? "standard input" : input.path
    // The notes of a folder or an archive of one come at the end, all others when it is announced.
    if !quiet, input.format == .folder { for note in input.notes { Console.line("\(name): \(note)") } }
    for warning in input.warnings { Console.warning("\(name): \(warning)") }
  }

  private func words(_ input: ReadingReport.Input, hasLabels: Bool = true) -> [String] {
    var words: [String] = []
    if let hasHeader = input.hasHeader {
      words.append(hasHeader ? "the first row names the columns" : "no header row")
    }
    if let column = input.textColumn { words.append("text in \(column)") }
    if hasLabels, let column = input.labelColumn { words.append("label in \(column)") }
    return words
  }

  /// Reports the recognised format and skipped rows.
  ///
  /// - Parameter hasLabels: whether labels are read; otherwise a guess at their column is not reported.
  func report(_ report: ReadingReport, part: String, hasLabels: Bool = true) {
    for input in report.inputs where !quiet {
      let words =
        [input.rows.counted("text"), "as \(input.format.rawValue)"] + words(input, hasLabels: hasLabels)
      Console.line("\(part): \(input.path): " + words.joined(separator: ", "))
      for note in input.notes { Console.line("  \(note)") }
    }
    if !quiet, report.trimmedLabels > 0 {
      Console.line("\(part): white space around \(report.trimmedLabels.grouped) labels was removed")
    }
    if !quiet, report.listCells > 0 {
      Console.line("\(part): the labels of \(report.listCells.grouped) texts were written and read as lists")
    }
    reportProblems(report, part: part)
  }

  /// Reports skipped rows.
  func reportProblems(_ report: ReadingReport, part: String) {
    for input in report.inputs {
      for warning in input.warnings { Console.warning("\(part): \(input.path): \(warning)") }
    }
    if report.skippedRows > 0 {
      Console.warning("\(part): skipped \(report.skippedRows.counted("bad row"))")
      for row in report.firstSkippedRows { Console.line("  \(row.location): \(row.reason)") }
      if report.skippedRows > report.firstSkippedRows.count {
        Console.line("  … and \(report.skippedRows - report.firstSkippedRows.count) more")
      }
    }
    let unseen = report.unseenLabels
    if !unseen.isEmpty {
      let texts = unseen.reduce(0) { $0 + $1.count }
      Console.warning(
        "\(part): left out \(texts.grouped) texts with \(unseen.count.grouped) labels that the model does "
          + "not have"
      )
      for label in unseen.prefix(20) { Console.line("  \(label)") }
      if unseen.count > 20 { Console.line("  … and \(unseen.count - 20) more") }
    }
  }
}

/// The options of the tokenizer.
struct TokenizerArguments: RecipeFlags {
  @Option(recipe: "locale") var locale: String?
  @Flag(recipe: "lowercase") var lowercase: Bool?
  @Flag(recipe: "html") var html: Bool?
  @Option(recipe: "normalization") var normalization: String?
  @Option(recipe: "punctuation") var punctuation: String?
  @Option(recipe: "numbers") var numbers: String?
  @Flag(recipe: "split-contractions") var splitContractions: Bool?
  @Flag(recipe: "join-punctuation-runs") var joinPunctuationRuns: Bool?

  /// The settings of the flags; without flags, those of a vocabulary's tokenizer.
  func configuration(
    vocabulary: Vocabulary? = nil, at path: String? = nil, quiet: Bool = false
  ) throws -> TokenizerConfiguration {
    try recipe(vocabulary: vocabulary, at: path, quiet: quiet).tokenizer
  }
}

/// The number of threads.
struct ComputeArguments: ParsableArguments {
  @Option(help: "Number of threads; results do not depend on it. Default: one per core.")
  var threads: Int?

  func validate() throws {
    if let threads, !(1...1024).contains(threads) {
      throw ValidationError("--threads \(threads): expected 1 to 1024")
    }
  }

  var threadCount: Int { threads ?? max(1, ProcessInfo.processInfo.activeProcessorCount) }

  func compute() throws -> Compute { Compute(family: try Self.family(), threadCount: threadCount) }

  /// The best kernels, or those named by DISCERN_KERNELS.
  static func family() throws(ValidationError) -> KernelFamily {
    do throws(TensorError) { return try KernelFamily.requested() } catch { throw ValidationError("\(error)") }
  }
}
