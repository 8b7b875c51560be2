import ArgumentParser
import DiscernServing

/// How much a server takes on.
struct ServeArguments: ParsableArguments {
  private static let limits = ServingLimits()

  private static func bytes(_ text: String) -> ArgumentHelp {
    ArgumentHelp("\(text), such as 500000 or 5M.", valueName: "bytes")
  }

  private static func time(_ text: String) -> ArgumentHelp {
    ArgumentHelp("\(text), such as 10s or 500ms.", valueName: "time")
  }

  @Option(help: bytes("The longest body of a request, or line of a stream"))
  var maxBodyBytes = ByteCount(limits.bodyBytes)

  @Option(help: bytes("The longest text that is explained"))
  var maxExplainBytes = ByteCount(limits.explainBytes)

  @Option(help: ArgumentHelp("The most texts of a request.", valueName: "texts"))
  var maxTexts = limits.texts

  @Option(help: bytes("The longest head of a request"))
  var maxHeadBytes = ByteCount(limits.headBytes)

  @Option(help: ArgumentHelp("The most fields of a head.", valueName: "fields"))
  var maxHeadFields = limits.headFields

  @Option(help: time("The time for a head, from its first byte"))
  var headTimeout = TimeSpan(limits.headTime)

  @Option(help: time("The time for a body, and for each line of a stream"))
  var bodyTimeout = TimeSpan(limits.bodyTime)

  @Option(help: time("The time between two requests, and for a client to read its answer"))
  var idleTimeout = TimeSpan(limits.idleTime)

  @Option(help: ArgumentHelp("The most connections at once.", valueName: "connections"))
  var maxConnections = limits.connections

  @Option(help: ArgumentHelp("The most tokens that are classified at once.", valueName: "tokens"))
  var batchTokens = limits.batchTokens

  @Option(
    help: ArgumentHelp(
      "The most batches that wait; what is more is told to come again.", valueName: "batches"))
  var queueBatches = limits.queueBatches

  @Option(
    help: time(
      "The time for an answer, the queue included, which the header Discern-Timeout can shorten"))
  var deadline = TimeSpan(limits.deadline)

  @Option(help: time("The time between SIGTERM and the last connection that is taken"))
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
