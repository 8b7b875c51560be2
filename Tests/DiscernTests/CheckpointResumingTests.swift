import Discern
import DiscernBundle
import DiscernTensor
import DiscernTraining
import TestSupport
import Testing

private struct Content: Codable {}

@Test func aStateWithOtherTensorsNamesTheOtherVersion() throws {
  try withTemporaryFolder { folder in
    let numbers = AlignedBuffer(count: 4)
    for index in 0..<4 { numbers.pointer[index] = Float(index) }
    func buffers(_ name: String, _ shape: [Int]) -> [StateBuffer] {
      [StateBuffer(name, shape: shape, numbers)]
    }
    let states = try CheckpointFolder(path: "\(folder)/c", creating: true)
    try states.write(Content(), buffers("weights/a", [4]))
    let newest = try states.newest().checkpoint
    try newest.fill(resuming: buffers("weights/a", [4]))
    for other in [buffers("weights/b", [4]), buffers("weights/a", [2, 2]), []] {
      do throws(TrainingError) {
        try newest.fill(resuming: other)
        Issue.record("other tensors were read")
      } catch {
        #expect(
          "\(error)".contains("another version of discern wrote it: resume with that one, or remove"),
          "\(error)")
      }
    }
  }
}
