import Foundation
import TestSupport
import Testing

private let options = [
  "--epochs", "1", "--hidden", "4", "--embedding-dim", "4", "--threads", "1", "--quiet",
]

private func writeTexts(_ folder: String) throws {
  let lines = (0..<40).map { "\($0 % 2 == 0 ? "pos\tgood" : "neg\tbad") film \($0)" }
  try "label\ttext\n\(lines.joined(separator: "\n"))\n"
    .write(toFile: folder + "/data.tsv", atomically: true, encoding: .utf8)
}

@Test func trainingsIntoOneNewPathAllEnd() throws {
  try withTemporaryFolder { (folder: String) throws in
    try writeTexts(folder)
    let places = (0..<4).map { "\(folder)/\($0)" }
    for place in places {
      try FileManager.default.createDirectory(atPath: place, withIntermediateDirectories: false)
    }
    DispatchQueue.concurrentPerform(iterations: places.count) { index in
      do {
        let run = try CommandRun(
          arguments: ["train", "--train", "../data.tsv", "--output", "../models/fresh"] + options,
          folder: places[index])
        #expect(run.status == 0, "\(run.errors)")
      } catch {
        Issue.record("\(error)")
      }
    }
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder + "/models") == ["fresh"])
    #expect(try CommandRun("classify", "models/fresh", input: "good\n", folder: folder).status == 0)
  }
}

@Test func aDeletedWorkingDirectoryIsSaidBeforeTraining() throws {
  try withTemporaryFolder { folder in
    try writeTexts(folder)
    for (output, status) in [("x", 74), ("\(folder)/x", 0)] {
      try FileManager.default.createDirectory(
        atPath: folder + "/gone", withIntermediateDirectories: true)
      let process = Process()
      process.executableURL = URL(fileURLWithPath: "/bin/sh")
      process.arguments =
        [
          "-c", "cd gone && rmdir ../gone && exec \"$0\" \"$@\"", CommandRun.program.path, "train", "--train",
          "\(folder)/data.tsv", "--output", output,
        ] + options
      process.currentDirectoryURL = URL(fileURLWithPath: folder)
      let pipe = Pipe()
      process.standardError = pipe
      try process.run()
      let errors = String(decoding: pipe.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
      process.waitUntilExit()
      #expect(process.terminationStatus == status)
      #expect(errors.contains("working directory has been deleted") == (status != 0))
    }
  }
}

@Test func whatAKilledTrainingLeftIsRemovedByTheNext() throws {
  try withTemporaryFolder { folder in
    try writeTexts(folder)
    let dead = folder + "/.discern-00112233aabbccdd"
    try FileManager.default.createDirectory(atPath: dead, withIntermediateDirectories: false)
    try "x".write(toFile: dead + "/weights.safetensors", atomically: false, encoding: .utf8)
    let run = try CommandRun(
      arguments: ["train", "--train", "data.tsv", "--output", "m"] + options, folder: folder)
    #expect(run.status == 0)
    #expect(run.errors.contains("removed a folder"))
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder).sorted() == ["data.tsv", "m"])
  }
}
