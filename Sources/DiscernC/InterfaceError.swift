import CDiscern
import Discern
import DiscernExport
import DiscernIO
import DiscernTensor

/// The reason why a call from C fails.
enum InterfaceError: KnownFailure {
  /// A pointer is NULL but must not be.
  case null(String)
  case outOfRange(name: String, value: Int64, expected: String)
  /// A path is not UTF-8.
  case pathNotUTF8
  /// Offsets do not ascend, or are outside the data.
  case brokenOffsets(row: Int, start: Int64, end: Int64, size: Int64)
  case noMemory(bytes: Int)
  /// `discern_encode` does not support models that read sentences.
  case readsSentences
  /// `discern_encode` does not support word networks alongside a transformer.
  case readsWordsBeside
  case classifier(DiscernError)
  case export(ExportError)
  case tensor(TensorError)

  var kind: ErrorKind {
    switch self {
    case .null, .outOfRange, .pathNotUTF8, .readsSentences, .readsWordsBeside, .tensor: .usage
    case .brokenOffsets: .badInput
    case .noMemory: .outOfMemory
    case .classifier(let error): error.kind
    case .export(let error): error.kind
    }
  }

  var description: String {
    switch self {
    case .null(let name): "\(name) is NULL"
    case .outOfRange(let name, let value, let expected): "\(name) is \(value), expected \(expected)"
    case .pathNotUTF8: "the model's path is not UTF-8; rename its folder"
    case .brokenOffsets(let row, let start, let end, let size):
      "row \(row) of the column begins at byte \(start) and ends at byte \(end) of \(size); offsets "
        + "ascend and end within the data"
    case .noMemory(let bytes): "out of memory for \(bytes) bytes of results; pass fewer rows at once"
    case .readsSentences:
      "the model reads texts sentence by sentence, which discern_encode does not support; run discern encode"
    case .readsWordsBeside:
      "the model has a word-based network beside a transformer, and discern_encode gives only the ids of "
        + "one of them; run discern encode"
    case .classifier(let error): error.description
    case .export(let error): error.description
    case .tensor(let error): error.description
    }
  }

  /// The command line's exit code for it.
  var code: Int32 {
    switch kind {
    case .badInput, .incompatibleModel: DISCERN_BAD_DATA
    case .notFound: DISCERN_NOT_FOUND
    case .io: DISCERN_IO
    case .usage: DISCERN_USAGE
    case .outOfMemory: DISCERN_MEMORY
    case .interrupted, .diverged: DISCERN_INTERNAL
    }
  }
}
