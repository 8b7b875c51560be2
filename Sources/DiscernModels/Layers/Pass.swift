import DiscernIO
import DiscernTensor

/// One pass of a batch through a network: what its layers share, and what they leave for the caller.
package final class Pass {
  package let tape: Tape
  package let batch: PackedBatch
  /// Keys the masks; the same seed and step give the same ones.
  let seed: UInt64
  let step: Int
  /// How much is dropped where gradients are wanted, if other than what the layers say.
  let rates: DropoutRates?
  /// What is added to the word vectors.
  let perturbation: Perturbation
  /// Projections of words kept from batch to batch, where no gradients are wanted.
  let cache: ProjectionCache?
  /// Is shown the states of recurrent layers.
  let watch: StateWatch?

  /// How the sequences lie that layers are given now: the batch's texts, or parts of them.
  private(set) var layout: PackedLayout
  /// α [S, 1] of the first attention pooling, in packed order; `nil` where there is none.
  package private(set) var attention: Matrix?
  /// The vectors that the perturbation was added to, whose gradient adversarial training asks for; `nil`
  /// with a cache.
  package private(set) var vectors: Variable?

  package init(
    _ tape: Tape, _ batch: PackedBatch, seed: UInt64 = 0, step: Int = 0, rates: DropoutRates? = nil,
    perturbation: Perturbation = .ofWords(nil), cache: ProjectionCache? = nil, watch: StateWatch? = nil
  ) {
    self.tape = tape
    self.batch = batch
    layout = batch.layout
    self.seed = seed
    self.step = step
    self.rates = rates
    self.perturbation = perturbation
    self.watch = watch
    self.cache = tape.isRecording ? nil : cache
  }

  /// A part of the pass whose sequences are other ones than the batch's texts.
  ///
  /// - Returns: what the part gives, and α of the first attention pooling in it, which is not yet that of the
  ///   pass.
  func over(
    _ layout: PackedLayout, _ body: () -> Variable
  ) -> (result: Variable, attention: Matrix?) {
    let outer = (self.layout, attention)
    (self.layout, attention) = (layout, nil)
    defer { (self.layout, attention) = outer }
    return (body(), attention)
  }

  /// The random numbers of one layer in this step.
  func stream(_ purpose: RandomStream.Purpose, _ number: Int = 0) -> RandomStream {
    RandomStream(seed: seed, purpose: purpose, counter: step, number: number)
  }

  func note(attention: Matrix) { self.attention = self.attention ?? attention }

  func note(vectors: Variable) { self.vectors = vectors }
}
