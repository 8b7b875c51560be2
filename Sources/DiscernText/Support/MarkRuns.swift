import CICU

/// Puts long runs of combining marks in canonical order before ICU normalises a text. ICU looks for each
/// mark's place among those before it, which takes time quadratic in a run's length; here a run is decomposed
/// in short parts and sorted by the marks' classes, which gives an equivalent text.
struct MarkRuns {
  private let normalizer: OpaquePointer
  private let decomposer: OpaquePointer

  /// The maximum number of units in a run that is passed to ICU unchanged.
  private static let longest = 256
  /// The number of units that ICU decomposes at a time.
  private static let part = 128
  /// More than the units of any character's decomposition.
  private static let expansion = 32

  init(_ normalizer: OpaquePointer, isCompatibility: Bool) throws(TextError) {
    self.normalizer = normalizer
    var status: Int32 = 0
    let decomposer = discern_icu_decomposer(isCompatibility, &status)
    try UnicodeLibrary.check(status, "unorm2_getInstance")
    guard let decomposer else { preconditionFailure("ICU gave no decomposer and no error") }
    self.decomposer = decomposer
  }

  /// Sorts the marks of a text that is normalised up to `start`; `other` is scratch memory, and the two may
  /// be swapped.
  func sort(
    _ units: inout ScratchBuffer<UInt16>, _ other: inout ScratchBuffer<UInt16>, from start: Int
  ) throws(TextError) {
    let text = UnsafeBufferPointer(start: units.base, count: units.count)
    var run = start
    while run > 0, !hasBoundary(text, before: run) { run -= 1 }
    var copied: Int?
    var index = run
    other.count = 0
    while true {
      if index == text.count || hasBoundary(text, before: index) {
        if index - run > Self.longest {
          other.append(UnsafeBufferPointer(rebasing: text[(copied ?? 0)..<run]))
          try append(UnsafeBufferPointer(rebasing: text[run..<index]), to: &other)
          copied = index
        }
        run = index
        if index == text.count { break }
      }
      index += 1
    }
    guard let copied else { return }
    other.append(UnsafeBufferPointer(rebasing: text[copied...]))
    swap(&units, &other)
  }

  /// Whether earlier characters change nothing from `index` on. Never true within a character of two units.
  private func hasBoundary(_ text: UnsafeBufferPointer<UInt16>, before index: Int) -> Bool {
    let unit = text[index]
    // Below U+0300 there are no marks.
    if unit < 0x300 { return true }
    if UTF16.isTrailSurrogate(unit), index > 0, UTF16.isLeadSurrogate(text[index - 1]) { return false }
    return discern_icu_hasBoundaryBefore(normalizer, Self.character(text, at: index))
  }

  /// The code point at `index`; a lone surrogate is returned as it is.
  private static func character(_ text: UnsafeBufferPointer<UInt16>, at index: Int) -> UInt32 {
    let unit = UInt32(text[index])
    guard UTF16.isLeadSurrogate(text[index]), index + 1 < text.count, UTF16.isTrailSurrogate(text[index + 1])
    else { return unit }
    return 0x10000 + (unit - 0xD800) << 10 + UInt32(text[index + 1]) - 0xDC00
  }

  /// Appends a run, decomposed and in canonical order.
  private func append(
    _ run: UnsafeBufferPointer<UInt16>, to result: inout ScratchBuffer<UInt16>
  ) throws(TextError) {
    let decomposed = ScratchBuffer<UInt16>(capacity: run.count + Self.part * Self.expansion)
    var start = 0
    while start < run.count {
      var end = min(run.count, start + Self.part)
      if end < run.count, UTF16.isTrailSurrogate(run[end]) { end -= 1 }
      decomposed.reserve(decomposed.count + Self.part * Self.expansion)
      var status: Int32 = 0
      let length = discern_icu_normalize(
        decomposer, run.baseAddress.map { $0 + start } ?? UnsafePointer(decomposed.base), Int32(end - start),
        decomposed.base + decomposed.count, Int32(Self.part * Self.expansion), &status)
      try UnicodeLibrary.check(status, "unorm2_normalize")
      decomposed.count += Int(length)
      start = end
    }
    appendSorted(UnsafeBufferPointer(start: decomposed.base, count: decomposed.count), to: &result)
  }

  /// Appends a text, with the marks between two characters of class 0 sorted by their classes, and those of
  /// one class in their order.
  private func appendSorted(
    _ text: UnsafeBufferPointer<UInt16>, to result: inout ScratchBuffer<UInt16>
  ) {
    // The class in the upper half, the place in the lower.
    var marks: [UInt64] = []
    func flush(_ result: inout ScratchBuffer<UInt16>) {
      marks.sort()
      for mark in marks {
        let place = Int(mark & 0xFFFF_FFFF)
        let count = Self.character(text, at: place) > 0xFFFF ? 2 : 1
        result.append(UnsafeBufferPointer(rebasing: text[place..<place + count]))
      }
      marks.removeAll(keepingCapacity: true)
    }
    var index = 0
    while index < text.count {
      let character = Self.character(text, at: index)
      let count = character > 0xFFFF ? 2 : 1
      let combining = discern_icu_combiningClass(character)
      if combining == 0 {
        flush(&result)
        result.append(UnsafeBufferPointer(rebasing: text[index..<index + count]))
      } else {
        marks.append(UInt64(combining) << 32 | UInt64(index))
      }
      index += count
    }
    flush(&result)
  }
}
