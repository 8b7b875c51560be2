import DiscernText

/// The content of a corpus and its problems, before anything is trained on it.
///
/// `table` is for people, the `Codable` form for machines. Cost: one pass over the input with
/// tokenisation, on several threads, and about 200 bytes of memory a row, 4 a word, of a row at most 2 KiB.
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
    /// All texts of a part have one label.
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
    /// Labels that are one number written in several ways, such as 1 and 1.0.
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
    /// White space around labels was left out.
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
    /// Texts that would be cut.
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
    /// The task that it is about, where there are several; nil for all.
    public let task: String?
    /// How many rows (for label findings: labels) it is about.
    public let count: Int
    /// One sentence.
    public let message: String
    /// Up to five places or names.
    public let examples: [String]
  }

  /// A label and how many texts have it.
  public struct ClassCount: Codable, Sendable, Equatable {
    /// As the data has it.
    public let label: String
    /// Of texts.
    public let count: Int
    /// Of the part's rows, 0...1.
    public let share: Double
  }

  /// Text lengths in tokens. A percentile is the smallest length that at least that share of the texts
  /// does not exceed (nearest rank; numpy's `inverted_cdf`).
  public struct Lengths: Codable, Sendable, Equatable {
    /// Tokens a text, on average.
    public let mean: Double
    /// Percentiles of the tokens a text, and the longest text's.
    public let p1, p5, p25, p50, p75, p95, p99, maximum: Int
    /// The limit that was asked about.
    public let limit: Int
    /// Texts longer than the limit of tokens.
    public let overLimit: Int
    /// Their share, 0...1.
    public let overLimitShare: Double
  }

  /// The labels of a task.
  public struct TaskClasses: Codable, Sendable, Equatable {
    /// Empty for the only task without a name.
    public let task: String
    /// Most frequent first.
    public let classes: [ClassCount]
  }

  /// The content of one part of the data.
  public struct Part: Codable, Sendable, Equatable {
    /// `train`, `dev` or `test`.
    public let name: String
    /// Texts.
    public let rows: Int
    /// Of the first task, by falling count, then by the labels' bytes.
    public let classes: [ClassCount]
    /// Of every task, where there are several.
    public let tasks: [TaskClasses]?
    /// How long they are.
    public let lengths: Lengths
    /// Texts without a token.
    public let emptyTexts: Int
    /// Repeated rows: all but the first of every text that occurs more than once.
    public let duplicateRows: Int
    /// Of the training part, where the corpus is read with a column of groups.
    public let groups: Groups?
    /// How the part was read.
    public let reading: ReadingReport
  }

  /// The parts in the order in which they were given.
  public let parts: [Part]
  /// Errors first, then warnings, then notes.
  public let findings: [Finding]

  /// Checks `train`, and `development` and `test` against it. From folders with parts, the part of that name
  /// is taken; if no `test` is given, both come from `train`. All are read with the same tasks.
  ///
  /// Two texts are the same if they differ at most in white space, and near copies if seven tenths of their
  /// word triples are the same (`--dev-split near-duplicates` goes by the same groups). A column of groups
  /// applies only to `train`, from which a part is held out by it.
  public init(
    train: Corpus, development: Corpus? = nil, test: Corpus? = nil, tokenizer: Tokenizer,
    maximumTokens: Int = 400, threads: Int
  ) throws(CorpusError) {
    try self.init(
      train: train, development: development, test: test, tokenizer: tokenizer, threads: threads,
      limit: .given(maximumTokens))
  }

  /// The length to which texts would be cut.
  package enum Limit {
    case given(Int)
    /// As chosen by training on texts of these lengths.
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

  /// Whether there is a finding that makes the data unfit.
  public var hasErrors: Bool { findings.contains { $0.severity == .error } }
}
