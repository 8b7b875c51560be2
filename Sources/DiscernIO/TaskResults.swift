/// The results of tasks, each in a separate place, whichever thread a task runs on.
package final class TaskResults<Value: Sendable>: Sendable {
  // A place is written by only one task, and read after all have ended.
  nonisolated(unsafe) private let places: UnsafeMutableBufferPointer<Value>

  /// - Parameter initial: the value for a task without a result.
  package init(repeating initial: Value, count: Int) {
    places = .allocate(capacity: count)
    places.initialize(repeating: initial)
  }

  deinit {
    places.deinitialize()
    places.deallocate()
  }

  /// The result of a task: written by it, and read once all have ended.
  package subscript(index: Int) -> Value {
    get { places[index] }
    set { places[index] = newValue }
  }

  package var count: Int { places.count }
  package var all: [Value] { Array(places) }
}
