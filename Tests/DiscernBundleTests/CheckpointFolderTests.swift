import DiscernBundle
import DiscernTensor
import Foundation
import TestSupport
import Testing

@Test func theLastTwoCheckpointsStay() throws {
  try withTemporaryFolder { folder in
    let path = folder + "/a/c"
    let checkpoints = try CheckpointFolder(path: path, creating: true)
    #expect(checkpoints.isEmpty)
    #expect(throws: CheckpointError.none(path: path)) { try checkpoints.newest() }
    let state = CheckpointState()
    for step in 1...4 {
      state.set(Double(step))
      try checkpoints.write(CheckpointContent(step: step), state.buffers)
    }
    #expect(try CheckpointState.names(path) == ["checkpoint-00000003", "checkpoint-00000004"])
    let (newest, _, damaged) = try checkpoints.newest()
    #expect(try CheckpointContent.step(newest) == 4 && damaged.isEmpty)
    // The same bits in other memory.
    let restored = CheckpointState()
    try newest.fill(restored.buffers)
    #expect(restored.bits == state.bits)
  }
}

@Test func aStateOfAnotherShapeIsNoState() throws {
  try withTemporaryFolder { folder in
    let checkpoints = try CheckpointFolder(path: folder, creating: true)
    let state = CheckpointState(1)
    try checkpoints.write(CheckpointContent(step: 1), state.buffers)
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
    let state = CheckpointState()
    state.floats.pointer[9] = Float(value)
    state.doubles[2] = value
    try checkpoints.write(CheckpointContent(step: 1), state.buffers)
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
    let state = CheckpointState(1)
    let checkpoints = try CheckpointFolder(path: path, creating: true)
    try checkpoints.write(run: 1, CheckpointContent(step: 0), state.buffers)
    try checkpoints.write(CheckpointContent(step: 1), state.buffers)
    #expect(try checkpoints.run(1).content(CheckpointContent.self).step == 0)
    try "mine".write(toFile: path + "/note", atomically: false, encoding: .utf8)
    checkpoints.removeAll()
    #expect(try CheckpointState.names(path) == ["note"])
    try FileManager.default.removeItem(atPath: path + "/note")
    try checkpoints.write(CheckpointContent(step: 2), state.buffers)
    checkpoints.removeAll()
    #expect(try CheckpointState.names(folder).isEmpty)
  }
}

/// The newest state or finished run is resumed; leftovers of another training are not.
@Test func theNewestIsAStateOrAFinishedRun() throws {
  try withTemporaryFolder { folder in
    let state = CheckpointState(1)
    do {
      let checkpoints = try CheckpointFolder(path: folder, creating: true)
      try checkpoints.write(CheckpointContent(step: 1), state.buffers)
      try checkpoints.write(run: 1, CheckpointContent(step: 2), state.buffers)
      #expect(try checkpoints.newest().run == 1)
      try checkpoints.write(run: 2, CheckpointContent(step: 3), state.buffers)
      let newest = try checkpoints.newest()
      #expect(try newest.run == 2 && CheckpointContent.step(newest.checkpoint) == 3)
      #expect(try CheckpointContent.step(checkpoints.run(1)) == 2)
    }
    // A new training replaces that one with its first checkpoint.
    let checkpoints = try CheckpointFolder(path: folder, creating: true)
    #expect(!checkpoints.isEmpty)
    try checkpoints.write(CheckpointContent(step: 4), state.buffers)
    let newest = try checkpoints.newest()
    #expect(try newest.run == nil && CheckpointContent.step(newest.checkpoint) == 4)
    #expect(try CheckpointState.names(folder) == ["checkpoint-00000004"])
    #expect(throws: CheckpointError.self) { try checkpoints.run(1) }
  }
}
