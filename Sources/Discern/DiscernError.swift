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
  case corpus(CorpusError)
  case vocabulary(VocabularyError)
  case vectors(WordVectorsError)
  case ngrams(NGramError)
  case text(TextError)
  case model(ModelError)
  case training(TrainingError)
  case folder(ModelFolderError)
  case checkpoint(CheckpointError)
  case shards(ShardError)
  case transformer(TransformerFolderError)
  case tensor(TensorError)
  case evaluation(EvaluationError)
  case recipe(RecipeError)
  case comparison(ComparisonError)
  /// What was given as a perturbation is none.
  case perturbation(found: String, expected: String)
  case explanation(ExplanationError)
  /// Two choices that contradict one another.
  case conflict(String)
  /// Asked to end before there was a model: nothing was made.
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
    case .perturbation(let found, let expected): "“\(found)” is no perturbation, expected \(expected)"
    case .explanation(let error): error.description
    case .conflict(let reason): reason
    case .interrupted: "interrupted before there was a model"
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
