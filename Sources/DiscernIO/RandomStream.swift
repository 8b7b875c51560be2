import DiscernSystem

/// Counter-based random numbers: a draw depends only on its key and its index, never on the thread or on
/// earlier draws (Salmon et al. 2011; the mixing is SplitMix64's).
public struct RandomStream: Sendable, Hashable {
  /// The purpose of the numbers; streams of different purposes are unrelated.
  public enum Purpose: UInt64, Sendable {
    /// Initial weights.
    case initialisation = 1
    /// The order of texts.
    case shuffle
    /// Dropout on word vectors.
    case embeddingDropout
    /// Dropout between layers.
    case layerDropout
    /// Dropout before the heads.
    case outputDropout
    /// The first direction of virtual adversarial training.
    case adversarial
    /// Changes to texts for testing a model's robustness.
    case perturbation
    /// Words that are left out.
    case wordDropout
    /// Dropout on recurrent weights.
    case weightDropout
    /// Vectors of words that a file of vectors lacks.
    case missingVectors
    /// Negative words of a sampled softmax.
    case wordSampling
    /// Known words that are read by their letters.
    case letterReading
    /// The choices of a search's trials.
    case search
    /// Resampled examples for intervals.
    case resampling
    /// Dropout in blocks of self-attention.
    case blockDropout
    /// Words with which a language model continues a text.
    case generation
    /// The model's own tokens that it reads in training (scheduled sampling).
    case scheduledSampling
  }

  /// The key of `bits`.
  package let key: UInt64

  /// - Parameters:
  ///   - counter: usually the step or epoch.
  ///   - number: distinguishes streams of one purpose, such as those of several layers.
  public init(seed: UInt64, purpose: Purpose, counter: Int = 0, number: Int = 0) {
    let first = Self.mix(Self.mix(Self.mix(seed) ^ purpose.rawValue) ^ UInt64(truncatingIfNeeded: counter))
    // Mixed, so that a number does not act like an index.
    key = number == 0 ? first : Self.mix(first ^ Self.mix(UInt64(truncatingIfNeeded: number)))
  }

  /// A stream for each name, such as a weight's.
  public init(seed: UInt64, purpose: Purpose, name: String) {
    // FNV-1a, so that names of the same length differ in all bits.
    let hash = name.utf8.reduce(0xCBF2_9CE4_8422_2325 as UInt64) { ($0 ^ UInt64($1)) &* 0x100_0000_01B3 }
    key = Self.mix(Self.mix(Self.mix(seed) ^ purpose.rawValue) ^ Self.mix(hash))
  }

  static func mix(_ value: UInt64) -> UInt64 {
    var z = value &+ 0x9E37_79B9_7F4A_7C15
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }

  /// The 64 random bits at an index.
  public func bits(_ index: Int) -> UInt64 {
    Self.mix(key &+ UInt64(truncatingIfNeeded: index) &* 0xD134_2543_DE82_EF95)
  }

  /// Uniform in [0, 1), 24 bits.
  public func uniform(_ index: Int) -> Float { Float(bits(index) >> 40) * 0x1p-24 }

  /// Normal with mean 0 and deviation 1 (Box and Muller 1958).
  public func normal(_ index: Int) -> Float {
    let u = (Double(bits(2 * index) >> 11) + 1) * 0x1p-53  // (0, 1]
    let v = Double(bits(2 * index + 1) >> 11) * 0x1p-53
    return Float((-2 * log(u)).squareRoot() * cos(2 * Double.pi * v))
  }

  /// `count` shuffled indices (Fisher–Yates; the bias of the reduction is below 2⁻³²·count).
  public func permutation(_ count: Int) -> [Int] {
    var result = Array(0..<count)
    for i in stride(from: count - 1, to: 0, by: -1) {
      result.swapAt(i, Int(bits(i).multipliedFullWidth(by: UInt64(i + 1)).high))
    }
    return result
  }
}
