import DiscernEvaluation
import Foundation
import Testing

/// Logits and labels of a generator that is also in the program below.
private func made(_ count: Int, _ classes: Int, _ scale: Double, seed: UInt64) -> ([Float], [Int32]) {
  var state = seed
  func uniform() -> Double {
    state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
    return Double(state >> 40) / Double(1 << 24)
  }
  var logits: [Float] = []
  var labels: [Int32] = []
  for _ in 0..<count {
    let row = (0..<classes).map { _ in Float((uniform() - 0.5) * scale) }
    logits += row
    let best = row.firstIndex(of: row.max() ?? 0) ?? 0
    labels.append(Int32(uniform() < 0.7 ? best : Int(uniform() * Double(classes))))
  }
  return (logits, labels)
}

private func softmax(_ logits: [Float], _ classes: Int, temperature: Double) -> [Double] {
  stride(from: 0, to: logits.count, by: classes).flatMap { start in
    let powers = logits[start..<start + classes].map { exp(Double($0) / temperature) }
    return powers.map { $0 / powers.reduce(0, +) }
  }
}

/// Figures of NumPy and SciPy:
/// ```
/// def case(n, C, scale, seed):  # the generator above
///     s = seed
///     def u():
///         nonlocal s
///         s = (s * 6364136223846793005 + 1442695040888963407) % 2**64
///         return (s >> 40) / 2**24
///     z = np.zeros((n, C), np.float32); y = np.zeros(n, int)
///     for i in range(n):
///         for c in range(C): z[i, c] = np.float32((u() - 0.5) * scale)
///         y[i] = int(np.argmax(z[i])) if u() < 0.7 else int(u() * C)
///     return z.astype(np.float64), y
/// def ece(p, y, bins=15):
///     conf = p.max(1); ok = p.argmax(1) == y; e = 0.0
///     edges = np.linspace(0, 1, bins + 1)
///     for lo, hi in zip(edges[:-1], edges[1:]):
///         m = (conf > lo) & (conf <= hi)
///         if m.any(): e += abs(ok[m].mean() - conf[m].mean()) * m.mean()
///     return e
/// nll = lambda b: np.mean(logsumexp(b * z, axis=1) - b * z[np.arange(n), y])
/// b = minimize_scalar(nll, bounds=(0.05, 20), method='bounded', options=dict(xatol=1e-14)).x
/// sm = lambda b: np.exp(b * z - logsumexp(b * z, axis=1, keepdims=True))
/// print(1 / b, nll(1.0), nll(b), ece(sm(1.0), y), ece(sm(b), y))
/// ```
private let cases: [(count: Int, classes: Int, scale: Double, seed: UInt64, figures: [Double])] = [
  (
    200, 2, 6, 1,
    [1.7907104700436052, 0.593909303271208, 0.5460175359527718, 0.15322946965915668, 0.15559405209983948]
  ),
  (
    300, 5, 20, 2,
    [4.051719156579792, 2.0906182718347464, 1.1162961184025444, 0.15474521824308352, 0.25312675863498935]
  ),
  (
    500, 3, 1, 3,
    [0.24124940633559724, 0.9576769869314735, 0.802404697566327, 0.3692110227231165, 0.17251107350151956]
  ),
]

@Test(arguments: cases.indices) func temperatureIsThatOfSciPy(index: Int) throws {
  let (count, classes, scale, seed, figures) = cases[index]
  let (logits, labels) = made(count, classes, scale, seed: seed)
  let temperature = try #require(
    TemperatureScaling.temperature(logits: logits, classCount: classes, labels: labels))
  #expect(abs(temperature - figures[0]) < 1e-6 * figures[0])
  for (temperature, loss, error) in [(1, figures[1], figures[3]), (temperature, figures[2], figures[4])] {
    let predictions = try ProbabilisticPredictions(
      probabilities: softmax(logits, classes, temperature: temperature), classCount: classes, labels: labels)
    #expect(abs(predictions.logLoss - loss) < 1e-9)
    #expect(abs(predictions.calibration().expectedCalibrationError - error) < 1e-6)
  }
}

/// Labels of which an example may have any number; figures of the generator and functions above with
/// ```
/// z, y = case(120, 3, 8, 4)
/// s = 99  # and u() as in case
/// t = np.array([[u() < expit(v / 2.5) for v in row] for row in z])
/// bce = lambda b: np.mean(np.logaddexp(0, np.where(t, -1, 1) * b * z))
/// b = minimize_scalar(bce, bounds=(0.05, 20), method='bounded', options=dict(xatol=1e-14)).x
/// def binary_ece(b):
///     p = expit(b * z).ravel(); return ece(np.stack([p, 1 - p], 1), np.where(t.ravel(), 0, 1))
/// print(1 / b, bce(1.0), bce(b), binary_ece(1.0), binary_ece(b))
/// ```
@Test func temperatureOfYesOrNoQuestionsIsThatOfSciPy() throws {
  let logits = made(120, 3, 8, seed: 4).0
  var state: UInt64 = 99
  let isTrue = logits.map { logit in
    state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
    return Double(state >> 40) / Double(1 << 24) < 1 / (1 + exp(-Double(logit) / 2.5))
  }
  let temperature = try #require(TemperatureScaling.temperature(logits: logits, isTrue: isTrue))
  #expect(abs(temperature - 3.290764161757254) < 1e-6)
  let figures = [
    (1, 0.8259414683379099, 0.20146658383729887), (temperature, 0.6349095288086943, 0.01273820365653049),
  ]
  for (temperature, loss, error) in figures {
    let predictions = try MultiLabelPredictions(
      probabilities: logits.map { Float(1 / (1 + exp(-Double($0) / temperature))) }, labelCount: 3,
      labels: (0..<120).map { row in (0..<3).filter { isTrue[3 * row + $0] }.map(Int32.init) })
    #expect(abs(predictions.logLoss - loss) < 1e-6)
    #expect(abs(predictions.calibration().expectedCalibrationError - error) < 1e-6)
  }
}

@Test func logitsTimesANumberHaveThatManyTimesTheTemperature() throws {
  let (logits, labels) = made(400, 4, 5, seed: 9)
  func temperature(_ factor: Float) throws -> Double {
    try #require(
      TemperatureScaling.temperature(logits: logits.map { $0 * factor }, classCount: 4, labels: labels))
  }
  let one = try temperature(1)
  for factor in [0.25, 0.5, 2, 4] as [Float] {
    #expect(abs(try temperature(factor) / one - Double(factor)) < 1e-9)
  }
  // A number added to all of a text's logits changes nothing.
  let moved = try #require(
    TemperatureScaling.temperature(logits: logits.map { $0 + 64 }, classCount: 4, labels: labels))
  #expect(abs(moved - one) < 1e-4)
}

@Test func withoutAMinimumThereIsNoTemperature() throws {
  func temperature(_ logits: [Float], _ labels: [Int32]) -> Double? {
    TemperatureScaling.temperature(logits: logits, classCount: 2, labels: labels)
  }
  // All correct; all of one class and correct; one text; all wrong; all logits equal; none; not finite.
  #expect(temperature([1, 0, 0, 2, 3, 1], [0, 1, 0]) == nil)
  #expect(temperature([1, 0, 2, 0, 3, 1], [0, 0, 0]) == nil)
  #expect(temperature([1, 0], [0]) == nil)
  #expect(temperature([1, 0, 0, 2, 3, 1], [1, 0, 1]) == nil)
  #expect(temperature([1, 1, 2, 2], [1, 0]) == nil)
  #expect(temperature([], []) == nil)
  #expect(temperature([.nan, 0, 0, 1], [0, 0]) == nil)
  #expect(temperature([.infinity, 0, 0, 1], [0, 0]) == nil)
  // Huge ones with a mistake: no overflow on the way, and a minimum outside the range.
  #expect(temperature([1e30, 0, 0, 1e30, 5, 0], [0, 1, 1]) == nil)
  // One class with a mistake has a minimum: 1/(1 + e^(-β)) = 3/4.
  let found = try #require(temperature([1, 0, 1, 0, 1, 0, 0, 1], [0, 0, 0, 0]))
  #expect(abs(1 / found - log(3)) < 1e-9)
}
