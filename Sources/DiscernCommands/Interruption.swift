import Dispatch
import Foundation
import Synchronization

/// Ctrl-C (and a polite kill) as a question that long work asks. The second one ends at once.
final class Interruption {
  private final class Count: Sendable {
    let value = Atomic(0)
  }
  private let count = Count()
  private var sources: [any DispatchSourceSignal] = []

  init(message: String) {
    for number in [SIGINT, SIGTERM] {
      signal(number, SIG_IGN)
      let source = DispatchSource.makeSignalSource(signal: number, queue: .global())
      source.setEventHandler { [count] in
        if count.value.wrappingAdd(1, ordering: .relaxed).oldValue > 0 { _exit(130) }
        Console.write("\n" + message + "\n")
      }
      source.resume()
      sources.append(source)
    }
  }

  var isRequested: Bool { count.value.load(ordering: .relaxed) > 0 }
}
