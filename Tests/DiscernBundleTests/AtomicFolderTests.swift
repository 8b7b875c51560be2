import DiscernBundle
import Foundation
import Synchronization
import TestSupport
import Testing

@Test(arguments: [true, false])
func aModelIsReplacedByTheNewOne(exchanging: Bool) throws {
  try withTemporaryFolder { folder in
    let path = folder + "/m"
    try writeSample(to: path)
    var other = SampleContent()
    other.note = "second"
    try writeFile(path + "/notes.txt", [1])
    try writeSample(to: path, other, weight: 9, exchanging: exchanging)
    let (content, weights) = try loadSample(path)
    #expect(content.note == "second")
    #expect(weights[0] == 9)
    #expect(try readFile(path + "/notes.txt") == [1])
    #expect(try names(in: folder) == ["m"])
  }
}

/// Polls for a file on its own thread.
private final class Watch: Sendable {
  private let counts = Mutex((looks: 0, misses: 0))
  private let isStopped = Mutex(false)

  func start(_ path: String) {
    Thread.detachNewThread {
      while !self.isStopped.withLock({ $0 }) {
        let isMissing = access(path, R_OK) != 0
        self.counts.withLock {
          $0.looks += 1
          if isMissing { $0.misses += 1 }
        }
      }
    }
    while counts.withLock({ $0.looks }) == 0 { sched_yield() }
  }

  /// The number of times the file was missing.
  func stop() -> Int {
    isStopped.withLock { $0 = true }
    return counts.withLock { $0.misses }
  }
}

@Test func aModelStandsThereAtEveryMoment() throws {
  try withTemporaryFolder { folder in
    let path = folder + "/m"
    try writeSample(to: path)
    let watch = Watch()
    watch.start(path + "/manifest.json")
    for round in 1...40 { try writeSample(to: path, weight: Float(round)) }
    #expect(watch.stop() == 0)
    #expect(try loadSample(path).weights[0] == 40)
    let left = try names(in: folder)
    #expect(left == ["m"])
  }
}

/// Saves concurrently, each on its own thread.
private func save(_ count: Int, times: Int, to path: @escaping @Sendable (Int) -> String) -> [String] {
  let failures = Mutex<[String]>([])
  DispatchQueue.concurrentPerform(iterations: count) { index in
    for _ in 0..<times {
      do { try writeSample(to: path(index)) } catch { failures.withLock { $0.append("\(error)") } }
    }
  }
  return failures.withLock(\.self)
}

/// A save looks for leftovers of dead ones, and must not mistake another save that has just begun for one.
@Test func savesAtOnceDoNotDisturbEachOther() throws {
  try withTemporaryFolder { folder in
    #expect(save(4, times: 10) { folder + "/m\($0)" } == [])
    #expect(try names(in: folder) == ["m0", "m1", "m2", "m3"])
    for name in try names(in: folder) { _ = try loadSample(folder + "/" + name) }
  }
  try withTemporaryFolder { folder in
    #expect(save(2, times: 8) { _ in folder + "/m" } == [])
    #expect(try names(in: folder) == ["m"])
    _ = try loadSample(folder + "/m")
  }
}

@Test func otherPeoplesFilesStay() throws {
  try withTemporaryFolder { folder in
    let path = folder + "/m"
    try writeSample(to: path)
    try writeFile(path + "/notes.txt", [1])
    try FileManager.default.createDirectory(atPath: path + "/plots", withIntermediateDirectories: false)
    try writeFile(path + "/plots/a.svg", [2])
    try writeSample(to: path, weight: 7)
    #expect(try readFile(path + "/notes.txt") == [1])
    #expect(try readFile(path + "/plots/a.svg") == [2])
    #expect(try loadSample(path).weights[0] == 7)

    let made = try AtomicFolder(destination: path, format: .model)
    try writeFile(made.path(of: "notes.txt"), [3])
    try made.writeManifest(SampleContent())
    var refusal: BundleError?
    do throws(BundleError) { _ = try made.commit() } catch { refusal = error }
    #expect(refusal == .destinationHoldsOtherFile(path: path + "/notes.txt"))
    #expect(try readFile(path + "/notes.txt") == [1])
    #expect(try names(in: folder) == ["m"])
  }
}

@Test func whatIsNoModelIsLeftAlone() throws {
  try withTemporaryFolder { folder in
    let path = folder + "/m"
    func refused() throws -> BundleError? {
      do throws(BundleError) {
        _ = try AtomicFolder.check(destination: path, format: .model)
        return nil
      } catch {
        #expect(throws: error) { try writeSample(to: path) }
        return error
      }
    }
    try writeFile(path, [1, 2])
    #expect(try refused() == .destinationIsAFile(path: path))
    #expect(try readFile(path) == [1, 2])
    try FileManager.default.removeItem(atPath: path)

    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: false)
    try writeFile(path + "/precious.txt", [3])
    guard case .destinationIsNotAModel = try refused() else {
      Issue.record("not refused")
      return
    }
    // Other programs have manifests too.
    try writeFile(path + "/manifest.json", Array(#"{"name": "a web page"}"#.utf8))
    guard case .destinationIsNotAModel = try refused() else {
      Issue.record("not refused")
      return
    }
    #expect(try names(in: path) == ["manifest.json", "precious.txt"])
    try FileManager.default.removeItem(atPath: path)

    try writeSample(to: path, format: .checkpoint)
    guard case .destinationIsNotAModel = try refused() else {
      Issue.record("not refused")
      return
    }
    #expect(try names(in: folder) == ["m"])
  }
}

@Test func anEmptyFolderADamagedModelAndAMissingParentWillDo() throws {
  try withTemporaryFolder { folder in
    try FileManager.default.createDirectory(atPath: folder + "/m", withIntermediateDirectories: false)
    try writeSample(to: folder + "/m/")
    _ = try loadSample(folder + "/m")

    try writeFile(folder + "/m/weights.safetensors", [0])
    try FileManager.default.removeItem(atPath: folder + "/m/manifest.sha256")
    try writeSample(to: folder + "/m")
    _ = try loadSample(folder + "/m")

    try writeSample(to: folder + "/a/b/c")
    _ = try loadSample(folder + "/a/b/c")
    #expect(try names(in: folder + "/a/b") == ["c"])
  }
}

@Test func aLinkToAModelStaysALink() throws {
  try withTemporaryFolder { folder in
    try writeSample(to: folder + "/real")
    try FileManager.default.createSymbolicLink(
      atPath: folder + "/link", withDestinationPath: "real")
    try writeSample(to: folder + "/link", weight: 4)
    #expect(try loadSample(folder + "/real").weights[0] == 4)
    #expect(try FileManager.default.destinationOfSymbolicLink(atPath: folder + "/link") == "real")
  }
}

@Test func nothingStaysBehindWhenItIsNotCommitted() throws {
  try withTemporaryFolder { folder in
    struct Interrupted: Error {}
    #expect(throws: Interrupted.self) {
      let made = try AtomicFolder(destination: folder + "/a/b/m", format: .model)
      try writeFile(made.path(of: "vocabulary.txt"), [1])
      throw Interrupted()
    }
    let left = try names(in: folder)
    #expect(left.isEmpty)
  }
}

@Test func aFolderInsideAFileIsATypedError() throws {
  try withTemporaryFolder { folder in
    try writeFile(folder + "/file", [])
    #expect(throws: BundleError.self) { try writeSample(to: folder + "/file/m") }
    #expect(
      throws: BundleError.destinationName(path: "", reason: "the name of the folder is empty; give one")
    ) {
      _ = try AtomicFolder.check(destination: "", format: .model)
    }
    #expect(try names(in: folder) == ["file"])
  }
}

@Test(.enabled(if: geteuid() != 0, "the superuser may write everywhere"))
func aReadOnlyFolderIsATypedErrorFromTheStart() throws {
  try withTemporaryFolder { folder in
    #expect(chmod(folder, 0o500) == 0)
    defer { chmod(folder, 0o700) }
    #expect(throws: BundleError.cannotWrite(path: folder, reason: "Permission denied")) {
      _ = try AtomicFolder.check(destination: folder + "/m", format: .model)
    }
  }
}

// A limit on file size simulates a full disk: writing fails half-way. In a process of its own, for the
// limit is the whole process's.
@Test func aFullDiskLeavesTheOldModelAndNothingElse() async {
  await #expect(processExitsWith: .success) {
    try withTemporaryFolder { folder in
      let path = folder + "/m"
      try writeSample(to: path)
      signal(SIGXFSZ, SIG_IGN)
      var limit = rlimit(rlim_cur: 64 << 10, rlim_max: 64 << 10)
      #if os(Linux)
        let resource = __rlimit_resource_t(RLIMIT_FSIZE.rawValue)
      #else
        let resource = RLIMIT_FSIZE
      #endif
      #expect(setrlimit(resource, &limit) == 0)
      var writer = SafetensorsWriter()
      writer.add("w", shape: [1 << 16], [Float](repeating: 1, count: 1 << 16))
      do throws(BundleError) {
        let made = try AtomicFolder(destination: path, format: .model)
        _ = try writer.write(to: made.path(of: "weights.safetensors"))
        exit(1)
      } catch {
        guard case .cannotWrite(_, "File too large") = error else { exit(2) }
      }
      guard try names(in: folder) == ["m"], try loadSample(path).weights[0] == 0.5 else { exit(3) }
    }
  }
}
