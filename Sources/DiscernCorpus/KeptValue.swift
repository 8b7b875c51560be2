import DiscernIO

/// A value that is passed on with a text.
package struct KeptValue: Sendable, Equatable {
  package let text: String
  /// Whether `text` is JSON other than a string.
  package let isJSON: Bool

  init(_ text: String, isJSON: Bool = false) {
    self.text = text
    self.isJSON = isJSON
  }

  init?(_ value: JSONValue?) {
    switch value {
    case nil, .null?: return nil
    case .string(let string)?: self.init(string)
    case let value?: self.init(JSONText.value(value), isJSON: true)
    }
  }
}
