/// Groups of texts that nearly repeat each other: reposts, form letters with different names, a text and its
/// corrected copy.
///
/// Two texts are near copies if at least `threshold` of the shingles in either are in both. Groups are the
/// texts that such pairs connect. Pairs are sought among texts with a common key (`TextSketches`), so that
/// time grows linearly with the number of texts; of the pairs at the threshold, fewer than one in 100,000 is
/// missed.
package struct NearCopies: Sendable {
  /// The minimum similarity of a pair.
  package static let threshold = 0.7
  /// Up to this many texts with a common key are all compared with each other. With more, each is compared
  /// with at most this many that are not near copies of each other: a form letter that occurs a million times
  /// costs no more than a million comparisons.
  static let comparedTexts = 32

  /// Groups of at least two texts, each ascending, in the order of their first texts.
  package let groups: [[Int32]]

  package init(of sketches: TextSketches) {
    var sets = DisjointSets(count: sketches.count)
    var places: [UInt64] = []
    for band in 0..<TextSketches.bands {
      places.removeAll(keepingCapacity: true)
      for text in 0..<sketches.count {
        guard let key = sketches.key(text, band: band) else { continue }
        places.append(UInt64(key) << 32 | UInt64(text))
      }
      places.sort()
      var start = 0
      while start < places.count {
        var end = start + 1
        while end < places.count, places[end] >> 32 == places[start] >> 32 { end += 1 }
        if end - start > 1 { Self.join(places[start..<end], sketches, &sets) }
        start = end
      }
    }
    groups = sets.severals()
  }

  /// Joins the near copies among texts with a common key.
  private static func join(_ places: ArraySlice<UInt64>, _ sketches: TextSketches, _ sets: inout DisjointSets)
  {
    let keepsAll = places.count <= comparedTexts
    var others: [Int32] = []
    for place in places {
      let text = Int32(truncatingIfNeeded: place & 0xFFFF_FFFF)
      var isNew = true
      for other in others {
        if sets.root(other) == sets.root(text) {
          isNew = false
        } else if sketches.similarity(Int(other), Int(text)) >= threshold {
          sets.join(other, text)
          isNew = false
        }
        if !isNew, !keepsAll { break }
      }
      if keepsAll || isNew && others.count < comparedTexts { others.append(text) }
    }
  }
}
