import Foundation

/// What every command relies on, whatever its parent left behind.
enum ProcessConditions {
  static func settle() {
    // A reader that goes away, and a file that grows past a limit, are errors of one write, not the end.
    for number in [SIGPIPE, SIGXFSZ] { signal(number, SIG_IGN) }
    holdStandardDescriptors()
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
