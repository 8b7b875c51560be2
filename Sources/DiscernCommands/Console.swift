import Foundation

/// What people read: standard error.
enum Console {
  static let isTerminal = isatty(STDERR_FILENO) == 1
  /// Columns of the terminal; 80 where there is none.
  static var width: Int {
    var size = winsize()
    let request = UInt(TIOCGWINSZ)
    return isTerminal && ioctl(STDERR_FILENO, request, &size) == 0 && size.ws_col > 20
      ? Int(size.ws_col) : 80
  }
  /// Whether to colour; `NO_COLOR` (any value that is not empty) and dumb terminals say no.
  static let usesColor =
    isTerminal && (ProcessInfo.processInfo.environment["NO_COLOR"] ?? "").isEmpty
    && ProcessInfo.processInfo.environment["TERM"] != "dumb"

  static func line(_ text: String) { write(text + "\n") }

  static func warning(_ text: String) { write(paint("warning: ", "33") + text + "\n") }

  static func error(_ text: String) { write(paint("error: ", "31") + text + "\n") }

  static func bold(_ text: String) -> String { paint(text, "1") }

  static func write(_ text: String) {
    // A standard error that cannot be written to is no reason to stop.
    var bytes = Array(text.utf8)[...]
    while !bytes.isEmpty {
      let count = bytes.withUnsafeBytes { Foundation.write(STDERR_FILENO, $0.baseAddress, $0.count) }
      if count <= 0 { return }
      bytes = bytes.dropFirst(count)
    }
  }

  private static func paint(_ text: String, _ code: String) -> String {
    usesColor ? "\u{1B}[\(code)m\(text)\u{1B}[0m" : text
  }
}

/// A line that is drawn over again while something takes time; nothing at all in a log.
struct ProgressBar {
  private var isShown = false
  private var lastDrawn = ContinuousClock.now - .seconds(1)
  private let isEnabled: Bool

  init(isEnabled: Bool = true) { self.isEnabled = isEnabled && Console.isTerminal }

  /// At most ten times a second.
  mutating func update(_ done: Int, of total: Int, _ details: String) {
    guard isEnabled else { return }
    let now = ContinuousClock.now
    guard now - lastDrawn > .milliseconds(100) || done == total else { return }
    lastDrawn = now
    let room = Console.width - 1
    let barWidth = max(10, min(30, room - details.count - 8))
    let share = total > 0 ? Double(done) / Double(total) : 1
    let filled = Int((share * Double(barWidth)).rounded())
    let bar = String(repeating: "█", count: filled) + String(repeating: "░", count: barWidth - filled)
    let percent = Int((100 * share).rounded(.down))
    let text =
      "\(bar) \(String(repeating: " ", count: percent < 10 ? 2 : percent < 100 ? 1 : 0))\(percent) % \(details)"
    Console.write("\r\u{1B}[K" + String(text.prefix(room)))
    isShown = true
  }

  mutating func clear() {
    if isShown { Console.write("\r\u{1B}[K") }
    isShown = false
  }
}
