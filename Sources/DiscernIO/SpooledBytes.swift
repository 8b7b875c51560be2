/// Reads a spooled file; any number of readers may be active at once.
final class SpooledBytes: ByteStage {
  private let file: SpoolFile
  private var position = 0

  init(_ file: SpoolFile) { self.file = file }

  var seekableSize: Int? { file.size }

  func read(into buffer: UnsafeMutableRawBufferPointer) throws(InputError) -> Int {
    let count = try file.read(into: buffer, at: position)
    position += count
    return count
  }

  func seek(to offset: Int) throws(InputError) { position = offset }
}
