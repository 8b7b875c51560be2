import DiscernCorpus
import DiscernIO
import DiscernVocabulary
import Foundation
internal import Yams

extension RecipeSettings {
  /// Far above any recipe.
  private static let limit = 1 << 16
  /// Aliases of aliases grow like 3^(n/3); with so few the parser's own work stays small.
  private static let referenceLimit = 12

  /// Reads a recipe: YAML with one `key: value` a line.
  ///
  /// - Throws: `RecipeError`, naming file and line.
  public init(contentsOf path: String) throws(RecipeError) {
    self.init()
    for (key, value) in try Self.pairs(Self.text(path), path) { try set(key, to: value, path) }
    if isEmpty { throw .empty(path: path) }
  }

  /// A file's text, without a byte order mark.
  static func text(_ path: String) throws(RecipeError) -> String {
    var bytes = try Self.bytes(path)
    if bytes.starts(with: [0xEF, 0xBB, 0xBF]) { bytes.removeFirst(3) }
    guard let text = String(validating: bytes, as: UTF8.self) else {
      let lines = bytes.split(separator: 0x0A, omittingEmptySubsequences: false)
      let line = lines.firstIndex { String(validating: $0, as: UTF8.self) == nil } ?? 0
      throw .notUTF8(path: path, line: line + 1)
    }
    return text
  }

  /// Reads the recipe that is stored with a model: what this version does not know is left out and named.
  init(recorded text: String, notUnderstood: inout [String]) {
    self.init()
    let pairs: [(Node, Node)]
    do throws(RecipeError) { pairs = try Self.pairs(text, "") } catch {
      notUnderstood.append("not the text of a recipe")
      assumeNetwork()
      return
    }
    for (key, value) in pairs {
      do throws(RecipeError) { try set(key, to: value, "") } catch {
        let name = key.scalar?.string ?? Self.kind(key)
        notUnderstood.append(DisplayText.escaped("\(name): \(value.scalar?.string ?? Self.kind(value))"))
      }
    }
    assumeNetwork()
  }

  /// The recipe's key that a node names, under that name.
  static func known(
    _ key: Node, _ path: String
  ) throws(RecipeError) -> (name: String, key: RecipeKey, alias: RecipeAlias?) {
    let line = key.mark?.line ?? 1
    guard let name = key.scalar else {
      throw .notAScalar(path: path, line: line, found: "\(kind(key)) as a key")
    }
    let former = RecipeKey.formerly(named: name.string)
    guard let known = RecipeKey.named(name.string) ?? former?.key else {
      throw .unknownKey(
        path: path, line: line, key: name.string,
        nearest: NearOptions.suggestions(for: name.string, among: RecipeKey.all.map(\.name)).first)
    }
    return (name.string, known, former?.alias)
  }

  mutating func set(_ key: Node, to value: Node, _ path: String) throws(RecipeError) {
    let line = key.mark?.line ?? 1
    let place = RecipeError.Place.file(path: path, line: line)
    let (name, known, alias) = try Self.known(key, path)
    if isGiven(name) { throw .duplicateKey(path: path, line: line, key: name) }
    if case .list = known.form, let parts = value.sequence, parts.allSatisfy({ $0.scalar != nil }) {
      let text = parts.compactMap { $0.scalar?.string }.joined(separator: ",")
      return try set(known, as: alias, to: text, at: place)
    }
    guard let scalar = value.scalar else {
      throw .notAScalar(
        path: path, line: line, found: "\(Self.kind(value)) as the value of “\(name)”")
    }
    if scalar.style != .plain, !known.form.isText {
      throw .badValue(
        place, key: name, value: scalar.string,
        expected: (alias?.expected ?? known.form.expected) + ", without quotes")
    }
    try set(known, as: alias, to: scalar.string, at: place)
  }

  private static func bytes(_ path: String) throws(RecipeError) -> [UInt8] {
    do throws(InputError) {
      let source = try ByteSource(path: path)
      // One more than may be, so that too many are noticed.
      var bytes = [UInt8](repeating: 0, count: limit + 1)
      var filled = 0
      while filled < bytes.count {
        var failure: InputError?
        let count = bytes.withUnsafeMutableBytes { buffer -> Int in
          do throws(InputError) {
            return try source.read(into: UnsafeMutableRawBufferPointer(rebasing: buffer[filled...]))
          } catch {
            failure = error
            return 0
          }
        }
        if let failure { throw failure }
        if count == 0 { break }
        filled += count
      }
      bytes.removeLast(bytes.count - filled)
      if filled <= limit { return bytes }
    } catch {
      throw .input(error)
    }
    throw .tooLarge(path: path, limit: limit)
  }

  /// No value of a recipe begins with `*`, so more than a handful of such words, comments included,
  /// is not worth the parser's time.
  private static func checkReferences(_ text: String, _ path: String) throws(RecipeError) {
    var count = 0
    for (index, line) in text.split(separator: "\n", omittingEmptySubsequences: false).enumerated() {
      let bytes = Array(line.utf8)
      for (position, byte) in bytes.enumerated() where byte == UInt8(ascii: "*") {
        let before = position > 0 ? bytes[position - 1] : 0x20
        if before <= 0x20 || "[{,:?-\"'".utf8.contains(before) { count += 1 }
      }
      if count > referenceLimit { throw .reference(path: path, line: index + 1) }
    }
  }

  static func pairs(_ text: String, _ path: String) throws(RecipeError) -> [(Node, Node)] {
    try checkReferences(text, path)
    do {
      let parser = try Parser(yaml: text, resolver: .basic, encoding: .utf8)
      guard let root = try parser.singleRoot() else { throw RecipeError.empty(path: path) }
      // Nodes know their anchors only as long as the parser lives.
      return try withExtendedLifetime(parser) {
        if let line = referenceLine(root) { throw RecipeError.reference(path: path, line: line) }
        guard let mapping = root.mapping else {
          if root.scalar?.string == "" { throw RecipeError.empty(path: path) }
          throw RecipeError.notAMapping(path: path, line: root.mark?.line ?? 1, found: kind(root))
        }
        for (key, value) in mapping {
          if let line = referenceLine(key) ?? referenceLine(value) {
            throw RecipeError.reference(path: path, line: line)
          }
        }
        return mapping.map { ($0.key, $0.value) }
      }
    } catch let error as RecipeError {
      throw error
    } catch let error as YamlError {
      throw explained(error, path)
    } catch {
      throw .syntax(path: path, line: 1, reason: "\(error)")
    }
  }

  /// The line of a node with an anchor or a tag of its own.
  private static func referenceLine(_ node: Node) -> Int? {
    let hasTag: Bool
    switch node {
    case .scalar(let scalar): hasTag = !["", "tag:yaml.org,2002:str"].contains(scalar.tag.description)
    case .mapping(let mapping): hasTag = !["", "tag:yaml.org,2002:map"].contains(mapping.tag.description)
    case .sequence(let sequence): hasTag = !["", "tag:yaml.org,2002:seq"].contains(sequence.tag.description)
    case .alias: hasTag = true
    }
    return hasTag || node.anchor != nil ? node.mark?.line ?? 1 : nil
  }

  static func kind(_ node: Node) -> String {
    switch node {
    case .scalar(let scalar): scalar.string.isEmpty ? "nothing" : "“\(scalar.string.prefix(40))”"
    case .mapping: "a mapping"
    case .sequence: "a list"
    case .alias: "an alias"
    }
  }

  private static func explained(_ error: YamlError, _ path: String) -> RecipeError {
    switch error {
    case .scanner(let context, let problem, let mark, _), .parser(let context, let problem, let mark, _),
      .composer(let context, let problem, let mark, _):
      let place = context.map { "\($0.text), " } ?? ""
      return .syntax(path: path, line: mark.line, reason: "\(place)\(problem) (column \(mark.column))")
    case .duplicatedKeysInMapping(let duplicates, let context):
      return .duplicateKey(path: path, line: context.mark.line, key: duplicates.first ?? "")
    case .reader(let problem, let offset, _, let yaml):
      let line = yaml.prefix(offset ?? 0).utf8.reduce(1) { $1 == 0x0A ? $0 + 1 : $0 }
      return .syntax(path: path, line: line, reason: problem)
    default:
      return .syntax(path: path, line: 1, reason: "\(error)")
    }
  }
}

extension RecipeKey.Form {
  fileprivate var isText: Bool {
    switch self {
    case .text, .list, .choice: true
    case .wholeNumber, .number, .onOff: false
    }
  }
}

extension TrainingRecipe {
  /// Reads a recipe's file: the defaults, changed by what stands there.
  ///
  /// ```swift
  /// let recipe = try TrainingRecipe(contentsOf: "imdb.yaml")
  /// ```
  ///
  /// - Throws: `DiscernError.recipe` naming file, line and mend; other cases for a combination that
  ///   cannot be.
  public init(contentsOf path: String) throws(DiscernError) {
    let settings = try wrapping(DiscernError.recipe) { () throws(RecipeError) in
      try RecipeSettings(contentsOf: path)
    }
    self = try settings.recipe()
  }
}
