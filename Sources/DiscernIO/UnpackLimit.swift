/// A limit for the unpacked size of a compressed file or an archive, so that a few bytes cannot occupy a
/// machine.
public struct UnpackLimit: Sendable, Equatable {
  /// The largest total unpacked size in bytes.
  public var bytes: Int
  /// The largest ratio to the packed size, from 256 MiB on.
  public var ratio: Int

  /// 64 GiB and 250 times, unless something else is given. Prose packs to a quarter or a tenth,
  /// repetitive lines to a hundredth.
  public init(bytes: Int = 1 << 36, ratio: Int = 250) {
    self.bytes = bytes
    self.ratio = ratio
  }

  private static let ratioFloor = 1 << 28

  /// Whether a number of packed bytes may unpack to this many.
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
