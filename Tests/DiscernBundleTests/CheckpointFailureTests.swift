import DiscernBundle
import DiscernTensor
import Foundation
import Synchronization
import TestSupport
import Testing

@Test func aDamagedCheckpointGivesWayToTheOneBefore() throws {
  try withTemporaryFolder { folder in
    let state = CheckpointState(1)
    do {
      let checkpoints = try CheckpointFolder(path: folder, creating: true)
      for step in 1...2 { try checkpoints.write(CheckpointContent(step: step), state.buffers) }
    }
    try CheckpointState.damage(folder, "checkpoint-00000002")
    let checkpoints = try CheckpointFolder(path: folder, creating: false)
    let (newest, _, damaged) = try checkpoints.newest()
    #expect(try CheckpointContent.step(newest) == 1)
    #expect(damaged.count == 1 && "\(damaged[0])".contains("checkpoint-00000002"))
    // The damaged one is not among the two that stay.
    try checkpoints.write(CheckpointContent(step: 3), state.buffers)
    #expect(try CheckpointState.names(folder) == ["checkpoint-00000001", "checkpoint-00000003"])

    for name in try CheckpointState.names(folder) {
      try CheckpointState.damage(folder, name, file: "manifest.json")
    }
    do throws(CheckpointError) {
      _ = try checkpoints.newest()
      Issue.record("a damaged checkpoint was read")
    } catch {
      guard case .damaged = error else { throw error }
    }
  }
}

/// All calls from the number n on fail, as if the program had been killed there.
@Test func aRemovalThatIsCutOffLeavesWholeStatesOrNone() throws {
  for skipped in 0... {
    let wasReached = try withTemporaryFolder { folder in
      let path = folder + "/c"
      let state = CheckpointState(1)
      let checkpoints = try CheckpointFolder(path: path, creating: true)
      try checkpoints.write(run: 1, CheckpointContent(step: 0), state.buffers)
      for step in 1...2 { try checkpoints.write(CheckpointContent(step: step), state.buffers) }
      let calls = Mutex(0)
      SystemCall.withFailure({ _ in
        calls.withLock { count in
          count += 1
          return count > skipped ? EIO : 0
        }
      }) { checkpoints.removeAll() }
      do {
        let (newest, run, damaged) = try checkpoints.newest()
        #expect(damaged.isEmpty, "call \(skipped)")
        #expect(
          run == nil ? try (1...2).contains(CheckpointContent.step(newest)) : run == 1, "call \(skipped)")
        // The finished run that it continues from.
        _ = try checkpoints.run(1)
      } catch let error as CheckpointError {
        #expect(error == .none(path: path), "call \(skipped): \(error)")
      }
      // The next time nothing is left.
      checkpoints.removeAll()
      #expect(!FileManager.default.fileExists(atPath: path), "call \(skipped)")
      return calls.withLock { $0 > skipped }
    }
    if !wasReached {
      #expect(skipped > 20)
      break
    }
  }
}

@Test(arguments: SystemCall.allCases, [ENOSPC, EIO])
func aCheckpointThatCannotBeWrittenCostsNoOther(call: SystemCall, code: Int32) throws {
  // Failed removals only cost space.
  if call == .removeFile || call == .removeFolder { return }
  try withTemporaryFolder { folder in
    let checkpoints = try CheckpointFolder(path: folder, creating: true)
    let state = CheckpointState(1)
    try checkpoints.write(CheckpointContent(step: 1), state.buffers)
    for skipped in 0..<40 {
      let calls = Mutex(0)
      let failed = SystemCall.withFailure({ own in
        calls.withLock { count in
          if own == call { count += 1 }
          return own == call && count == skipped + 1 ? code : 0
        }
      }) {
        do throws(CheckpointError) {
          try checkpoints.write(CheckpointContent(step: 2), state.buffers)
          return false
        } catch {
          return true
        }
      }
      let (newest, _, damaged) = try checkpoints.newest()
      #expect(try [1, 2].contains(CheckpointContent.step(newest)) && damaged.isEmpty, "\(call) \(skipped)")
      if calls.withLock({ $0 <= skipped }) { break }
      if !failed { #expect(try CheckpointContent.step(newest) == 2) }
    }
  }
}

@Test func numbersThatAreNoneAreNotWritten() throws {
  try withTemporaryFolder { folder in
    let checkpoints = try CheckpointFolder(path: folder, creating: true)
    let state = CheckpointState(1)
    try checkpoints.write(CheckpointContent(step: 1), state.buffers)
    state.floats.pointer[3] = .infinity
    do throws(CheckpointError) {
      try checkpoints.write(CheckpointContent(step: 2), state.buffers)
      Issue.record("written")
    } catch {
      #expect("\(error)".contains("weights/a"), "\(error)")
    }
    #expect(try CheckpointContent.step(checkpoints.newest().checkpoint) == 1)
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
    let state = CheckpointState(1)
    for number in 1...4 { try folder.write(CheckpointContent(step: number), state.buffers) }
    folder.removeIfUnused()
    folder.removeAll()
    #expect(try CheckpointState.names(path) == ["checkpoint-00000001", "run-1-00000002"])
    for name in try CheckpointState.names(path) {
      #expect(try CheckpointState.names(path + "/" + name).count == 3)
    }
  }
}

/// A folder that was moved away is created again, and the last two states are kept there too.
@Test func aFolderThatWasMovedAwayIsMadeAnew() throws {
  try withTemporaryFolder { path in
    let folder = try CheckpointFolder(path: path + "/ck", creating: true)
    let state = CheckpointState(1)
    for number in 1...3 { try folder.write(CheckpointContent(step: number), state.buffers) }
    try FileManager.default.moveItem(atPath: path + "/ck", toPath: path + "/moved")
    for number in 4...9 { try folder.write(CheckpointContent(step: number), state.buffers) }
    #expect(
      try CheckpointState.names(path + "/ck").count == 2 && CheckpointState.names(path + "/moved").count == 2)
    #expect(throws: CheckpointError.self, "locked again") {
      try CheckpointFolder(path: path + "/ck", creating: false)
    }
  }
}

@Test func aDamagedFinishedRunGivesWayToTheStateBefore() throws {
  try withTemporaryFolder { folder in
    let state = CheckpointState(1)
    do {
      let checkpoints = try CheckpointFolder(path: folder, creating: true)
      try checkpoints.write(CheckpointContent(step: 1), state.buffers)
      try checkpoints.write(run: 1, CheckpointContent(step: 2), state.buffers)
    }
    try CheckpointState.damage(folder, "run-1-00000002")
    let checkpoints = try CheckpointFolder(path: folder, creating: false)
    let newest = try checkpoints.newest()
    #expect(
      try newest.run == nil && CheckpointContent.step(newest.checkpoint) == 1 && newest.damaged.count == 1)
  }
}
