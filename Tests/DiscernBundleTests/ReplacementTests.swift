import DiscernBundle
import Foundation
import Synchronization
import TestSupport
import Testing

/// Runs `work` repeatedly on its own thread until it is stopped.
private final class Background: Sendable {
  private let isStopped = Atomic(false)
  private let hasEnded = DispatchSemaphore(value: 0)
  private let rounds = Atomic(0)

  init(_ work: @escaping @Sendable (Int) throws -> Void) {
    Thread.detachNewThread {
      defer { self.hasEnded.signal() }
      while !self.isStopped.load(ordering: .relaxed) {
        let round = self.rounds.wrappingAdd(1, ordering: .relaxed).oldValue
        do { try work(round) } catch { Issue.record("round \(round): \(error)") }
      }
    }
  }

  var roundCount: Int { rounds.load(ordering: .relaxed) }

  func stop() {
    isStopped.store(true, ordering: .relaxed)
    hasEnded.wait()
    hasEnded.signal()
  }
}

@Test(arguments: [true, false])
func aModelThatIsReplacedWhileItIsReadIsTheOldOrTheNewOne(exchanging: Bool) throws {
  try withTemporaryFolder { folder in
    let path = folder + "/m"
    var first = SampleContent()
    first.note = "0"
    try writeSample(to: path, first, weight: 0)
    let writer = Background { round in
      var content = SampleContent()
      content.note = "\(round)"
      try writeSample(to: path, content, weight: Float(round), exchanging: exchanging)
    }
    defer { writer.stop() }
    while writer.roundCount < 30 {
      let (content, weights) = try loadSample(path)
      #expect(content.note == "\(Int(weights[0]))")
    }
    writer.stop()
    #expect(try names(in: folder) == ["m"])
  }
}

@Test func severalSavesToOneNewPathAllEnd() throws {
  try withTemporaryFolder { (folder: String) throws in
    for round in 0..<10 {
      let path = "\(folder)/\(round)/m"
      DispatchQueue.concurrentPerform(iterations: 4) { number in
        do { try writeSample(to: path, weight: Float(number)) } catch { Issue.record("\(error)") }
      }
      #expect((0..<4).contains(try loadSample(path).weights[0]))
      #expect(try names(in: "\(folder)/\(round)") == ["m"])
    }
  }
}

/// Does something once, before one of the system's calls.
private final class Interruption: Sendable {
  private let left: Mutex<Int>

  init(at call: Int) { left = Mutex(call) }

  func code(_ body: () -> Void) -> Int32 {
    let isNow = left.withLock { left in
      left -= 1
      return left == -1
    }
    if isNow { body() }
    return 0
  }

  var wasReached: Bool { left.withLock { $0 < 0 } }
}

/// Between any two calls of a check, another one that made the folders above may remove them, and a save may
/// replace the model.
@Test func othersMayComeBetweenAnyTwoCallsOfACheck() throws {
  try withTemporaryFolder { (folder: String) throws in
    let calls = try (0...).first { call in
      let interruption = Interruption(at: call)
      try FileManager.default.createDirectory(atPath: folder + "/new", withIntermediateDirectories: false)
      _ = try SystemCall.withFailure({ _ in interruption.code { rmdir(folder + "/new") } }) {
        try ModelDestination(checking: folder + "/new/m", format: .model)
      }
      rmdir(folder + "/new")
      return !interruption.wasReached
    }
    #expect(try #require(calls) > 10)
    #expect(try names(in: folder) == [])

    try writeSample(to: folder + "/m")
    let others = try (0...).first { call in
      let interruption = Interruption(at: call)
      let replace: @Sendable () -> Void = {
        do { try writeSample(to: folder + "/m", weight: Float(call)) } catch { Issue.record("\(error)") }
      }
      _ = try SystemCall.withFailure({ _ in interruption.code(replace) }) {
        try ModelDestination(checking: folder + "/m", format: .model)
      }
      return !interruption.wasReached
    }
    #expect(try #require(others) > 10)
    #expect(try names(in: folder) == ["m"])
  }
}

@Test func killedSavesAreCleanedUpByTheNextOne() throws {
  try withTemporaryFolder { folder in
    let path = folder + "/m"
    let living = try AtomicFolder(destination: folder + "/other", format: .model)
    let dead = folder + "/.discern-0123456789abcdef"
    try FileManager.default.createDirectory(atPath: dead, withIntermediateDirectories: false)
    try writeFile(dead + "/weights.safetensors", [1])
    try writeFile(dead + "/manifest.json", Array("{\"fil".utf8))
    // Not of the kind that saves create.
    let other = folder + "/.discern-settings"
    try FileManager.default.createDirectory(atPath: other, withIntermediateDirectories: false)
    #expect(try writeSample(to: path) == [.removedLeftovers(path: folder, count: 1)])
    #expect(
      try names(in: folder).sorted()
        == [".discern-settings", String(living.temporaryPath.dropFirst(folder.count + 1)), "m"].sorted())
  }
}

@Test func aKilledSaveThatHoldsTheUsersFilesIsKept() throws {
  try withTemporaryFolder { folder in
    let dead = folder + "/.discern-0123456789abcdef"
    try writeSample(to: folder + "/old")
    try writeFile(folder + "/old/vocabulary.bak", [1])
    #expect(rename(folder + "/old", dead) == 0)
    #expect(try writeSample(to: folder + "/m") == [.leftoverHoldsOtherFiles(path: dead)])
    let left = try names(in: dead)
    #expect(left.contains("vocabulary.bak") && !left.contains("weights.safetensors"))
    #expect(try writeSample(to: folder + "/m") == [.leftoverHoldsOtherFiles(path: dead)])
  }
}

@Test func filesWhoseNamesAreNoTextStay() throws {
  try withTemporaryFolder { folder in
    try writeSample(to: folder + "/m")
    for byte: UInt8 in [0xE4, 0xF6] {
      let name = (Array((folder + "/m/n").utf8) + [byte, 0]).map(CChar.init(bitPattern:))
      let descriptor = open(name, O_CREAT | O_WRONLY, 0o600)
      try #require(descriptor >= 0)
      close(descriptor)
    }
    try writeSample(to: folder + "/m", weight: 2)
    for byte: UInt8 in [0xE4, 0xF6] {
      let name = (Array((folder + "/m/n").utf8) + [byte, 0]).map(CChar.init(bitPattern:))
      #expect(access(name, F_OK) == 0)
    }
  }
}

@Test(arguments: [true, false]) func permissionsOfAReplacedModelStay(exchanging: Bool) throws {
  try withTemporaryFolder { folder in
    try writeSample(to: folder + "/m")
    #expect(chmod(folder + "/m", 0o750) == 0 && chmod(folder + "/m/vocabulary.txt", 0o640) == 0)
    try writeSample(to: folder + "/m", weight: 2, exchanging: exchanging)
    func mode(_ path: String) -> mode_t {
      var status = stat()
      return stat(path, &status) == 0 ? status.st_mode & 0o7777 : 0
    }
    #expect(mode(folder + "/m") == 0o750 && mode(folder + "/m/vocabulary.txt") == 0o640)
  }
}
