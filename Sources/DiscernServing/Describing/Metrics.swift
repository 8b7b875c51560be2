import DiscernIO
import Synchronization

/// Counts a server's work. Contains nothing from users' texts.
package final class Metrics: Sendable {
  private struct Histogram {
    var counts: [Int]
    var sum = 0.0
    var total = 0

    init(bounds: Int) { counts = Array(repeating: 0, count: bounds) }

    mutating func add(_ value: Double, bounds: [Double]) {
      if let place = bounds.firstIndex(where: { value <= $0 }) { counts[place] += 1 }
      sum += value
      total += 1
    }
  }

  private struct RequestKind: Hashable {
    let route: String
    let status: Int
  }

  private struct Values {
    var requests: [RequestKind: Int] = [:]
    var seconds: [String: Histogram] = [:]
    var batches = 0
    var texts = 0
    var tokens = 0
    var skipped = 0
    var connections = 0
    var refusedConnections = 0
    var streams = 0
    var lines = 0
    var reloads: [String: Int] = ["loaded": 0, "refused": 0]
  }

  private static let bounds = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10]
  private let values = Mutex(Values())

  package init() {}

  /// - Parameters:
  ///   - route: the name of a `Route`, or “other”.
  ///   - time: from the end of the request to its answer; nil if there was no complete request.
  package func countRequest(route: String, status: Int, time: Duration?) {
    values.withLock { values in
      values.requests[RequestKind(route: route, status: status), default: 0] += 1
      guard let time else { return }
      values.seconds[route, default: Histogram(bounds: Self.bounds.count)]
        .add(Self.seconds(time), bounds: Self.bounds)
    }
  }

  func countBatch(texts: Int, tokens: Int) {
    values.withLock {
      $0.batches += 1
      $0.texts += texts
      $0.tokens += tokens
    }
  }

  /// Counts a request whose answer was no longer needed when its turn came.
  func countSkipped() { values.withLock { $0.skipped += 1 } }

  package func countConnection(_ change: Int) { values.withLock { $0.connections += change } }

  package func countRefusedConnection() { values.withLock { $0.refusedConnections += 1 } }

  package func countStream() { values.withLock { $0.streams += 1 } }

  func countLine() { values.withLock { $0.lines += 1 } }

  package func countReload(isLoaded: Bool) {
    values.withLock { $0.reloads[isLoaded ? "loaded" : "refused", default: 0] += 1 }
  }

  package var connections: Int { values.withLock(\.connections) }

  private static func seconds(_ time: Duration) -> Double {
    Double(time.components.seconds) + Double(time.components.attoseconds) * 1e-18
  }

  // MARK: Text

  /// The metrics in Prometheus' text format 0.0.4.
  func text(waiting: (jobs: Int, tokens: Int), model: ServedModel, isReady: Bool) -> String {
    let values = values.withLock { $0 }
    var lines: [String] = []
    func add(_ name: String, _ type: String, _ help: String, _ samples: [(labels: String, value: String)]) {
      lines.append("# HELP discern_\(name) \(help)")
      lines.append("# TYPE discern_\(name) \(type)")
      lines += samples.map { "discern_\(name)\($0.labels) \($0.value)" }
    }
    func single(_ name: String, _ type: String, _ help: String, _ value: Int) {
      add(name, type, help, [("", "\(value)")])
    }
    let requests = values.requests.sorted {
      ($0.key.route, $0.key.status) < ($1.key.route, $1.key.status)
    }
    add(
      "requests_total", "counter", "Answered requests, by path and status.",
      requests.map { ("{path=\"\($0.key.route)\",status=\"\($0.key.status)\"}", "\($0.value)") })
    lines += Self.histograms(values.seconds)
    single("batches_total", "counter", "Classified batches.", values.batches)
    single("texts_total", "counter", "Classified texts.", values.texts)
    single("tokens_total", "counter", "Tokens of these texts read by the network.", values.tokens)
    single(
      "skipped_total", "counter", "Requests whose client had gone or had been answered before their turn.",
      values.skipped)
    single("streams_total", "counter", "Streams of lines.", values.streams)
    single("lines_total", "counter", "Lines in streams.", values.lines)
    single("waiting_requests", "gauge", "Requests in the queue.", waiting.jobs)
    single("waiting_tokens", "gauge", "Approximate number of tokens in the queue.", waiting.tokens)
    single("connections", "gauge", "Open connections.", values.connections)
    single(
      "refused_connections_total", "counter", "Connections beyond the limit.", values.refusedConnections)
    add(
      "reloads_total", "counter", "Reloads requested by SIGHUP.",
      values.reloads.sorted { $0.key < $1.key }.map { ("{result=\"\($0.key)\"}", "\($0.value)") })
    single("model_generation", "gauge", "1 for the first model, one more for each reload.", model.generation)
    single("ready", "gauge", "1 while requests are accepted.", isReady ? 1 : 0)
    if let bytes = SystemMemory.resident() {
      lines.append("# HELP process_resident_memory_bytes Memory in use.")
      lines.append("# TYPE process_resident_memory_bytes gauge")
      lines.append("process_resident_memory_bytes \(bytes)")
    }
    return lines.joined(separator: "\n") + "\n"
  }

  private static func histograms(_ all: [String: Histogram]) -> [String] {
    let name = "discern_request_seconds"
    var lines = [
      "# HELP \(name) From the end of a request to its answer, by path.", "# TYPE \(name) histogram",
    ]
    for (route, histogram) in all.sorted(by: { $0.key < $1.key }) {
      var total = 0
      for (bound, count) in zip(bounds, histogram.counts) {
        total += count
        lines.append("\(name)_bucket{path=\"\(route)\",le=\"\(bound)\"} \(total)")
      }
      lines.append("\(name)_bucket{path=\"\(route)\",le=\"+Inf\"} \(histogram.total)")
      lines.append("\(name)_sum{path=\"\(route)\"} \(histogram.sum)")
      lines.append("\(name)_count{path=\"\(route)\"} \(histogram.total)")
    }
    return lines
  }
}
