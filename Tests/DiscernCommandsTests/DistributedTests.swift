import Foundation
import TestSupport
import Testing

private let texts = SharedData.projectRoot.appendingPathComponent("corpora/reviews/train.tsv").path
private let tiny = [
  "--model", "recurrent", "--hidden", "8", "--embedding-dim", "8", "--epochs", "1", "--threads", "1",
  "--quiet", "--batch-size", "8",
]

#if MPI
  private let isBuiltWithMPI = true
#else
  private let isBuiltWithMPI = false
#endif

private let runner = ["/usr/bin/mpirun", "/usr/local/bin/mpirun"].first {
  FileManager.default.isExecutableFile(atPath: $0)
}

private func few(_ folder: String) throws {
  let lines = try String(contentsOfFile: texts, encoding: .utf8).split(separator: "\n").prefix(200)
  try (lines.joined(separator: "\n") + "\n").write(
    toFile: folder + "/t.tsv", atomically: true, encoding: .utf8)
}

private func weights(_ model: String, _ folder: String) throws -> Data {
  try Data(contentsOf: URL(fileURLWithPath: folder + "/\(model)/weights.safetensors"))
}

@Test(.enabled(if: !isBuiltWithMPI)) func aBuildWithoutMPISaysHowToGetIt() throws {
  try withTemporaryFolder { folder in
    try few(folder)
    let run = try CommandRun(
      arguments: ["train", "--train", "t.tsv", "--output", "m", "--distributed", "mpi", "--accumulate", "4"]
        + tiny, folder: folder)
    #expect(
      run.status == 64 && run.errors.contains("built without MPI") && run.errors.contains("--traits MPI"))
  }
}

@Test(.enabled(if: isBuiltWithMPI && runner != nil)) func processesTrainTheModelOfOne() throws {
  try withTemporaryFolder { folder in
    try few(folder)
    func run(_ ranks: Int, _ output: String, _ flags: [String]) throws -> CommandRun {
      let words =
        [runner ?? "", "--oversubscribe", "--allow-run-as-root", "-n", "\(ranks)", CommandRun.program.path]
        + ["train", "--train", "t.tsv", "--output", output, "--distributed", "mpi"] + tiny + flags
      return try CommandRun(program: "/usr/bin/env", arguments: words, folder: folder)
    }
    let one = try CommandRun(
      arguments: ["train", "--train", "t.tsv", "--output", "one", "--accumulate", "4"] + tiny,
      folder: folder)
    #expect(one.status == 0, "\(one.errors)")
    for ranks in 1...3 {
      let several = try run(ranks, "m\(ranks)", ["--accumulate", "4"])
      #expect(several.status == 0 && several.lines.count == 1, "\(several.errors)")
      #expect(try weights("m\(ranks)", folder) == weights("one", folder))
    }
    let many = try run(3, "many", ["--accumulate", "2"])
    #expect(many.status != 0 && many.errors.contains("give --accumulate 3 or more"), "\(many.errors)")
    let none = try run(2, "none", [])
    #expect(none.status != 0 && none.errors.contains("--accumulate 2 or more"), "\(none.errors)")
  }
}
