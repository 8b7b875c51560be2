import DiscernIO

/// A model in a single safetensors file: the weights by name, and `manifest`, `vocabulary`, `pieces`,
/// `ngrams` and `card` as bytes (U8). The weights in `weights.safetensors` keep their names; the names of
/// those in other files of the folder have the file's name and a slash before them, such as `ngrams/weights`.
///
/// `__metadata__` has the format, its version, the SHA-256 of the card, if there is one, and of the manifest,
/// which has those of the folder's other files. Each model has exactly one sequence of bytes, so that any
/// change in a file is detected: the bytes read are compared with those that would be written. Data begins at
/// a multiple of 64 bytes.
package struct PackedModel: Sendable {
  private static let format = BundleFormat(name: "discern-packed-model", version: 1)
  private static let alignment = 64

  /// Files of the folder that are stored as bytes, and the names of their tensors.
  private static let texts = [
    "vocabulary.txt": "vocabulary", "pieces.txt": "pieces", "ngrams.txt": "ngrams",
  ]
  private static let manifestName = "manifest"
  private static let cardName = "card"

  package let path: String
  package let manifest: BundleManifest
  /// `README.md`; nil: the folder had none.
  package let card: [UInt8]?
  private let file: SafetensorsFile

  /// Whether a file is named like a packed model, or begins like a safetensors file: then errors in it are
  /// reported.
  package static func isOne(_ path: String) -> Bool {
    if path.hasSuffix(OutputName.packedEnding) { return true }
    guard let reader = try? FileReader(path: path), reader.size > 8 else { return false }
    var head = [UInt8](repeating: 0, count: 9)
    guard (try? reader.fill(&head, at: 0)) != nil, head[8] == UInt8(ascii: "{") else { return false }
    // In a text, the length would exceed that of any file.
    return head[..<8].reversed().reduce(UInt64(0)) { $0 << 8 | UInt64($1) } < UInt64(reader.size)
  }

  /// Opens and fully checks a file. Cost: reads it once.
  package init(path: String, format: BundleFormat = .model) throws(BundleError) {
    file = try SafetensorsFile(path: path)
    self.path = path
    let metadata = file.header.metadata
    func value(_ key: String) -> String? { metadata.first { $0.key == key }?.value }
    guard let name = value("format"), name == Self.format.name else {
      throw .wrongFormat(
        path: path, expected: Self.format.name, got: value("format") ?? "a file without a name")
    }
    guard let version = value("formatVersion").flatMap({ Int($0) }), version >= 1 else {
      throw .malformedManifest(
        path: path, key: "__metadata__.formatVersion", reason: "is missing or not a positive whole number")
    }
    guard version <= Self.format.version else {
      throw .newerFormat(path: path, version: version, supported: Self.format.version)
    }
    let bytes = try file.bytes(Self.manifestName)
    guard FileDigest.of(bytes: bytes).sha256 == value("manifest.sha256") else {
      throw .manifestDigestMismatch(path: path)
    }
    manifest = try BundleManifest(bytes: bytes, path: path, format: format)
    card = try Self.card(file, digest: value("card.sha256"))
    try checkFiles()
    // The file must have exactly the bytes that pack would write: any difference is damage.
    let image = try Self.image(of: manifest, bytes, card) { name throws(BundleError) in try member(name) }
    guard try file.head() == image.head else {
      throw .malformedManifest(path: path, key: "header", reason: "is not as discern pack writes it")
    }
  }

  private static func card(_ file: SafetensorsFile, digest: String?) throws(BundleError) -> [UInt8]? {
    guard file.tensor(cardName) != nil else { return nil }
    let bytes = try file.bytes(cardName)
    let (found, place) = (FileDigest.of(bytes: bytes).sha256, "\(file.path) (\(ModelCardFile.name))")
    guard bytes.count <= ModelCardFile.limit else {
      throw .tooLarge(path: place, bytes: bytes.count, limit: ModelCardFile.limit)
    }
    guard found == digest else { throw .digestMismatch(path: place, expected: digest ?? "none", got: found) }
    return bytes
  }

  /// Compares each file's size and SHA-256 with the manifest's.
  private func checkFiles() throws(BundleError) {
    for (name, digest) in manifest.files.sorted(by: { $0.key < $1.key }) {
      let found =
        if let text = Self.texts[name] {
          FileDigest.of(bytes: try file.bytes(text))
        } else {
          try Self.image(of: try tensors(name)).digest()
        }
      let place = "\(path) (\(name))"
      guard found.bytes == digest.bytes else {
        throw .sizeMismatch(path: place, expected: digest.bytes, got: found.bytes)
      }
      guard found.sha256 == digest.sha256 else {
        throw .digestMismatch(path: place, expected: digest.sha256, got: found.sha256)
      }
    }
  }

  /// The prefix for the names of a safetensors file's tensors.
  private static func prefix(_ name: String) throws(BundleError) -> String {
    guard name.hasSuffix(".safetensors") else { throw .cannotPack(name: name) }
    return name == "weights.safetensors" ? "" : name.dropLast(".safetensors".count) + "/"
  }

  /// The bytes of a file of the folder.
  func contents(_ name: String) throws(BundleError) -> [UInt8] {
    guard manifest.files[name] != nil, let text = Self.texts[name] else { throw missing(name) }
    return try file.bytes(text)
  }

  /// A safetensors file of the folder.
  func tensors(_ name: String) throws(BundleError) -> SafetensorsFile {
    guard manifest.files[name] != nil else { throw missing(name) }
    let prefix = try Self.prefix(name)
    let others = Set(Self.texts.values).union([Self.manifestName, Self.cardName])
    return file.view { own in
      if prefix.isEmpty { return own.contains("/") || others.contains(own) ? nil : own }
      return own.hasPrefix(prefix) ? String(own.dropFirst(prefix.count)) : nil
    }
  }

  private func missing(_ name: String) -> BundleError {
    .malformedManifest(path: path, key: "files.\(name)", reason: "is missing")
  }

  func manifestBytes() throws(BundleError) -> [UInt8] { try file.bytes(Self.manifestName) }

  func isChanged() throws(BundleError) -> Bool { try file.isChanged() }

  // MARK: Writing

  /// A file of a folder, as bytes or as tensors.
  private enum Member {
    case text([UInt8])
    case tensors(SafetensorsFile)
  }

  private func member(_ name: String) throws(BundleError) -> Member {
    Self.texts[name] == nil ? .tensors(try tensors(name)) : .text(try contents(name))
  }

  private static func image(of file: SafetensorsFile, prefix: String = "") -> SafetensorsImage {
    SafetensorsImage(tensors(of: file, prefix: prefix))
  }

  private static func tensors(of file: SafetensorsFile, prefix: String) -> [SafetensorsImage.Tensor] {
    file.header.tensors.map { tensor in
      SafetensorsImage.Tensor(name: prefix + tensor.name, type: tensor.type, shape: tensor.shape) {
        (sink) throws(BundleError) in try file.forEachPart(of: tensor.name, sink)
      }
    }
  }

  private static func image(
    of manifest: BundleManifest, _ bytes: [UInt8], _ card: [UInt8]?,
    _ member: (String) throws(BundleError) -> Member
  ) throws(BundleError) -> SafetensorsImage {
    var parts = [(manifestName, bytes)] + (card.map { [(cardName, $0)] } ?? [])
    var tensors: [SafetensorsImage.Tensor] = []
    for name in manifest.files.keys.sorted() {
      switch try member(name) {
      case .text(let bytes): parts.append((texts[name] ?? name, bytes))
      case .tensors(let file): tensors += Self.tensors(of: file, prefix: try prefix(name))
      }
    }
    for (name, bytes) in parts {
      tensors.append(
        SafetensorsImage.Tensor(name: name, type: .uint8, shape: [bytes.count]) {
          (sink) throws(BundleError) in try sink(bytes)
        })
    }
    return SafetensorsImage(
      tensors,
      metadata: [
        ("format", format.name), ("formatVersion", "\(format.version)"),
        ("manifest.sha256", FileDigest.of(bytes: bytes).sha256),
      ] + (card.map { [("card.sha256", FileDigest.of(bytes: $0).sha256)] } ?? []), alignment: alignment)
  }

  /// Passes `sink` the bytes of the file into which a model's folder is packed.
  ///
  /// - Throws: `BundleError`; `.cannotPack` for a folder with a file that no version of this program would
  ///   write.
  package static func write(
    folder path: String, to sink: ([UInt8]) throws(BundleError) -> Void
  ) throws(BundleError) {
    let folder = try BundleFolder(path: path, format: .model)
    let bytes = try folder.manifestBytes()
    let card = try ModelCardFile.contents(ofModel: path)
    let image = try image(of: folder.manifest, bytes, card) { name throws(BundleError) in
      if texts[name] != nil { return .text(try folder.contents(name)) }
      _ = try prefix(name)
      let file = try folder.tensors(name)
      // The file could not be restored from its tensors.
      guard try Self.image(of: file).digest() == folder.manifest.files[name] else {
        throw .cannotPack(name: name)
      }
      return .tensors(file)
    }
    try image.forEachPart(sink)
  }

  /// Writes the model's folder, replacing a model of that name and nothing else.
  package func unpack(to destination: String) throws(BundleError) -> SavedModel {
    let folder = try AtomicFolder(destination: destination, format: .model)
    for name in manifest.files.keys.sorted() {
      switch try member(name) {
      case .text(let bytes): try FileWriter.write(bytes, to: folder.path(of: name))
      case .tensors(let file):
        var target = try FileWriter(path: folder.path(of: name))
        try Self.image(of: file).forEachPart { (part) throws(BundleError) in try target.write(part) }
        _ = try target.finish()
      }
    }
    // Before the manifest: without one, all files of a killed process are regarded as its own.
    if let card { try FileWriter.write(card, to: folder.path(of: ModelCardFile.name)) }
    let bytes = try manifestBytes()
    try FileWriter.write(bytes, to: folder.path(of: BundleManifest.fileName))
    try FileWriter.write(
      BundleManifest.digestLine(of: bytes), to: folder.path(of: BundleManifest.digestFileName))
    return SavedModel(path: destination, notes: try folder.commit())
  }
}
