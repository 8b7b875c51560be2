import DiscernTensor
import DiscernTraining
import Foundation
import Testing

/// A state as on disk.
struct Snapshot {
  let moment: TrainingMoment
  let record: Data
  let floats: [String: [Float]]
  let doubles: [String: [Double]]

  init(_ moment: TrainingMoment, _ state: TrainingState) throws {
    self.moment = moment
    record = try JSONEncoder().encode(state.record)
    var floats: [String: [Float]] = [:]
    var doubles: [String: [Double]] = [:]
    for buffer in state.buffers {
      switch buffer.numbers {
      case .floats(let values): floats[buffer.name] = Array(values)
      case .doubles(let values): doubles[buffer.name] = Array(values)
      }
    }
    #expect(floats.count + doubles.count == state.buffers.count, "names are unique")
    self.floats = floats
    self.doubles = doubles
  }

  /// The input of a resumed trainer.
  func store() throws -> TrainingStore {
    TrainingStore(
      saved: try JSONDecoder().decode(TrainingState.Record.self, from: record),
      fill: { buffers throws(TrainingError) in
        #expect(buffers.count == floats.count + doubles.count)
        for buffer in buffers {
          switch buffer.numbers {
          case .floats(let values):
            guard let own = floats[buffer.name] else { throw .unusableState(reason: buffer.name) }
            _ = values.update(fromContentsOf: own)
          case .doubles(let values):
            guard let own = doubles[buffer.name] else { throw .unusableState(reason: buffer.name) }
            _ = values.update(fromContentsOf: own)
          }
        }
      }, offer: { _, _ in })
  }
}
