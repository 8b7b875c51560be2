import DiscernIO
import DiscernTensor
import Testing

// Mistakes that only a programmer can make end the process with both shapes in the message.

private func bench() -> (Bench, LinearParameters) {
  var layout = ParameterLayout()
  let parameters = LinearParameters(&layout, prefix: "output", inputSize: 3, outputSize: 2)
  return (Bench(layout, table: RealMatrix(4, 3), compute: Compute(threadCount: 1)), parameters)
}

@Test func multiplyingMatricesThatDoNotFitEndsTheProcess() async {
  let result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
    let (bench, parameters) = bench()
    _ = bench.tape.linear(bench.variable(RealMatrix(5, 4)), parameters)
  }
  #if DEBUG
    let message = String(decoding: result?.standardErrorContent ?? [], as: UTF8.self)
    #expect(message.contains("[5, 4] x [3, 2] into [5, 2]"))
  #else
    _ = result
  #endif
}

@Test func aTokenIdBeyondTheTableEndsTheProcess() async {
  await #expect(processExitsWith: .failure) {
    let (bench, _) = bench()
    _ = bench.tape.embedding(bench.words, [1, 4])
  }
  await #expect(processExitsWith: .failure) {
    let (bench, _) = bench()
    _ = bench.tape.embedding(bench.words, [-1])
  }
}

@Test func aLabelBeyondTheClassesEndsTheProcess() async {
  await #expect(processExitsWith: .failure) {
    let (bench, _) = bench()
    _ = bench.tape.crossEntropy(bench.variable(RealMatrix(1, 2)), labels: [2], smoothing: 0, divisor: 1)
  }
  await #expect(processExitsWith: .failure) {
    let (bench, _) = bench()
    _ = bench.tape.crossEntropy(bench.variable(RealMatrix(2, 2)), labels: [0], smoothing: 0, divisor: 1)
  }
}

@Test func lstmInputWithoutARowForEachTokenEndsTheProcess() async {
  await #expect(processExitsWith: .failure) {
    var random = RandomValues(1)
    let test = LSTMCase(random.lstm(inputs: 2, hidden: 2, directions: 1))
    _ = test.run(
      RealMatrix(3, 2), rows: nil, [2, 2], RealMatrix(4, 2), Compute(threadCount: 1))
  }
}

@Test func droppingEverythingEndsTheProcess() async {
  await #expect(processExitsWith: .failure) {
    let (bench, _) = bench()
    _ = bench.tape.dropout(
      bench.variable(RealMatrix(1, 2)), probability: 1,
      stream: RandomStream(seed: 1, purpose: .outputDropout))
  }
}

@Test func otherOperationsCheckTheirShapes() async {
  await #expect(processExitsWith: .failure) {
    let (bench, _) = bench()
    _ = bench.tape.concatenate([bench.variable(RealMatrix(1, 2)), bench.variable(RealMatrix(2, 2))])
  }
  await #expect(processExitsWith: .failure) {
    let (bench, _) = bench()
    _ = bench.tape.embedding(bench.words, [1], perturbation: bench.variable(RealMatrix(2, 3)).value)
  }
  await #expect(processExitsWith: .failure) { _ = Compute(threadCount: 0) }
}

@Test func twoParametersOfOneNameEndTheProcess() async {
  await #expect(processExitsWith: .failure) {
    var layout = ParameterLayout()
    _ = layout.add("weight", [1])
    _ = layout.add("weight", [1])
  }
}
