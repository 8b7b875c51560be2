import ArgumentParser
import DiscernIO
import Foundation

/// What every command relies on, whatever its parent left behind.
enum ProcessConditions {
  static func settle() {
    // A reader that goes away, and a file that grows past a limit, are errors of one write, not the end.
    for number in [SIGPIPE, SIGXFSZ] { signal(number, SIG_IGN) }
    holdStandardDescriptors()
    requireMemory()
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
    Console.error(
      MemoryShortage(
        purpose: "discern", needed: needed, limit: limit, advice: "raise the limit"
      ).description)
    exit(ExitStatus.lacking.rawValue)
  }

  /// Takes the places of standard streams that are closed, so that no file that is opened later gets
  /// messages or results written into it. They fail as before when they are used.
  private static func holdStandardDescriptors() {
    for descriptor in [STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO] where fcntl(descriptor, F_GETFD) < 0 {
      // The lowest free number is given, which is this one.
      _ = open("/dev/null", descriptor == STDIN_FILENO ? O_WRONLY : O_RDONLY)
    }
  }
}
