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
    commandName: "serve", abstract: "Serve a model over HTTP.",
    discussion: """
      POST /v1/classify classifies texts, POST /v1/explain shows which words led to a label; GET / is a page \
      for trying it out, /openapi.json describes the interface. /livez, /readyz and /metrics are for \
      operators. Texts are accepted as:

      application/json      {"texts": ["What a lovely film!"], "top": 2}
      text/plain            one text per line; the answer is that of classify
      application/x-ndjson  {"text": "What a lovely film!"}, any number of
                            lines, answered as they arrive

      Probabilities are the same as those of discern classify. Waiting texts are batched. The address is \
      printed once requests are accepted; everything else goes to standard error, but never a text.

      SIGTERM and Ctrl-C stop the server once accepted requests are answered. After SIGTERM, requests are \
      still accepted for the time of --grace, and /readyz answers 503. SIGHUP reloads the model; a broken \
      one is refused and the old one stays.

      The server has no encryption and no passwords: use a reverse proxy for these.

      Examples:
        discern serve model
        discern serve model --unix /run/discern.sock --deadline 2s
        curl -d '{"texts":["Not bad!"]}' -H 'Content-Type: application/json' \\
             localhost:8080/v1/classify
      """)

  @Argument(help: "Model folder, or a file made by discern pack.")
  var model: String

  @Option(help: "Address to listen on; 0.0.0.0 for all (default: 127.0.0.1).")
  var host: String?

  @Option(help: "Port to listen on; 0 for any free one (default: 8080).")
  var port: Int?

  @Option(help: ArgumentHelp("Unix socket to listen on instead.", valueName: "path"), completion: .file())
  var unix: String?

  @Option(
    help: ArgumentHelp("Log level: debug (each request), info, warning or error.", valueName: "level"))
  var logLevel = "info"

  @Option(
    help: ArgumentHelp(
      "Number of workers; each classifies waiting texts on its own thread, beside one thread for "
        + "explanations. Default: one per core.", valueName: "workers"))
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
      // Signals must be blocked before there are other threads.
      let signals = SignalQueue([SIGTERM, SIGINT, SIGHUP])
      let limits = limits.limits
      try OpenFiles.require(limits)
      // If the requested kernels do not exist, this fails at the start.
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
        // Do not wait for a model that is being loaded.
        if service.isReloading { _exit(0) }
        return
      }
    }

    /// The host, which may also be given in brackets, like an IPv6 address in a URL.
    private var plainHost: String {
      guard let host else { return "127.0.0.1" }
      return host.hasPrefix("[") && host.hasSuffix("]") ? String(host.dropFirst().dropLast()) : host
    }

    private func reload(_ service: Service, _ log: Logger) {
      log.info("reloading the model")
      service.reload { result in
        switch result {
        case .success(let loaded):
          log.info("reloaded the model", metadata: ["generation": "\(loaded.generation)"])
        case .failure(let error): log.error("keeping the previous model: \(DisplayText.escaped("\(error)"))")
        }
      }
    }
  #endif
}
