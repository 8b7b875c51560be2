import CDiscernMPI
import DiscernTraining

/// The processes started by `mpirun`.
package struct MPIRanks: RankLink {
  package let rank: Int
  package let count: Int

  /// Whether the program was built with MPI.
  package static var isThere: Bool { discern_mpi_is_there() != 0 }

  /// Connects to the other processes. To be called once in a process, before almost everything else.
  ///
  /// - Throws: `MPIError`.
  package init() throws(MPIError) {
    guard Self.isThere else { throw .notBuilt }
    let code = discern_mpi_begin()
    guard code == 0 else { throw .cannotBegin(code: Int(code)) }
    rank = Int(discern_mpi_rank())
    count = Int(discern_mpi_size())
  }

  package func send(_ bytes: UnsafeRawBufferPointer, to rank: Int) {
    discern_mpi_send(bytes.baseAddress, bytes.count, Int32(rank))
  }

  package func receive(into bytes: UnsafeMutableRawBufferPointer, from rank: Int) {
    discern_mpi_receive(bytes.baseAddress, bytes.count, Int32(rank))
  }

  /// Ends the connection when all processes have reached this call.
  package func end() { discern_mpi_end() }

  /// Ends all processes.
  package func abort(status: Int32) { discern_mpi_abort(status) }
}
