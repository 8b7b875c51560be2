/// The connection between the processes, or ranks, that train a model together, as seen from one of them.
///
/// Messages arrive complete and in order. Losing a rank ends the training: the program that started the ranks
/// ends the others (`mpirun` does).
package protocol RankLink: Sendable {
  /// The number of this rank, from 0.
  var rank: Int { get }
  var count: Int { get }
  /// Sends bytes to a rank; may wait until it receives them.
  func send(_ bytes: UnsafeRawBufferPointer, to rank: Int)
  /// Waits until all of `bytes` has arrived.
  func receive(into bytes: UnsafeMutableRawBufferPointer, from rank: Int)
}

/// The link of a single process.
package struct SingleRank: RankLink {
  package init() {}

  package var rank: Int { 0 }
  package var count: Int { 1 }
  package func send(_ bytes: UnsafeRawBufferPointer, to rank: Int) {
    preconditionFailure("a rank alone sends nothing")
  }
  package func receive(into bytes: UnsafeMutableRawBufferPointer, from rank: Int) {
    preconditionFailure("a rank alone receives nothing")
  }
}
