import DiscernText
import DiscernVocabulary

/// The speed of converting raw bytes to token ids, on one thread.
package struct TextBenchmark: Codable, Sendable {
  package let bytes: Int
  package let lines: Int
  package let tokens: Int
  package let pass: Measurement
  /// In 10⁶ bytes per second, at the median.
  package let megabytesPerSecond: Double

  /// - Parameter text: lines, each of which is a text.
  /// - Throws: `TextError` if a text cannot be divided into words.
  package init(
    _ text: [UInt8], tokenizer: Tokenizer, vocabulary: Vocabulary, repeats: Int
  ) throws(TextError) {
    let session = try tokenizer.makeSession()
    var lines: [Range<Int>] = []
    var start = 0
    while start < text.count {
      let end = text[start...].firstIndex(of: 10) ?? text.count
      lines.append(start..<end)
      start = end + 1
    }
    var buffer = TokenBuffer()
    var ids: [Int32] = []
    var failure: TextError?
    func run() {
      ids.removeAll(keepingCapacity: true)
      text.withUnsafeBufferPointer { bytes in
        for line in lines {
          do throws(TextError) {
            try session.tokenize(UnsafeBufferPointer(rebasing: bytes[line]), into: &buffer)
          } catch {
            failure = error
          }
          vocabulary.appendIDs(of: buffer, to: &ids)
        }
      }
    }
    run()
    pass = Measurement.of(repeats: repeats, run)
    if let failure { throw failure }
    bytes = text.count
    self.lines = lines.count
    tokens = ids.count
    megabytesPerSecond = Double(text.count) / pass.median / 1e6
  }
}
