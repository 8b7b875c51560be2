import ArgumentParser
import DiscernBundle
import DiscernIO
import DiscernSystem

/// The conditions on which every command relies, whatever the process inherited from its parent.
enum ProcessConditions {
  static func settle() {
    // If a reader closes its pipe, or a file exceeds a limit, a write fails but the process does not end.
    for number in [SIGPIPE, SIGXFSZ] { signal(number, SIG_IGN) }
    // Ctrl-\\ ends the process; the runtime would report a crash, and go on.
    if !Interruption.isIgnored(SIGQUIT) { signal(SIGQUIT, SIG_DFL) }
    ResourceShortage.setHandler { message in
      Console.error(message)
      AtomicFolder.removeUnfinished { _ in _exit(ExitStatus.lacking.rawValue) }
    }
    holdStandardDescriptors()
    requireDescriptors()
    requireStack()
    requireMemory()
    requireThreads()
  }

  /// Saving needs the most descriptors, and it comes last, when a training run would be lost.
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

  /// Each thread gets a stack of the size of the limit.
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

  /// Threads and their libraries allocate memory before any work does; without enough of it, they wait
  /// forever or end the process.
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

  /// Libraries wait forever, or end the process, where the system has no thread for them.
  private static func requireThreads() {
    var limit = rlimit()
    let isLimited = getrlimit(CInt(__RLIMIT_NPROC.rawValue), &limit) == 0 && limit.rlim_cur < 4096
    guard isLimited || SystemMemory.limitOfThreads.map({ $0 < 4096 }) ?? false else { return }
    // For work, Dispatch and the server; kernels make do with fewer.
    let needed = 8
    let end = DispatchSemaphore(value: 0)
    let ended = DispatchSemaphore(value: 0)
    var count = 0
    while count < needed,
      DetachedThread.tryStart({
        end.wait()
        ended.signal()
      }) == 0
    {
      count += 1
    }
    for _ in 0..<count { end.signal() }
    for _ in 0..<count { ended.wait() }
    guard count < needed else { return }
    refuse(
      "discern needs \(needed) threads, but only \(count) more are allowed; raise the limit "
        + "(ulimit -u, or that of the control group)")
  }

  /// Opens the descriptors of closed standard streams, so that messages and results are not written into
  /// files that are opened later. Using them still fails.
  private static func holdStandardDescriptors() {
    for descriptor in [STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO] where fcntl(descriptor, F_GETFD) < 0 {
      // The lowest free descriptor is used, which is this one.
      _ = open("/dev/null", descriptor == STDIN_FILENO ? O_WRONLY : O_RDONLY)
    }
  }
}
