import CDiscernKernels
import Foundation

/// The instruction set that the kernels are compiled for: `avx512`, `avx2`, `neon` or `baseline`.
///
/// Families agree to about 1e-5 but not bit for bit, so the one that trained a model is recorded
/// with it.
public struct KernelFamily: Sendable {
  /// The loops; the table is constant data of the program.
  nonisolated(unsafe) let table: UnsafePointer<discern_kernel_family>

  public var name: String { String(cString: table.pointee.name) }

  /// The families that this machine can run, best first. Never empty.
  public static let available: [KernelFamily] = {
    var tables = [UnsafePointer<discern_kernel_family>?](repeating: nil, count: 8)
    let count = discern_kernel_families(&tables, tables.count)
    return tables[..<count].compactMap { $0.map(KernelFamily.init(table:)) }
  }()

  /// The best family of this machine.
  public static var best: KernelFamily { available[0] }

  /// The family that the environment variable `DISCERN_KERNELS` names, else the best.
  ///
  /// - Throws: `TensorError.unknownKernelFamily` if this machine has no family of that name.
  public static func requested(
    environment: [String: String] = ProcessInfo.processInfo.environment
  ) throws(TensorError) -> KernelFamily {
    guard let name = environment["DISCERN_KERNELS"], !name.isEmpty else { return best }
    guard let family = available.first(where: { $0.name == name }) else {
      throw .unknownKernelFamily(name: name, available: available.map(\.name))
    }
    return family
  }
}
