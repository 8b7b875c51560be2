import CLibArchive
import DiscernSystem

/// One libarchive reader over a byte stage: owns the handle and its input buffer.
final class LibArchive {
  let path: String
  let handle: OpaquePointer
  private let upstream: any ByteStage
  private let buffer: UnsafeMutableRawBufferPointer
  private var position = 0
  /// The error that upstream threw inside a callback, which C cannot pass on.
  private var upstreamFailure: InputError?

  /// `configure` sets the filters and formats that may be used; a result below `ARCHIVE_WARN` is a failure.
  init(
    path: String, upstream: any ByteStage, seekable: Bool, configure: (OpaquePointer) -> CInt
  ) throws(InputError) {
    guard let handle = archive_read_new() else {
      throw .unreadable(path: path, reason: "out of memory")
    }
    self.path = path
    self.handle = handle
    self.upstream = upstream
    buffer = .allocate(byteCount: 1 << 17, alignment: 16)
    guard configure(handle) >= ARCHIVE_WARN else { throw failure() }
    if seekable {
      let seek: @convention(c) (OpaquePointer?, UnsafeMutableRawPointer?, Int64, CInt) -> Int64 = {
        _, client, offset, origin in
        guard let client else { return Int64(ARCHIVE_FATAL) }
        let reader = Unmanaged<LibArchive>.fromOpaque(client).takeUnretainedValue()
        return reader.seek(offset: Int(offset), origin: origin)
      }
      archive_read_set_seek_callback(handle, seek)
    }
    let client = Unmanaged.passUnretained(self).toOpaque()
    let status = withUTF8Locale {
      archive_read_open2(
        handle, client, nil,
        { _, client, out in
          guard let client, let out else { return -1 }
          return Unmanaged<LibArchive>.fromOpaque(client).takeUnretainedValue().fill(out)
        }, nil, nil)
    }
    // The format "empty" treats everything unreadable as empty; the error distinguishes the two.
    guard status >= ARCHIVE_WARN, archive_errno(handle) == 0 else { throw failure() }
  }

  deinit {
    archive_read_free(handle)
    buffer.deallocate()
  }

  /// The error of the last libarchive call.
  func failure() -> InputError {
    if let upstreamFailure { return upstreamFailure }
    let reason = archive_error_string(handle).map { String(cString: $0) }
    return .corrupt(path: path, reason: reason ?? "not readable by libarchive")
  }

  /// Moves to the next member. Nil at the end.
  func nextEntry() throws(InputError) -> OpaquePointer? {
    var entry: OpaquePointer?
    while true {
      switch withUTF8Locale({ archive_read_next_header(handle, &entry) }) {
      case ARCHIVE_EOF:
        if let upstreamFailure { throw upstreamFailure }
        return nil
      case ARCHIVE_RETRY: continue
      case ARCHIVE_OK, ARCHIVE_WARN: return entry
      default: throw failure()
      }
    }
  }

  /// The path of a member, as its bytes.
  func path(of entry: OpaquePointer) -> [UInt8] {
    guard let name = archive_entry_pathname(entry) else { return [] }
    return Array(UnsafeRawBufferPointer(start: name, count: strlen(name)))
  }

  /// Reads bytes of the current member.
  func read(into target: UnsafeMutableRawBufferPointer) throws(InputError) -> Int {
    guard let start = target.baseAddress, target.count > 0 else { return 0 }
    while true {
      let count = archive_read_data(handle, start, target.count)
      if count == la_ssize_t(ARCHIVE_RETRY) { continue }
      guard count >= 0, upstreamFailure == nil else { throw failure() }
      return count
    }
  }

  private func fill(_ out: UnsafeMutablePointer<UnsafeRawPointer?>) -> la_ssize_t {
    do throws(InputError) {
      let count = try upstream.read(into: buffer)
      position += count
      out.pointee = UnsafeRawPointer(buffer.baseAddress)
      return count
    } catch {
      upstreamFailure = error
      return -1
    }
  }

  private func seek(offset: Int, origin: CInt) -> Int64 {
    guard let size = upstream.seekableSize else { return Int64(ARCHIVE_FATAL) }
    let base = origin == 0 ? 0 : origin == 1 ? position : size
    let (target, overflow) = base.addingReportingOverflow(offset)
    guard !overflow, target >= 0, target <= size else { return Int64(ARCHIVE_FATAL) }
    do throws(InputError) {
      try upstream.seek(to: target)
      position = target
      return Int64(target)
    } catch {
      upstreamFailure = error
      return Int64(ARCHIVE_FATAL)
    }
  }
}

/// Runs `body` with a UTF-8 locale on this thread: libarchive converts the names of members to the locale's
/// encoding, and loses them if the process runs in the locale C.
private func withUTF8Locale<Result>(_ body: () -> Result) -> Result {
  guard let locale = newlocale(LC_CTYPE_MASK, "C.UTF-8", nil) else { return body() }
  let former = uselocale(locale)
  defer {
    uselocale(former)
    freelocale(locale)
  }
  return body()
}
