import DiscernIO

/// Copies of some records, which a thread can process while reading continues.
final class RecordBlock {
  /// The approximate bytes of text in a block, and the maximum number of records.
  static let targetBytes = 1 << 18
  static let maximumRecords = 4096

  private var text = ByteBuffer(capacity: targetBytes + targetBytes / 4)
  private var ends: [Int] = []
  /// By task: the number of each record's label.
  private(set) var labels: [[Int32]] = []
  private(set) var weights: [Float] = []
  /// The records' groups; the range is nil for a record in no group.
  private var groups = ByteBuffer()
  private var groupRanges: [Range<Int>?] = []
  private(set) var locations: [RecordLocation] = []

  var count: Int { locations.count }

  func text(_ index: Int) -> UnsafeBufferPointer<UInt8> {
    UnsafeBufferPointer(rebasing: text.bytes[(index == 0 ? 0 : ends[index - 1])..<ends[index]])
  }

  func group(_ index: Int) -> UnsafeBufferPointer<UInt8>? {
    groupRanges[index].map { UnsafeBufferPointer(rebasing: groups.bytes[$0]) }
  }

  /// Replaces the contents by the next records; at the end of the corpus there are fewer, or none.
  func fill(from reader: CorpusReader, _ collectors: inout [LabelCollector]) throws(CorpusError) {
    text.removeAll()
    ends.removeAll(keepingCapacity: true)
    labels = Array(repeating: [], count: collectors.count)
    weights.removeAll(keepingCapacity: true)
    groups.removeAll()
    groupRanges.removeAll(keepingCapacity: true)
    locations.removeAll(keepingCapacity: true)
    while text.count < Self.targetBytes, locations.count < Self.maximumRecords, let record = try reader.next()
    {
      let location = record.location
      for task in collectors.indices {
        let label = task < record.labels.count ? record.labels[task] : nil
        labels[task].append(collectors[task].number(of: label, at: location))
      }
      weights.append(record.weight)
      if let group = record.group {
        groupRanges.append(groups.count..<groups.count + group.count)
        groups.append(group)
      } else {
        groupRanges.append(nil)
      }
      text.append(record.text)
      ends.append(text.count)
      locations.append(location)
    }
  }
}
