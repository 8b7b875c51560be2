import Foundation
import TestSupport

/// The result of a shell script that runs the built program as `discern`; for signals, limits and closed
/// streams.
struct ShellRun {
  let output: String
  let errors: String
  let status: Int32

  init(_ script: String, folder: String) throws {
    let name = UUID().uuidString
    let paths = ["out", "err"].map { folder + "/.\(name).\($0)" }
    for path in paths { _ = FileManager.default.createFile(atPath: path, contents: nil) }
    defer { for path in paths { try? FileManager.default.removeItem(atPath: path) } }
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/bin/bash")
    process.arguments = ["-c", script]
    process.currentDirectoryURL = URL(fileURLWithPath: folder)
    let path = ProcessInfo.processInfo.environment["PATH"] ?? "/usr/bin:/bin"
    process.environment = ProcessInfo.processInfo.environment.merging([
      "PATH": CommandRun.program.deletingLastPathComponent().path + ":" + path
    ]) { $1 }
    process.standardInput = FileHandle.nullDevice
    process.standardOutput = FileHandle(forWritingAtPath: paths[0])
    process.standardError = FileHandle(forWritingAtPath: paths[1])
    try process.run()
    process.waitUntilExit()
    output = try String(contentsOfFile: paths[0], encoding: .utf8)
    errors = String(decoding: try Data(contentsOf: URL(fileURLWithPath: paths[1])), as: UTF8.self)
    status = process.terminationStatus
  }
}
