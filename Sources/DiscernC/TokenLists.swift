import CDiscern
import DiscernSystem

/// The parts of texts, row by row, to be passed to C.
struct TokenLists {
  private var rowCount = 0
  private var tokenOffsets: [Int64] = [0]
  private var tokens: [Int32] = []
  private var attention: [Float] = []
  private var starts: [Int64] = []
  private var ends: [Int64] = []
  private var textOffsets: [Int64] = [0]
  private var text: [UInt8] = []
  private var bagOffsets: [Int64] = [0]
  private var letterOffsets: [Int64] = [0]
  private var letters: [Int32] = []
  private var ngramOffsets: [Int64] = [0]
  private var ngrams: [Int32] = []
  private var ngramValues: [Float] = []

  /// Adds a word to the current row.
  mutating func addWord(_ word: String, id: Int32, range: Range<Int>?, attention weight: Float?) {
    tokens.append(id)
    if let weight { attention.append(weight) }
    starts.append(range.map { Int64($0.lowerBound) } ?? -1)
    ends.append(range.map { Int64($0.upperBound) } ?? -1)
    text += word.utf8
    textOffsets.append(Int64(text.count))
  }

  mutating func add(tokens ids: [Int32]) { tokens += ids }

  mutating func addBag(_ buckets: [Int32]) {
    letters += buckets
    letterOffsets.append(Int64(letters.count))
  }

  mutating func add(ngrams numbers: [Int32], values: [Float]) {
    ngrams += numbers
    ngramValues += values
  }

  mutating func endRow() {
    rowCount += 1
    tokenOffsets.append(Int64(tokens.count))
    bagOffsets.append(Int64(letterOffsets.count - 1))
    ngramOffsets.append(Int64(ngrams.count))
  }

  /// The lists that a caller receives for a model.
  struct Wanted {
    var tokens = false
    var attention = false
    var words = false
    var letters = false
    var ngrams = false
  }

  /// A copy in memory to be released with `free`.
  func copy(_ wanted: Wanted) throws(InterfaceError) -> UnsafeMutablePointer<discern_tokens> {
    var result = discern_tokens()
    result.row_count = Int64(rowCount)
    var isWhole = true
    func copied<Element>(_ list: [Element], _ isWanted: Bool) -> UnsafePointer<Element>? {
      guard isWanted, isWhole else { return nil }
      let size = max(1, list.count) * MemoryLayout<Element>.stride
      guard let memory = malloc(size)?.bindMemory(to: Element.self, capacity: max(1, list.count)) else {
        isWhole = false
        return nil
      }
      list.withUnsafeBufferPointer {
        if let base = $0.baseAddress { memory.update(from: base, count: $0.count) }
      }
      return UnsafePointer(memory)
    }
    result.token_offsets = copied(tokenOffsets, wanted.tokens || wanted.words)
    result.tokens = copied(tokens, wanted.tokens)
    result.attention = copied(attention, wanted.attention)
    result.starts = copied(starts, wanted.words)
    result.ends = copied(ends, wanted.words)
    result.text_offsets = copied(textOffsets, wanted.words)
    result.text = copied(text.map { CChar(bitPattern: $0) }, wanted.words)
    result.bag_offsets = copied(bagOffsets, wanted.letters)
    result.letter_offsets = copied(letterOffsets, wanted.letters)
    result.letters = copied(letters, wanted.letters)
    result.ngram_offsets = copied(ngramOffsets, wanted.ngrams)
    result.ngrams = copied(ngrams, wanted.ngrams)
    result.ngram_values = copied(ngramValues, wanted.ngrams)
    guard isWhole,
      let memory = malloc(MemoryLayout<discern_tokens>.size)?.bindMemory(to: discern_tokens.self, capacity: 1)
    else {
      Self.free(result)
      throw .noMemory(bytes: (tokens.count + letters.count + ngrams.count) * 8 + text.count)
    }
    memory.initialize(to: result)
    return memory
  }

  /// Releases the lists' memory, but not that of the structure.
  static func free(_ lists: discern_tokens) {
    for list in [
      lists.token_offsets, lists.starts, lists.ends, lists.text_offsets, lists.bag_offsets,
      lists.letter_offsets, lists.ngram_offsets,
    ] {
      DiscernSystem.free(UnsafeMutablePointer(mutating: list))
    }
    for list in [lists.tokens, lists.letters, lists.ngrams] {
      DiscernSystem.free(UnsafeMutablePointer(mutating: list))
    }
    for list in [lists.attention, lists.ngram_values] {
      DiscernSystem.free(UnsafeMutablePointer(mutating: list))
    }
    DiscernSystem.free(UnsafeMutablePointer(mutating: lists.text))
  }
}
