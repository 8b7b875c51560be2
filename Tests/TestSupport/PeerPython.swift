import Foundation

/// A Python with the packages that a test compares with, named by `PEERS_PYTHON`.
public enum PeerPython {
  /// The output and the exit status of a run.
  public struct Result {
    public let output: Data
    public let errors: String
    public let status: Int32

    /// Of the output; each ends in a line feed.
    public var lines: [String] {
      String(decoding: output, as: UTF8.self).split(separator: "\n", omittingEmptySubsequences: false)
        .dropLast().map(String.init)
    }
  }

  private static let path = ProcessInfo.processInfo.environment["PEERS_PYTHON"]

  /// Its path; nil where there is none, or one without these packages.
  public static func path(with packages: String...) -> String? {
    guard let path, (try? run(["-c", "import " + packages.joined(separator: ", ")]))?.status == 0 else {
      return nil
    }
    return path
  }

  /// - Parameters:
  ///   - input: the path of its input.
  ///   - environment: beside this process's own.
  /// - Throws: also where there is no such Python.
  public static func run(
    _ arguments: [String], input: String = "/dev/null", environment: [String: String] = [:]
  ) throws -> Result {
    guard let path else { throw CocoaError(.fileNoSuchFile) }
    let process = Process()
    process.executableURL = URL(fileURLWithPath: path)
    process.arguments = arguments
    process.environment = ProcessInfo.processInfo.environment.merging(environment) { $1 }
    process.standardInput = FileHandle(forReadingAtPath: input)
    let output = Pipe()
    process.standardOutput = output
    // A file: two pipes could deadlock.
    let messages = FileManager.default.temporaryDirectory.appendingPathComponent(UUID().uuidString)
    try Data().write(to: messages)
    defer { try? FileManager.default.removeItem(at: messages) }
    process.standardError = try FileHandle(forWritingTo: messages)
    try process.run()
    let written = output.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    return Result(
      output: written, errors: String(decoding: try Data(contentsOf: messages), as: UTF8.self),
      status: process.terminationStatus)
  }

  /// The output of a script below the project's folder; nil without such a Python, or where the script fails,
  /// as it does without its packages.
  public static func output(of script: String, _ arguments: [String] = [], input: Data = Data()) -> Data? {
    let file = FileManager.default.temporaryDirectory.appendingPathComponent(UUID().uuidString)
    defer { try? FileManager.default.removeItem(at: file) }
    let script = SharedData.projectRoot.appendingPathComponent(script).path
    guard (try? input.write(to: file)) != nil, let result = try? run([script] + arguments, input: file.path),
      result.status == 0
    else { return nil }
    return result.output
  }

  /// The line that a script prints without arguments.
  public static func line(of script: String) -> String? {
    output(of: script).map {
      String(decoding: $0, as: UTF8.self).trimmingCharacters(in: .whitespacesAndNewlines)
    }
  }
}
