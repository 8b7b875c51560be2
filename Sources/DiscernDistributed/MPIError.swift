import DiscernIO

/// Why training in several processes cannot begin.
package enum MPIError: Equatable, KnownFailure {
  /// The program was built without MPI.
  case notBuilt
  /// MPI cannot be initialised.
  case cannotBegin(code: Int)

  package var kind: ErrorKind {
    switch self {
    case .notBuilt: .usage
    case .cannotBegin: .io
    }
  }

  package var description: String {
    switch self {
    case .notBuilt:
      "--distributed mpi: this discern was built without MPI; install it (apt-get install libopenmpi-dev "
        + "openmpi-bin) and build with it: swift build -c release --traits MPI"
    case .cannotBegin(let code):
      "--distributed mpi: MPI cannot be initialised (error \(code)); start discern with mpirun"
    }
  }
}
