import DiscernBundle
import DiscernSystem
import Dispatch
import Synchronization

/// Ctrl-C, SIGTERM and a closed terminal, as a flag that long work polls. The second signal ends the process
/// at once; so does the first one, after a moment, if nothing would be lost.
final class Interruption: Sendable {
  private final class State: Sendable {
    struct Value {
      /// The first signal's number.
      var signal: Int32?
      var work = Work.reading
      /// The note if nothing was trained.
      var outlook = "nothing was written; the same command starts over"
    }
    let value = Mutex(Value())
  }

  private let state = State()
  /// Reading may wait for a pipe indefinitely without polling.
  private static let patience = DispatchTimeInterval.seconds(2)

  /// Must be created before other threads: all of them must block the signals from the start, so that only
  /// the waiting thread receives them.
  init(_ work: Work = .reading) {
    begin(work)
    var signals = sigset_t()
    sigemptyset(&signals)
    for number in [SIGINT, SIGTERM, SIGHUP] {
      // Under nohup, SIGHUP remains ignored.
      if number == SIGHUP, Self.isIgnored(number) { continue }
      sigaddset(&signals, number)
    }
    pthread_sigmask(SIG_BLOCK, &signals, nil)
    // A shell ignores Ctrl-C for processes in the background, and an ignored signal cannot be waited for.
    for number in [SIGINT, SIGTERM] { signal(number, SIG_DFL) }
    let waiting = Unmanaged.passRetained(Waiting(signals: signals, state: state))
    var thread = pthread_t()
    let code = pthread_create(&thread, nil, { Interruption.wait($0) }, waiting.toOpaque())
    if code != 0 {
      // Without the thread, the signals end the process as usual.
      waiting.release()
      pthread_sigmask(SIG_UNBLOCK, &signals, nil)
    }
  }

  /// The state of the thread that waits for signals.
  private final class Waiting {
    var signals: sigset_t
    let state: State

    init(signals: sigset_t, state: State) {
      self.signals = signals
      self.state = state
    }
  }

  private static func wait(_ argument: UnsafeMutableRawPointer?) -> Never {
    guard let argument else { preconditionFailure("a thread without its argument") }
    let waiting = Unmanaged<Waiting>.fromOpaque(argument).takeRetainedValue()
    var number: Int32 = 0
    while true {
      if sigwait(&waiting.signals, &number) == 0 { receive(number, waiting.state) }
    }
  }

  var isRequested: Bool { state.value.withLock { $0.signal != nil } }

  /// 128 plus the signal's number, as in shells.
  var exitStatus: Int32 { 128 + (state.value.withLock(\.signal) ?? SIGINT) }

  /// The activity that a signal interrupts.
  enum Work {
    case reading
    /// Nothing polls: the process ends at once.
    case saving
    /// `isLast`: when the rest of the model is finished.
    case ngrams(isLast: Bool)
    /// The current step is finished before training ends.
    case steps
  }

  var work: Work { state.value.withLock(\.work) }

  /// Sets the current activity. Once there are steps, work would be lost.
  func begin(_ work: Work) {
    state.value.withLock { value in
      if case .steps = value.work, case .ngrams = work {
        value.work = .ngrams(isLast: true)
      } else {
        value.work = work
      }
    }
  }

  /// Sets the note for training that produced no model.
  func setOutlook(_ text: String) { state.value.withLock { $0.outlook = text } }

  private static func receive(_ number: Int32, _ state: State) {
    let (isFirst, work) = state.value.withLock { value in
      let isFirst = value.signal == nil
      if isFirst { value.signal = number }
      return (isFirst, value.work)
    }
    guard isFirst else { _exit(128 + number) }
    func promise(_ text: String) {
      Console.write("\n")
      Console.line("interrupted: \(text); interrupt again to exit at once")
    }
    switch work {
    case .steps: return promise("finishing the current step")
    case .ngrams(isLast: true): return promise("stopping the n-gram training")
    case .saving:
      AtomicFolder.removeUnfinished { hasPlaced in
        Console.error(
          hasPlaced
            ? "interrupted after the output was written"
            : "interrupted: nothing was written; the same command starts over")
        _exit(128 + number)
      }
    case .reading, .ngrams(isLast: false): break
    }
    DispatchQueue.global(qos: .userInitiated).asyncAfter(deadline: .now() + patience) {
      let (work, outlook) = state.value.withLock { ($0.work, $0.outlook) }
      switch work {
      case .steps, .ngrams(isLast: true): return
      case .reading, .saving: Console.error("interrupted: \(outlook)")
      case .ngrams(isLast: false): Console.error("interrupted during n-gram training: \(outlook)")
      }
      end(number)
    }
  }

  private static func end(_ number: Int32) -> Never {
    AtomicFolder.removeUnfinished { _ in _exit(128 + number) }
  }

  static func isIgnored(_ number: Int32) -> Bool {
    var action = sigaction()
    sigaction(number, nil, &action)
    #if os(Linux)
      let handler = action.__sigaction_handler.sa_handler
    #else
      let handler = action.__sigaction_u.__sa_handler
    #endif
    return unsafeBitCast(handler, to: Int.self) == unsafeBitCast(SIG_IGN, to: Int.self)
  }
}
