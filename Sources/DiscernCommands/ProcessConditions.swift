import ArgumentParser
import DiscernIO
import DiscernSystem

/// The conditions that every command relies on, whatever it inherited from its parent.
enum ProcessConditions {
  static func settle() {
    // A reader that goes away, or a file that exceeds a limit, fails one write and does not end the process.
    for number in [SIGPIPE, SIGXFSZ] { signal(number, SIG_IGN) }
    holdStandardDescriptors()
    requireDescriptors()
    requireStack()
    requireMemory()
  }

  /// A save needs the most of them, and it comes last, when a training would be lost.
  private static func requireDescriptors() {
    let needed = 10
    var taken: [Int32] = []
    while taken.count < needed {
      let descriptor = fcntl(STDERR_FILENO, F_DUPFD_CLOEXEC, 0)
      if descriptor < 0 { break }
      taken.append(descriptor)
    }
    for descriptor in taken { close(descriptor) }
    guard taken.count < needed else { return }
    refuse(
      "discern needs to open \(needed) files at once, but only \(taken.count) are allowed; raise the limit "
        + "(ulimit -n)")
  }

  /// Threads get as much stack as the limit says.
  private static func requireStack() {
    let needed: rlim_t = 256 << 10
    var limit = rlimit()
    guard getrlimit(CInt(RLIMIT_STACK.rawValue), &limit) == 0, limit.rlim_cur < needed else { return }
    refuse(
      "the stack is limited to \(limit.rlim_cur >> 10) kB, but discern needs \(needed >> 10) kB; raise the "
        + "limit (ulimit -s)")
  }

  private static func refuse(_ message: String) -> Never {
    Console.error(message)
    exit(ExitStatus.lacking.rawValue)
  }

  /// Threads and their tools take memory before any work does, and wait for ever, or end the process, where
  /// there is none.
  private static func requireMemory() {
    guard SystemMemory.isLimitedByResources else { return }
    SystemMemory.shareOneHeap()
    let threads = ProcessInfo.processInfo.activeProcessorCount
    let limit = SystemMemory.limit()
    let needed = 160_000_000 + 24_000_000 * threads
    guard limit.bytes < needed else { return }
    refuse(
      MemoryShortage(
        purpose: "discern", needed: needed, limit: limit, advice: "raise the limit"
      ).description)
  }

  /// Fills the descriptors of closed standard streams, so that no file opened later gets messages or results
  /// written into it. They fail as before when they are used.
  private static func holdStandardDescriptors() {
    for descriptor in [STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO] where fcntl(descriptor, F_GETFD) < 0 {
      // The lowest free number is given, which is this one.
      _ = open("/dev/null", descriptor == STDIN_FILENO ? O_WRONLY : O_RDONLY)
    }
  }
}
