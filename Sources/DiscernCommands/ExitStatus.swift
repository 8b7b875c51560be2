import ArgumentParser
import Discern
import DiscernIO

/// The exit codes of `sysexits.h` that the commands use.
enum ExitStatus {
  static let badData = ExitCode(65)
  static let missingInput = ExitCode(66)
  static let internalError = ExitCode(70)
  /// EX_OSERR: the system does not have enough memory.
  static let lacking = ExitCode(71)
  /// EX_CANTCREAT: training that produced no model, or a worse one than requested.
  static let diverged = ExitCode(73)
  static let ioError = ExitCode(74)
  /// EX_TEMPFAIL: a search whose time limit was reached before any result.
  static let outOfTime = ExitCode(75)
  static let interrupted = ExitCode(130)
}

/// Runs a command's work; an error becomes one line on standard error and the exit code of its kind.
func reportingErrors(_ body: () throws -> Void) throws {
  do { try body() } catch {
    switch error {
    case let code as ExitCode: throw code
    case let error as ValidationError: throw error
    case let error as UsageProblem: throw error
    case OutputError.closedPipe, InputError.closedPipe: throw ExitCode.success
    case let error as OutputError:
      Console.error("\(error)")
      throw ExitStatus.ioError
    default:
      Console.error("\(error)")
      throw exitCode(of: error)
    }
  }
}

/// Checks options that are determined by the command line alone; errors name the flag.
func checkingFlags(_ check: () throws(DiscernError) -> Void) throws {
  do throws(DiscernError) { try check() } catch { throw error.namingFlag }
}

/// The exit code for an error of the libraries.
func exitCode(of error: any Error) -> ExitCode {
  guard let failure = error as? any KnownFailure else { return ExitStatus.internalError }
  return switch failure.kind {
  case .badInput, .incompatibleModel: ExitStatus.badData
  case .diverged: ExitStatus.diverged
  case .notFound: ExitStatus.missingInput
  case .io: ExitStatus.ioError
  case .usage: ExitCode.validationFailure
  case .interrupted: ExitStatus.interrupted
  case .outOfMemory: ExitStatus.lacking
  }
}
