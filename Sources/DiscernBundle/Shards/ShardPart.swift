import DiscernCorpus
import DiscernIO
import DiscernModels

/// The files of a part of packed texts: finds blocks, reads them, and checks that they are
/// unchanged.
struct ShardPart: Sendable {
  let layout: ShardLayout
  private(set) var blocks = TextBlocks()
  private let paths: [String]
  /// By file; files beyond a limit are opened when they are read.
  private let readers: [FileReader]
  /// [blocks] each block's file, and its offset there.
  private var places: [(file: Int32, offset: Int)] = []

  private static let openLimit = 512

  /// Reads the headers of all blocks.
  init(_ part: ShardContent.Part, in folder: String, _ layout: ShardLayout) throws(ShardError) {
    self.layout = layout
    paths = part.files.map { BundleManifest.join(folder, $0) }
    readers = try paths.prefix(Self.openLimit).map { path throws(ShardError) in try Self.open(path) }
    for file in paths.indices { try find(file) }
    guard blocks.textCount == part.texts, blocks.tokenCount == part.tokens, blocks.count == part.blocks else {
      throw .damaged(
        path: paths.last ?? folder, block: blocks.count,
        reason: "is the last of \(blocks.textCount.counted("text")) in \(blocks.count.counted("block")), but "
          + "the manifest names \(part.texts.counted("text")) in \(part.blocks.counted("block"))")
    }
  }

  private static func open(_ path: String) throws(ShardError) -> FileReader {
    do throws(BundleError) { return try FileReader(path: path) } catch { throw failure(error, path, 1) }
  }

  private static func failure(_ error: BundleError, _ path: String, _ block: Int) -> ShardError {
    switch error {
    case .cannotRead(let path, let reason): .cannotRead(path: path, reason: reason)
    case .sizeMismatch: .damaged(path: path, block: block, reason: "ends too early")
    case .notFound: .cannotRead(path: path, reason: "it no longer exists; copy the folder again")
    default: .cannotRead(path: path, reason: "\(error)")
    }
  }

  private func reader(_ file: Int) throws(ShardError) -> FileReader {
    file < readers.count ? readers[file] : try Self.open(paths[file])
  }

  private func bytes(
    _ reader: FileReader, at offset: Int, count: Int, block: Int
  ) throws(ShardError) -> [UInt8] {
    var bytes: [UInt8] = []
    try read(reader, at: offset, count: count, block: block, into: &bytes)
    return bytes
  }

  /// - Parameter bytes: its content is discarded; its memory is reused.
  private func read(
    _ reader: FileReader, at offset: Int, count: Int, block: Int, into bytes: inout [UInt8]
  ) throws(ShardError) {
    guard count <= reader.size - offset else {
      throw .damaged(path: reader.path, block: block + 1, reason: "ends too early")
    }
    if bytes.count > count {
      bytes.removeLast(bytes.count - count)
    } else {
      bytes.reserveCapacity(count)
      bytes.append(contentsOf: repeatElement(0, count: count - bytes.count))
    }
    do throws(BundleError) { try reader.fill(&bytes, at: offset) } catch {
      throw Self.failure(error, reader.path, block + 1)
    }
  }

  /// The header of a block.
  private struct Header {
    let mark, texts, tokens, lengthsCheck, check: UInt32

    init(_ bytes: [UInt8]) {
      func number(_ place: Int) -> UInt32 {
        bytes.withUnsafeBytes {
          UInt32(littleEndian: $0.loadUnaligned(fromByteOffset: 4 * place, as: UInt32.self))
        }
      }
      (mark, texts, tokens, lengthsCheck, check) = (number(0), number(1), number(2), number(3), number(4))
    }
  }

  private mutating func find(_ file: Int) throws(ShardError) {
    let reader = try reader(file)
    var offset = ShardLayout.fileMark.count
    guard try bytes(reader, at: 0, count: offset, block: blocks.count) == ShardLayout.fileMark else {
      throw .damaged(path: reader.path, block: 1, reason: "is in a file that is not a shard of this version")
    }
    while offset < reader.size {
      let block = blocks.count
      let header = Header(
        try bytes(reader, at: offset, count: ShardLayout.headerBytes, block: block))
      let (texts, tokens) = (Int(header.texts), Int(header.tokens))
      guard header.mark == ShardLayout.blockMark, (1...TextBlocks.textLimit).contains(texts),
        tokens >= texts, tokens <= TextBlocks.tokenLimit || texts == 1 && tokens <= Int(Int32.max)
      else { throw .damaged(path: reader.path, block: block + 1, reason: "does not begin as a block does") }
      let size = layout.bytes(texts: texts, tokens: tokens)
      guard size <= reader.size - offset - ShardLayout.headerBytes else {
        throw .damaged(path: reader.path, block: block + 1, reason: "ends too early")
      }
      blocks.append(texts: texts, tokens: tokens)
      places.append((Int32(file), offset))
      offset += ShardLayout.headerBytes + size
    }
  }

  /// The lengths of a block's texts.
  func lengths(_ block: Int) throws(ShardError) -> [Int] {
    let count = blocks.texts(block).count
    let (file, offset) = places[block]
    let reader = try reader(Int(file))
    let bytes = try bytes(
      reader, at: offset, count: ShardLayout.headerBytes + 4 * count, block: block)
    return try lengths(Header(bytes), Array(bytes[ShardLayout.headerBytes...]), block, reader.path)
  }

  private func lengths(
    _ header: Header, _ bytes: [UInt8], _ block: Int, _ path: String
  ) throws(ShardError) -> [Int] {
    guard CRC32.castagnoli(bytes) == header.lengthsCheck else {
      throw .damaged(path: path, block: block + 1, reason: "has other lengths than when it was written")
    }
    let lengths = bytes.withUnsafeBytes { bytes in
      (0..<bytes.count / 4).map {
        Int(UInt32(littleEndian: bytes.loadUnaligned(fromByteOffset: 4 * $0, as: UInt32.self)))
      }
    }
    guard !lengths.contains(0), lengths.reduce(0, +) == blocks.tokens[block] else {
      throw .damaged(path: path, block: block + 1, reason: "has lengths that do not add up to its tokens")
    }
    return lengths
  }

  /// Reads a block and checks its checksums.
  ///
  /// - Parameter memory: becomes the block's memory, and is empty afterwards.
  func block(_ block: Int, in memory: inout [UInt8]) throws(ShardError) -> ShardBlock {
    let texts = blocks.texts(block).count
    let (file, offset) = places[block]
    let reader = try reader(Int(file))
    let front = try bytes(
      reader, at: offset, count: ShardLayout.headerBytes + 4 * texts, block: block)
    let header = Header(front)
    let lengths = try lengths(header, Array(front[ShardLayout.headerBytes...]), block, reader.path)
    try read(
      reader, at: offset + front.count,
      count: layout.bytes(texts: texts, tokens: blocks.tokens[block]) - 4 * texts, block: block,
      into: &memory)
    guard CRC32.castagnoli(memory) == header.check else {
      throw .damaged(path: reader.path, block: block + 1, reason: "has changed since it was written")
    }
    defer { memory = [] }
    return ShardBlock(layout, lengths: lengths, bytes: memory)
  }

  /// The path of a block's file, for messages.
  func path(ofBlock block: Int) -> String { paths[Int(places[block].file)] }
}
