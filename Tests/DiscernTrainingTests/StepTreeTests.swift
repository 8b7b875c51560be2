import DiscernTraining
import Testing

/// The sum of leaves as a term that shows the order of additions.
private func term(leaves: Int, batches: Int, ranks: Int) throws -> [String?] {
  try ThreadRank.run(ranks) { link in
    let tree = StepTree(leafCount: leaves, batchCount: batches, link: link)
    var made: [Int] = []
    let sum = tree.sum(
      leaf: { leaf in
        made.append(leaf)
        return "\(leaf)"
      },
      add: { "(\($0)+\($1))" },
      send: { term, other in
        let bytes = Array(term.utf8)
        withUnsafeBytes(of: bytes.count) { link.send($0, to: other) }
        bytes.withUnsafeBytes { link.send($0, to: other) }
      },
      receive: { other in
        var count = 0
        withUnsafeMutableBytes(of: &count) { link.receive(into: $0, from: other) }
        var bytes = [UInt8](repeating: 0, count: count)
        bytes.withUnsafeMutableBytes { link.receive(into: $0, from: other) }
        return String(decoding: bytes, as: UTF8.self)
      })
    #expect(made == Array(tree.own))
    return sum
  }
}

@Test(arguments: 1...9) func stepsAreAddedAlongOneTree(leaves: Int) throws {
  for batches in 1...leaves {
    let one = try term(leaves: leaves, batches: batches, ranks: 1)[0]
    for ranks in 1...leaves {
      let terms = try term(leaves: leaves, batches: batches, ranks: ranks)
      #expect(terms[0] == one)
      #expect(terms.dropFirst().allSatisfy { $0 == nil })
    }
  }
  let seven = try term(leaves: 8, batches: 7, ranks: 3)[0]
  #expect(seven == "(((0+1)+(2+3))+((4+5)+6))")
}

@Test func ranksHaveEveryBatchOnce() {
  for (count, size, ranks) in [(23, 5, 3), (20, 5, 5), (3, 8, 4), (0, 4, 2), (16, 4, 1), (9, 8, 8)] {
    let parts = (0..<ranks).map {
      Array(RankBatches(40..<40 + count, stepSize: size, rank: $0, of: ranks))
    }
    #expect(parts.flatMap(\.self).sorted() == Array(40..<40 + count))
    #expect(parts.allSatisfy { $0 == $0.sorted() })
    for rank in 0..<ranks {
      let batches = RankBatches(40..<40 + count, stepSize: size, rank: rank, of: ranks)
      let steps = (0..<count / size).map { _ in batches.count(inStepOf: size) }
      #expect(steps.reduce(batches.count(inStepOf: count % size), +) == parts[rank].count)
    }
  }
}
