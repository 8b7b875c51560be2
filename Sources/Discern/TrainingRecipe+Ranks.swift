import DiscernModels

extension TrainingRecipe {
  /// - Throws: `DiscernError.conflict` if that many processes cannot train this recipe with results
  ///   bit-identical to those of a single one.
  package func requireFit(ranks: Int) throws(DiscernError) {
    if options.accumulation < ranks {
      throw .conflict(
        "--distributed mpi: a step of --accumulate \(options.accumulation) batches cannot be divided among "
          + "\(ranks) processes; give --accumulate \(ranks) or more, or start fewer (mpirun -n)")
    }
    if encoder.batchNorm != .none {
      throw .conflict(
        "--distributed mpi cannot be used with --batch-norm \(encoder.batchNorm.rawValue), whose running "
          + "statistics depend on the order of batches; --layer-norm depends on no batch")
    }
  }
}
