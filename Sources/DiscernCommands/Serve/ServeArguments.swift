import ArgumentParser
import DiscernServing

/// The limits of a server.
struct ServeArguments: ParsableArguments {
  private static let limits = ServingLimits()

  private static func bytes(_ text: String) -> ArgumentHelp {
    ArgumentHelp("\(text) (such as 500000 or 5M).", valueName: "bytes")
  }

  private static func time(_ text: String) -> ArgumentHelp {
    ArgumentHelp("\(text) (such as 10s or 500ms).", valueName: "time")
  }

  @Option(help: bytes("Maximum size of a request body, or of a line of a stream"))
  var maxBodyBytes = ByteCount(limits.bodyBytes)

  @Option(help: bytes("Maximum size of a text to explain"))
  var maxExplainBytes = ByteCount(limits.explainBytes)

  @Option(help: ArgumentHelp("Maximum number of texts per request.", valueName: "texts"))
  var maxTexts = limits.texts

  @Option(help: bytes("Maximum size of a request's header section"))
  var maxHeadBytes = ByteCount(limits.headBytes)

  @Option(help: ArgumentHelp("Maximum number of header fields.", valueName: "fields"))
  var maxHeadFields = limits.headFields

  @Option(help: time("Timeout for the header section, from its first byte"))
  var headTimeout = TimeSpan(limits.headTime)

  @Option(help: time("Timeout for a body, and for each line of a stream"))
  var bodyTimeout = TimeSpan(limits.bodyTime)

  @Option(help: time("Timeout between two requests, and for a client to read its answer"))
  var idleTimeout = TimeSpan(limits.idleTime)

  @Option(help: ArgumentHelp("Maximum number of simultaneous connections.", valueName: "connections"))
  var maxConnections = limits.connections

  @Option(help: ArgumentHelp("Maximum number of tokens classified in one batch.", valueName: "tokens"))
  var batchTokens = limits.batchTokens

  @Option(
    help: ArgumentHelp(
      "Maximum number of waiting batches; further requests are asked to retry later.", valueName: "batches"))
  var queueBatches = limits.queueBatches

  @Option(
    help: time(
      "Timeout for an answer, including the queue; a request can shorten it with the header Discern-Timeout"))
  var deadline = TimeSpan(limits.deadline)

  @Option(help: time("Grace period after SIGTERM in which connections are still accepted"))
  var grace = TimeSpan(limits.grace)

  func validate() throws {
    let counts = [
      ("max-texts", maxTexts), ("max-head-fields", maxHeadFields), ("max-connections", maxConnections),
      ("batch-tokens", batchTokens), ("queue-batches", queueBatches),
    ]
    for (name, value) in counts where !(1...1_000_000).contains(value) {
      throw ValidationError("--\(name) \(value): expected 1 to 1000000")
    }
    let bytes = [
      ("max-body-bytes", maxBodyBytes.bytes), ("max-explain-bytes", maxExplainBytes.bytes),
      ("max-head-bytes", maxHeadBytes.bytes),
    ]
    for (name, value) in bytes where value > 1 << 28 {
      throw ValidationError("--\(name) \(value): expected 1 to 256M")
    }
    let times = [
      ("head-timeout", headTimeout), ("body-timeout", bodyTimeout), ("idle-timeout", idleTimeout),
      ("deadline", deadline),
    ]
    for (name, value) in times where value.duration == .zero {
      throw ValidationError("--\(name) 0: expected a time above 0, such as 10s")
    }
  }

  var limits: ServingLimits {
    var limits = ServingLimits()
    limits.bodyBytes = maxBodyBytes.bytes
    limits.explainBytes = maxExplainBytes.bytes
    limits.texts = maxTexts
    limits.headBytes = maxHeadBytes.bytes
    limits.headFields = maxHeadFields
    limits.headTime = headTimeout.duration
    limits.bodyTime = bodyTimeout.duration
    limits.idleTime = idleTimeout.duration
    limits.connections = maxConnections
    limits.batchTokens = batchTokens
    limits.queueBatches = queueBatches
    limits.deadline = deadline.duration
    limits.grace = grace.duration
    return limits
  }
}
