import Foundation

/// The built program with pipes that stay open.
final class LiveRun {
  private let process = Process()
  private let input = Pipe()
  private let output = Pipe()
  private var buffer: [UInt8] = []

  init(_ arguments: [String], folder: String) throws {
    process.executableURL = CommandRun.program
    process.arguments = arguments
    process.currentDirectoryURL = URL(fileURLWithPath: folder)
    process.standardInput = input
    process.standardOutput = output
    process.standardError = FileHandle.nullDevice
    try process.run()
  }

  func write(_ bytes: [UInt8]) { input.fileHandleForWriting.write(Data(bytes)) }

  /// The next line of output; nil when none comes within a minute.
  func nextLine() -> String? {
    while true {
      if let end = buffer.firstIndex(of: 0x0A) {
        defer { buffer.removeFirst(end + 1) }
        return String(decoding: buffer[..<end], as: UTF8.self)
      }
      let descriptor = output.fileHandleForReading.fileDescriptor
      var request = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
      guard poll(&request, 1, 60_000) > 0 else { return nil }
      var room = [UInt8](repeating: 0, count: 4096)
      let count = read(descriptor, &room, room.count)
      if count <= 0 { return nil }
      buffer += room[..<count]
    }
  }

  /// Closes the input. A signal might be blocked: the program inherits that from the thread that starts it.
  func end() {
    try? input.fileHandleForWriting.close()
    process.waitUntilExit()
  }
}
