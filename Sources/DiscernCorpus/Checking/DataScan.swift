import DiscernIO
import DiscernText

/// The rows of a data check, reduced to the data that its checks need.
struct DataScan {
  struct PartRows {
    let name: String
    /// The group column.
    let column: ColumnSelector?
    /// By task: the numbers of the rows' labels.
    var labels: [[Int32]]
    var lengths: [Int32] = []
    var hashes: [ContentHash] = []
    var sketches = TextSketches()
    /// Nil unless the corpus is read with a group column.
    var groups: TextGroups?
    var locations: [RecordLocation] = []
    var reading = ReadingReport()
  }

  private(set) var parts: [PartRows] = []
  /// By task.
  private(set) var collectors: [LabelCollector]
  let columns: [LabelColumn]

  init(_ columns: [LabelColumn]) {
    self.columns = columns
    collectors = columns.map { LabelCollector($0) }
  }

  private struct Output {
    var lengths: [Int32] = []
    var hashes: [ContentHash] = []
    var sketches = TextSketches()
  }

  private final class Worker {
    private let session: TokenizerSession
    private var tokens = TokenBuffer()
    private var text = ByteBuffer()

    init(_ tokenizer: Tokenizer) throws(TextError) { session = try tokenizer.makeSession() }

    func measure(_ block: RecordBlock) throws(CorpusError) -> Output {
      var output = Output()
      for index in 0..<block.count {
        do throws(TextError) {
          try session.tokenize(block.text(index), into: &tokens)
        } catch {
          throw .text(block.locations[index], error)
        }
        output.lengths.append(Int32(clamping: tokens.count))
        output.sketches.append(tokens)
        text.removeAll()
        text.appendCollapsingSpace(block.text(index))
        output.hashes.append(ContentHash(text.bytes))
      }
      return output
    }
  }

  /// Reads all of a part.
  mutating func add(
    _ corpus: Corpus, name: String, tokenizer: Tokenizer, threads: Int
  ) throws(CorpusError) {
    let column = corpus.options.groupColumn
    var rows = PartRows(name: name, column: column, labels: columns.map { _ in [] })
    if column != nil { rows.groups = TextGroups() }
    let pipeline = BlockPipeline<Worker, Output>(
      corpus: corpus, threads: threads,
      makeWorker: { () throws(CorpusError) in
        do throws(TextError) {
          return try Worker(tokenizer)
        } catch {
          throw .text(nil, error)
        }
      },
      work: { (worker, block) throws(CorpusError) in try worker.measure(block) })
    let run = try pipeline.run(&collectors) { (block, output) throws(CorpusError) in
      for task in rows.labels.indices { rows.labels[task].append(contentsOf: block.labels[task]) }
      rows.lengths.append(contentsOf: output.lengths)
      rows.hashes.append(contentsOf: output.hashes)
      rows.sketches.append(contentsOf: output.sketches)
      for index in 0..<block.count { rows.groups?.append(block.group(index)) }
      rows.locations.append(contentsOf: block.locations)
    }
    if let column, rows.groups?.count == 0 { throw .noGroups(column: column.description) }
    rows.reading = run.report
    parts.append(rows)
  }
}

extension ByteBuffer {
  /// Appends `bytes` without leading and trailing white space (ASCII), with each run inside replaced by one
  /// space.
  mutating func appendCollapsingSpace(_ bytes: UnsafeBufferPointer<UInt8>) {
    var wordStart: Int?
    let begin = count
    for index in 0...bytes.count {
      let isSpace =
        index == bytes.count || bytes[index] == 0x20 || bytes[index] >= 0x09 && bytes[index] <= 0x0D
      if !isSpace {
        if wordStart == nil { wordStart = index }
      } else if let start = wordStart {
        if count > begin { append(0x20) }
        append(UnsafeBufferPointer(rebasing: bytes[start..<index]))
        wordStart = nil
      }
    }
  }
}
