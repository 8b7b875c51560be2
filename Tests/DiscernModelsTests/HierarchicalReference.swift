import Foundation

/// A hierarchical network of one bidirectional LSTM layer, with additive attention and max pooling of words,
/// on one text at a time: as naive as can be, in `Double`.
struct HierarchicalReference {
  /// By name, row-major.
  var weights: [String: (shape: [Int], values: [Double])]

  private func row(_ name: String, _ row: Int) -> ArraySlice<Double> {
    guard let weight = weights[name] else { return [] }
    let columns = weight.shape[weight.shape.count - 1]
    return weight.values[row * columns..<(row + 1) * columns]
  }

  private func times(_ name: String, _ x: [Double], bias: String? = nil) -> [Double] {
    (0..<(weights[name]?.shape[0] ?? 0)).map { index in
      zip(row(name, index), x).reduce(bias.flatMap { weights[$0]?.values[index] } ?? 0) { $0 + $1.0 * $1.1 }
    }
  }

  /// h of every step, in the order of reading.
  private func lstm(_ prefix: String, _ suffix: String, _ x: [[Double]]) -> [[Double]] {
    let hidden = weights["\(prefix)lstm.weight_hh_\(suffix)"]?.shape[1] ?? 0
    var (h, c) = ([Double](repeating: 0, count: hidden), [Double](repeating: 0, count: hidden))
    return x.map { x in
      let a = times("\(prefix)lstm.weight_ih_\(suffix)", x, bias: "\(prefix)lstm.bias_ih_\(suffix)")
      let b = times("\(prefix)lstm.weight_hh_\(suffix)", h, bias: "\(prefix)lstm.bias_hh_\(suffix)")
      let z = zip(a, b).map { $0 + $1 }
      func sigmoid(_ x: Double) -> Double { 1 / (1 + exp(-x)) }
      for k in 0..<hidden {
        c[k] = sigmoid(z[hidden + k]) * c[k] + sigmoid(z[k]) * tanh(z[2 * hidden + k])
        h[k] = sigmoid(z[3 * hidden + k]) * tanh(c[k])
      }
      return h
    }
  }

  private func attend(_ prefix: String, _ states: [[Double]]) -> [Double] {
    let scores = states.map { state in
      let keys = times(
        "\(prefix).projection.weight", state, bias: "\(prefix).projection.bias"
      ).map { tanh($0) }
      return times("\(prefix).score.weight", keys)[0]
    }
    let powers = scores.map { exp($0 - (scores.max() ?? 0)) }
    let sum = powers.reduce(0, +)
    return states[0].indices.map { j in
      zip(powers, states).reduce(0) { $0 + $1.0 / sum * $1.1[j] }
    }
  }

  private func sentence(_ ids: ArraySlice<Int32>) -> [Double] {
    let words = ids.map { Array(row("embedding.weight", Int($0))) }
    let ahead = lstm("", "l0", words)
    let back = Array(lstm("", "l0_reverse", words.reversed()).reversed())
    let states = zip(ahead, back).map { $0 + $1 }
    return attend("attention", states)
      + states[0].indices.map { j in states.map { $0[j] }.max() ?? 0 }
  }

  func logits(_ ids: [Int32], starts: [Int]) -> [Double] {
    let vectors = starts.indices.map { index in
      sentence(ids[starts[index]..<(index + 1 < starts.count ? starts[index + 1] : ids.count)])
    }
    let ahead = lstm("sentences.", "l0", vectors)
    let back = Array(lstm("sentences.", "l0_reverse", vectors.reversed()).reversed())
    let none = [Double](repeating: 0, count: ahead[0].count)
    let read = vectors.indices.map { index in
      let context =
        (index > 0 ? ahead[index - 1] : none) + (index + 1 < vectors.count ? back[index + 1] : none)
      let change =
        weights["sentences.context.weight"] == nil ? context : times("sentences.context.weight", context)
      return zip(vectors[index], change).map { $0 + $1 }
    }
    return times("output.weight", attend("sentences.attention", read), bias: "output.bias")
  }

  /// The mean of -log p of the labels.
  func loss(_ texts: [(ids: [Int32], starts: [Int], label: Int)]) -> Double {
    texts.reduce(0) { sum, text in
      let z = logits(text.ids, starts: text.starts)
      let largest = z.max() ?? 0
      return sum + largest + log(z.reduce(0) { $0 + exp($1 - largest) }) - z[text.label]
    } / Double(texts.count)
  }
}
