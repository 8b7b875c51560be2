import ArgumentParser
import DiscernSystem

/// Ends this process when its parent ends: then standard input, on which nothing ever arrives, is closed.
enum ParentWatch {
  /// To be called once other threads have their signals blocked (`Interruption`).
  static func begin() {
    DetachedThread.start {
      var byte: UInt8 = 0
      while true {
        if uninterrupted({ read(STDIN_FILENO, &byte, 1) }) <= 0 { _exit(ExitStatus.interrupted.rawValue) }
      }
    }
  }
}
