import DiscernBenchmark
import Testing

@Test func theMedianIsTheMiddleOfWhatWasMeasured() {
  let odd = Measurement(seconds: [3, 1, 2])
  #expect(odd.median == 2 && odd.shortest == 1 && odd.longest == 3)
  #expect(Measurement(seconds: [4, 1, 2, 3]).median == 2.5)
  let many = Measurement(seconds: (1...100).map(Double.init))
  #expect(many.quantile(0.99) == 100 && many.quantile(0) == 1)
}
