import CLibArchive
import DiscernSystem

/// A single compressed stream, decompressed.
final class DecompressedBytes: ByteStage {
  var seekableSize: Int? { nil }
  var isLive: Bool { packed.isLive }

  func isReady(within wait: Duration) -> Bool { isAtEnd || packed.isReady(within: wait) }

  private let archive: LibArchive
  private let check: GzipCheck?
  private let packed: RecordedBytes
  private let limit: UnpackLimit
  private var unpacked = 0
  private var isAtEnd = false

  /// `packed` counts the compressed bytes. `check` verifies what libarchive's gzip filter does not; its
  /// upstream is `packed`.
  init(
    path: String, compression: Compression, packed: RecordedBytes, check: GzipCheck?, limit: UnpackLimit
  ) throws(InputError) {
    self.check = check
    self.packed = packed
    self.limit = limit
    archive = try LibArchive(path: path, upstream: check ?? packed, seekable: false) { handle in
      // The filter is named instead of guessed: a guessed one would also unpack a file inside the file, and
      // pass on, unchanged, data that only resembles its format.
      let filter =
        switch compression {
        case .gzip: ARCHIVE_FILTER_GZIP
        case .xz: ARCHIVE_FILTER_XZ
        case .zstandard: ARCHIVE_FILTER_ZSTD
        case .bzip2: ARCHIVE_FILTER_BZIP2
        }
      return min(
        archive_read_append_filter(handle, filter), archive_read_support_format_raw(handle),
        archive_read_support_format_empty(handle))
    }
    isAtEnd = try archive.nextEntry() == nil
    if isAtEnd { try check?.finish() }
  }

  func read(into buffer: UnsafeMutableRawBufferPointer) throws(InputError) -> Int {
    if isAtEnd { return 0 }
    let count = try archive.read(into: buffer)
    unpacked += count
    try limit.check(unpacked: unpacked, packed: packed.count, path: archive.path)
    if let check {
      if count > 0 {
        check.add(UnsafeRawBufferPointer(rebasing: buffer[..<count]))
      } else if !buffer.isEmpty {
        try check.finish()
      }
    }
    isAtEnd = count == 0 && !buffer.isEmpty
    return count
  }

  func seek(to offset: Int) throws(InputError) {
    throw .unreadable(path: archive.path, reason: "compressed data can only be read in order")
  }
}
