import DiscernReports
import Testing

@Test func ticksAreRoundAndCoverTheRange() {
  let unit = Axis.unit
  #expect(unit.low == 0 && unit.high == 1)
  #expect(unit.ticks.map(unit.label) == ["0.0", "0.2", "0.4", "0.6", "0.8", "1.0"])
  let epochs = Axis([1, 2, 3], isWhole: true)
  #expect(epochs.low == 1 && epochs.high == 3 && epochs.ticks == [1, 2, 3])
  let small = Axis([0.00012, 0.00031])
  #expect(small.low <= 0.00012 && small.high >= 0.00031 && small.ticks.count >= 3)
  let negative = Axis([-3, 5])
  #expect(negative.ticks.contains(0) && negative.label(negative.ticks[0]).hasPrefix("\u{2212}"))
}

@Test func axesOfOddValuesDoNotTrap() {
  let odd: [[Double]] = [
    [], [.nan], [.infinity, 1], [0, 0], [5], [1e300, -1e300], [1e-300, 2e-300], [-0.0],
  ]
  for values in odd {
    for isWhole in [false, true] {
      let axis = Axis(values, isWhole: isWhole)
      #expect(axis.high > axis.low && !axis.ticks.isEmpty && axis.ticks.count < 40, "\(values)")
      #expect(axis.ticks.allSatisfy { $0.isFinite })
      for value in values + [0, .infinity, -.infinity] where !value.isNaN {
        #expect((0...1).contains(axis.share(value)), "\(values) \(value)")
      }
    }
  }
}
