import ArgumentParser
import DiscernIO
import DiscernSystem
import DiscernTensor
import DiscernText

/// The command `discern`.
public struct DiscernCommand: ParsableCommand {
  public static let configuration = CommandConfiguration(
    commandName: "discern",
    abstract: "Train and use text classifiers.",
    discussion: """
      Results go to standard output, everything else to standard error.

      Exit codes: 0; 64 usage error (also an output path that cannot be used: an input, a part of a model, - \
      for a folder); 65 bad data; 66 missing input; 70 internal error; 71 out of memory; 73 training \
      diverged; 74 input or output failed (also an output that the system refuses, or that would replace \
      something else); 75 the time limit of a search ended before any result; 129, 130, 143 interrupted \
      (SIGHUP, SIGINT, SIGTERM).

      Examples:
        discern train --train reviews.tsv --output model
        echo "What a lovely film!" | discern classify model
      """,
    version: "discern \(DiscernVersion.number) (\(surroundings))",
    subcommands: [
      TrainCommand.self, PretrainCommand.self, ClassifyCommand.self, ExplainCommand.self,
      EvaluateCommand.self, ReportCommand.self, CompareCommand.self, RunsCommand.self, InfoCommand.self,
      CrossValidateCommand.self, SweepCommand.self, TrialCommand.self, DataCommand.self,
      TokenizeCommand.self, VocabCommand.self, RecipeCommand.self, BenchCommand.self,
      ServeCommand.self, ForecastCommand.self, ExportCommand.self, EncodeCommand.self, EmbedCommand.self,
      MatchCommand.self, QuantizeCommand.self,
      PackCommand.self,
      UnpackCommand.self, GenerateCommand.self, Seq2SeqCommand.self,
    ])

  /// The commit, and the reasons why answers may differ between machines.
  private static var surroundings: String {
    let kernels = (try? KernelFamily.requested()) ?? KernelFamily.best
    return "commit \(DiscernVersion.commit ?? "unknown"), ICU \(TokenizerConfiguration.runningICUVersion), "
      + "kernels \(kernels.name)"
  }

  public init() {}

  /// Runs the command line of this process; an error ends the process with the exit code of its kind.
  public static func start() {
    ProcessConditions.settle()
    if let problem = RawArguments.problem {
      Console.error(problem)
      DiscernSystem.exit(ExitCode.validationFailure.rawValue)
    }
    var arguments = Array(CommandLine.arguments.dropFirst())
    var running: (any ParsableCommand.Type)?
    do {
      if arguments.first == "help", let root = CommandTree.discern,
        let problem = UsageProblem(help: Array(arguments.dropFirst()), root: root)
      {
        throw problem
      }
      arguments = RawArguments.joiningValues(arguments)
      if let problem = UsageProblem(emptyValueIn: arguments) ?? UsageProblem(singleDashIn: arguments) {
        throw problem
      }
      arguments = try FormerNames.renewed(arguments)
      if let problem = UsageProblem(repeatedIn: arguments) { throw problem }
      var command = try parseAsRoot(arguments)
      running = type(of: command)
      try command.run()
    } catch {
      DiscernSystem.exit(report(error, running: running, arguments).rawValue)
    }
  }

  /// Shows an error, or the help that was requested.
  ///
  /// - Parameter running: the command that threw the error; nil if the parser threw it.
  private static func report(
    _ error: any Error, running: (any ParsableCommand.Type)?, _ arguments: [String]
  ) -> ExitCode {
    if let problem = error as? UsageProblem { return report(problem) }
    let code = exitCode(for: error)
    if code == .success { return show(fullMessage(for: error, columns: HelpText.columns)) }
    // The libraries' errors were shown when they became exit codes.
    if error is ExitCode { return code }
    let root = CommandTree.discern
    if let running, error is ValidationError {
      Console.error(message(for: error))
      showUsage(of: running)
      return code
    }
    let message = message(for: error)
    if let root, let problem = UsageProblem(arguments: arguments, message: message, root: root) {
      return report(problem)
    }
    // The parser's own message ends with the usage of the command.
    Console.lines(
      hint(String(fullMessage(for: error, columns: HelpText.columns).trimmingPrefix(_errorPrefix))),
      isError: true)
    return code
  }

  private static func report(_ problem: UsageProblem) -> ExitCode {
    Console.error(problem.message)
    showUsage(of: problem.command.type ?? Self.self)
    return .validationFailure
  }

  private static func showUsage(of command: any ParsableCommand.Type) {
    let usage = usageString(for: command)
    // The command's words, up to its options and arguments.
    let path = usage.split(separator: " ").prefix { $0.first?.isLetter == true }.joined(separator: " ")
    Console.lines(hint("Usage: " + usage))
    Console.line("  See '\(path) --help' for more information.")
  }

  /// The message, with long lines of usage broken.
  private static func hint(_ text: String) -> String {
    text.split(separator: "\n", omittingEmptySubsequences: false)
      .map { $0.hasPrefix("Usage: ") ? HelpText.usage(String($0), columns: HelpText.columns) : String($0) }
      .joined(separator: "\n")
  }

  private static func show(_ text: String) -> ExitCode {
    let output = Output.standard()
    do {
      try output.line(HelpText.arranged(text, columns: HelpText.columns))
      try output.flush()
    } catch {
      if case .closedPipe = error { return .success }
      Console.error("\(error)")
      return ExitStatus.ioError
    }
    return .success
  }
}
