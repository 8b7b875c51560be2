/// The connection of one of several processes that train a model together, its ranks, with the others.
///
/// Messages arrive complete and in order. Losing a rank ends the training: the program that started the ranks
/// ends the others (`mpirun` does).
package protocol RankLink: Sendable {
  /// From 0.
  var rank: Int { get }
  var count: Int { get }
  /// May wait until the other one receives.
  func send(_ bytes: UnsafeRawBufferPointer, to rank: Int)
  /// Waits until all of `bytes` has arrived.
  func receive(into bytes: UnsafeMutableRawBufferPointer, from rank: Int)
}

/// A single process.
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
