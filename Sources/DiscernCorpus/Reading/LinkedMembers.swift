import DiscernIO
import DiscernVocabulary

/// The bytes of those archive members that later members link to, kept in a temporary file.
struct LinkedMembers {
  private let path: String
  private let targets: Set<String>
  private var places: [String: Range<Int>] = [:]
  private var file: ScratchFile?
  private var end = 0

  init(path: String, targets: Set<String>) {
    self.path = path
    self.targets = targets
  }

  func wants(_ name: MemberName) -> Bool { !targets.isEmpty && targets.contains(name.key) }

  mutating func keep(_ name: MemberName, _ bytes: UnsafeBufferPointer<UInt8>) throws(InputError) {
    if file == nil { file = try ScratchFile(path: path) }
    try file?.append(UnsafeRawBufferPointer(bytes), at: end)
    places[name.key] = end..<end + bytes.count
    end += bytes.count
  }

  /// Fills `text` with the bytes of `target` and records `name` as another name of it. False if there is no
  /// such member so far.
  mutating func fill(
    _ text: inout ByteBuffer, from target: MemberName, as name: MemberName
  ) throws(InputError) -> Bool {
    guard let place = places[target.key], let file else { return false }
    if targets.contains(name.key) { places[name.key] = place }
    text.removeAll()
    var position = place.lowerBound
    while position < place.upperBound {
      let space = text.freeSpace(atLeast: place.upperBound - position)
      let count = try file.read(
        into: UnsafeMutableRawBufferPointer(rebasing: space[..<(place.upperBound - position)]), at: position)
      if count == 0 { return false }
      text.added(count)
      position += count
    }
    return true
  }
}
