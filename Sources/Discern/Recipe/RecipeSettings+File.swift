import DiscernCorpus
import DiscernIO
import DiscernSystem
import DiscernVocabulary

extension RecipeSettings {
  /// The maximum size of a file in bytes, far above that of any recipe.
  private static let limit = 1 << 16

  /// Reads a recipe: YAML with one `key: value` on each line.
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

  /// Reads the recipe that is stored with a model: settings unknown to this version are left out and listed.
  init(recorded text: String, notUnderstood: inout [String]) {
    self.init()
    let pairs: [(key: YAMLNode, value: YAMLNode)]
    do throws(RecipeError) { pairs = try Self.pairs(text, "") } catch {
      notUnderstood.append("not the text of a recipe")
      assumeNetwork()
      return
    }
    for (key, value) in pairs {
      do throws(RecipeError) { try set(key, to: value, "") } catch {
        notUnderstood.append(DisplayText.escaped("\(key.scalar ?? key.kind): \(value.scalar ?? value.kind)"))
      }
    }
    assumeNetwork()
  }

  /// The recipe key that a node names, with the name used and, if it is a former one, the alias.
  static func known(
    _ key: YAMLNode, _ path: String
  ) throws(RecipeError) -> (name: String, key: RecipeKey, alias: RecipeAlias?) {
    let line = key.line
    guard let name = key.scalar else {
      throw .notAScalar(path: path, line: line, found: "\(key.kind) as a key")
    }
    let former = RecipeKey.formerly(named: name)
    guard let known = RecipeKey.named(name) ?? former?.key else {
      throw .unknownKey(
        path: path, line: line, key: name,
        nearest: NearOptions.suggestions(for: name, among: RecipeKey.all.map(\.name)).first)
    }
    return (name, known, former?.alias)
  }

  mutating func set(_ key: YAMLNode, to value: YAMLNode, _ path: String) throws(RecipeError) {
    let line = key.line
    let place = RecipeError.Place.file(path: path, line: line)
    let (name, known, alias) = try Self.known(key, path)
    if isGiven(name) { throw .duplicateKey(path: path, line: line, key: name) }
    if case .list = known.form, let parts = value.list, parts.allSatisfy({ $0.scalar != nil }) {
      let text = parts.compactMap(\.scalar).joined(separator: ",")
      return try set(known, as: alias, to: text, at: place)
    }
    guard case .scalar(let scalar, let isPlain) = value.content else {
      throw .notAScalar(path: path, line: line, found: "\(value.kind) as the value of “\(name)”")
    }
    if !isPlain, !known.form.isText {
      throw .badValue(
        place, key: name, value: scalar,
        expected: (alias?.expected ?? known.expected) + ", without quotes")
    }
    try set(known, as: alias, to: scalar, at: place)
  }

  private static func bytes(_ path: String) throws(RecipeError) -> [UInt8] {
    do throws(InputError) {
      let source = try ByteSource(path: path)
      // One byte more than allowed, so that an oversized file is noticed.
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

  static func pairs(
    _ text: String, _ path: String
  ) throws(RecipeError) -> [(key: YAMLNode, value: YAMLNode)] {
    let root: YAMLNode?
    do throws(YAMLReader.Failure) { root = try YAMLReader.root(of: text) } catch {
      switch error {
      case .syntax(let line, let reason): throw .syntax(path: path, line: line, reason: reason)
      case .reference(let line): throw .reference(path: path, line: line)
      }
    }
    guard let root, root.scalar != "" else { throw .empty(path: path) }
    guard let mapping = root.mapping else {
      throw .notAMapping(path: path, line: root.line, found: root.kind)
    }
    return mapping
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
  /// Reads a recipe file: the defaults, changed by the settings in the file.
  ///
  /// ```swift
  /// let recipe = try TrainingRecipe(contentsOf: "imdb.yaml")
  /// ```
  ///
  /// - Throws: `DiscernError.recipe` naming file, line and remedy; other cases for an impossible combination.
  public init(contentsOf path: String) throws(DiscernError) {
    let settings = try wrapping(DiscernError.recipe) { () throws(RecipeError) in
      try RecipeSettings(contentsOf: path)
    }
    self = try settings.recipe()
  }
}
