import DiscernSystem
import DiscernTensor

/// Projects word vectors to the size of the layers above and, unless these have relative positions, adds
/// their positions in the text: sines and cosines of geometrically decreasing frequencies (Vaswani et al.
/// 2017).
struct PositionEncodedWords: SequenceLayer {
  private let projection: LinearParameters
  private let waves: SinusoidalPositions?

  /// - Parameters:
  ///   - size: F, features of a token.
  ///   - hasPositions: whether positions are added.
  init(_ layout: inout ParameterLayout, inputSize: Int, size: Int, hasPositions: Bool = true) {
    projection = LinearParameters(
      &layout, prefix: "words", inputSize: inputSize, outputSize: size, isQuantizable: true)
    waves = hasPositions ? SinusoidalPositions(size: size) : nil
  }

  func callAsFunction(_ input: Sequences, _ pass: Pass) -> Sequences { self(input, pass, from: 0) }

  /// - Parameter first: the position of each sequence's first token.
  func callAsFunction(_ input: Sequences, _ pass: Pass, from first: Int) -> Sequences {
    let (tape, layout) = (pass.tape, pass.layout)
    let words = input.map { tape.linear($0, projection) }.tokens(pass)  // [S, F]
    guard let waves else { return Sequences(words) }
    let positions = tape.workspace.matrix(layout.stepCount, waves.size)
    for step in 0..<layout.stepCount { waves.fill(positions.row(step), position: first + step) }
    return Sequences(tape.add(words, tape.expandRows(Variable(positions), layout.steps)))
  }

  func describe(to description: inout NetworkDescription) {
    description.add(
      "words, \(projection.weight.rows) features" + (waves == nil ? "" : ", with positions"),
      .tokens(projection.weight.rows),
      .positionEncodedWords(projection, waves), parameters: [projection.weight, projection.bias],
      productsPerToken: projection.weight.count)
  }
}

/// Encodes the position of a token in a text: first the sines of the position, then its cosines.
package struct SinusoidalPositions: Sendable, Hashable {
  /// F
  package let size: Int
  /// The frequency of each sine; the cosines have the same ones, without the last if F is odd.
  package let frequencies: [Float]

  init(size: Int) {
    self.size = size
    let count = (size + 1) / 2
    frequencies = (0..<count).map { Float(pow(10_000, -Double($0) / Double(count))) }
  }

  func fill(_ row: UnsafeMutablePointer<Float>, position: Int) {
    for (index, frequency) in frequencies.enumerated() {
      let angle = Float(position) * frequency
      row[index] = sin(angle)
      if frequencies.count + index < size { row[frequencies.count + index] = cos(angle) }
    }
  }
}
