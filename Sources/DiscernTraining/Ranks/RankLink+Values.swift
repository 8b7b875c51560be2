extension RankLink {
  func send<Value: BitwiseCopyable>(_ values: [Value], to rank: Int) {
    values.withUnsafeBytes { send($0, to: rank) }
  }

  func receive<Value: BitwiseCopyable>(_ count: Int, of zero: Value, from rank: Int) -> [Value] {
    var values = [Value](repeating: zero, count: count)
    values.withUnsafeMutableBytes { receive(into: $0, from: rank) }
    return values
  }

  /// Sends a list, preceded by its length.
  func sendList<Value: BitwiseCopyable>(_ values: [Value], to rank: Int) {
    send([values.count], to: rank)
    if !values.isEmpty { send(values, to: rank) }
  }

  func receiveList<Value: BitwiseCopyable>(of zero: Value, from rank: Int) -> [Value] {
    let count = receive(1, of: 0, from: rank)[0]
    return count == 0 ? [] : receive(count, of: zero, from: rank)
  }

  /// Broadcasts a value of rank 0 to all others, along a binary tree.
  ///
  /// - Parameters:
  ///   - receive: receives the value from a rank.
  ///   - send: sends it to a rank.
  func spread(receive: (Int) -> Void, send: (Int) -> Void) {
    var width = 1
    while width < count { width *= 2 }
    var has = rank == 0
    while width > 1 {
      width /= 2
      // A rank at a multiple of 2 · width has the value by now.
      if has, rank % (2 * width) == 0, rank + width < count {
        send(rank + width)
      } else if !has, rank % (2 * width) == width {
        receive(rank - width)
        has = true
      }
    }
  }

  /// Whether `holds` is true on at least one rank; all ranks call this at the same point.
  func any(_ holds: Bool) -> Bool { sum([holds ? 1 : 0])[0] > 0 }

  /// The element-wise sums of all ranks' numbers, on every rank.
  func sum(_ numbers: [Int]) -> [Int] {
    if count == 1 { return numbers }
    var result = numbers
    if rank == 0 {
      for other in 1..<count {
        for (place, number) in receive(numbers.count, of: 0, from: other).enumerated() {
          result[place] += number
        }
      }
    } else {
      send(numbers, to: 0)
    }
    spread(
      receive: { result = receive(numbers.count, of: 0, from: $0) }, send: { send(result, to: $0) })
    return result
  }

  /// The first rank whose numbers differ from those of rank 0; nil: all have the same.
  func firstDifference(_ numbers: [UInt64]) -> Int? {
    if count == 1 { return nil }
    var first = -1
    if rank == 0 {
      for other in 1..<count {
        let theirs = receiveList(of: 0 as UInt64, from: other)
        if first < 0, theirs != numbers { first = other }
      }
    } else {
      sendList(numbers, to: 0)
    }
    spread(receive: { first = receive(1, of: 0, from: $0)[0] }, send: { send([first], to: $0) })
    return first < 0 ? nil : first
  }
}
