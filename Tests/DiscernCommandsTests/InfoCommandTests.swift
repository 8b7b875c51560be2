import Foundation
import TestSupport
import Testing

/// `discern info` as it is run.
@Suite struct InfoCommandTests {
  private let model = SharedData.projectRoot.appendingPathComponent("Tests/Fixtures/format-2/ordinary").path

  @Test func theSizeIsThatOfTheFiles() throws {
    try withTemporaryFolder { folder in
      _ = try CommandRun("pack", model, "m.discern", "-q", folder: folder)
      let names = try FileManager.default.contentsOfDirectory(atPath: model).map { "\(model)/\($0)" }
      for (path, files) in [(model, names), ("m.discern", [folder + "/m.discern"])] {
        let size = try files.reduce(0) { sum, file in
          sum + (try FileManager.default.attributesOfItem(atPath: file)[.size] as? Int ?? 0)
        }
        let text = try CommandRun("info", path, folder: folder)
        let row = try #require(text.lines.first { $0.hasPrefix("size ") })
        #expect(row.filter(\.isNumber) == "\(size)", "\(row)")
        let json = try CommandRun("info", path, "--json", folder: folder)
        let object = try JSONSerialization.jsonObject(with: Data(json.output.utf8)) as? [String: Any]
        #expect(object?["bytes"] as? Int == size)
      }
    }
  }

  /// A terminal of 80 columns, where `script` makes one.
  @Test(.enabled(if: FileManager.default.isExecutableFile(atPath: "/usr/bin/script")))
  func rowsFitATerminal() throws {
    try withTemporaryFolder { folder in
      let run = try ShellRun(
        "script -qec 'stty cols 80; discern info \(model)' /dev/null", folder: folder)
      let lines = run.output.split(separator: "\r\n")
      #expect(lines.count > 5 && lines.allSatisfy { $0.count <= 80 }, "\(run.output)")
      let row = try #require(lines.firstIndex { $0.hasPrefix("tokenizer ") })
      #expect(lines[row + 1].hasPrefix("            "), "\(run.output)")
    }
  }
}
