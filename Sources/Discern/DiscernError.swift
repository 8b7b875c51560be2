import DiscernBundle
import DiscernCorpus
import DiscernEvaluation
import DiscernIO
import DiscernModels
import DiscernTensor
import DiscernText
import DiscernTraining
import DiscernVocabulary

/// Everything that can go wrong between raw text and a trained model.
public enum DiscernError: KnownFailure {
  /// Texts cannot be read or divided.
  case corpus(CorpusError)
  /// A vocabulary cannot be read or built, or the labels are wrong.
  case vocabulary(VocabularyError)
  /// Word vectors cannot be read.
  case vectors(WordVectorsError)
  /// N-grams cannot be read or built.
  case ngrams(NGramError)
  /// A text cannot be tokenized, or a tokenizer's setting is wrong.
  case text(TextError)
  /// A network's configuration or its weights are wrong.
  case model(ModelError)
  /// Training cannot begin, or diverged.
  case training(TrainingError)
  /// A model's folder or file cannot be read or written.
  case folder(ModelFolderError)
  /// The saved state of a training run cannot be read, written or continued.
  case checkpoint(CheckpointError)
  /// Packed texts cannot be read or written.
  case shards(ShardError)
  /// A pretrained transformer's folder cannot be used.
  case transformer(TransformerFolderError)
  /// The machine lacks the kernels that were requested.
  case tensor(TensorError)
  /// Predictions cannot be measured.
  case evaluation(EvaluationError)
  /// A recipe file or one of its settings is wrong.
  case recipe(RecipeError)
  /// Models or training runs cannot be compared.
  case comparison(ComparisonError)
  /// The given perturbation is not valid.
  case perturbation(found: String, expected: String)
  /// The model cannot give the explanation that was requested.
  case explanation(ExplanationError)
  /// A matcher's examples, vectors or index cannot be used.
  case match(MatchError)
  /// A vector, either of a text or given, is not finite, though the weights are; `number` counts from 0.
  case vector(number: Int)
  /// Two settings contradict each other.
  case conflict(String)
  /// The work was interrupted before there was a model; nothing was produced.
  case interrupted

  public var kind: ErrorKind {
    switch self {
    case .corpus(let error): error.kind
    case .vocabulary(let error): error.kind
    case .vectors(let error): error.kind
    case .ngrams(let error): error.kind
    case .text(let error): error.kind
    case .model: .usage
    case .training(let error): error.kind
    case .folder(let error): error.kind
    case .checkpoint(let error): error.kind
    case .shards(let error): error.kind
    case .transformer(let error): error.kind
    case .tensor(let error): error.kind
    case .evaluation(let error): error.kind
    case .recipe(let error): error.kind
    case .explanation(let error): error.kind
    case .comparison(let error): error.kind
    case .match(let error): error.kind
    case .vector: .incompatibleModel
    case .perturbation, .conflict: .usage
    case .interrupted: .interrupted
    }
  }

  public var description: String {
    switch self {
    case .corpus(let error): error.description
    case .vocabulary(let error): error.description
    case .vectors(let error): error.description
    case .ngrams(let error): error.description
    case .text(let error): error.description
    case .model(let error): error.description
    case .training(let error): error.description
    case .folder(let error): error.description
    case .checkpoint(let error): error.description
    case .shards(let error): error.description
    case .transformer(let error): error.description
    case .tensor(let error): error.description
    case .evaluation(let error): error.description
    case .recipe(let error): error.description
    case .comparison(let error): error.description
    case .perturbation(let found, let expected): "“\(found)” is not a perturbation, expected \(expected)"
    case .explanation(let error): error.description
    case .match(let error): error.description
    case .vector(let number): "vector \(number + 1): \(Self.vectorReason)"
    case .conflict(let reason): reason
    case .interrupted: "interrupted before there was a model"
    }
  }

  /// Why there is no vector; follows the name of the text.
  package static let vectorReason =
    "it is not finite: the model's weights are so large that results overflow 32-bit floats, so the model is "
    + "damaged, or its training diverged"

  /// - Parameters:
  ///   - vectors: row-major [N, F].
  ///   - size: F.
  /// - Throws: `.vector` for the first vector with a number that is not finite.
  static func requireFinite(_ vectors: [Float], size: Int) throws(DiscernError) {
    if let index = vectors.withUnsafeBufferPointer({ firstNotFinite($0) }) {
      throw .vector(number: index / size)
    }
  }
}

/// Runs `body`, turning its typed error into a `DiscernError`.
func wrapping<Value, Failure: Error>(
  _ wrap: (Failure) -> DiscernError, _ body: () throws(Failure) -> Value
) throws(DiscernError) -> Value {
  do throws(Failure) { return try body() } catch {
    let error = wrap(error)
    switch error {
    case .corpus(.input(.interrupted)), .vectors(.input(.interrupted)), .training(.interrupted):
      throw .interrupted
    default: throw error
    }
  }
}
