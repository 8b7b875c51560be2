/// The limits of a server. Requests beyond a limit are refused with a message that names its flag.
package struct ServingLimits: Sendable, Equatable {
  /// Of a request's body, and of a line of a stream.
  package var bodyBytes = 1_000_000
  /// Of a text that is explained.
  package var explainBytes = 16_384
  /// In a request.
  package var texts = 256
  /// Of the request line and the header fields together.
  package var headBytes = 16_384
  package var headFields = 64
  /// From a head's first byte to its last one.
  package var headTime = Duration.seconds(10)
  /// From a head's end to its body's end; of a stream, from one line's end to the next one's.
  package var bodyTime = Duration.seconds(30)
  /// Between two requests, and for a client that does not read its answer.
  package var idleTime = Duration.seconds(60)
  package var connections = 1024
  /// The tokens that a worker takes at once.
  package var batchTokens = 16_384
  /// The batches that may wait.
  package var queueBatches = 4
  /// From a request's end to its answer, the queue included; a header can shorten it.
  package var deadline = Duration.seconds(10)
  /// The time between SIGTERM and the end of accepting, so that balancers see `/readyz` first.
  package var grace = Duration.seconds(5)

  package init() {}

  /// The connections beyond `connections` that are kept open until the client has read the refusal; further
  /// ones are closed right after it.
  package var refusedConnections: Int { max(16, connections / 4) }

  /// Waiting texts are counted before they are tokenized: a token for every four bytes.
  var queueTokens: Int { queueBatches * batchTokens }
}
