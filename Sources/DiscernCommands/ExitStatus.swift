import ArgumentParser
import Discern
import DiscernBundle
import DiscernCorpus
import DiscernIO
import DiscernTraining
import DiscernVocabulary
import Foundation

/// The exit codes of `sysexits.h` that the commands use.
enum ExitStatus {
  static let badData = ExitCode(65)
  static let missingInput = ExitCode(66)
  static let internalError = ExitCode(70)
  /// EX_OSERR: the system does not have the memory.
  static let lacking = ExitCode(71)
  static let ioError = ExitCode(74)
  static let interrupted = ExitCode(130)
}

/// Runs a command's work; an error becomes one line on standard error and the exit code of its kind.
func reportingErrors(_ body: () throws -> Void) throws {
  do { try body() } catch {
    switch error {
    case let code as ExitCode: throw code
    case let error as ValidationError: throw error
    case let error as OutputError:
      if case .closedPipe = error { throw ExitCode.success }
      Console.error("\(error)")
      throw ExitStatus.ioError
    default:
      Console.error("\(error)")
      throw exitCode(of: error)
    }
  }
}

/// The exit code that an error of the libraries means.
func exitCode(of error: any Error) -> ExitCode {
  switch error {
  case let error as DiscernError:
    switch error {
    case .corpus(let inner): exitCode(of: inner)
    case .vocabulary(let inner): exitCode(of: inner)
    case .vectors(let inner): exitCode(of: inner)
    case .folder(let inner): exitCode(of: inner)
    case .recipe(.input(let inner)): exitCode(of: inner)
    case .recipe(let inner): inner.isAboutAFlag ? ExitCode.validationFailure : ExitStatus.badData
    case .training(.diverged), .training(.noTexts), .training(.noLabels), .text, .evaluation:
      ExitStatus.badData
    case .interrupted: ExitStatus.interrupted
    case .model, .training, .conflict, .tensor, .perturbation: ExitCode.validationFailure
    }
  case CorpusError.input(let inner): exitCode(of: inner)
  case CorpusError.noPaths: ExitCode.validationFailure
  case is CorpusError: ExitStatus.badData
  case VocabularyError.input(let inner): exitCode(of: inner)
  case is VocabularyError: ExitStatus.badData
  case WordVectorsError.input(let inner): exitCode(of: inner)
  case is WordVectorsError: ExitStatus.badData
  case let error as InputError:
    switch error {
    case .notFound: ExitStatus.missingInput
    case .unreadable, .unwritable, .cannotKeep: ExitStatus.ioError
    case .givenTwice, .sameFile, .partOfModel: ExitCode.validationFailure
    default: ExitStatus.badData
    }
  case ModelFolderError.bundle(let inner): exitCode(of: inner)
  case is ModelFolderError: ExitStatus.badData
  case let error as BundleError:
    switch error {
    case .notFound, .noManifest, .notAFolder: ExitStatus.missingInput
    case .cannotRead, .cannotList, .cannotWrite, .destinationIsAFile, .destinationIsNotAModel,
      .destinationHoldsOtherFile,
      .noSpace, .savedElsewhere:
      ExitStatus.ioError
    default: ExitStatus.badData
    }
  default: ExitStatus.internalError
  }
}
