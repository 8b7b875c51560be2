import DiscernTensor
import Testing

private func all(_ rows: [Float], _ query: ArraySlice<Float>, size: Int) -> [Double] {
  stride(from: 0, to: rows.count, by: size).map { start in
    zip(query, rows[start..<start + size]).reduce(0) { $0 + Double($1.0) * Double($1.1) }
  }
}

@Test(arguments: [(5, 3), (2048, 7), (4099, 20)])
func theNearestRowsAreThoseOfAllProducts(count: Int, size: Int) {
  var random = RandomValues(count)
  let rows = random.values(count * size).map { Float($0) }
  let queries = random.values(50 * size).map { Float($0) }
  for family in KernelFamily.available {
    let compute = Compute(family: family, threadCount: 1)
    let search = NearestRows.of(rows, size: size, compute: compute)
    #expect(search.count == count)
    let found = search.nearest(to: queries, wanted: 10)
    for (number, own) in found.enumerated() {
      let products = all(rows, queries[number * size..<(number + 1) * size], size: size)
      #expect(own.count == min(10, count))
      for (place, row) in own.enumerated() {
        #expect(abs(Double(row.product) - products[row.row]) < 1e-5, "\(family.name)")
        // Rows before it that were not found are not larger.
        #expect(products.count { $0 > products[row.row] + 1e-5 } <= place)
      }
      #expect(Set(own.map(\.row)).count == own.count)
      // A query alone has the same bits, and so has any number of threads.
      if number % 17 == 0 {
        let alone = search.nearest(to: Array(queries[number * size..<(number + 1) * size]), wanted: 10)
        #expect(alone == [own], "\(family.name)")
      }
    }
    let threads = NearestRows.of(rows, size: size, compute: Compute(family: family, threadCount: 3))
    #expect(threads.nearest(to: queries, wanted: 10) == found, "\(family.name)")
  }
}

@Test func equalRowsComeInTheirOrder() {
  let rows = (0..<5000).flatMap { _ in [1, 2] as [Float] }
  let search = NearestRows.of(rows, size: 2, compute: Compute(threadCount: 2))
  let found = search.nearest(to: [1, 1, -1, 0], wanted: 4)
  #expect(found.map { $0.map(\.row) } == [[0, 1, 2, 3], [0, 1, 2, 3]])
  #expect(found[0].allSatisfy { $0.product == 3 } && found[1].allSatisfy { $0.product == -1 })
}
