import DiscernIO
import DiscernSystem
import DiscernVocabulary

/// A window over a stream of bytes: the bytes read but not yet used, in one piece.
///
/// Line ends are unified here for all readers: of several carriage returns before a line feed, one is kept;
/// in a file without line feeds, carriage returns become line feeds.
///
/// Memory: 256 KiB, or the longest record or look-ahead if that is more.
package final class InputBuffer {
  let path: String
  private(set) var base: UnsafeMutablePointer<UInt8>
  /// The first byte that is not yet used. `more` moves it, so positions are stored relative to it.
  private(set) var start = 0
  private(set) var end = 0
  private(set) var isAtEnd = false
  /// The number of the line that `start` is on, from 1.
  private(set) var line = 1
  /// Whether lines end in carriage returns alone, as on old Macs.
  private(set) var endsLinesWithCarriageReturns = false
  /// The separator of a table with quotes, whose records may have several lines; nil otherwise.
  var quotingSeparator: UInt8?
  private var capacity = 1 << 18
  /// The number of carriage returns after `end`, held back until the next byte is known.
  private var held = 0
  private let limit: Int
  private let fill: (UnsafeMutableRawBufferPointer) throws(InputError) -> Int
  /// Whether `fill` would return at once; nil if it never blocks.
  private let isReady: ((Duration) -> Bool)?

  /// The default limit for the length of a record, in bytes.
  package static let recordLimit = 16 << 20
  /// A look-ahead up to this many bytes may exceed the limit for a record.
  private static let largestSample = 1 << 20
  /// The number of bytes that may be read to find the first line end.
  private static let lineEndSample = 1 << 16
  private static let longestRun = 1 << 12
  /// How long a look-ahead waits for more bytes once it has a complete line.
  private static let grace = Duration.milliseconds(200)

  package init(
    path: String, limit: Int = recordLimit, isReady: ((Duration) -> Bool)? = nil,
    fill: @escaping (UnsafeMutableRawBufferPointer) throws(InputError) -> Int
  ) {
    self.path = path
    self.limit = limit
    self.isReady = isReady
    self.fill = fill
    base = .allocate(capacity: capacity)
  }

  /// A copy of available bytes.
  init(path: String, copying bytes: UnsafeBufferPointer<UInt8>) {
    self.path = path
    limit = .max
    isReady = nil
    fill = { _ in 0 }
    capacity = max(bytes.count, 1)
    base = .allocate(capacity: capacity)
    if let source = bytes.baseAddress { base.update(from: source, count: bytes.count) }
    end = bytes.count
    isAtEnd = true
  }

  deinit { base.deallocate() }

  var count: Int { end - start }
  var bytes: UnsafeBufferPointer<UInt8> { UnsafeBufferPointer(start: base + start, count: end - start) }

  /// Reads more after the present bytes, which all belong to one record. False at the end of the stream.
  ///
  /// Throws `lineTooLong` if the record is longer than the limit; it is then consumed, in constant memory, so
  /// that reading can continue after it.
  func more() throws(CorpusError) -> Bool {
    // Up to two more bytes may be a line end.
    if limit < .max, count > limit + 2 { throw try refuseRecord() }
    return try readOn()
  }

  private func readOn() throws(CorpusError) -> Bool {
    if isAtEnd { return false }
    if (count + held) * 2 > capacity {
      let larger = UnsafeMutablePointer<UInt8>.allocate(capacity: capacity * 2)
      larger.update(from: base + start, count: count + held)
      base.deallocate()
      base = larger
      capacity *= 2
    } else if start > 0 {
      memmove(base, base + start, count + held)
    }
    end -= start
    start = 0
    do throws(InputError) {
      let new = end
      end += held
      held = 0
      let read = try fill(UnsafeMutableRawBufferPointer(start: base + end, count: capacity - end))
      end += read
      isAtEnd = read == 0
      unifyLineEnds(from: new)
    } catch {
      throw .input(error)
    }
    return !isAtEnd
  }

  /// Tries to buffer `wanted` bytes and returns those present, at most `wanted`. On a stream that pauses, one
  /// complete line is enough. Throws `lineTooLong` like `more` if a record is longer than both the limit and
  /// the longest look-ahead.
  func peek(_ wanted: Int) throws(CorpusError) -> UnsafeBufferPointer<UInt8> {
    var deadline: ContinuousClock.Instant?
    while count < wanted, !isAtEnd {
      if let isReady, bytes.contains(0x0A) {
        let now = ContinuousClock.now
        let limit = deadline ?? now + Self.grace
        deadline = limit
        if now >= limit || !isReady(limit - now) { break }
      }
      if try !lookFurther() { break }
    }
    return UnsafeBufferPointer(rebasing: bytes.prefix(wanted))
  }

  /// Reads more bytes for a look-ahead. False at the end of the stream.
  func lookFurther() throws(CorpusError) -> Bool {
    if limit < .max, count > max(limit, Self.largestSample) + 2 { throw try refuseRecord() }
    return try readOn()
  }

  /// Drops a UTF-8 byte order mark at the very beginning. Reads no more than necessary.
  package func skipByteOrderMark() throws(CorpusError) {
    let mark: [UInt8] = [0xEF, 0xBB, 0xBF]
    while count < mark.count, mark.starts(with: bytes), try readOn() {}
    if bytes.starts(with: mark) { start += mark.count }
  }

  /// Marks the next `used` bytes as used; they contain `lines` line ends.
  func use(_ used: Int, lines: Int) {
    start += used
    line += lines
  }

  /// Uses the next line and returns it without its line end; nil at the end of the stream. Valid until the
  /// next call that reads. Throws `lineTooLong` like `more`.
  package func takeLine() throws(CorpusError) -> UnsafeBufferPointer<UInt8>? {
    var scanned = 0
    while true {
      if let found = memchr(base + start + scanned, 0x0A, count - scanned) {
        let length = UnsafeRawPointer(found) - UnsafeRawPointer(base + start)
        return try take(length, with: length + 1)
      }
      scanned = count
      if try !more() { break }
    }
    return count == 0 ? nil : try take(count, with: count)
  }

  private func take(_ length: Int, with used: Int) throws(CorpusError) -> UnsafeBufferPointer<UInt8> {
    let first = UnsafePointer(base + start)
    var kept = length
    while kept > 0, first[kept - 1] == 0x0D { kept -= 1 }
    guard kept <= limit else { throw try refuseRecord() }
    use(used, lines: 1)
    return UnsafeBufferPointer(start: first, count: kept)
  }

  /// Consumes the record that begins here, however long it is, and returns its error. If a quote never
  /// closes, that is the error, since everything after it was read as its field.
  private func refuseRecord() throws(CorpusError) -> CorpusError {
    let first = line
    var end = RecordEnd(separator: quotingSeparator)
    while true {
      let found = end.find(in: bytes)
      use(found ?? count, lines: 0)
      line = first + end.lines
      if found != nil { break }
      guard try !readOn() else { continue }
      line += 1
      guard let opened = end.openQuote else { break }
      return .badRow(
        RecordLocation(path: path, line: first), .unclosedQuote(openedAtLine: first + opened))
    }
    return .input(.lineTooLong(path: path, line: first, limit: limit))
  }

  // MARK: Line ends

  /// Determines how lines end. Reads to the first line feed, 64 KiB or the end, whichever comes first.
  ///
  /// - Parameter isCSV: whether line feeds inside quotes are ignored.
  package func recogniseLineEnds(isCSV: Bool) throws(CorpusError) {
    while count < Self.lineEndSample {
      if bytes.contains(0x0A), !isCSV || isReady.map({ !$0(.zero) }) ?? false { break }
      if try !readOn() { break }
    }
    var isQuoted = false
    var hasReturns = false
    for index in bytes.indices {
      switch bytes[index] {
      case UInt8(ascii: "\"") where isCSV: isQuoted.toggle()
      case 0x0A where !isQuoted: return
      case 0x0D where !isQuoted: hasReturns = hasReturns || index + 1 < bytes.count
      default: continue
      }
    }
    guard hasReturns else { return }
    endsLinesWithCarriageReturns = true
    unifyLineEnds(from: start)
  }

  private func unifyLineEnds(from new: Int) {
    if endsLinesWithCarriageReturns {
      for index in new..<end where base[index] == 0x0D { base[index] = 0x0A }
      return
    }
    var position = new
    // The kept bytes end at `kept`; the next ones, not yet moved, start at `source`.
    var kept = new
    var source = new
    while position < end, let found = memchr(base + position, 0x0D, end - position) {
      let run = UnsafeRawPointer(found) - UnsafeRawPointer(base)
      var after = run + 1
      while after < end, base[after] == 0x0D { after += 1 }
      position = after
      guard after - run > 1, after < end ? base[after] == 0x0A : isAtEnd else { continue }
      memmove(base + kept, base + source, run + 1 - source)
      kept += run + 1 - source
      source = after
    }
    if source > kept { memmove(base + kept, base + source, end - source) }
    end -= source - kept
    while !isAtEnd, end > new, held < Self.longestRun, base[end - 1] == 0x0D {
      end -= 1
      held += 1
    }
  }
}
