import DiscernIO
import DiscernSystem
import Synchronization

/// Reads a corpus in blocks and processes them on several threads.
///
/// While some blocks are processed, the next ones are read. Blocks are cut by size alone, and the workers'
/// results are taken in input order, so the result does not depend on the number of threads.
struct BlockPipeline<Worker, Output> {
  let corpus: Corpus
  /// At least 1.
  let threads: Int
  /// Called once per thread.
  let makeWorker: () throws(CorpusError) -> Worker
  /// Called from any thread, but never concurrently with the same worker.
  let work: (inout Worker, RecordBlock) throws(CorpusError) -> Output

  private final class Slot {
    let block = RecordBlock()
    var outcome: Result<Output, CorpusError>?
  }

  private final class WorkerBox {
    var worker: Worker
    init(_ worker: Worker) { self.worker = worker }
  }

  /// Reads to the end, or until `isInterrupted`, which is checked every few blocks. `take` receives each
  /// block with its output, in order, on the calling thread.
  func run(
    _ collectors: inout [LabelCollector], isInterrupted: () -> Bool = { false },
    take: (RecordBlock, Output) throws(CorpusError) -> Void
  ) throws(CorpusError) -> (report: ReadingReport, workers: [Worker]) {
    precondition(threads >= 1, "\(threads) threads")
    let reader = CorpusReader(corpus)
    var workers: [WorkerBox] = []
    for _ in 0..<threads { workers.append(WorkerBox(try makeWorker())) }
    var current = (0..<4 * threads).map { _ in Slot() }
    var next = (0..<4 * threads).map { _ in Slot() }
    var filled = try Self.fill(current, reader, &collectors)
    while filled > 0 {
      if isInterrupted() { throw .input(.interrupted) }
      let reading = workAndRead(current[..<filled], next, workers, reader, &collectors)
      // Blocks before a reading error are processed first, so that errors come in the input's order.
      for slot in current[..<filled] {
        guard let outcome = slot.outcome else { continue }
        slot.outcome = nil
        try take(slot.block, try outcome.get())
      }
      filled = try reading.get()
      swap(&current, &next)
    }
    return (reader.report, workers.map(\.worker))
  }

  /// Processes `current` and fills `next` concurrently.
  private func workAndRead(
    _ current: ArraySlice<Slot>, _ next: [Slot], _ workers: [WorkerBox], _ reader: CorpusReader,
    _ collectors: inout [LabelCollector]
  ) -> Result<Int, CorpusError> {
    let ticket = Atomic(0)
    var reading: Result<Int, CorpusError> = .success(0)
    let task = { (thread: Int) in
      while true {
        // Ticket 0 is for reading; then there is one for each block.
        let drawn = ticket.wrappingAdd(1, ordering: .relaxed).oldValue
        if drawn == 0 {
          do throws(CorpusError) {
            reading = .success(try Self.fill(next, reader, &collectors))
          } catch {
            reading = .failure(error)
          }
        } else if drawn <= current.count {
          Self.work(current[drawn - 1], &workers[thread].worker, work)
        } else {
          return
        }
      }
    }
    withoutActuallyEscaping(task) { task in
      // A ticket is drawn once, so that no two threads touch the same slot, worker or reader; all
      // threads have ended when this returns.
      nonisolated(unsafe) let task = task
      DispatchQueue.concurrentPerform(iterations: workers.count) { task($0) }
    }
    return reading
  }

  private static func work(
    _ slot: Slot, _ worker: inout Worker, _ body: (inout Worker, RecordBlock) throws(CorpusError) -> Output
  ) {
    do throws(CorpusError) {
      slot.outcome = .success(try body(&worker, slot.block))
    } catch {
      slot.outcome = .failure(error)
    }
  }

  /// Fills the slots in turn; returns the number of slots that received records.
  private static func fill(
    _ slots: [Slot], _ reader: CorpusReader, _ collectors: inout [LabelCollector]
  ) throws(CorpusError) -> Int {
    var filled = 0
    for slot in slots {
      try slot.block.fill(from: reader, &collectors)
      if slot.block.count == 0 { break }
      filled += 1
    }
    return filled
  }
}
