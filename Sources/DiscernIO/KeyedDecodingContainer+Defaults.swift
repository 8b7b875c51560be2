extension KeyedDecodingContainer {
  /// Reads a value if its key is present, and otherwise keeps the default: synthesised `Decodable`
  /// ignores the defaults of properties, so that one new key would break every saved file.
  package func read<Value: Decodable>(_ key: Key, into value: inout Value) throws {
    if contains(key) {
      value = try decode(Value.self, forKey: key)
    } else {
      // Lets a `JSONValueDecoder` name the keys for which there was a default.
      _ = try? superDecoder(forKey: key)
    }
  }
}
