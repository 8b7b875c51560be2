/// A value of a recipe key, as text in a file or after a flag. Reading back the written text gives the same
/// value, bit for bit.
protocol RecipeValue: Sendable {
  static var recipeForm: RecipeKey.Form { get }
  /// The expected values, for messages.
  static var recipeExpected: String { get }
  init?(recipeText: String)
  var recipeText: String { get }
}

extension RecipeValue {
  static var recipeExpected: String { recipeForm.expected }
}

extension Int: RecipeValue {
  static var recipeForm: RecipeKey.Form { .wholeNumber }
  init?(recipeText: String) { self.init(recipeText) }
  var recipeText: String { description }
}

extension UInt64: RecipeValue {
  static var recipeForm: RecipeKey.Form { .wholeNumber }
  static var recipeExpected: String { "a whole number from 0 to \(max)" }
  init?(recipeText: String) { self.init(recipeText) }
  var recipeText: String { description }
}

/// Decimal numbers only: Swift would also accept `nan`, `inf` and `0x1p3`.
private func isDecimal(_ text: String) -> Bool {
  text.utf8.allSatisfy { (0x30...0x39).contains($0) || "+-.eE".utf8.contains($0) }
}

extension Double: RecipeValue {
  static var recipeForm: RecipeKey.Form { .number }
  init?(recipeText: String) {
    guard isDecimal(recipeText), let value = Double(recipeText), value.isFinite else { return nil }
    self = value
  }
  var recipeText: String { description }
}

extension Float: RecipeValue {
  static var recipeForm: RecipeKey.Form { .number }
  init?(recipeText: String) {
    guard isDecimal(recipeText), let value = Float(recipeText), value.isFinite else { return nil }
    self = value
  }
  var recipeText: String { description }
}

extension Bool: RecipeValue {
  static var recipeForm: RecipeKey.Form { .onOff }
  init?(recipeText: String) { self.init(recipeText) }
  var recipeText: String { description }
}

extension String: RecipeValue {
  static var recipeForm: RecipeKey.Form { .text("some text") }
  init?(recipeText: String) {
    if recipeText.isEmpty { return nil }
    self = recipeText
  }
  var recipeText: String { self }
}

/// A value for each of several names, such as tasks: `coarse=2,fine=1`. A value without a name has the key
/// `""`.
extension Dictionary: RecipeValue where Key == String, Value: RecipeValue {
  static var recipeForm: RecipeKey.Form {
    .list("parts such as NAME=VALUE, each \(Value.recipeForm.expected)")
  }

  init?(recipeText: String) {
    self.init()
    if recipeText.isEmpty { return }
    for part in recipeText.split(separator: ",", omittingEmptySubsequences: false) {
      let place = part.firstIndex(of: "=")
      let name = place.map { String(part[..<$0]) } ?? ""
      let text = String(place.map { part[part.index(after: $0)...] } ?? part)
      guard let value = Value(recipeText: text), updateValue(value, forKey: name) == nil else { return nil }
    }
  }

  var recipeText: String {
    sorted { $0.key < $1.key }
      .map { ($0.key.isEmpty ? "" : $0.key + "=") + $0.value.recipeText }.joined(separator: ",")
  }
}

extension RecipeValue where Self: RawRepresentable & CaseIterable, RawValue == String {
  static var recipeForm: RecipeKey.Form { .choice(allCases.map(\.rawValue)) }
  init?(recipeText: String) { self.init(rawValue: recipeText) }
  var recipeText: String { rawValue }
}
