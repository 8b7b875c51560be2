import DiscernIO
import DiscernSystem
import DiscernText

/// A tokenizer's configuration in a vocabulary's file.
enum TokenizerRecord {
  /// JSON on one line, with sorted keys.
  static func json(of configuration: TokenizerConfiguration) -> Data? {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    return try? encoder.encode(configuration)
  }

  /// The configuration; unknown keys are refused, since they would change the words.
  static func configuration(_ bytes: [UInt8], path: String) throws(VocabularyError) -> TokenizerConfiguration
  {
    guard bytes.count < 1 << 12, let value = try? StrictJSON.parse(bytes),
      case let decoder = JSONValueDecoder(value),
      let configuration = try? decoder.decode(TokenizerConfiguration.self), decoder.unknownKeys.isEmpty
    else { throw .badTokenizer(path: path, found: String(decoding: bytes.prefix(80), as: UTF8.self)) }
    return configuration
  }
}
