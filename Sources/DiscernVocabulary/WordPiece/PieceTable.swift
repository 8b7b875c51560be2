/// The numbers of pieces, by their bytes.
struct PieceTable: Sendable {
  private var table = TokenTable()
  private var numbers: [Int32] = []

  /// - Returns: the number of an equal piece; nil if there is none, and the piece was added.
  mutating func add(_ piece: ArraySlice<UInt8>, number: Int32) -> Int32? {
    let index = piece.withUnsafeBufferPointer { table.insert($0) }
    if Int(index) < numbers.count { return numbers[Int(index)] }
    numbers.append(number)
    return nil
  }

  func number(of piece: UnsafeBufferPointer<UInt8>) -> Int32? {
    let index = table.find(piece)
    return index < 0 ? nil : numbers[Int(index)]
  }

  func number(of piece: [UInt8]) -> Int32? { piece.withUnsafeBufferPointer { number(of: $0) } }
}
