import ArgumentParser
import DiscernDistributed
import DiscernIO
import DiscernSystem
import DiscernTraining

/// The launcher of the processes that train one model together.
enum ProcessStarter: String, ExpressibleByArgument, CaseIterable {
  case mpi
}

/// This process among those that train a model together. The first reads and writes as a single process does;
/// the others read the same, but write and print nothing, except their own errors.
struct DistributedRanks {
  private let ranks: MPIRanks?
  /// The former standard error; only used in the other ranks.
  private let errors: Int32

  var link: any RankLink { ranks ?? SingleRank() as any RankLink }
  var isFirst: Bool { link.rank == 0 }

  /// Must be created after `Interruption`, since it starts threads.
  ///
  /// - Throws: `MPIError`.
  init(_ distribution: ProcessStarter?) throws {
    ranks = try distribution.map { _ in try MPIRanks() }
    guard let ranks, ranks.rank > 0 else {
      errors = -1
      return
    }
    errors = dup(STDERR_FILENO)
    let nowhere = open("/dev/null", O_WRONLY)
    for stream in [STDOUT_FILENO, STDERR_FILENO] { dup2(nowhere, stream) }
    close(nowhere)
  }

  /// Runs the common work of all ranks, and ends the connection afterwards.
  func run(_ body: () throws -> Void) throws {
    do { try body() } catch {
      if let ranks { leave(ranks, error) }
      throw error
    }
    ranks?.end()
  }

  /// After an error common to all processes, they exit together; after an error of a single one, that process
  /// exits and `mpirun` ends the others. A common error is reported by the first process, for which the
  /// others wait.
  private func leave(_ ranks: MPIRanks, _ error: any Error) {
    if error is ExitCode { return ranks.end() }
    guard ranks.rank > 0 else { return }
    sleep(5)
    dup2(errors, STDERR_FILENO)
    Console.line("rank \(ranks.rank) of \(ranks.count):")
  }

  /// - Throws: `ValidationError` if there are not enough batches in a step to divide.
  func requireBatches(_ options: TrainingOptions) throws {
    guard ranks != nil, options.accumulation < 2 else { return }
    throw ValidationError(
      "--distributed mpi divides the batches of each step among processes; give --accumulate "
        + "\(max(2, link.count)) or more")
  }
}
