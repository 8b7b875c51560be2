import Foundation
import TestSupport
import Testing

/// The built program, which is beside the test bundle.
private func program() -> URL {
  var folder = URL(fileURLWithPath: CommandLine.arguments[0]).deletingLastPathComponent()
  for configuration in ["release", "debug"] {
    let candidate = folder.appendingPathComponent("discern")
    if FileManager.default.isExecutableFile(atPath: candidate.path) { return candidate }
    folder = SharedData.projectRoot.appendingPathComponent(".build/\(configuration)")
  }
  return folder.appendingPathComponent("discern")
}

private func start(_ arguments: [String]) throws -> (process: Process, output: FileHandle, errors: FileHandle)
{
  let process = Process()
  let (output, errors) = (Pipe(), Pipe())
  process.executableURL = program()
  process.arguments = ["serve"] + arguments
  process.standardOutput = output
  process.standardError = errors
  try process.run()
  return (process, output.fileHandleForReading, errors.fileHandleForReading)
}

#if Server
  @Test func signalsReloadAndEnd() throws {
    try withTemporaryFolder { folder in
      let path = folder + "/model"
      try FileManager.default.copyItem(atPath: savedModel, toPath: path)
      let (process, output, errors) = try start([path, "--port", "0", "--grace", "0s"])
      var address = Data()
      while address.last != 0x0A, let byte = try output.read(upToCount: 1), !byte.isEmpty { address += byte }
      let text = String(decoding: address, as: UTF8.self).trimmingCharacters(in: .newlines)
      let port = try #require(text.split(separator: ":").last.flatMap { Int($0) })
      let client = try Client(port: port)
      #expect(client.isServed())
      func generation() -> String? {
        client.send(request("GET", "/v1/model", body: nil))
        return client.answer()?.body
      }
      kill(process.processIdentifier, SIGHUP)
      while generation()?.contains("\"generation\":2") != true { usleep(10_000) }
      try Data("{".utf8).write(to: URL(fileURLWithPath: path + "/manifest.json"))
      kill(process.processIdentifier, SIGHUP)
      var refused = false
      while !refused {
        client.send(request("GET", "/metrics", body: nil))
        refused = client.answer()?.body.contains("discern_reloads_total{result=\"refused\"} 1\n") ?? true
      }
      #expect(generation()?.contains("\"generation\":2") == true)
      #expect(client.isServed())
      kill(process.processIdentifier, SIGTERM)
      process.waitUntilExit()
      #expect(process.terminationStatus == 0)
      let log = String(decoding: try errors.readToEnd() ?? Data(), as: UTF8.self)
      #expect(log.contains(" info: ready "))
      #expect(log.contains(" error: the model stays as it was: "))
      #expect(log.contains(" info: stopped\n"))
      #expect(!log.contains("lovely"))
    }
  }

  @Test(arguments: [
    ["no such model"], [savedModel, "--port", "70000"], [savedModel, "--deadline", "0"],
    [savedModel, "--log-level", "loud"], [savedModel, "--max-texts", "0"],
    [savedModel, "--max-connections", "999999"], [savedModel, "--host", ""],
    [savedModel, "--unix", "s", "--port", "1"], [savedModel, "--unix", "s", "--host", "localhost"],
    [savedModel, "--max-explain-bytes", "1G"],
  ])
  func whatCannotBeServedIsRefused(arguments: [String]) throws {
    let (process, output, errors) = try start(arguments)
    process.waitUntilExit()
    #expect([64, 66].contains(process.terminationStatus))
    #expect(try output.readToEnd()?.isEmpty ?? true)
    #expect(String(decoding: try errors.readToEnd() ?? Data(), as: UTF8.self).hasPrefix("error: "))
  }
#else
  @Test func aProgramWithoutAServerSaysHowToGetOne() throws {
    let (process, output, errors) = try start(["model"])
    process.waitUntilExit()
    #expect(process.terminationStatus == 64)
    #expect(try output.readToEnd()?.isEmpty ?? true)
    let message = String(decoding: try errors.readToEnd() ?? Data(), as: UTF8.self)
    #expect(message.contains("swift build -c release --traits Server --product discern"))
  }
#endif
