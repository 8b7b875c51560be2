/// A limit for the unpacked size of a compressed file or an archive, so that a few bytes cannot exhaust a
/// machine.
public struct UnpackLimit: Sendable, Equatable {
  /// The largest total unpacked size in bytes.
  public var bytes: Int
  /// The largest ratio to the packed size, which applies to more than 256 MiB.
  public var ratio: Int

  /// By default, 64 GiB and 250 times. Prose compresses to a quarter or a tenth, repetitive lines to a
  /// hundredth.
  public init(bytes: Int = 1 << 36, ratio: Int = 250) {
    self.bytes = bytes
    self.ratio = ratio
  }

  private static let ratioFloor = 1 << 28

  /// Whether `packed` bytes may unpack to `unpacked` bytes.
  package func allows(unpacked: Int, packed: Int) -> Bool {
    unpacked <= bytes && !isSuspicious(unpacked: unpacked, packed: packed)
  }

  private func isSuspicious(unpacked: Int, packed: Int) -> Bool {
    unpacked > Self.ratioFloor && unpacked / max(ratio, 1) > max(packed, 1)
  }

  func check(unpacked: Int, packed: Int, path: String) throws(InputError) {
    if unpacked > bytes { throw .unpacksTooMuch(path: path, limit: bytes) }
    if isSuspicious(unpacked: unpacked, packed: packed) {
      throw .unpacksSuspiciously(path: path, ratio: ratio)
    }
  }
}
