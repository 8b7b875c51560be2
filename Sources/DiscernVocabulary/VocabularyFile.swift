import DiscernIO
import DiscernSystem
import DiscernText

// The vocabulary as a text file: a line `token⇥count` for each id, in the order of the ids.
//
// Lines end with 0x0A; tokens are escaped (`EscapedToken`). The first line is `<pad>⇥0`, the second
// `<unk>⇥N`, where N is the number of tokens of the corpus outside the vocabulary. The other lines may be in
// any order, which determines the ids. After another tab, the first line may have the configuration of the
// tokenizer that made the words, as JSON with sorted keys.
//
// A byte order mark is dropped; lines that all end in CR LF are read as if they ended in LF.

extension Vocabulary {
  /// The content of the vocabulary's file.
  public var fileContents: [UInt8] {
    var result: [UInt8] = []
    for id in 0..<count {
      EscapedToken.append(bytes(at: id), to: &result)
      result.append(0x09)
      result += String(counts[id]).utf8
      if id == Self.paddingID, let tokenizer, let json = TokenizerRecord.json(of: tokenizer) {
        result.append(0x09)
        result += json
      }
      result.append(0x0A)
    }
    return result
  }

  /// Writes the vocabulary's file atomically: to a new file in the same folder, synced, then renamed.
  /// Symbolic links are followed; devices and pipes are written to directly. Throws `VocabularyError.input`
  /// with `InputError.unwritable`.
  public func write(to path: String) throws(VocabularyError) {
    do throws(InputError) { try OutputTarget(path: path).write(fileContents) } catch { throw .input(error) }
  }

  /// Reads a vocabulary's file, which may be compressed. Throws a `VocabularyError` that names the line for
  /// anything that `write` would not have written, except for the order of the words.
  public init(path: String) throws(VocabularyError) {
    var parser = VocabularyParser(path: path)
    do throws(InputError) {
      try parser.take(LineReader(try ByteSource(path: path), dropsCarriageReturn: false))
    } catch {
      throw .input(error)
    }
    self = try parser.vocabulary()
  }

  /// Reads the output of `fileContents`; `path` is for messages. Throws like `init(path:)`.
  public init(fileContents: [UInt8], path: String) throws(VocabularyError) {
    var parser = VocabularyParser(path: path)
    do throws(InputError) {
      try parser.take(LineReader(ByteSource(path: path, bytes: fileContents), dropsCarriageReturn: false))
    } catch {
      throw .input(error)
    }
    self = try parser.vocabulary()
  }
}
