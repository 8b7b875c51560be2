import ArgumentParser
import DiscernIO
import DiscernSystem

/// Finds the reason why a trial's process failed.
enum TrialFailure {
  /// - Parameter log: the file with its messages.
  static func reason(_ end: ChildProcess.End?, log: String) -> String {
    let message = lastError(log)
    switch end {
    case .exit(ExitStatus.diverged.rawValue): return "the loss or its gradients became infinite or NaN"
    case .exit(ExitStatus.lacking.rawValue): return message ?? "out of memory"
    case .exit(let code): return message ?? "exited with code \(code)"
    case .signal(SIGKILL): return "killed (signal 9), perhaps for lack of memory"
    case .signal(let number):
      // A failed allocation ends the process.
      return "crashed (signal \(number)); see \(log)"
    case nil: return message ?? "was lost"
    }
  }

  private static func lastError(_ path: String) -> String? {
    guard let data = FileManager.default.contents(atPath: path) else { return nil }
    return String(decoding: data.suffix(1 << 14), as: UTF8.self).split(separator: "\n")
      .last { $0.hasPrefix("error: ") }
      .map { DisplayText.cut(DisplayText.escaped(String($0.dropFirst("error: ".count))), to: 200) }
  }
}
