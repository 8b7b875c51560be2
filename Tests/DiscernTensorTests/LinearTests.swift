import DiscernTensor
import Testing

private struct Case {
  let reference: ReferenceLinear
  let parameters: LinearParameters
  let layout: ParameterLayout

  init(_ random: inout RandomValues, inputs: Int, outputs: Int, bias: Bool = true) {
    reference = ReferenceLinear(
      weight: random.matrix(outputs, inputs),
      bias: bias ? random.values(outputs) : [Double](repeating: 0, count: outputs))
    var layout = ParameterLayout()
    parameters = LinearParameters(
      &layout, prefix: "output", inputSize: inputs, outputSize: outputs, bias: bias)
    self.layout = layout
  }

  var values: [(Parameter, [Double])] {
    [(parameters.weight, reference.weight.values)] + (parameters.bias.map { [($0, reference.bias)] } ?? [])
  }
}

// Rows: one, few, and more than the 192 that a task takes. Outputs: the classes, and more than the 64
// that a task takes of the weight's gradient.
@Test(arguments: [(1, 2), (5, 3), (33, 20), (7, 70)], [1, 6, 200])
func linearIsTheReference(sizes: (inputs: Int, outputs: Int), rows: Int) {
  let (inputs, outputs) = (sizes.inputs, sizes.outputs)
  var random = RandomValues(1000 * outputs + rows)
  let x = random.matrix(rows, inputs)
  let dY = random.matrix(rows, outputs)
  let test = Case(&random, inputs: inputs, outputs: outputs)
  var gradient = ReferenceLinear(
    weight: RealMatrix(outputs, inputs), bias: [Double](repeating: 0, count: outputs))
  let dX = test.reference.backward(x, dY, &gradient)
  onEveryMachine([
    Expected("y", test.reference.forward(x)), Expected("x", dX), Expected("weight", gradient.weight),
    Expected("bias", gradient.bias),
  ]) { compute in
    let bench = Bench(test.layout, test.values, compute: compute)
    let input = bench.variable(x)
    let y = bench.tape.linear(input, test.parameters)
    bench.runBackward(y, dY)
    return [bench.value(y), bench.gradient(input)] + test.values.map { bench.gradient($0.0) }
  }
}

@Test func linearWithoutBiasIsTheReference() {
  var random = RandomValues(1)
  let x = random.matrix(6, 5)
  let dY = random.matrix(6, 3)
  let test = Case(&random, inputs: 5, outputs: 3, bias: false)
  var gradient = ReferenceLinear(weight: RealMatrix(3, 5), bias: [0, 0, 0])
  let dX = test.reference.backward(x, dY, &gradient)
  onEveryMachine([
    Expected("y", test.reference.forward(x)), Expected("x", dX), Expected("weight", gradient.weight),
  ]) { compute in
    let bench = Bench(test.layout, test.values, compute: compute)
    let input = bench.variable(x)
    let y = bench.tape.linear(input, test.parameters)
    bench.runBackward(y, dY)
    return [bench.value(y), bench.gradient(input), bench.gradient(test.parameters.weight)]
  }
}

/// A layer used twice, the second time on its own output: both gradients add up.
@Test func gradientsOfAWeightUsedTwiceAddUp() {
  var random = RandomValues(2)
  let x = random.matrix(6, 5)
  let dY = random.matrix(6, 5)
  let test = Case(&random, inputs: 5, outputs: 5)
  var gradient = ReferenceLinear(weight: RealMatrix(5, 5), bias: [0, 0, 0, 0, 0])
  let middle = test.reference.forward(x)
  let dMiddle = test.reference.backward(middle, dY, &gradient)
  let dX = test.reference.backward(x, dMiddle, &gradient)
  onEveryMachine([Expected("x", dX), Expected("weight", gradient.weight), Expected("bias", gradient.bias)]) {
    compute in
    let bench = Bench(test.layout, test.values, compute: compute)
    let input = bench.variable(x)
    let y = bench.tape.linear(bench.tape.linear(input, test.parameters), test.parameters)
    bench.runBackward(y, dY)
    return [bench.gradient(input)] + test.values.map { bench.gradient($0.0) }
  }
}
