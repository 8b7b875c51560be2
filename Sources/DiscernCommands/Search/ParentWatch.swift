import ArgumentParser
import DiscernSystem

/// Ends this process when its parent ends: this closes standard input, on which nothing ever arrives.
enum ParentWatch {
  /// Must be called after `Interruption` has blocked signals, so that the thread inherits this.
  static func begin() {
    DetachedThread.start {
      var byte: UInt8 = 0
      while true {
        if uninterrupted({ read(STDIN_FILENO, &byte, 1) }) <= 0 { _exit(ExitStatus.interrupted.rawValue) }
      }
    }
  }
}
