import DiscernBundle
import Foundation
import TestSupport
import Testing

/// Saves a small model by way of a destination that was checked.
private func save(_ destination: ModelDestination, weight: Float = 9) throws(BundleError) -> SavedModel {
  try destination.save { path, found, _ throws(BundleError) in
    let folder = try AtomicFolder(destination: path, format: .model)
    var writer = SafetensorsWriter()
    writer.add("head.weight", shape: [2, 2], [weight, -1, 2, 3])
    _ = try writer.write(to: folder.path(of: "weights.safetensors"))
    try folder.writeManifest(SampleContent())
    return SavedModel(path: path, notes: try folder.commit(expecting: found))
  }
}

@Test func whatSavingNeedsIsTriedBefore() throws {
  try withTemporaryFolder { folder in
    let destination = try ModelDestination(checking: folder + "/a/m", format: .model, expectedBytes: 100)
    // The trial leaves nothing.
    #expect(try names(in: folder).isEmpty)
    #expect(try save(destination) == SavedModel(path: folder + "/a/m", notes: []))
    #expect(try loadSample(folder + "/a/m").weights[0] == 9)
    #expect {
      _ = try ModelDestination(checking: folder + "/m", format: .model, expectedBytes: .max)
    } throws: { error in
      guard case .noSpace(folder + "/m", .max, _) = error as? BundleError else { return false }
      return true
    }
    #expect(throws: BundleError.self) { try destination.requireSpace(.max) }
    try destination.requireSpace(1)
    #expect(try names(in: folder) == ["a"])
  }
}

@Test func aModelWhoseDestinationWasTakenIsSavedBesideIt() throws {
  try withTemporaryFolder { folder in
    let path = folder + "/m"
    for name in ["m-saved", "m-saved-2"] {
      let destination = try ModelDestination(checking: path, format: .model)
      try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: false)
      try writeFile(path + "/precious.txt", [1])
      do throws(BundleError) {
        _ = try save(destination)
        Issue.record("saved over another folder")
      } catch {
        guard case .savedElsewhere(path, _, let place) = error else {
          Issue.record("\(error)")
          return
        }
        #expect(place == folder + "/" + name && "\(error)".contains(place))
        #expect(try loadSample(place).weights[0] == 9)
      }
      #expect(try names(in: path) == ["precious.txt"])
      try FileManager.default.removeItem(atPath: path)
    }
  }
}

@Test func aModelThatWasSavedMeanwhileIsTold() throws {
  try withTemporaryFolder { folder in
    let path = folder + "/m"
    let destination = try ModelDestination(checking: path, format: .model)
    try writeSample(to: path)
    #expect(try save(destination).notes == [.replacedNewerModel(path: path)])
    let again = try ModelDestination(checking: path, format: .model)
    #expect(try save(again, weight: 4).notes.isEmpty)
    let third = try ModelDestination(checking: path, format: .model)
    try writeSample(to: path, exchanging: false)
    #expect(try save(third).notes == [.replacedNewerModel(path: path)])
  }
}

// In a separate process, since the working directory belongs to the whole process.
@Test func aDeletedWorkingDirectoryIsAnError() async {
  await #expect(processExitsWith: .success) {
    try withTemporaryFolder { folder in
      let gone = folder + "/gone"
      guard mkdir(gone, 0o777) == 0, chdir(gone) == 0, rmdir(gone) == 0 else { exit(1) }
      do throws(BundleError) {
        _ = try ModelDestination(checking: "m", format: .model)
        exit(2)
      } catch {
        guard "\(error)".contains("the working directory has been deleted") else { exit(3) }
      }
      do throws(BundleError) {
        _ = try BundleFolder(path: "m", format: .model)
        exit(4)
      } catch {
        guard error == .notFound(path: "m") else { exit(5) }
      }
      _ = try ModelDestination(checking: folder + "/m", format: .model)
    }
  }
}

// The same.
@Test func relativePathsAndLinksAreFollowed() async {
  await #expect(processExitsWith: .success) {
    try withTemporaryFolder { folder in
      guard mkdir(folder + "/in", 0o777) == 0, chdir(folder + "/in") == 0 else { exit(1) }
      try writeSample(to: "m")
      try writeSample(to: "./m/")
      try writeSample(to: "../n//")
      guard symlink("../new", "link") == 0, symlink("a", "b") == 0, symlink("b", "a") == 0 else { exit(2) }
      try writeSample(to: "link")
      guard mkdir("empty", 0o777) == 0, chdir("empty") == 0 else { exit(3) }
      try writeSample(to: ".")
      try writeSample(to: "../empty", weight: 2)
      // Still the same folder.
      guard try names(in: ".").contains("manifest.json") else { exit(7) }
      guard try names(in: folder) == ["in", "n", "new"] else { exit(4) }
      guard try names(in: folder + "/in") == ["a", "b", "empty", "link", "m"] else { exit(5) }
      for path in ["/in/m", "/n", "/new", "/in/empty"] { _ = try loadSample(folder + path) }
      for path in ["/", folder + "/in/a", folder + "/nosuch/.."] {
        do throws(BundleError) {
          _ = try ModelDestination(checking: path, format: .model)
          exit(6)
        } catch {}
      }
    }
  }
}
