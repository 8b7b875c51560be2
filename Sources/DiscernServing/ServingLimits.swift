/// The limits of a server. Requests beyond a limit are refused with a message that names its flag.
package struct ServingLimits: Sendable, Equatable {
  /// The size of a request's body, and of a line in a stream.
  package var bodyBytes = 1_000_000
  /// The size of a text to be explained.
  package var explainBytes = 16_384
  /// The number of texts in a request.
  package var texts = 256
  /// The size of the request line and the header fields together.
  package var headBytes = 16_384
  package var headFields = 64
  /// The time from a head's first byte to its last one.
  package var headTime = Duration.seconds(10)
  /// The time from the end of a head to that of its body; in a stream, from the end of a line to that of the
  /// next one.
  package var bodyTime = Duration.seconds(30)
  /// The time between two requests, and for a client that does not read its answer.
  package var idleTime = Duration.seconds(60)
  package var connections = 1024
  /// The number of tokens that a worker takes at once.
  package var batchTokens = 16_384
  /// The number of batches that may wait.
  package var queueBatches = 4
  /// The time from the end of a request to its answer, including the queue; a header can shorten it.
  package var deadline = Duration.seconds(10)
  /// The time between SIGTERM and the end of accepting, so that load balancers see `/readyz` first.
  package var grace = Duration.seconds(5)

  package init() {}

  /// The number of connections beyond `connections` that are kept open until the client has read the refusal;
  /// further ones are closed right after it.
  package var refusedConnections: Int { max(16, connections / 4) }

  /// The number of tokens that may wait; texts are counted before they are tokenized, as one token per four
  /// bytes.
  var queueTokens: Int { queueBatches * batchTokens }
}
