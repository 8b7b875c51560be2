import Foundation
import TestSupport

/// The result of running the built program.
struct CommandRun {
  let output: String
  let errors: String
  let status: Int32

  /// The program is in the folder of the test bundle.
  static let program: URL = {
    var folder = URL(fileURLWithPath: CommandLine.arguments[0]).deletingLastPathComponent()
    for configuration in ["release", "debug"] {
      let candidate = folder.appendingPathComponent("discern")
      if FileManager.default.isExecutableFile(atPath: candidate.path) { return candidate }
      folder = SharedData.projectRoot.appendingPathComponent(".build/\(configuration)")
    }
    return folder.appendingPathComponent("discern")
  }()

  /// Runs `discern` in `folder` and waits for it. Output goes through files, so that no pipe fills up.
  init(_ arguments: String..., input: String = "", folder: String, environment: [String: String] = [:]) throws
  {
    try self.init(arguments: arguments, input: input, folder: folder, environment: environment)
  }

  init(
    arguments: [String], input: String = "", folder: String, environment: [String: String] = [:]
  ) throws {
    try self.init(arguments: arguments, bytes: Array(input.utf8), folder: folder, environment: environment)
  }

  init(
    arguments: [String], bytes: [UInt8], folder: String, environment: [String: String] = [:]
  ) throws {
    try self.init(
      program: Self.program.path, arguments: arguments, bytes: bytes, folder: folder,
      environment: environment)
  }

  /// Runs another program, such as one that starts `discern`.
  init(
    program: String, arguments: [String], bytes: [UInt8] = [], folder: String,
    environment: [String: String] = [:]
  ) throws {
    let name = UUID().uuidString
    let paths = ["in", "out", "err"].map { folder + "/.\(name).\($0)" }
    try Data(bytes).write(to: URL(fileURLWithPath: paths[0]))
    for path in paths[1...] { _ = FileManager.default.createFile(atPath: path, contents: nil) }
    defer { for path in paths { try? FileManager.default.removeItem(atPath: path) } }
    let process = Process()
    process.executableURL = URL(fileURLWithPath: program)
    process.arguments = arguments
    process.currentDirectoryURL = URL(fileURLWithPath: folder)
    process.environment = ProcessInfo.processInfo.environment.merging(environment) { $1 }
    process.standardInput = FileHandle(forReadingAtPath: paths[0])
    process.standardOutput = FileHandle(forWritingAtPath: paths[1])
    process.standardError = FileHandle(forWritingAtPath: paths[2])
    try process.run()
    process.waitUntilExit()
    output = try String(contentsOfFile: paths[1], encoding: .utf8)
    errors = try String(contentsOfFile: paths[2], encoding: .utf8)
    status = process.terminationStatus
  }

  var lines: [String] {
    output.split(separator: "\n", omittingEmptySubsequences: false).dropLast().map(String.init)
  }
}
