import DiscernText

/// The content of a corpus and its problems, before anything is trained on it.
///
/// `table` is for people, the `Codable` form for machines. Cost: one pass over the input with tokenisation,
/// on several threads; about 200 bytes of memory per row and 4 per word, but at most 2 KiB for a row's words.
public struct DataCheck: Codable, Sendable, Equatable {
  /// How much a finding matters.
  public enum Severity: String, Codable, Sendable {
    /// Training or evaluation on this data cannot be right.
    case error
    /// Probably not what was meant.
    case warning
    /// Worth knowing.
    case note
  }

  /// A possible problem with data.
  public enum Kind: String, Codable, Sendable, CaseIterable {
    /// All texts of a part have the same label.
    case singleClass = "single-class"
    /// Labels that the training texts lack but development texts have.
    case labelOnlyInDevelopment = "label-only-in-dev"
    /// Labels that the training texts lack but test texts have.
    case labelOnlyInTest = "label-only-in-test"
    /// Labels that only training texts have.
    case labelOnlyInTraining = "label-only-in-train"
    /// Labels that differ only by case, spaces or punctuation.
    case similarLabels = "similar-labels"
    /// Labels that look the same but consist of other characters.
    case lookAlikeLabels = "look-alike-labels"
    /// Labels that are the same number written in different ways, such as 1 and 1.0.
    case equalNumbers = "equal-numbers"
    /// Labels such as nan or null, which programs write for a missing value.
    case missingLabels = "missing-value-labels"
    /// Labels that are lists written as text.
    case listLabels = "list-labels"
    /// Labels in quotes.
    case quotedLabels = "quoted-labels"
    /// Labels made of other labels with a separator between them.
    case joinedLabels = "joined-labels"
    /// Labels that hold line breaks or other invisible characters.
    case invisibleCharacters = "invisible-characters"
    /// Labels so long that they look like texts.
    case longLabels = "long-labels"
    /// More labels than half the number of texts.
    case manyLabels = "many-labels"
    /// A label that occurs only in the first row and looks like a column's name.
    case namesAsLabels = "names-as-labels"
    /// White space around labels was removed.
    case trimmedLabels = "trimmed-labels"
    /// Labels with fewer than five texts.
    case rareClass = "rare-class"
    /// The largest class has at least ten times as many texts as the smallest.
    case imbalance
    /// The same text has different labels.
    case conflictingLabels = "conflicting-labels"
    /// Two parts share texts.
    case sharedTexts = "in-train-and-test"
    /// Texts of one part are near copies of another part's.
    case nearlySharedTexts = "near-copies-in-train-and-test"
    /// Texts that occur more than once in a part.
    case duplicates
    /// Near copies within a part.
    case nearCopies = "near-copies"
    /// Copies that belong to one group of the group column.
    case copiesWithinGroups = "copies-within-groups"
    /// Copies that belong to several groups of the group column.
    case copiesAcrossGroups = "copies-across-groups"
    /// Texts without a single token.
    case emptyTexts = "empty-texts"
    /// Rows that could not be used.
    case skippedRows = "skipped-rows"
    /// Texts that would be truncated.
    case longTexts = "long-texts"
    /// The rows are sorted by label.
    case sortedByLabel = "sorted-by-label"
  }

  /// A possible problem.
  public struct Finding: Codable, Sendable, Equatable {
    /// How much it matters.
    public let severity: Severity
    /// The kind of finding.
    public let kind: Kind
    /// The part that it is about; nil for all of the data.
    public let part: String?
    /// The task that it is about if there are several; nil for all tasks.
    public let task: String?
    /// The number of rows affected; for some kinds, that of labels, distinct texts or sets of copies.
    public let count: Int
    /// One sentence.
    public let message: String
    /// Up to five places or names.
    public let examples: [String]
  }

  /// A label and the number of texts that have it.
  public struct ClassCount: Codable, Sendable, Equatable {
    /// As written in the data.
    public let label: String
    /// The number of texts.
    public let count: Int
    /// The share of the part's rows, 0...1.
    public let share: Double
  }

  /// Text lengths in tokens. A percentile is the smallest length that at least that share of the texts
  /// does not exceed (nearest rank; numpy's `inverted_cdf`).
  public struct Lengths: Codable, Sendable, Equatable {
    /// The mean number of tokens per text.
    public let mean: Double
    /// Percentiles of the length, and the length of the longest text.
    public let p1, p5, p25, p50, p75, p95, p99, maximum: Int
    /// The limit that the lengths are compared with.
    public let limit: Int
    /// The number of texts longer than the limit.
    public let overLimit: Int
    /// Their share, 0...1.
    public let overLimitShare: Double
  }

  /// The labels of a task.
  public struct TaskClasses: Codable, Sendable, Equatable {
    /// Empty for a single task without a name.
    public let task: String
    /// Most frequent first.
    public let classes: [ClassCount]
  }

  /// The content of one part of the data.
  public struct Part: Codable, Sendable, Equatable {
    /// `train`, `dev` or `test`.
    public let name: String
    /// The number of texts.
    public let rows: Int
    /// The classes of the first task, by decreasing count, then by the labels' bytes.
    public let classes: [ClassCount]
    /// The classes of each task if there are several.
    public let tasks: [TaskClasses]?
    /// The lengths of the texts.
    public let lengths: Lengths
    /// The number of texts without a token.
    public let emptyTexts: Int
    /// The number of repeated rows: all but the first of each text that occurs more than once.
    public let duplicateRows: Int
    /// The groups of the training part if the corpus is read with a group column.
    public let groups: Groups?
    /// How the part was read.
    public let reading: ReadingReport
  }

  /// Training, development and test, as far as they were given.
  public let parts: [Part]
  /// Errors first, then warnings, then notes.
  public let findings: [Finding]

  /// Checks `train`, `development` and `test`, and compares them with each other. If the inputs of `train` or
  /// `test` have parts, the part of that name is used; if `test` is nil, the test part of `train`, if any.
  /// All are read with the same tasks.
  ///
  /// Two texts are the same if they differ at most in white space, and near copies if seven tenths of their
  /// word triples are the same (as for `--dev-split near-duplicates`). A group column applies only to
  /// `train`, the only part from which texts are held out.
  public init(
    train: Corpus, development: Corpus? = nil, test: Corpus? = nil, tokenizer: Tokenizer,
    maximumTokens: Int = 400, threads: Int
  ) throws(CorpusError) {
    try self.init(
      train: train, development: development, test: test, tokenizer: tokenizer, threads: threads,
      limit: .given(maximumTokens))
  }

  /// The length to which texts would be truncated.
  package enum Limit {
    case given(Int)
    /// The limit that training chooses for texts of these lengths.
    case chosen(for: (TextLengths) -> Int)
  }

  package init(
    train: Corpus, development: Corpus? = nil, test: Corpus? = nil, tokenizer: Tokenizer, threads: Int,
    limit: Limit
  ) throws(CorpusError) {
    func part(_ corpus: Corpus, _ part: Corpus.Part) throws(CorpusError) -> Corpus {
      corpus.part == .all && corpus.availableParts.contains(part) ? try corpus.selecting(part) : corpus
    }
    var corpora = [("train", try part(train, .train))]
    if let development { corpora.append(("dev", development.withoutGroups)) }
    if let test {
      corpora.append(("test", try part(test, .test).withoutGroups))
    } else if train.part == .all, train.availableParts.contains(.test) {
      corpora.append(("test", try train.selecting(.test).withoutGroups))
    }
    var scan = DataScan(train.options.labelColumns)
    for (name, corpus) in corpora {
      try scan.add(corpus, name: name, tokenizer: tokenizer, threads: threads)
    }
    (parts, findings) = scan.conclude(limit)
  }

  /// Whether any finding is an error.
  public var hasErrors: Bool { findings.contains { $0.severity == .error } }
}
