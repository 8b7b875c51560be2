import DiscernBundle
import DiscernIO
import DiscernSystem

/// A model card: `README.md` in the model's folder, Markdown after the front matter that Hugging Face reads.
///
/// The facts that Discern writes are between marked lines, in the front matter and in the text after it, and
/// are rewritten with each model; everything else is written by people and kept. A card does not affect any
/// answer: it may be edited or removed.
public struct ModelCard: Sendable, Equatable {
  /// The whole card.
  public let text: String

  /// A card from any Markdown, with or without front matter.
  public init(_ text: String) { self.text = text }

  /// Reads a card from a file, for use as the start of another one.
  ///
  /// - Throws: `DiscernError.folder` for a file that cannot be read, `.conflict` for one that is not UTF-8 or
  ///   whose marked lines are not in pairs.
  public init(contentsOf path: String) throws(DiscernError) {
    let bytes = try wrapping(DiscernError.bundle) { () throws(BundleError) in
      try ModelCardFile.read(path)
    }
    try self.init(bytes, path)
    _ = try renewed(frontMatter: [], body: [])
  }

  /// Reads the card of a model's folder or packed file; nil if it has none.
  ///
  /// - Throws: `DiscernError.folder` if it cannot be read, `.conflict` if it is not UTF-8.
  public init?(ofModel path: String) throws(DiscernError) {
    let bytes = try wrapping(DiscernError.bundle) { () throws(BundleError) in
      try ModelCardFile.contents(ofModel: path)
    }
    guard let bytes else { return nil }
    try self.init(bytes, Self.path(ofModel: path))
  }

  /// Checks, before figures are measured, that they can be written on a model's card.
  ///
  /// - Throws: `DiscernError.conflict` if the model is in one file, or if the card's marked lines are not in
  ///   pairs; `.folder`.
  public static func requireUpdatable(ofModel path: String) throws(DiscernError) {
    if FolderEntry(path: path)?.kind == .file {
      throw .conflict(
        "\(path): the card of a packed model is part of the file; update that of the folder (discern unpack) "
          + "and pack it again")
    }
    _ = try ModelCard(ofModel: path)?.renewed(frontMatter: [], body: [])
  }

  private init(_ bytes: [UInt8], _ path: String) throws(DiscernError) {
    guard let text = String(validating: bytes, as: UTF8.self) else {
      throw .conflict("\(path): the card is not UTF-8; save it as UTF-8")
    }
    self.init(text)
  }

  static func path(ofModel path: String) -> String {
    (path.hasSuffix("/") ? path : path + "/") + ModelCardFile.name
  }

  /// The name of a model on its card: that of its folder.
  static func name(ofModel path: String) -> String {
    URL(fileURLWithPath: path).standardizedFileURL.lastPathComponent
  }

  /// The new card of a model that has none.
  static func begun(name: String) -> ModelCard {
    ModelCard(
      """
      ---
      # Discern knows neither the licence nor the language; see https://huggingface.co/docs/hub/model-cards
      license: unknown
      \(ModelCardFile.Marks.frontMatter.begin)
      \(ModelCardFile.Marks.frontMatter.end)
      ---

      # \(CardText.markdown(name))

      The purpose: not stated.

      \(ModelCardFile.Marks.body.begin)
      \(ModelCardFile.Marks.body.end)

      ## Intended use

      Not stated.

      ## Limits and risks

      Not stated.

      ## Licence

      Not stated.

      """)
  }

  /// All results that Discern wrote on the card.
  var results: [CardResult] {
    let parts = Parts(text)
    guard let range = try? parts.front.marked(ModelCardFile.Marks.frontMatter) else { return [] }
    return CardResult.results(of: Array(parts.front[range]))
  }

  /// The same card with new facts in place of the old ones, or at the end if there are none.
  ///
  /// - Parameters:
  ///   - frontMatter: lines by key; a key set by hand is kept.
  ///   - body: lines of Markdown.
  /// - Throws: `DiscernError.conflict` if the marked lines are not in pairs.
  func renewed(
    frontMatter: [(key: String, lines: [String])], body: [String]
  ) throws(DiscernError) -> ModelCard {
    var parts = Parts(text)
    let own = try parts.front.marked(.frontMatter)
    let others = own.map { parts.front[..<$0.lowerBound] + parts.front[$0.upperBound...] } ?? parts.front[...]
    let keys = Set(others.compactMap(Self.key))
    parts.front.renew(own, .frontMatter, frontMatter.filter { !keys.contains($0.key) }.flatMap(\.lines))
    let place = try parts.body.marked(.body)
    if place == nil, parts.body.last?.isEmpty == false { parts.body.append("") }
    parts.body.renew(place, .body, body)
    return ModelCard(parts.text)
  }

  func renewed(with facts: CardFacts) throws(DiscernError) -> ModelCard {
    try renewed(frontMatter: facts.frontMatter, body: facts.body)
  }

  /// The key at the start of a front matter line.
  private static func key(_ line: String) -> String? {
    guard let colon = line.firstIndex(of: ":") else { return nil }
    let name = line[..<colon].trimmingPrefix { "\"'".contains($0) }
    let key = name.prefix { !"\"' ".contains($0) }
    return key.isEmpty || line.first == " " || line.first == "#" || line.first == "-" ? nil : String(key)
  }
}

extension ModelCard {
  /// The front matter and the text after it, line by line.
  private struct Parts {
    var front: [String] = []
    var body: [String]

    init(_ text: String) {
      // Split by bytes, since CR LF is a single character.
      body = text.utf8.split(separator: 0x0A, omittingEmptySubsequences: false).map { String($0) ?? "" }
      guard body[0].withoutReturn == "---",
        let end = body.dropFirst().firstIndex(where: { $0.withoutReturn == "---" })
      else { return }
      front = Array(body[1..<end])
      body.removeSubrange(...end)
    }

    var text: String { (["---"] + front + ["---"] + body).joined(separator: "\n") }
  }
}

extension String {
  /// The line without the CR of Windows line ends.
  fileprivate var withoutReturn: String {
    utf8.last == 0x0D ? String(decoding: utf8.dropLast(), as: UTF8.self) : self
  }
}

extension [String] {
  /// The range of the marked lines and those between them; nil if there are none.
  fileprivate func marked(_ marks: ModelCardFile.Marks) throws(DiscernError) -> Range<Int>? {
    let begins = indices.filter { self[$0].withoutReturn == marks.begin }
    let ends = indices.filter { self[$0].withoutReturn == marks.end }
    if begins.isEmpty, ends.isEmpty { return nil }
    guard begins.count == 1, ends.count == 1, begins[0] < ends[0] else {
      throw .conflict(
        "\(ModelCardFile.name) does not have the lines “\(marks.begin)” and “\(marks.end)” once each and in "
          + "this order; correct them, or remove the file to get a new one")
    }
    return begins[0]..<ends[0] + 1
  }

  fileprivate mutating func renew(_ range: Range<Int>?, _ marks: ModelCardFile.Marks, _ lines: [String]) {
    let lines = [marks.begin] + lines + [marks.end]
    // An empty line at the end of the text stays at the end.
    let end = last == "" ? count - 1 : count
    replaceSubrange(range ?? end..<end, with: lines)
  }
}

extension DiscernError {
  static func bundle(_ error: BundleError) -> DiscernError { .folder(.bundle(error)) }
  static func input(_ error: InputError) -> DiscernError { .corpus(.input(error)) }
}
