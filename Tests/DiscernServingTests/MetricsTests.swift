import DiscernServing
import Testing

/// The samples of a histogram, by their labels.
private func histogram(_ service: Service, path: String) throws -> [String: Double] {
  let start = "discern_request_seconds_"
  let samples = try metrics(of: service).split(separator: "\n")
    .filter { $0.hasPrefix(start) && $0.contains("path=\"\(path)\"") }
    .map { $0.dropFirst(start.count).split(separator: " ") }
  return Dictionary(uniqueKeysWithValues: samples.map { (String($0[0]), Double($0[1]) ?? .nan) })
}

@Test func aHistogramCountsWhatIsWithinEachBound() throws {
  let service = try makeService(workers: 0)
  let times: [Duration] = [
    .zero, .milliseconds(1), .microseconds(1001), .milliseconds(60), .milliseconds(100), .seconds(10),
    .milliseconds(10_001), .seconds(100),
  ]
  for (index, time) in times.enumerated() {
    service.metrics.countRequest(route: "/v1/classify", status: index % 2 == 0 ? 200 : 429, time: time)
  }
  // A stream, which is not timed; and another path.
  service.metrics.countRequest(route: "/v1/classify", status: 200, time: nil)
  service.metrics.countRequest(route: "/livez", status: 200, time: .milliseconds(2))
  let samples = try histogram(service, path: "/v1/classify")
  let expected = [
    ("0.001", 2), ("0.0025", 3), ("0.005", 3), ("0.01", 3), ("0.025", 3), ("0.05", 3), ("0.1", 5),
    ("0.25", 5), ("0.5", 5), ("1.0", 5), ("2.5", 5), ("5.0", 5), ("10.0", 6), ("+Inf", 8),
  ]
  for (bound, count) in expected {
    #expect(samples["bucket{path=\"/v1/classify\",le=\"\(bound)\"}"] == Double(count), "\(bound)")
  }
  #expect(samples.count == expected.count + 2)
  #expect(samples["count{path=\"/v1/classify\"}"] == 8)
  let sum = try #require(samples["sum{path=\"/v1/classify\"}"])
  #expect(abs(sum - 120.163001) < 1e-9)
  let other = try histogram(service, path: "/livez")
  #expect(other["bucket{path=\"/livez\",le=\"0.001\"}"] == 0)
  #expect(other["bucket{path=\"/livez\",le=\"0.0025\"}"] == 1)
  #expect(other["count{path=\"/livez\"}"] == 1)
}
