import DiscernBundle
import DiscernTensor
import Foundation
import TestSupport
import Testing

private struct Content: Codable, Equatable {
  let step: Int
}

/// A state of eight floats and three doubles.
private final class State {
  let floats = AlignedBuffer(count: 16)
  let doubles = UnsafeMutableBufferPointer<Double>.allocate(capacity: 3)

  init(_ value: Double = 0) { set(value) }

  deinit { doubles.deallocate() }

  func set(_ value: Double) {
    for index in 0..<16 { floats.pointer[index] = Float(value) / Float(index + 3) }
    for index in 0..<3 { doubles[index] = value / Double(index + 7) }
  }

  var buffers: [StateBuffer] {
    [
      StateBuffer("weights/a", shape: [2, 4], floats), StateBuffer("weights/b", shape: [8], floats, from: 8),
      StateBuffer("rows", shape: [3], .doubles(doubles), of: self),
    ]
  }

  var bits: [UInt64] { floats.elements.map { UInt64($0.bitPattern) } + doubles.map(\.bitPattern) }
}

private func step(_ checkpoint: Checkpoint) throws -> Int { try checkpoint.content(Content.self).step }

private func names(_ folder: String) throws -> [String] {
  try FileManager.default.contentsOfDirectory(atPath: folder).sorted()
}

/// Changes a byte of a checkpoint's tensors.
private func damage(_ folder: String, _ name: String, file: String = "state.safetensors") throws {
  let path = "\(folder)/\(name)/\(file)"
  var bytes = try Data(contentsOf: URL(fileURLWithPath: path))
  bytes[bytes.count - 1] ^= 1
  try bytes.write(to: URL(fileURLWithPath: path))
}

@Test func theLastTwoCheckpointsStay() throws {
  try withTemporaryFolder { folder in
    let path = folder + "/a/c"
    let checkpoints = try CheckpointFolder(path: path, creating: true)
    #expect(checkpoints.isEmpty)
    #expect(throws: CheckpointError.none(path: path)) { try checkpoints.newest() }
    let state = State()
    for step in 1...4 {
      state.set(Double(step))
      try checkpoints.write(Content(step: step), state.buffers)
    }
    #expect(try names(path) == ["checkpoint-00000003", "checkpoint-00000004"])
    let (newest, _, damaged) = try checkpoints.newest()
    #expect(try step(newest) == 4 && damaged.isEmpty)
    // The same bits in other memory.
    let restored = State()
    try newest.fill(restored.buffers)
    #expect(restored.bits == state.bits)
  }
}

@Test func aDamagedCheckpointGivesWayToTheOneBefore() throws {
  try withTemporaryFolder { folder in
    let state = State(1)
    do {
      let checkpoints = try CheckpointFolder(path: folder, creating: true)
      for step in 1...2 { try checkpoints.write(Content(step: step), state.buffers) }
    }
    try damage(folder, "checkpoint-00000002")
    let checkpoints = try CheckpointFolder(path: folder, creating: false)
    let (newest, _, damaged) = try checkpoints.newest()
    #expect(try step(newest) == 1)
    #expect(damaged.count == 1 && "\(damaged[0])".contains("checkpoint-00000002"))
    // The damaged one is not among the two that stay.
    try checkpoints.write(Content(step: 3), state.buffers)
    #expect(try names(folder) == ["checkpoint-00000001", "checkpoint-00000003"])

    for name in try names(folder) { try damage(folder, name, file: "manifest.json") }
    do throws(CheckpointError) {
      _ = try checkpoints.newest()
      Issue.record("a damaged checkpoint was read")
    } catch {
      guard case .damaged = error else { throw error }
    }
  }
}

@Test func aStateOfAnotherShapeIsNoState() throws {
  try withTemporaryFolder { folder in
    let checkpoints = try CheckpointFolder(path: folder, creating: true)
    let state = State(1)
    try checkpoints.write(Content(step: 1), state.buffers)
    let newest = try checkpoints.newest().checkpoint
    #expect(throws: BundleError.self) { try newest.fill(Array(state.buffers.dropLast())) }
    #expect(throws: BundleError.self) {
      try newest.fill(state.buffers + [StateBuffer("more", shape: [1], state.floats)])
    }
    #expect(throws: BundleError.self) {
      try newest.fill([StateBuffer("weights/a", shape: [8], state.floats)] + state.buffers.dropFirst())
    }
  }
}

@Test(arguments: [-1, 1.5, 1e30])
private func aTensorOfImpossibleNumbersIsRefusedByItsName(value: Double) throws {
  try withTemporaryFolder { folder in
    let checkpoints = try CheckpointFolder(path: folder, creating: true)
    let state = State()
    state.floats.pointer[9] = Float(value)
    state.doubles[2] = value
    try checkpoints.write(Content(step: 1), state.buffers)
    let newest = try checkpoints.newest().checkpoint
    let whole = AllowedNumbers.count(to: 7)
    let buffers = state.buffers
    let others = [
      StateBuffer("weights/b", shape: [8], state.floats, from: 8, allowed: whole),
      StateBuffer("rows", shape: [3], .doubles(state.doubles), allowed: whole, of: state),
    ]
    for filled in [[buffers[0], others[0], buffers[2]], [buffers[0], buffers[1], others[1]]] {
      do throws(BundleError) {
        try newest.fill(filled)
        Issue.record("\(value) was taken")
      } catch {
        guard case .tensors(_, let problem) = error else {
          Issue.record(error)
          continue
        }
        let name = filled[1].allowed == whole || !value.isFinite ? "weights/b" : "rows"
        #expect("\(problem)".contains(name), "\(problem)")
      }
    }
  }
}

@Test func aFolderOfCheckpointsHasOneWriter() throws {
  try withTemporaryFolder { folder in
    do {
      let first = try CheckpointFolder(path: folder, creating: true)
      #expect(throws: CheckpointError.inUse(path: folder)) {
        try CheckpointFolder(path: folder, creating: false)
      }
      _ = first.isEmpty
    }
    _ = try CheckpointFolder(path: folder, creating: false)
    #expect(throws: CheckpointError.notFound(path: folder + "/none")) {
      try CheckpointFolder(path: folder + "/none", creating: false)
    }
  }
}

@Test func removalLeavesOtherFilesAlone() throws {
  try withTemporaryFolder { folder in
    let path = folder + "/c"
    let state = State(1)
    let checkpoints = try CheckpointFolder(path: path, creating: true)
    try checkpoints.write(run: 1, Content(step: 0), state.buffers)
    try checkpoints.write(Content(step: 1), state.buffers)
    #expect(try checkpoints.run(1).content(Content.self).step == 0)
    try "mine".write(toFile: path + "/note", atomically: false, encoding: .utf8)
    checkpoints.removeAll()
    #expect(try names(path) == ["note"])
    try FileManager.default.removeItem(atPath: path + "/note")
    try checkpoints.write(Content(step: 2), state.buffers)
    checkpoints.removeAll()
    #expect(try names(folder).isEmpty)
  }
}

/// All calls from the number n on fail, as if the program had been killed there.
@Test func aRemovalThatIsCutOffLeavesWholeStatesOrNone() throws {
  for skipped in 0... {
    let wasReached = try withTemporaryFolder { folder in
      let path = folder + "/c"
      let state = State(1)
      let checkpoints = try CheckpointFolder(path: path, creating: true)
      try checkpoints.write(run: 1, Content(step: 0), state.buffers)
      for step in 1...2 { try checkpoints.write(Content(step: step), state.buffers) }
      var calls = 0
      SystemCall.withFailure({ _ in
        calls += 1
        return calls > skipped ? EIO : 0
      }) { checkpoints.removeAll() }
      do {
        let (newest, run, damaged) = try checkpoints.newest()
        #expect(damaged.isEmpty, "call \(skipped)")
        #expect(run == nil ? try (1...2).contains(step(newest)) : run == 1, "call \(skipped)")
        // The finished run that it goes on from.
        _ = try checkpoints.run(1)
      } catch let error as CheckpointError {
        #expect(error == .none(path: path), "call \(skipped): \(error)")
      }
      // The next time nothing is left.
      checkpoints.removeAll()
      #expect(!FileManager.default.fileExists(atPath: path), "call \(skipped)")
      return calls > skipped
    }
    if !wasReached {
      #expect(skipped > 20)
      break
    }
  }
}

@Test(arguments: SystemCall.allCases, [ENOSPC, EIO])
func aCheckpointThatCannotBeWrittenCostsNoOther(call: SystemCall, code: Int32) throws {
  // Failures of removals cost room alone.
  if call == .removeFile || call == .removeFolder { return }
  try withTemporaryFolder { folder in
    let checkpoints = try CheckpointFolder(path: folder, creating: true)
    let state = State(1)
    try checkpoints.write(Content(step: 1), state.buffers)
    for skipped in 0..<40 {
      var calls = 0
      let failed = SystemCall.withFailure({ own in
        if own == call { calls += 1 }
        return own == call && calls == skipped + 1 ? code : 0
      }) {
        do throws(CheckpointError) {
          try checkpoints.write(Content(step: 2), state.buffers)
          return false
        } catch {
          return true
        }
      }
      let (newest, _, damaged) = try checkpoints.newest()
      #expect(try [1, 2].contains(step(newest)) && damaged.isEmpty, "\(call) \(skipped)")
      if calls <= skipped { break }
      if !failed { #expect(try step(newest) == 2) }
    }
  }
}

@Test func numbersThatAreNoneAreNotWritten() throws {
  try withTemporaryFolder { folder in
    let checkpoints = try CheckpointFolder(path: folder, creating: true)
    let state = State(1)
    try checkpoints.write(Content(step: 1), state.buffers)
    state.floats.pointer[3] = .infinity
    do throws(CheckpointError) {
      try checkpoints.write(Content(step: 2), state.buffers)
      Issue.record("written")
    } catch {
      #expect("\(error)".contains("weights/a"), "\(error)")
    }
    #expect(try step(checkpoints.newest().checkpoint) == 1)
  }
}

/// A folder of models may have such names too; a training that fails, or ends well, takes none of them.
@Test func whatIsNoCheckpointStaysWhateverItsName() throws {
  try withTemporaryFolder { path in
    for name in ["run-1-00000002", "checkpoint-00000001"] {
      try FileManager.default.createDirectory(atPath: path + "/" + name, withIntermediateDirectories: false)
      for file in ["manifest.json", "manifest.sha256", "weights.safetensors"] {
        try Data("mine".utf8).write(to: URL(fileURLWithPath: "\(path)/\(name)/\(file)"))
      }
    }
    let folder = try CheckpointFolder(path: path, creating: true)
    let state = State(1)
    for number in 1...4 { try folder.write(Content(step: number), state.buffers) }
    folder.removeIfUnused()
    folder.removeAll()
    #expect(try names(path) == ["checkpoint-00000001", "run-1-00000002"])
    for name in try names(path) { #expect(try names(path + "/" + name).count == 3) }
  }
}

/// A folder that was moved away is made anew, and the last two states stay there too.
@Test func aFolderThatWasMovedAwayIsMadeAnew() throws {
  try withTemporaryFolder { path in
    let folder = try CheckpointFolder(path: path + "/ck", creating: true)
    let state = State(1)
    for number in 1...3 { try folder.write(Content(step: number), state.buffers) }
    try FileManager.default.moveItem(atPath: path + "/ck", toPath: path + "/moved")
    for number in 4...9 { try folder.write(Content(step: number), state.buffers) }
    #expect(try names(path + "/ck").count == 2 && names(path + "/moved").count == 2)
    #expect(throws: CheckpointError.self, "locked again") {
      try CheckpointFolder(path: path + "/ck", creating: false)
    }
  }
}

/// Whatever is newest, a state or a finished run, is gone on from; what another training left is not.
@Test func theNewestIsAStateOrAFinishedRun() throws {
  try withTemporaryFolder { folder in
    let state = State(1)
    do {
      let checkpoints = try CheckpointFolder(path: folder, creating: true)
      try checkpoints.write(Content(step: 1), state.buffers)
      try checkpoints.write(run: 1, Content(step: 2), state.buffers)
      #expect(try checkpoints.newest().run == 1)
      try checkpoints.write(run: 2, Content(step: 3), state.buffers)
      let newest = try checkpoints.newest()
      #expect(try newest.run == 2 && step(newest.checkpoint) == 3)
      #expect(try step(checkpoints.run(1)) == 2)
    }
    // A new training takes the place of that one with the first that it keeps.
    let checkpoints = try CheckpointFolder(path: folder, creating: true)
    #expect(!checkpoints.isEmpty)
    try checkpoints.write(Content(step: 4), state.buffers)
    let newest = try checkpoints.newest()
    #expect(try newest.run == nil && step(newest.checkpoint) == 4)
    #expect(try names(folder) == ["checkpoint-00000004"])
    #expect(throws: CheckpointError.self) { try checkpoints.run(1) }
  }
}

@Test func aDamagedFinishedRunGivesWayToTheStateBefore() throws {
  try withTemporaryFolder { folder in
    let state = State(1)
    do {
      let checkpoints = try CheckpointFolder(path: folder, creating: true)
      try checkpoints.write(Content(step: 1), state.buffers)
      try checkpoints.write(run: 1, Content(step: 2), state.buffers)
    }
    try damage(folder, "run-1-00000002")
    let checkpoints = try CheckpointFolder(path: folder, creating: false)
    let newest = try checkpoints.newest()
    #expect(try newest.run == nil && step(newest.checkpoint) == 1 && newest.damaged.count == 1)
  }
}
