import Foundation
import FuzzedReaders
import TestSupport
import Testing

/// Mutations without coverage feedback, which libFuzzer has (`Scripts/fuzz`). DISCERN_LONG_TESTS, if
/// set, is their number for each reader.
private let rounds =
  ProcessInfo.processInfo.environment["DISCERN_LONG_TESTS"].flatMap { Int($0) } ?? 400

/// The first seed of each reader is valid, and no seed breaks a promise.
@Test(arguments: FuzzedReader.allCases) func seedsAreReadOrRefused(_ reader: FuzzedReader) throws {
  let seeds = try reader.seeds()
  #expect(!seeds.isEmpty)
  try withTemporaryFolder { folder in
    let reading = try FuzzedReading(reader, folder: folder)
    for (index, seed) in seeds.enumerated() {
      let isTaken = try reading.read(seed)
      #expect(index > 0 || isTaken)
    }
  }
}

@Test(arguments: FuzzedReader.allCases)
func mutatedSeedsNeverTrapAndBreakNoPromise(_ reader: FuzzedReader) throws {
  let seeds = try reader.seeds()
  var generator = SeededGenerator(seed: 19)
  try withTemporaryFolder { folder in
    let reading = try FuzzedReading(reader, folder: folder)
    for _ in 0..<rounds {
      let bytes = mutated(seeds[Int.random(in: seeds.indices, using: &generator)], &generator)
      do { _ = try reading.read(bytes) } catch {
        Issue.record("\(error): \(Data(bytes).base64EncodedString())")
      }
    }
  }
}

private let signs = Array("{}[]\",:\t\n\0<>&-e.%".utf8)

/// One to eight changes of bytes, numbers, or pieces.
private func mutated(_ seed: [UInt8], _ generator: inout SeededGenerator) -> [UInt8] {
  var bytes = seed
  for _ in 0..<Int.random(in: 1...8, using: &generator) where !bytes.isEmpty {
    let place = Int.random(in: bytes.indices, using: &generator)
    let end = min(bytes.count, place + Int.random(in: 1...16, using: &generator))
    switch Int.random(in: 0..<7, using: &generator) {
    case 0: bytes[place] ^= 1 << UInt8.random(in: 0..<8, using: &generator)
    case 1: bytes[place] = UInt8.random(in: 0...255, using: &generator)
    case 2: bytes.removeSubrange(place..<end)
    case 3: bytes.insert(contentsOf: bytes[place..<end], at: place)
    case 4: bytes.insert(contentsOf: "9223372036854775808".utf8.prefix(end - place), at: place)
    case 5: bytes.insert(signs.randomElement(using: &generator) ?? 0, at: place)
    default: bytes.removeSubrange(place...)
    }
  }
  return bytes
}
