import DiscernBundle
import Foundation
import Synchronization
import TestSupport
import Testing

/// Counts the calls and fails the chosen ones.
private final class Failures: Sendable {
  private let count = Atomic(0)
  private let first: Int
  private let isLasting: Bool

  /// The call number `first`, from 0, fails; so do all later ones if it is lasting.
  init(first: Int, isLasting: Bool) {
    self.first = first
    self.isLasting = isLasting
  }

  func code(_ call: SystemCall) -> Int32 {
    let index = count.wrappingAdd(1, ordering: .relaxed).oldValue
    return index == first || (isLasting && index > first) ? EIO : 0
  }

  /// Whether there was a call to fail.
  var wasReached: Bool { count.load(ordering: .relaxed) > first }
}

/// A temporary folder in memory where there is such a place, for these tests write thousands of files.
private func withQuickFolder<Result>(_ body: (String) throws -> Result) throws -> Result {
  let memory = "/dev/shm"
  guard access(memory, W_OK) == 0 else { return try withTemporaryFolder(body) }
  let folder = "\(memory)/discern-test-\(UUID().uuidString)"
  try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: false)
  defer { try? FileManager.default.removeItem(atPath: folder) }
  return try body(folder)
}

/// Whether a file of that name is anywhere below a folder.
private func holds(_ folder: String, _ name: String) -> Bool {
  FileManager.default.enumerator(atPath: folder)?.contains { ($0 as? String)?.hasSuffix("/" + name) == true }
    ?? false
}

/// Saves until a folder holds nothing but the model and what `isKept`. A process that another test is just
/// starting may hold a dead save's lock for a moment, and then the next save clears it away.
private func save(
  to path: String, in folder: String, exchanging: Bool = true, isKept: ([String]) -> Bool = { _ in false }
) throws -> [String] {
  var left: [String] = []
  for _ in 0..<100 {
    try writeSample(to: path, weight: 3, exchanging: exchanging)
    left = try names(in: folder).filter { name in
      try folder + "/" + name != path && !isKept(names(in: folder + "/" + name))
    }
    if left.isEmpty { break }
    usleep(10_000)
  }
  return left
}

/// A model is replaced while the call number n fails, for every n there is. `lasting`: all after it fail too,
/// as if the program had been killed there. The model at the path is the old or the new one, the user's files
/// are somewhere, and the next save puts everything in order.
@Test(arguments: [(true, false), (true, true), (false, false), (false, true)])
func everyCallOfTheSystemMayFail(exchanging: Bool, lasting: Bool) throws {
  var index = 0
  while true {
    let wasReached = try withQuickFolder { folder in
      let path = folder + "/m"
      try writeSample(to: path)
      try writeFile(path + "/notes.txt", [1])
      try FileManager.default.createDirectory(atPath: path + "/plots", withIntermediateDirectories: false)
      try writeFile(path + "/plots/a.svg", [2])

      let failures = Failures(first: index, isLasting: lasting)
      var other = SampleContent()
      other.note = "second"
      var failure: (any Error)?
      SystemCall.withFailure(failures.code) {
        do { try writeSample(to: path, other, weight: 9, exchanging: exchanging) } catch { failure = error }
      }
      let (content, weights) = try loadSample(path)
      #expect(weights[0] == (failure == nil ? 9 : 0.5), "call \(index): \(String(describing: failure))")
      #expect(content.note == (failure == nil ? "second" : nil))
      #expect(holds(folder, "notes.txt") && holds(folder, "plots/a.svg"), "call \(index)")

      // Anything left is there only for the user's files.
      let left = try save(to: path, in: folder, exchanging: exchanging) {
        $0.contains("notes.txt") || $0.contains("plots")
      }
      #expect(left.isEmpty, "call \(index): \(left)")
      #expect(try loadSample(path).weights[0] == 3)
      #expect(holds(folder, "notes.txt") && holds(folder, "plots/a.svg"), "call \(index)")
      return failures.wasReached
    }
    if !wasReached { break }
    index += 1
  }
  #expect(index > 40)
}

@Test func everyCallMayFailWhereNothingWasBefore() throws {
  for lasting in [false, true] {
    var index = 0
    while true {
      let wasReached = try withQuickFolder { folder in
        let failures = Failures(first: index, isLasting: lasting)
        var failure: (any Error)?
        SystemCall.withFailure(failures.code) {
          do { try writeSample(to: folder + "/a/m", weight: 9) } catch { failure = error }
        }
        if failure == nil { #expect(try loadSample(folder + "/a/m").weights[0] == 9) }
        let left = try save(to: folder + "/a/m", in: folder + "/a")
        #expect(left.isEmpty, "call \(index): \(left)")
        #expect(try loadSample(folder + "/a/m").weights[0] == 3)
        return failures.wasReached
      }
      if !wasReached { break }
      index += 1
    }
    #expect(index > 20)
  }
}

@Test func aFailureWhileLoadingIsAnError() throws {
  try withQuickFolder { folder in
    try writeSample(to: folder + "/m")
    var index = 0
    while true {
      let failures = Failures(first: index, isLasting: true)
      var failure: (any Error)?
      SystemCall.withFailure(failures.code) {
        do { _ = try loadSample(folder + "/m") } catch { failure = error }
      }
      if !failures.wasReached { break }
      #expect(failure is BundleError, "call \(index)")
      index += 1
    }
    #expect(index > 8)
  }
}
