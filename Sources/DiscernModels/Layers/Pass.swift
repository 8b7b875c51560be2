import DiscernIO
import DiscernTensor

/// One pass of a batch through a network: the state that its layers share, and the results that they leave
/// for the caller.
package final class Pass {
  package let tape: Tape
  package let batch: PackedBatch
  /// Keys the dropout masks, together with `step`: the same seed and step give the same masks.
  let seed: UInt64
  let step: Int
  /// The dropout rates when gradients are computed, if they differ from the layers' own.
  let rates: DropoutRates?
  /// The perturbation of the word vectors.
  let perturbation: Perturbation
  /// Projections of words kept from batch to batch, used only without gradients.
  let cache: ProjectionCache?
  /// Receives the states of recurrent layers.
  let watch: StateWatch?
  /// The gradient of the loss with respect to each step that layers with skip gates take.
  let updateCost: Float

  /// The number of the segment of the texts; 0 if texts are not cut.
  private var segment = 0

  /// The layout of the sequences that layers currently read: the batch's texts, or parts of them.
  private(set) var layout: PackedLayout
  /// α [S, 1] of the first attention pooling, in packed order; `nil` if there is none.
  package private(set) var attention: Matrix?
  /// The vectors to which the perturbation applies, and whose gradient adversarial training and explanations
  /// need; `nil` with a cache.
  package private(set) var vectors: Variable?
  /// The steps of layers with skip gates so far.
  package private(set) var steps = StepCounts()

  package init(
    _ tape: Tape, _ batch: PackedBatch, seed: UInt64 = 0, step: Int = 0, rates: DropoutRates? = nil,
    perturbation: Perturbation = .ofWords(nil), cache: ProjectionCache? = nil, watch: StateWatch? = nil,
    updateCost: Float = 0
  ) {
    self.tape = tape
    self.batch = batch
    layout = batch.layout
    self.seed = seed
    self.step = step
    self.rates = rates
    self.perturbation = perturbation
    self.watch = watch
    self.updateCost = updateCost
    self.cache = tape.isRecording ? nil : cache
  }

  /// A part of the pass over one segment of its texts, with its own dropout masks.
  func segment(_ tape: Tape, _ part: TextPart) -> Pass {
    let result = Pass(tape, PackedBatch(part.layout), seed: seed, step: step, rates: rates)
    result.segment = part.index
    return result
  }

  /// Runs a part of the pass over sequences other than the batch's texts.
  ///
  /// - Returns: the part's result, and α of its first attention pooling, which is not yet stored in the pass.
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
    RandomStream(seed: seed, purpose: purpose, counter: step, number: number + segment << 24)
  }

  func note(attention: Matrix) { self.attention = self.attention ?? attention }

  func note(vectors: Variable) { self.vectors = vectors }

  func note(_ steps: StepCounts) { self.steps += steps }
}
