import CDiscernKernels
import DiscernSystem

/// The families of kernels: `avx512`, `avx2`, `neon` and `baseline` are our own, compiled for an instruction
/// set; `openblas` uses OpenBLAS for products and the best of ours for everything else.
///
/// Families agree to about 1e-5 but not bit for bit, so the one that trained a model is recorded
/// with it.
public struct KernelFamily: Sendable {
  /// The kernels; the table is constant data of the program.
  nonisolated(unsafe) let table: UnsafePointer<discern_kernel_family>

  /// The name used in `DISCERN_KERNELS`.
  public var name: String { String(cString: table.pointee.name) }

  /// Our own families that this machine can run, best first. Never empty.
  package static let own: [KernelFamily] = {
    var tables = [UnsafePointer<discern_kernel_family>?](repeating: nil, count: 8)
    let count = discern_kernel_families(&tables, tables.count)
    return tables[..<count].compactMap { $0.map(KernelFamily.init(table:)) }
  }()

  /// The families with 8-bit products, whose results have the same bits on every machine, best first. Never
  /// empty.
  package static let exact: [KernelFamily] = {
    var tables = [UnsafePointer<discern_kernel_family>?](repeating: nil, count: 8)
    let count = discern_exact_families(&tables, tables.count)
    return tables[..<count].compactMap { $0.map(KernelFamily.init(table:)) }
  }()

  /// Whether this is one of the exact families.
  var isExact: Bool { table.pointee.int8 != nil }

  /// The exact family for the same instruction set, or the machine's best one if this is its best family.
  package var exact: KernelFamily {
    if isExact { return self }
    let best = Self.exact[0]
    return name == Self.own[0].name ? best : Self.exact.first { $0.name == "exact-" + name } ?? best
  }

  /// `nil` if OpenBLAS is not installed. Loads it, and sets its number of threads to one.
  package static let openBLAS: KernelFamily? = discern_openblas_family().map(KernelFamily.init(table:))

  /// The families that this machine can run, best first. Never empty. Loads OpenBLAS if it is installed.
  public static let available: [KernelFamily] = {
    let compiled = own.filter { !$0.isBaseline }
    return compiled + (openBLAS.map { [$0] } ?? []) + own.filter(\.isBaseline)
  }()

  /// The best family for this machine: one of ours, or OpenBLAS's products if we have no kernels for its
  /// vector instructions.
  public static let best = best(of: own, or: openBLAS)

  package static func best(of own: [KernelFamily], or openBLAS: @autoclosure () -> KernelFamily?)
    -> KernelFamily
  { own[0].isBaseline ? openBLAS() ?? own[0] : own[0] }

  private var isBaseline: Bool { name == "baseline" }

  /// The family named by the environment variable `DISCERN_KERNELS`, or the best one.
  ///
  /// - Throws: `TensorError.unknownKernelFamily` if this machine has no family of that name.
  public static func requested(
    environment: [String: String] = ProcessInfo.processInfo.environment
  ) throws(TensorError) -> KernelFamily {
    guard let name = environment["DISCERN_KERNELS"], !name.isEmpty else { return best }
    guard let family = own.first(where: { $0.name == name }) ?? available.first(where: { $0.name == name })
    else { throw .unknownKernelFamily(name: name, available: available.map(\.name)) }
    return family
  }
}
