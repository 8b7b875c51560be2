import Discern
import DiscernBundle
import DiscernIO
import DiscernText

/// An error in exporting a classifier, or in making a graph's inputs.
public enum ExportError: KnownFailure {
  /// An option has no effect on this model.
  case nothingToDo(option: String, reason: String)
  /// The network has a part that a graph cannot have.
  case unsupported(what: String, instead: String)
  /// The graph exceeds the size limit of Protocol Buffers.
  case tooLarge(bytes: Int, limit: Int, isInt8: Bool)
  /// The model or the folder of the export cannot be read or written.
  case folder(ModelFolderError)
  /// A text cannot be tokenized.
  case text(TextError)
  /// The model cannot be read or cannot classify a text.
  case classifier(DiscernError)

  public var kind: ErrorKind {
    switch self {
    case .nothingToDo: .usage
    case .tooLarge, .unsupported: .incompatibleModel
    case .folder(let error): error.kind
    case .text(let error): error.kind
    case .classifier(let error): error.kind
    }
  }

  public var description: String {
    switch self {
    case .nothingToDo(let option, let reason):
      "\(option) has no effect on this model: \(reason); leave it out"
    case .unsupported(let what, let instead):
      "an ONNX graph computes all steps of a layer, but the model has \(what); \(instead)"
    case .tooLarge(let bytes, let limit, let isInt8):
      "the graph has \(bytes) bytes, but an ONNX file can have at most \(limit); "
        + (isInt8
          ? "train with fewer words (--vocab-size) or fewer networks (--ensemble)"
          : "export it with --weights int8")
    case .folder(let error): error.description
    case .text(let error): error.description
    case .classifier(let error): error.description
    }
  }
}
