import ArgumentParser
import DiscernIO
import DiscernServer
import DiscernServing
import DiscernSystem

#if Server
  import Logging
#endif

struct ServeCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "serve", abstract: "Answer over HTTP.",
    discussion: """
      POST /v1/classify labels texts, POST /v1/explain shows which words a label was given for; GET / is a \
      page to try it, /openapi.json describes all. /livez, /readyz and /metrics are for those who run it. \
      Texts are sent in one of these types:

      application/json      {"texts": ["What a lovely film!"], "top": 2}
      text/plain            a text a line; the answer is that of classify
      application/x-ndjson  {"text": "What a lovely film!"}, as many lines as
                            wanted, answered as they come

      The probabilities are those of classify. What waits is classified together. The address is printed \
      once requests are taken; all else is said on standard error, never a text.

      SIGTERM and Ctrl-C end it: what was accepted is answered. After SIGTERM requests are taken for the \
      time of --grace, and /readyz says 503. SIGHUP loads the model again; one that is broken changes nothing.

      There is no encryption and no password here: let a proxy in front of it have them.

      Examples:
        discern serve model
        discern serve model --unix /run/discern.sock --deadline 2s
        curl -d '{"texts":["Not bad!"]}' -H 'Content-Type: application/json' \\
             localhost:8080/v1/classify
      """)

  @Argument(help: "The model: its folder, or the file that discern pack made.")
  var model: String

  @Option(help: ArgumentHelp("The address to listen on; 0.0.0.0 for all (default: 127.0.0.1)."))
  var host: String?

  @Option(help: ArgumentHelp("The port to listen on; 0 for any that is free (default: 8080)."))
  var port: Int?

  @Option(help: ArgumentHelp("Listen on this socket file instead.", valueName: "path"), completion: .file())
  var unix: String?

  @Option(
    help: ArgumentHelp("What is logged: debug (each request), info, warning or error.", valueName: "level"))
  var logLevel = "info"

  @Option(
    help: ArgumentHelp(
      "Workers: each takes what waits and classifies it on a thread of its own, beside one that explains. "
        + "Default: one a core.", valueName: "workers"))
  var threads: Int?

  @OptionGroup(title: "Limits") var limits: ServeArguments

  static let levels = ["debug", "info", "warning", "error"]

  func validate() throws {
    if unix != nil, host != nil || port != nil {
      throw ValidationError("--unix listens on a socket file; leave out --host and --port, or --unix")
    }
    if let host, host.allSatisfy(\.isWhitespace) {
      throw ValidationError("--host is empty; expected an address or a name, such as 127.0.0.1")
    }
    if unix?.isEmpty == true { throw ValidationError("--unix is empty; expected a path") }
    if let port, !(0...65535).contains(port) { throw ValidationError("--port \(port): expected 0 to 65535") }
    if !Self.levels.contains(logLevel) {
      throw ValidationError("--log-level \(logLevel): expected \(Self.levels.joined(separator: ", "))")
    }
    try computing.validate()
  }

  private var computing: ComputeArguments {
    var result = ComputeArguments()
    result.threads = threads
    return result
  }

  func run() throws {
    #if Server
      try reportingErrors { try serve() }
    #else
      throw ValidationError(
        "this discern was built without its server; build it with: "
          + "swift build -c release --traits Server --product discern")
    #endif
  }

  #if Server
    private func serve() throws {
      // Before there are other threads.
      let signals = SignalQueue([SIGTERM, SIGINT, SIGHUP])
      let limits = limits.limits
      try OpenFiles.require(limits)
      // Kernels that were asked for and are not there are an error of the start.
      _ = try computing.compute()
      let served = try ServedModel(contentsOf: model)
      warnAboutICU(of: served.classifier)
      let lines = ServerLog { Console.write($0) }
      let log = lines.logger(level: Logger.Level(rawValue: logLevel) ?? .info)
      let service = Service(served, path: model, limits: limits, workers: computing.threadCount)
      let place =
        unix.map { Server.Place.unix(path: $0) } ?? .port(host: plainHost, number: port ?? 8080)
      let server = try Server(service, at: place, log: log)
      let output = Output.standard()
      try output.line(server.address)
      try output.flush()
      log.info(
        "ready",
        metadata: [
          "model": "\(DisplayText.escaped(served.name))", "at": "\(DisplayText.escaped(server.address))",
        ])
      while true {
        let signal = signals.next()
        if signal == SIGHUP {
          reload(service, log)
          continue
        }
        signals.endAtNext([SIGTERM, SIGINT])
        server.stop(grace: signal == SIGTERM ? limits.grace : .zero)
        lines.flush()
        // A model that is being loaded is not waited for.
        if service.isReloading { _exit(0) }
        return
      }
    }

    /// Also in the brackets that IPv6 has in an address of the web.
    private var plainHost: String {
      guard let host else { return "127.0.0.1" }
      return host.hasPrefix("[") && host.hasSuffix("]") ? String(host.dropFirst().dropLast()) : host
    }

    private func reload(_ service: Service, _ log: Logger) {
      log.info("loading the model again")
      service.reload { result in
        switch result {
        case .success(let loaded):
          log.info("loaded the model again", metadata: ["generation": "\(loaded.generation)"])
        case .failure(let error): log.error("the model stays as it was: \(DisplayText.escaped("\(error)"))")
        }
      }
    }
  #endif
}
