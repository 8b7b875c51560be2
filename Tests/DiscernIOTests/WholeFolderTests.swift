import DiscernIO
import Foundation
import TestSupport
import Testing

@Test func aFolderThatIsOneThingIsFoundAboveAPath() throws {
  try withTemporaryFolder { folder in
    for name in ["model/inside", "bert", "plain/manifest"] {
      try FileManager.default.createDirectory(
        atPath: "\(folder)/\(name)", withIntermediateDirectories: true)
    }
    for (name, text) in [
      ("model/manifest.json", #"{"format":"discern-shards"}"#), ("model/manifest.sha256", ""),
      ("bert/config.json", "{}"), ("bert/model.safetensors", ""), ("plain/manifest.json", "{}"),
    ] {
      try Data(text.utf8).write(to: URL(fileURLWithPath: "\(folder)/\(name)"))
    }
    try FileManager.default.createSymbolicLink(
      atPath: folder + "/link", withDestinationPath: "model/inside")
    for path in ["model", "model/inside", "model/none/of/it", "plain/../model/x", "link/x"] {
      #expect(
        WholeFolder(holding: "\(folder)/\(path)")?.noun == "a corpus of packed texts", "\(path)")
    }
    #expect(WholeFolder(holding: folder + "/bert/x")?.noun == "a pretrained transformer")
    for path in ["plain", "plain/x", "none", "model/../x", ""] {
      #expect(WholeFolder(holding: "\(folder)/\(path)")?.path == nil, "\(path)")
    }
    #expect(WholeFolder(at: folder + "/model/inside")?.path == nil)
    #expect(WholeFolder(at: folder + "/model/")?.path != nil)
  }
}
