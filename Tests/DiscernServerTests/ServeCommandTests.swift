import Foundation
import TestSupport
import Testing

#if Server
  import DiscernServer
  import DiscernServing
  import Logging
#endif

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

/// - Parameter before: a program that runs it, with its arguments.
private func start(
  _ arguments: [String], before: [String] = []
) throws -> (process: Process, output: FileHandle, errors: FileHandle) {
  let process = Process()
  let (output, errors) = (Pipe(), Pipe())
  let all = before + [program().path, "serve"] + arguments
  process.executableURL = URL(fileURLWithPath: all[0])
  process.arguments = Array(all.dropFirst())
  process.standardOutput = output
  process.standardError = errors
  try process.run()
  return (process, output.fileHandleForReading, errors.fileHandleForReading)
}

#if Server
  /// Reads the address that a server prints once it takes requests.
  private func address(_ output: FileHandle) throws -> (text: String, port: Int) {
    var bytes = Data()
    while bytes.last != 0x0A, let byte = try output.read(upToCount: 1), !byte.isEmpty { bytes += byte }
    let text = String(decoding: bytes, as: UTF8.self).trimmingCharacters(in: .newlines)
    return (text, try #require(text.split(separator: ":").last.flatMap { Int($0) }))
  }

  @Test func signalsReloadAndEnd() throws {
    try withTemporaryFolder { folder in
      let path = folder + "/model"
      try FileManager.default.copyItem(atPath: savedModel, toPath: path)
      let (process, output, errors) = try start([path, "--port", "0", "--grace", "0s"])
      let client = try Client(port: try address(output).port)
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
      #expect(log.contains(" error: keeping the previous model: "))
      #expect(log.contains(" info: stopped\n"))
      #expect(!log.contains("lovely"))
    }
  }

  private let hasIPv6 = {
    let descriptor = socket(AF_INET6, Int32(SOCK_STREAM.rawValue), 0)
    defer { close(descriptor) }
    var address = sockaddr_in6()
    address.sin6_family = sa_family_t(AF_INET6)
    address.sin6_addr = in6addr_loopback
    return withUnsafePointer(to: &address) {
      $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        bind(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in6>.size)) == 0
      }
    }
  }()

  @Test(.enabled(if: hasIPv6, "no IPv6 on this machine"), arguments: ["::1", "[::1]"])
  func addressesOfIPv6AreListenedOn(host: String) throws {
    let (process, output, _) = try start([savedModel, "--host", host, "--port", "0"])
    let (text, port) = try address(output)
    #expect(text == "http://[::1]:\(port)")
    #expect(try Client(port: port, host: "::1").isServed())
    #expect(throws: POSIXError.self) { try Client(port: port) }
    kill(process.processIdentifier, SIGINT)
    process.waitUntilExit()
    #expect(process.terminationStatus == 0)
  }

  /// Root may do everything: there the program runs as a user who may not.
  private let asUser =
    geteuid() == 0 ? ["/usr/bin/setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"] : []

  private let isRunAsUser = {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: asUser.first ?? program().path)
    process.arguments = asUser.dropFirst() + (asUser.isEmpty ? [] : [program().path]) + ["info", savedModel]
    (process.standardOutput, process.standardError) = (FileHandle.nullDevice, FileHandle.nullDevice)
    do { try process.run() } catch { return false }
    process.waitUntilExit()
    return process.terminationStatus == 0
  }()

  /// `--unix`: a folder that the user may not write to, one that the user may not enter, and a socket of
  /// another user; `--port`: one below those that are free to all.
  @Test(
    .enabled(if: isRunAsUser, "no user here who may not do all"),
    arguments: ["unwritable", "closed", "of another", "port"])
  func whatTheUserMayNotListenOnIsNamed(place: String) throws {
    try withTemporaryFolder { folder in
      let path = folder + "/inner/socket"
      try FileManager.default.createDirectory(atPath: folder + "/inner", withIntermediateDirectories: false)
      var bound: Server?
      if place == "of another" {
        let service = Service(try ServedModel(contentsOf: savedModel), path: savedModel, workers: 0)
        bound = try Server(service, at: .unix(path: path), log: ServerLog { _ in }.logger(level: .error))
        #expect(chmod(path, 0) == 0)
      }
      defer { bound?.stop(grace: .zero) }
      #expect(chmod(folder, 0o755) == 0)
      #expect(chmod(folder + "/inner", place == "closed" ? 0 : 0o555) == 0)
      defer { chmod(folder + "/inner", 0o700) }
      let free = try? String(contentsOfFile: "/proc/sys/net/ipv4/ip_unprivileged_port_start", encoding: .utf8)
      if place == "port", free?.trimmingCharacters(in: .newlines) == "0" { return }
      let flags = place == "port" ? ["--port", "1"] : ["--unix", path]
      let (process, output, errors) = try start([savedModel] + flags, before: asUser)
      process.waitUntilExit()
      #expect(process.terminationStatus == 74)
      #expect(try output.readToEnd()?.isEmpty ?? true)
      let message = String(decoding: try errors.readToEnd() ?? Data(), as: UTF8.self)
      let name = place == "port" ? "127.0.0.1:1" : path
      #expect(message.hasPrefix("error: \(name): cannot listen there: Permission denied; "), "\(message)")
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

  @Test(arguments: [
    (["--unix", ""], "--unix is empty; expected a path"), (["--head-timeout", "5"], "such as 10s or 500ms"),
    (["--max-body-bytes", "1e3"], "such as 500000 or 5M"),
  ])
  func whatIsExpectedIsSaid(arguments: [String], message: String) throws {
    let (process, _, errors) = try start([savedModel] + arguments)
    process.waitUntilExit()
    #expect(process.terminationStatus == 64)
    #expect(String(decoding: try errors.readToEnd() ?? Data(), as: UTF8.self).contains(message))
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
