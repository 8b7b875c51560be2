/// A file that was opened and decompressed, and the kind of its content.
struct OpenedInput {
  let stage: any ByteStage
  let container: Container
  /// The file's bytes, still compressed, if they had to be kept.
  let spool: SpoolFile?
  /// Whether the bytes cannot be read again.
  let isOneShot: Bool

  /// - Parameter keeps: whether an input that can be read only once is copied, so that it can be read again.
  ///   Archives always are: their members are inspected before they are read.
  init(path: String, keeps: Bool = false, limit: UnpackLimit = UnpackLimit()) throws(InputError) {
    let file = try FileBytes(path: path)
    guard !file.isRegular else {
      try self.init(path: path, file, limit: limit)
      return
    }
    if keeps {
      if let rest = SpoolFile(rest: file.descriptor, path: path) {
        try self.init(path: path, rest, limit: limit)
      } else {
        try self.init(path: path, try SpoolFile(copying: [file], path: path), limit: limit)
      }
      return
    }
    let recorder = RecordedBytes(file, isRecording: true)
    let (stage, container) = try Self.unpacked(path: path, recorder, limit: limit)
    if container == .bytes {
      recorder.stopRecording()
      self.init(stage: stage, container: container, spool: nil, isOneShot: true)
    } else {
      let kept = [BytesAtHand(recorder.recorded), file] as [any ByteStage]
      try self.init(path: path, try SpoolFile(copying: kept, path: path), limit: limit)
    }
  }

  /// The bytes of a stream, unchanged.
  init(asIs file: FileBytes) { self.init(stage: file, container: .bytes, spool: nil, isOneShot: true) }

  /// Opens a file in a folder, of any name.
  init(file: RawPath, limit: UnpackLimit) throws(InputError) {
    try self.init(path: "\(file)", try FileBytes(file), limit: limit)
  }

  /// Reads a spooled file from its beginning.
  init(path: String, _ spool: SpoolFile, limit: UnpackLimit) throws(InputError) {
    let (stage, container) = try Self.unpacked(
      path: path, RecordedBytes(SpooledBytes(spool), isRecording: false), limit: limit)
    self.init(stage: stage, container: container, spool: spool, isOneShot: false)
  }

  private init(path: String, _ file: FileBytes, limit: UnpackLimit) throws(InputError) {
    let (stage, container) = try Self.unpacked(
      path: path, RecordedBytes(file, isRecording: false), limit: limit)
    self.init(stage: stage, container: container, spool: nil, isOneShot: !file.isRegular)
  }

  private init(stage: any ByteStage, container: Container, spool: SpoolFile?, isOneShot: Bool) {
    self.stage = stage
    self.container = container
    self.spool = spool
    self.isOneShot = isOneShot
  }

  private static func unpacked(
    path: String, _ packed: RecordedBytes, limit: UnpackLimit
  ) throws(InputError) -> (any ByteStage, Container) {
    let file = PeekableBytes(packed)
    try readHead(of: file)
    guard let compression = Compression.of(file.head) else { return (file, Container.of(file.head)) }
    // libarchive reads less than the shortest bzip2 file as an empty one.
    if compression == .bzip2, file.head.count < 14 {
      throw .corrupt(path: path, reason: "truncated bzip2 data")
    }
    let counted = RecordedBytes(file, isRecording: false)
    let plain = PeekableBytes(
      try DecompressedBytes(
        path: path, compression: compression, packed: counted,
        check: compression == .gzip ? GzipCheck(counted, path: path) : nil, limit: limit))
    try readHead(of: plain)
    let inner = Container.of(plain.head)
    return (plain, inner == .tar ? .tar : .bytes)  // a compressed zip is read as bytes
  }

  /// Reads as much as is needed to distinguish the formats. On a terminal or a pipe that delivers little at a
  /// time, it waits for more only after bytes that no text begins with.
  private static func readHead(of stage: PeekableBytes) throws(InputError) {
    while stage.head.count < 512, try stage.extendHead(to: 512) {
      if stage.seekableSize == nil, !mayBeBinary(stage.head) { return }
    }
  }

  private static func mayBeBinary(_ head: [UInt8]) -> Bool {
    head.isEmpty || head.contains(0) || Compression.mayBegin(with: head)
      || (head.count < 4 && [0x50, 0x4B, 0x03].starts(with: head))
  }

  /// The kind of bytes that are not text, as far as their beginning shows.
  var kind: FileKind? {
    guard container == .bytes, let head = (stage as? PeekableBytes)?.head else { return nil }
    return FileKind.of(head)
  }
}
