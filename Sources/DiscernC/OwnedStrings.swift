import CDiscern

/// Strings at addresses that are valid as long as this object exists.
final class OwnedStrings: Sendable {
  private nonisolated(unsafe) let strings: [UnsafeMutableBufferPointer<CChar>]

  init(_ texts: [String]) {
    strings = texts.map { text in
      let bytes = text.utf8.map { CChar(bitPattern: $0) } + [0]
      let memory = UnsafeMutableBufferPointer<CChar>.allocate(capacity: bytes.count)
      _ = memory.initialize(from: bytes)
      return memory
    }
  }

  deinit { for string in strings { string.deallocate() } }

  var count: Int { strings.count }

  subscript(index: Int) -> discern_string {
    discern_string(bytes: strings[index].baseAddress, length: Int64(strings[index].count - 1))
  }
}
