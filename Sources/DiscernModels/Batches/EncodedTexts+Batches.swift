import DiscernCorpus

extension EncodedTexts {
  /// Visits all texts in batches, the longest first. A batch has at most the given number of tokens, or a
  /// single text.
  func forEachBatch(tokensPerBatch: Int, _ body: (PackedBatch) -> Void) {
    let lengths = (0..<count).map(length)
    let order = (0..<count).sorted { lengths[$0] != lengths[$1] ? lengths[$0] > lengths[$1] : $0 < $1 }
    var start = 0
    while start < order.count {
      var (end, tokens) = (start, 0)
      while end < order.count, end == start || tokens + lengths[order[end]] <= tokensPerBatch {
        tokens += lengths[order[end]]
        end += 1
      }
      body(PackedBatch(self, indices: Array(order[start..<end])))
      start = end
    }
  }
}
