import DiscernCorpus
import DiscernIO
import DiscernModels

/// Writes packed texts one after another, a block at a time, into files of an unfinished folder.
package final class ShardPartWriter {
  private let folder: String
  private let name: String
  private let layout: ShardLayout
  private var file: FileWriter?
  private var fileBytes = 0
  private var files: [String] = []
  private var blocks = TextBlocks()
  private var lengths: [UInt32] = []
  private var ids: [Int32] = []
  /// By task.
  private var numbers: [[Int32]]
  private var weights: [Float] = []

  /// - Parameter name: the prefix of the files' names.
  package init(folder: String, name: String, _ layout: ShardLayout) {
    self.folder = folder
    self.name = name
    self.layout = layout
    numbers = Array(repeating: [], count: layout.taskCount)
  }

  /// Adds a text.
  ///
  /// - Parameter numbers: by task, the number of its label or set of labels; -1 if unknown.
  package func append(
    _ text: some Collection<Int32>, numbers: some Collection<Int32>, weight: Float
  ) throws(BundleError) {
    if !lengths.isEmpty, blocks.isFull(before: text.count) { try writeBlock() }
    blocks.append(text.count)
    lengths.append(UInt32(text.count))
    ids += text
    for (task, number) in numbers.enumerated() { self.numbers[task].append(number) }
    weights.append(weight)
  }

  /// - Parameter sets: by task, the sets of labels to which the numbers refer; empty: numbers are labels.
  package func finish(sets: [[[Int32]]]) throws(BundleError) -> ShardContent.Part {
    if !lengths.isEmpty { try writeBlock() }
    try closeFile()
    return ShardContent.Part(
      texts: blocks.textCount, tokens: blocks.tokenCount, blocks: blocks.count, files: files, sets: sets)
  }

  private func closeFile() throws(BundleError) {
    guard let done = file.take() else { return }
    _ = try done.finish()
  }

  private func writeBlock() throws(BundleError) {
    var front: [UInt8] = []
    var back: [UInt8] = []
    back.reserveCapacity(layout.bytes(texts: lengths.count, tokens: ids.count))
    for length in lengths { Self.append(length, to: &front) }
    for id in ids {
      if layout.idBytes == 2 { Self.append(UInt16(id), to: &back) } else { Self.append(id, to: &back) }
    }
    for numbers in numbers { for number in numbers { Self.append(number, to: &back) } }
    if layout.hasWeights { for weight in weights { Self.append(weight.bitPattern, to: &back) } }
    var header: [UInt8] = []
    Self.append(ShardLayout.blockMark, to: &header)
    Self.append(UInt32(lengths.count), to: &header)
    Self.append(UInt32(ids.count), to: &header)
    Self.append(CRC32.castagnoli(front), to: &header)
    Self.append(CRC32.castagnoli(back), to: &header)
    Self.append(0 as UInt32, to: &header)
    let bytes = header + front + back
    if file == nil || fileBytes + bytes.count > ShardLayout.fileLimit { try beginFile() }
    try file?.write(bytes)
    fileBytes += bytes.count
    lengths.removeAll(keepingCapacity: true)
    ids.removeAll(keepingCapacity: true)
    for task in numbers.indices { numbers[task].removeAll(keepingCapacity: true) }
    weights.removeAll(keepingCapacity: true)
  }

  private func beginFile() throws(BundleError) {
    try closeFile()
    let number = String(files.count + 1)
    files.append("\(name)-\(String(repeating: "0", count: max(0, 5 - number.count)))\(number).shard")
    file = try FileWriter(path: BundleManifest.join(folder, files[files.count - 1]))
    try file?.write(ShardLayout.fileMark)
    fileBytes = ShardLayout.fileMark.count
  }

  private static func append(_ value: some FixedWidthInteger, to bytes: inout [UInt8]) {
    withUnsafeBytes(of: value.littleEndian) { bytes.append(contentsOf: $0) }
  }
}
