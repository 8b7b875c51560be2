import DiscernTraining
import Dispatch
import Foundation
import Synchronization

/// One of several ranks in one process, each on a thread of its own.
struct ThreadRank: RankLink {
  let rank: Int
  let count: Int
  /// By sender and receiver.
  private let boxes: [[Box]]

  private final class Box: Sendable {
    private let messages = Mutex<[[UInt8]]>([])
    private let filled = DispatchSemaphore(value: 0)

    func put(_ message: [UInt8]) {
      messages.withLock { $0.append(message) }
      filled.signal()
    }

    func take() -> [UInt8] {
      filled.wait()
      return messages.withLock { $0.removeFirst() }
    }
  }

  func send(_ bytes: UnsafeRawBufferPointer, to other: Int) { boxes[rank][other].put(Array(bytes)) }

  func receive(into bytes: UnsafeMutableRawBufferPointer, from other: Int) {
    let message = boxes[other][rank].take()
    precondition(message.count == bytes.count, "\(message.count) bytes came where \(bytes.count) are wanted")
    bytes.copyBytes(from: message)
  }

  /// Runs `body` on that many ranks; returns each one's result.
  static func run<Value: Sendable>(
    _ count: Int, _ body: @escaping @Sendable (ThreadRank) throws -> Value
  ) throws -> [Value] {
    let boxes = (0..<count).map { _ in (0..<count).map { _ in Box() } }
    let results = Mutex([Int: Result<Value, any Error>]())
    let done = DispatchSemaphore(value: 0)
    for rank in 0..<count {
      let thread = Thread {
        let result = Result { try body(ThreadRank(rank: rank, count: count, boxes: boxes)) }
        results.withLock { $0[rank] = result }
        done.signal()
      }
      thread.stackSize = 8 << 20
      thread.start()
    }
    for _ in 0..<count { done.wait() }
    let all = results.withLock { $0 }
    return try (0..<count).compactMap { try all[$0]?.get() }
  }
}
