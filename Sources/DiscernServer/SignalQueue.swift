#if Server
  import DiscernSystem
  import DiscernSystem

  /// Signals as values, waited for one after another.
  package final class SignalQueue: Sendable {
    private let numbers: [Int32]

    /// Must be created before there are other threads: all of them must leave the signals to the one that
    /// waits.
    package init(_ numbers: [Int32]) {
      self.numbers = numbers
      var signals = Self.set(numbers)
      pthread_sigmask(SIG_BLOCK, &signals, nil)
      // A shell makes background programs ignore Ctrl-C, nohup makes them ignore a closed terminal; an
      // ignored signal cannot be waited for.
      for number in numbers { signal(number, SIG_DFL) }
    }

    private static func set(_ numbers: [Int32]) -> sigset_t {
      var signals = sigset_t()
      sigemptyset(&signals)
      for number in numbers { sigaddset(&signals, number) }
      return signals
    }

    package func next() -> Int32 {
      var signals = Self.set(numbers)
      var number: Int32 = 0
      while sigwait(&signals, &number) != 0 {}
      return number
    }

    /// From now on, the next of these signals ends the process at once.
    package func endAtNext(_ numbers: [Int32]) {
      DetachedThread.start {
        while true {
          let number = self.next()
          if numbers.contains(number) { _exit(128 + number) }
        }
      }
    }
  }
#endif
