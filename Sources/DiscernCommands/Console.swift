import DiscernIO
import DiscernSystem
import Synchronization

/// Output for users: standard error. Text that may come from data is escaped before it reaches a terminal.
enum Console {
  static let isTerminal = isatty(STDERR_FILENO) == 1
  /// The width of the terminal in columns; 80 without a terminal.
  static var width: Int { columns(of: STDERR_FILENO) ?? 80 }
  /// The width of the terminal to which results are written; nil if they are written elsewhere.
  static var outputWidth: Int? { columns(of: STDOUT_FILENO) }
  /// Whether to use colour; `NO_COLOR` (any value that is not empty) and dumb terminals prevent it.
  static let usesColor = isTerminal && allowsColor
  /// Whether to use colour in results.
  static let outputUsesColor = isatty(STDOUT_FILENO) == 1 && allowsColor

  private static let allowsColor =
    (ProcessInfo.processInfo.environment["NO_COLOR"] ?? "").isEmpty
    && ProcessInfo.processInfo.environment["TERM"] != "dumb"

  private static func columns(of descriptor: CInt) -> Int? {
    var size = winsize()
    let request = UInt(TIOCGWINSZ)
    guard isatty(descriptor) == 1 else { return nil }
    return ioctl(descriptor, request, &size) == 0 && size.ws_col > 20 ? Int(size.ws_col) : 80
  }

  static func line(_ text: String) { write(laidOut(text)) }

  static func warning(_ text: String) { marked("warning: ", "33", text) }

  static func error(_ text: String) { marked("error: ", "31", text) }

  private static func marked(_ mark: String, _ color: String, _ text: String) {
    write(paint(mark, color) + laidOut(mark + text).dropFirst(mark.count))
  }

  /// On a terminal, lines that are too long are broken between words; in a log they are not broken.
  private static func laidOut(_ text: String) -> String {
    let text = DisplayText.escaped(text)
    return (isTerminal ? DisplayText.wrapped(text, to: width) : [text]).joined(separator: "\n") + "\n"
  }

  /// The program's own text of several lines.
  static func lines(_ text: String, isError: Bool = false) {
    for (index, text) in text.split(separator: "\n", omittingEmptySubsequences: false).enumerated() {
      if index == 0, isError { error(String(text)) } else { line(String(text)) }
    }
  }

  /// Writes text unchanged. A standard error that is closed, full or not read is not an error.
  static func write(_ text: String) {
    guard isWritable(after: isBlocked.load(ordering: .relaxed) ? 0 : patience) else {
      isBlocked.store(true, ordering: .relaxed)
      leftOut.wrappingAdd(1, ordering: .relaxed)
      return
    }
    isBlocked.store(false, ordering: .relaxed)
    let missing = leftOut.exchange(0, ordering: .relaxed)
    let note = missing > 0 ? "… \(missing) messages dropped while they were not being read\n" : ""
    var bytes = Array((note + text).utf8)[...]
    while !bytes.isEmpty {
      // A pipe that accepts one byte accepts this many at once.
      let part = bytes.prefix(512)
      let count = part.withUnsafeBytes { DiscernSystem.write(STDERR_FILENO, $0.baseAddress, $0.count) }
      if count < 0, errno == EINTR || errno == EAGAIN, isWritable(after: patience) { continue }
      if count <= 0 { return }
      bytes = bytes.dropFirst(count)
      if !bytes.isEmpty, !isWritable(after: patience) { return }
    }
  }

  /// How long to wait, in milliseconds and only once, for a reader that has stopped reading.
  private static let patience: Int32 = 5000
  private static let isBlocked = Atomic(false)
  private static let leftOut = Atomic(0)

  /// Waits until standard error accepts bytes; false if it never will.
  private static func isWritable(after milliseconds: Int32) -> Bool {
    var request = pollfd(fd: STDERR_FILENO, events: Int16(POLLOUT), revents: 0)
    return uninterrupted { poll(&request, 1, milliseconds) } != 0
  }

  private static func paint(_ text: String, _ code: String) -> String {
    usesColor ? "\u{1B}[\(code)m\(text)\u{1B}[0m" : text
  }
}

/// A line that is redrawn while something takes time; not shown in a log.
struct ProgressBar {
  private var isShown = false
  private var lastDrawn = ContinuousClock.now - .seconds(1)
  private let isEnabled: Bool

  init(isEnabled: Bool = true) { self.isEnabled = isEnabled && Console.isTerminal }

  /// Redraws the line, at most ten times a second.
  mutating func update(_ done: Int, of total: Int, _ details: String) {
    guard isEnabled else { return }
    let now = ContinuousClock.now
    guard now - lastDrawn > .milliseconds(100) || done == total else { return }
    lastDrawn = now
    let room = Console.width - 1
    let barWidth = max(4, min(30, room - details.count - 8))
    let share = total > 0 ? Double(done) / Double(total) : 1
    let filled = Int((share * Double(barWidth)).rounded())
    let bar = String(repeating: "█", count: filled) + String(repeating: "░", count: barWidth - filled)
    let percent = Int((100 * share).rounded(.down))
    let text =
      "\(bar) \(String(repeating: " ", count: percent < 10 ? 2 : percent < 100 ? 1 : 0))\(percent) % "
      + "\(details)"
    Console.write("\r\u{1B}[K" + DisplayText.cut(DisplayText.escaped(text), to: room))
    isShown = true
  }

  mutating func clear() {
    if isShown { Console.write("\r\u{1B}[K") }
    isShown = false
  }
}
