import Foundation
import FuzzedReaders

// With -DFUZZING libFuzzer has the main function and passes its bytes to this (Scripts/fuzz);
// otherwise the program reads files: inputs that a fuzzer found, or seeds.

/// The reader that DISCERN_FUZZED names, and the place of its folder.
private nonisolated(unsafe) let reading: FuzzedReading = {
  let name = ProcessInfo.processInfo.environment["DISCERN_FUZZED"] ?? ""
  guard let reader = FuzzedReader(rawValue: name) else {
    let names = FuzzedReader.allCases.map(\.rawValue).joined(separator: ", ")
    fatalError("DISCERN_FUZZED is “\(name)”; expected one of \(names)")
  }
  let folder = FileManager.default.temporaryDirectory
    .appendingPathComponent("discern-fuzz-\(name)-\(ProcessInfo.processInfo.processIdentifier)")
  do {
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    return try FuzzedReading(reader, folder: folder.path)
  } catch {
    fatalError("\(error)")
  }
}()

private func read(_ bytes: [UInt8]) -> Bool {
  do { return try reading.read(bytes) } catch { fatalError("\(error)") }
}

#if FUZZING
  @_cdecl("LLVMFuzzerTestOneInput")
  public func testOneInput(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    _ = read(Array(UnsafeBufferPointer(start: start, count: count)))
    return 0
  }
#else
  @main
  enum Main {
    static func main() throws {
      for path in CommandLine.arguments.dropFirst() {
        let bytes = [UInt8](try Data(contentsOf: URL(fileURLWithPath: path)))
        print(path, read(bytes) ? "taken" : "refused", separator: ": ")
      }
    }
  }
#endif
