import DiscernIO

/// Errors that users can cause in the numeric core.
public enum TensorError: Equatable, KnownFailure {
  /// The machine has no kernels of the name in `DISCERN_KERNELS`.
  case unknownKernelFamily(name: String, available: [String])

  public var kind: ErrorKind { .usage }

  public var description: String {
    switch self {
    case .unknownKernelFamily(let name, let available):
      "DISCERN_KERNELS=\(name): this machine has no such kernels; choose one of "
        + available.joined(separator: ", ")
    }
  }
}
