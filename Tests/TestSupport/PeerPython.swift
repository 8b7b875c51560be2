import Foundation

/// A Python with the packages that a test compares with, by the variable `PEERS_PYTHON`.
public enum PeerPython {
  /// What a script below the project's folder writes; nil without such a Python, or where the script fails,
  /// as it does without its packages.
  public static func output(of script: String, _ arguments: [String] = [], input: Data = Data()) -> Data? {
    guard let python = ProcessInfo.processInfo.environment["PEERS_PYTHON"] else { return nil }
    let process = Process()
    process.executableURL = URL(fileURLWithPath: python)
    process.arguments = [SharedData.projectRoot.appendingPathComponent(script).path] + arguments
    let file = FileManager.default.temporaryDirectory.appendingPathComponent(UUID().uuidString)
    let pipe = Pipe()
    do {
      try input.write(to: file)
      process.standardInput = try FileHandle(forReadingFrom: file)
      process.standardOutput = pipe
      process.standardError = FileHandle.nullDevice
      try process.run()
    } catch {
      return nil
    }
    defer { try? FileManager.default.removeItem(at: file) }
    let output = pipe.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    return process.terminationStatus == 0 ? output : nil
  }

  /// The line that a script prints without arguments.
  public static func line(of script: String) -> String? {
    output(of: script).map {
      String(decoding: $0, as: UTF8.self).trimmingCharacters(in: .whitespacesAndNewlines)
    }
  }
}
