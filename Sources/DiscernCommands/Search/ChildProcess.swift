import DiscernIO
import DiscernSystem

/// Another process of this program, with other arguments. When this process ends for any reason, the child
/// reads the end of its standard input and ends too (`ParentWatch`).
///
/// Foundation's `Process` has a thread that can lose a child or wait forever; this type has none.
final class ChildProcess {
  /// How the process ended.
  enum End: Equatable, Sendable {
    case exit(Int32)
    case signal(Int32)
  }

  private let pid: pid_t
  /// The child's standard input, to which nothing is written.
  private let input: Int32
  private(set) var end: End?

  /// - Parameters:
  ///   - arguments: the arguments, without the program's name.
  ///   - log: the file to which its messages are appended.
  /// - Throws: `InputError` if it cannot be started.
  init(arguments: [String], log: String) throws(InputError) {
    var ends: [Int32] = [-1, -1]
    guard pipe(&ends) == 0 else { throw .unwritable(path: log, reason: systemError(errno)) }
    for descriptor in ends { _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC) }
    defer { close(ends[0]) }
    #if os(Linux)
      var actions = posix_spawn_file_actions_t()
      var attributes = posix_spawnattr_t()
    #else
      var actions: posix_spawn_file_actions_t?
      var attributes: posix_spawnattr_t?
    #endif
    posix_spawn_file_actions_init(&actions)
    posix_spawnattr_init(&attributes)
    defer {
      posix_spawn_file_actions_destroy(&actions)
      posix_spawnattr_destroy(&attributes)
    }
    posix_spawn_file_actions_adddup2(&actions, ends[0], STDIN_FILENO)
    posix_spawn_file_actions_addopen(&actions, STDOUT_FILENO, "/dev/null", O_WRONLY, 0)
    posix_spawn_file_actions_addopen(&actions, STDERR_FILENO, log, O_WRONLY | O_CREAT | O_APPEND, 0o666)
    // A separate group: a terminal's Ctrl-C reaches only this process, which passes it on.
    posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETPGROUP))
    posix_spawnattr_setpgroup(&attributes, 0)
    var words = (["discern"] + arguments).map { strdup($0) } + [nil]
    let environment = ProcessInfo.processInfo.environment.map { "\($0.key)=\($0.value)" }
    var variables = environment.map { strdup($0) } + [nil]
    defer { for word in words + variables { free(word) } }
    var child: pid_t = 0
    let code = posix_spawn(&child, Self.program, &actions, &attributes, &words, &variables)
    guard code == 0 else {
      close(ends[1])
      throw .unwritable(path: Self.program, reason: systemError(code))
    }
    pid = child
    input = ends[1]
  }

  deinit { close(input) }

  /// The running program's file, even if another one has replaced it.
  private static let program: String = {
    #if os(Linux)
      "/proc/self/exe"
    #else
      Bundle.main.executablePath ?? CommandLine.arguments[0]
    #endif
  }()

  /// Whether the process has ended; does not wait.
  func hasEnded() -> Bool {
    if end != nil { return true }
    var status: Int32 = 0
    let result = waitpid(pid, &status, WNOHANG)
    if result == 0 || (result < 0 && errno == EINTR) { return false }
    // If there is no such child, it has already been waited for.
    end = result < 0 ? .exit(-1) : Self.end(status)
    return true
  }

  private static func end(_ status: Int32) -> End {
    let signal = status & 0x7F
    return signal == 0 ? .exit((status >> 8) & 0xFF) : .signal(signal)
  }

  /// Sends a signal to the process, unless it has ended.
  func send(_ signal: Int32) { if !hasEnded() { kill(pid, signal) } }
}
